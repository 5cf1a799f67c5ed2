// Package servecmd is the command cohortcounts serve.
package servecmd

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/cmd/internal/runcmd"
	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/exit"
	"cohortcounts/pipeline"
	"cohortcounts/pipeline/project"
	"cohortcounts/web"
)

// usualAddress is tried when no address is named, so that it is the same from
// one day to the next; when it is taken, any free port of the loopback is.
const (
	usualAddress = "127.0.0.1:8427"
	anyAddress   = "127.0.0.1:0"
)

// options is what the flags say.
type options struct {
	pipeline.Options
	listen       string
	hosts        []string
	tokenFile    string
	passwordFile string
	certificate  string
	key          string
	organisation string
	readOnly     bool
	quiet        bool
}

// New is the command.
func New() *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "show job requests as pages in a browser, and start them there",
		Long: `serve shows what was run in a project, what runs now and what it left, as pages
that you open in a browser at the address it prints. The address holds a token
that lets in who has it. Only programs of this machine can reach it, unless
another address is named with --listen; that needs a token or a password of
your own, in a file that only you can read.

A run that was started from a page goes on when serve ends.`,
		Example: `  cohortcounts serve --project my-study
  cohortcounts serve --read-only --listen 10.0.0.5:8427 --password-file password.txt`,
		Args: cli.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.serve(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	runcmd.WorkspaceFlags(flags, &o.Options)
	flags.StringVar(&o.listen, "listen", "", "address and port; "+usualAddress+" when left out")
	flags.StringSliceVar(&o.hosts, "host", nil, "a further name that browsers may call this machine by")
	flags.StringVar(&o.tokenFile, "token-file", "", "file with the token of the address, at least 32 characters; a new random one when left out")
	flags.StringVar(&o.passwordFile, "password-file", "", "file with a password to ask for, at least 12 characters, instead of a token")
	flags.StringVar(&o.certificate, "tls-certificate", "", "file with the certificate to serve https with (PEM)")
	flags.StringVar(&o.key, "tls-key", "", "file with its key (PEM)")
	flags.StringVar(&o.organisation, "organisation", "", "shown before the workspace's name; that of the git remote when left out")
	flags.BoolVar(&o.readOnly, "read-only", false, "let nothing be started or cancelled from the pages")
	flags.BoolVar(&o.AllowLocalCommands, "allow-local-commands", false, "let runs that are started here run actions that no native stage is known for")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "print the address and errors only")
	return cmd
}

func (o *options) serve(ctx context.Context, stdout, stderr io.Writer) error {
	if err := runcmd.Surroundings(&o.Options); err != nil {
		return err
	}
	page, err := o.page()
	if err != nil {
		return err
	}
	listener, err := o.open(ctx)
	if err != nil {
		return err
	}
	server, err := web.New(page, listener.Addr())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	fmt.Fprintln(stdout, o.address(listener.Addr(), page))
	if !o.quiet {
		fmt.Fprintln(stderr, "open this address in a browser; Ctrl-C ends the server")
		for _, note := range o.notes(listener.Addr(), page.Workspace.Project()) {
			fmt.Fprintln(stderr, "note: "+note)
		}
	}
	if err := server.Serve(ctx, listener); err != nil {
		return err
	}
	return nil // Ctrl-C is how one ends a server
}

// notes are what the user may not have meant: a folder that is no project, and
// an address where others can listen.
func (o *options) notes(address net.Addr, folder string) (notes []string) {
	if _, err := os.Stat(filepath.Join(folder, project.FileName)); errors.Is(err, fs.ErrNotExist) {
		notes = append(notes, fmt.Sprintf("%s holds no %s: nothing can be started; name the project's folder with --project", o.Project, project.FileName))
	}
	if tcp, ok := address.(*net.TCPAddr); ok && !tcp.IP.IsLoopback() && o.certificate == "" {
		notes = append(notes, "without --tls-certificate and --tls-key others on the network can read what is sent")
	}
	return notes
}

// page is what the server shows.
func (o *options) page() (web.Options, error) {
	workspace, err := pipeline.OpenWorkspace(o.Project, o.HighPrivacyDir, o.MediumPrivacyDir)
	if err != nil {
		return web.Options{}, err
	}
	if info, err := os.Stat(workspace.Project()); err != nil || !info.IsDir() {
		return web.Options{}, fmt.Errorf("%s: there is no such folder; name the project's with --project", o.Project)
	}
	p := web.Options{
		Workspace: workspace, Pipeline: o.Options, Organisation: o.organisation, Who: o.Who, Now: time.Now, Version: o.Version,
		Hosts: o.hosts, TLS: o.certificate != "", ReadOnly: o.readOnly, Start: o.starter(workspace), Shape: Shape,
	}
	if p.Organisation == "" {
		p.Organisation = web.OrganisationOf(workspace.Project())
	}
	if err := o.secret(&p); err != nil {
		return p, err
	}
	return p, nil
}

// secret is what lets people in.
func (o *options) secret(p *web.Options) (err error) {
	switch {
	case o.tokenFile != "" && o.passwordFile != "":
		return exit.Usagef("name one of --token-file and --password-file")
	case o.tokenFile != "":
		p.Secret, err = readSecret(o.tokenFile, 32)
	case o.passwordFile != "":
		p.Password = true
		p.Secret, err = readSecret(o.passwordFile, 12)
	default:
		p.Secret = web.NewToken()
	}
	return err
}

// readSecret reads a token or a password from a file that others may not read.
func readSecret(name string, shortest int) (string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return "", fmt.Errorf("%s: cannot be read: %w", name, atomicfile.Cause(err))
	}
	if mode := info.Mode(); !mode.IsRegular() || mode.Perm()&0o077 != 0 && os.PathSeparator == '/' {
		return "", fmt.Errorf("%s: others may read it; make it yours alone with 'chmod 600'", name)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("%s: cannot be read: %w", name, atomicfile.Cause(err))
	}
	secret := strings.TrimSpace(string(data))
	if len(secret) < shortest {
		return "", fmt.Errorf("%s: holds %d characters; at least %d are needed", name, len(secret), shortest)
	}
	return secret, nil
}

// open opens the address to listen at.
func (o *options) open(ctx context.Context) (net.Listener, error) {
	if (o.certificate == "") != (o.key == "") {
		return nil, exit.Usagef("--tls-certificate and --tls-key belong together")
	}
	if err := o.checkAddress(); err != nil {
		return nil, err
	}
	address := o.listen
	if address == "" {
		address = usualAddress
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) && o.listen == "" {
		listener, err = config.Listen(ctx, "tcp", anyAddress)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: cannot listen there: %w", address, listenCause(err))
	}
	if o.certificate == "" {
		return listener, nil
	}
	pair, err := tls.LoadX509KeyPair(o.certificate, o.key)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s, %s: are no certificate and its key: %w", o.certificate, o.key, err), listener.Close())
	}
	return tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}), nil
}

// checkAddress refuses an address that others can reach unless it was said how
// they are kept out.
func (o *options) checkAddress() error {
	if o.listen == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(o.listen)
	if err != nil {
		return exit.Usagef("--listen %q: want ADDRESS:PORT, such as 127.0.0.1:9000", o.listen)
	}
	ip := net.ParseIP(host)
	if host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	if o.tokenFile == "" && o.passwordFile == "" {
		return exit.Usagef("--listen %s: others can reach that address; name a --token-file or a --password-file, or listen at 127.0.0.1", o.listen)
	}
	if (ip == nil || ip.IsUnspecified()) && len(o.hosts) == 0 {
		return exit.Usagef("--listen %s: name with --host what browsers call this machine by", o.listen)
	}
	return nil
}

func listenCause(err error) error {
	var fault *net.OpError
	if errors.As(err, &fault) {
		return fault.Err
	}
	return err
}

// address is what a browser opens. A token or password of a file is not
// printed.
func (o *options) address(at net.Addr, page web.Options) string {
	scheme := "http"
	if o.certificate != "" {
		scheme = "https"
	}
	host := at.String()
	if name, port, err := net.SplitHostPort(host); err == nil && len(o.hosts) > 0 && net.ParseIP(name).IsUnspecified() {
		host = net.JoinHostPort(o.hosts[0], port)
	}
	address := scheme + "://" + host + "/"
	if o.tokenFile == "" && o.passwordFile == "" {
		address += "enter?token=" + page.Secret
	}
	return address
}
