// Package sandbox runs a program that is not trusted: the Python of a study
// definition.
//
// On Linux the program, and whatever it turns itself into,
//
//   - S1 reads only the files and folders that the policy names, wherever a
//     path or a link leads to (Landlock);
//   - S2 writes, makes, renames and removes no file, and changes no file's
//     mode, owner or times (Landlock, and seccomp for the last three);
//   - S3 opens no socket of any family (seccomp);
//   - S4 starts no process and signals none (seccomp); threads are allowed;
//   - S5 uses no more memory and processor time than the policy says, and
//     leaves no core dump (rlimits);
//   - S6 dies when the process that started it dies.
//
// It can see which files exist, since Landlock does not hide names, and it has
// the standard streams it was given.
//
// How: [Command] starts the running executable again under another name; before
// its main function that copy takes the restrictions upon itself, in init, and
// then becomes the wanted program. Any program that imports this package can
// do so, a test too, without a word in its main.
//
// On other systems the program runs without restrictions: [Restricts] tells.
package sandbox
