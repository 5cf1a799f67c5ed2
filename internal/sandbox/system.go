package sandbox

// What a Linux system has for all programs. Each is more than some systems
// have: a policy leaves out what is not there.

// SystemLibraries are the folders and files from which a program loads shared
// libraries, and what the C library itself reads: for Policy.Readable.
func SystemLibraries() []string {
	return []string{
		"/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/local/lib", "/usr/local/lib64",
		"/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/alternatives",
		"/usr/share/zoneinfo", "/etc/localtime", "/usr/share/locale", "/usr/lib/locale", "/etc/locale.alias",
		"/sys/devices/system/cpu", // how many processors there are
		"/nix/store",
	}
}

// SystemLoaders are the files that start dynamically linked programs. To execute
// a program the kernel executes its loader, so a job that starts the embedded
// Python needs it, also when the job's own program has none (a build without
// cgo). For Policy.Runnable.
func SystemLoaders() []string {
	return []string{"/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"}
}

// SystemPrograms are the folders of installed programs, such as python3 and
// Rscript with their libraries: for Policy.Runnable.
func SystemPrograms() []string {
	return []string{"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/usr", "/opt", "/nix/store"}
}

// SystemSettings are the files in /etc that installed programs need to start:
// for Policy.Readable. None of them holds a secret.
func SystemSettings() []string {
	return []string{
		"/etc/alternatives", "/etc/fonts", "/etc/group", "/etc/host.conf", "/etc/hosts", "/etc/inputrc", "/etc/ld.so.cache",
		"/etc/ld.so.preload", "/etc/locale.alias", "/etc/locale.conf", "/etc/localtime", "/etc/mime.types", "/etc/nsswitch.conf",
		"/etc/passwd", "/etc/python3", "/etc/R", "/etc/resolv.conf", "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/timezone",
		"/etc/bash.bashrc", "/etc/profile", "/run/systemd/resolve/stub-resolv.conf",
		"/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/loadavg", "/proc/sys/kernel/osrelease", "/proc/filesystems",
		"/sys/devices/system",
		"/proc/self", // the program's own folder, not those of what it starts
	}
}
