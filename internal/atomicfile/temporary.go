package atomicfile

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// A Claim holds what is unfinished for as long as its program lives: the system
// lets go of it when the program ends, however it does. What nobody claims was
// left by a program that was killed.
type Claim struct{ file *os.File }

// errLost says that somebody took what was to be claimed for left over.
var errLost = errors.New("was removed while it was made")

// mostTries bounds how often something new is made again that is lost between
// its making and its claim, which is a matter of microseconds.
const mostTries = 10

// Temporary makes something new in a folder, by a function that is given its
// path, and claims it. What killed programs have left there is removed first:
// it may hold what is highly sensitive, and nobody would see it.
func Temporary(dir string, create func(path string) error) (path string, claim *Claim, err error) {
	sweep(dir)
	for range mostTries {
		path = tempName(dir)
		if err := create(path); err != nil {
			return "", nil, err
		}
		if claim, err = newClaim(path); err == nil {
			return path, claim, nil
		}
		_ = os.RemoveAll(path) // what is not claimed would be swept under our hands
		if !errors.Is(err, errLost) {
			break
		}
	}
	return "", nil, err
}

// tempName is a new name in a folder for what is not finished.
func tempName(dir string) string {
	return filepath.Join(dir, strings.Replace(TempPattern, "*", rand.Text(), 1))
}

// Release ends the claim.
func (c *Claim) Release() {
	if c != nil && c.file != nil {
		_ = c.file.Close() // it was only held
	}
}
