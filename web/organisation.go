package web

import (
	"net/url"
	"path"
	"strings"

	"github.com/go-git/go-git/v5"
)

// OrganisationOf is the owner of a project's repository at its remote: that of
// https://HOST/OWNER/NAME or git@HOST:OWNER/NAME. It is empty where there is
// none.
func OrganisationOf(dir string) string {
	repository, err := git.PlainOpenWithOptions(dir, &git.PlainOpenOptions{DetectDotGit: true, EnableDotGitCommonDir: true})
	if err != nil {
		return ""
	}
	remote, err := repository.Remote(git.DefaultRemoteName)
	if err != nil || len(remote.Config().URLs) == 0 {
		return ""
	}
	address := remote.Config().URLs[0]
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		address = u.Path
	} else if host, rest, found := strings.Cut(address, ":"); found && strings.Contains(host, "@") {
		address = rest
	} else {
		return "" // a folder of this machine
	}
	owner := path.Base(path.Dir(strings.Trim(address, "/")))
	if owner == "." || owner == "/" {
		return ""
	}
	return owner
}
