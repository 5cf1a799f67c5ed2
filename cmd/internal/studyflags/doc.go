// Package studyflags is what the commands that evaluate a study definition
// share: the flags that say how, and the forms in which the original's parser,
// Python's argparse, takes them.
package studyflags
