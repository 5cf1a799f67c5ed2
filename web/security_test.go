package web_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// everyPage are addresses of every kind.
func everyPage(all map[string]string) []string {
	pages := []string{"/", "/requests/1", "/requests/1/code", "/requests/1/cancel", "/outputs", "/start", "/start?action=run_all", "/live.js", "/worker.js", "/nonsense"}
	for _, name := range []string{"private.csv", "leak.csv", "leak.csv.txt", "table.csv", "page.html", "figure.svg", "note.txt", "x.json", "open.txt"} {
		pages = append(pages, "/outputs/view/output/"+name, "/outputs/content/output/"+name)
	}
	for _, job := range all {
		pages = append(pages, "/jobs/"+job, "/jobs/"+job+"/log", "/jobs/"+job+"/log?plain&from=0")
	}
	return pages
}

// TestNoPrivateByte: no page, route, parameter, error or event has a byte of a
// highly_sensitive output, also of one that was withheld (H1).
func TestNoPrivateByte(t *testing.T) {
	t.Parallel()
	w := workspace(t)
	all := jobs(t, w, 1)
	s := serve(t, options(t, w))
	pages := everyPage(all)
	for _, prefix := range []string{"/outputs/view/", "/outputs/content/"} {
		for _, name := range []string{
			"output/../output/private.csv", "output/%2e%2e/output/private.csv", "output%2fprivate.csv", "./output/private.csv", "output//private.csv", "output/private.csv/",
			"OUTPUT/private.csv", "output/private.csv%00.txt", "output/private.csv?sort=1", "..%2f..%2fetc%2fpasswd", ".cohortcounts/withheld/output/leak.csv",
			".cohortcounts/record.db", "metadata/private.log", "%5c..%5coutput%5cprivate.csv", ".cohortcounts/jobs/" + all["private"] + "/output",
		} {
			pages = append(pages, prefix+name)
		}
	}
	for _, path := range pages {
		answer := s.get(t, path)
		if strings.Contains(answer.body, secret) {
			t.Errorf("%s (%s) tells the secret", path, answer.Status)
		}
	}
	if page := s.get(t, "/outputs").body; !strings.Contains(page, "output/private.csv") || !strings.Contains(page, `<td class="number">2</td>`) {
		t.Errorf("a highly_sensitive output is not listed with its rows and columns:\n%s", page)
	}
	for _, job := range all {
		for _, topic := range []string{"request-1", "job-" + job, "workspace"} {
			if text := events(t, s, topic, 1); strings.Contains(text, secret) {
				t.Errorf("the live parts of %s tell the secret", topic)
			}
		}
	}
}

// TestSwappedFile: what lies in the place of a viewable output is shown only
// if it is what its job wrote: neither a link to a private file, nor a hard
// link, nor a link on the way, nor another file.
func TestSwappedFile(t *testing.T) {
	t.Parallel()
	w := workspace(t)
	s := serve(t, options(t, w))
	output := filepath.Join(w.Project(), "output")
	outside := filepath.Join(t.TempDir(), "outside.csv")
	write(t, outside, secret)
	table := filepath.Join(output, "table.csv")
	for name, swap := range map[string]func() error{
		"link":      func() error { return os.Symlink("private.csv", table) },
		"outside":   func() error { return os.Symlink(outside, table) },
		"hard link": func() error { return os.Link(filepath.Join(output, "private.csv"), table) },
		"another":   func() error { return os.WriteFile(table, []byte(secret), 0o600) },
		"folder":    func() error { return os.Mkdir(table, 0o700) },
		"nothing":   func() error { return nil },
	} {
		if err := os.RemoveAll(table); err != nil {
			t.Fatal(err)
		}
		if err := swap(); err != nil {
			t.Fatal(err)
		}
		answer := s.get(t, "/outputs/view/output/table.csv")
		if answer.StatusCode == http.StatusOK || strings.Contains(answer.body, secret) || strings.Contains(answer.body, w.Project()) {
			t.Errorf("%s: %s\n%s", name, answer.Status, answer.body)
		}
	}
	// A link in the place of the folder.
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.Rename(output, elsewhere); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, output); err != nil {
		t.Fatal(err)
	}
	if answer := s.get(t, "/outputs/content/output/note.txt"); answer.StatusCode == http.StatusOK {
		t.Errorf("through a linked folder: %s", answer.Status)
	}
}

// TestToken: nothing is told to who has no session; only the token gives one;
// the cookie is for this site and no script.
func TestToken(t *testing.T) {
	t.Parallel()
	w := workspace(t)
	s := serve(t, options(t, w))
	all := jobs(t, w, 1)
	if !s.cookie.HttpOnly || s.cookie.SameSite != http.SameSiteStrictMode {
		t.Errorf("the cookie is %+v", s.cookie)
	}
	stranger := &site{Server: s.Server, client: s.client}
	for _, path := range append(everyPage(all), "/live?t=workspace") {
		if answer := stranger.get(t, path); answer.StatusCode != http.StatusForbidden || strings.Contains(answer.body, "Job requests") {
			t.Errorf("%s without a session: %s", path, answer.Status)
		}
	}
	for _, wrong := range []string{"x", testToken + "x", testToken[1:]} {
		if answer := stranger.get(t, "/enter?token="+url.QueryEscape(wrong)); answer.StatusCode != http.StatusForbidden || len(answer.Cookies()) > 0 {
			t.Errorf("token %q: %s", wrong, answer.Status)
		}
	}
	for _, cookie := range []string{"", "x", s.cookie.Value + "x", "0" + s.cookie.Value[1:], strings.Replace(s.cookie.Value, ".", ".9", 1)} {
		if cookie == s.cookie.Value {
			continue
		}
		forged := &site{Server: s.Server, client: s.client, cookie: &http.Cookie{Name: s.cookie.Name, Value: cookie}}
		if answer := forged.get(t, "/"); answer.StatusCode != http.StatusForbidden {
			t.Errorf("cookie %q: %s", cookie, answer.Status)
		}
	}
	other := serve(t, options(t, w))
	if answer := (&site{Server: other.Server, client: s.client, cookie: &http.Cookie{Name: other.cookie.Name, Value: "x"}}).get(t, "/"); answer.StatusCode != http.StatusForbidden {
		t.Errorf("another server's cookie: %s", answer.Status)
	}
}

// TestGuessing: a password cannot be found by trying; it is never part of an
// address.
func TestGuessing(t *testing.T) {
	t.Parallel()
	o := options(t, workspace(t))
	o.Password = true
	s := serve(t, o)
	if answer := s.get(t, "/enter?token="+url.QueryEscape(testToken)); answer.StatusCode == http.StatusSeeOther {
		t.Error("a password in the address lets in")
	}
	last := 0
	for i := range 12 {
		last = s.do(t, http.MethodPost, "/enter", url.Values{"secret": {fmt.Sprint(i)}}, nil).StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the twelfth wrong password: %d", last)
	}
	if answer := s.do(t, http.MethodPost, "/enter", url.Values{"secret": {testToken}}, nil); answer.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the right one among so many wrong: %s", answer.Status)
	}
	fresh := serve(t, o)
	if answer := fresh.do(t, http.MethodPost, "/enter", url.Values{"secret": {testToken}}, nil); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("the password: %s", answer.Status)
	}
}

// TestForgedForm: a change needs the session's form token and comes from our
// own pages.
func TestForgedForm(t *testing.T) {
	t.Parallel()
	w := workspace(t)
	s := serve(t, options(t, w))
	good := s.get(t, "/start?action=open").token(t)
	before := len(audit(t, w))
	for name, change := range map[string]struct {
		token string
		edit  func(*http.Request)
	}{
		"no token":           {"", nil},
		"a wrong token":      {good + "x", nil},
		"another site":       {good, func(r *http.Request) { r.Header.Set("Origin", "http://elsewhere.example") }},
		"another site's tab": {good, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }},
		"no session":         {good, func(r *http.Request) { r.Header.Del("Cookie") }},
	} {
		for _, path := range []string{"/start", "/requests/1/cancel"} {
			answer := s.do(t, http.MethodPost, path, url.Values{"form_token": {change.token}, "action": {"open"}, "force": {"1"}}, change.edit)
			if answer.StatusCode != http.StatusForbidden {
				t.Errorf("%s with %s: %s", path, name, answer.Status)
			}
		}
	}
	for _, path := range []string{"/start?action=open&force=1&form_token=" + good, "/requests/1/cancel?form_token=" + good} {
		s.get(t, path) // what only asks changes nothing
	}
	if after := len(audit(t, w)); after != before {
		t.Errorf("%d lines in the audit, %d before", after, before)
	}
}

// TestHostHeader: a name that another site made point to us is refused.
func TestHostHeader(t *testing.T) {
	t.Parallel()
	s := serve(t, options(t, workspace(t)))
	_, port, _ := strings.Cut(strings.TrimPrefix(s.URL, "http://"), ":")
	for host, want := range map[string]int{
		"localhost:" + port: http.StatusOK, "127.0.0.1:" + port: http.StatusOK, "[::1]:" + port: http.StatusOK, "LOCALHOST:" + port: http.StatusOK,
		"elsewhere.example": http.StatusMisdirectedRequest, "elsewhere.example:" + port: http.StatusMisdirectedRequest,
		"127.0.0.1": http.StatusMisdirectedRequest, "127.0.0.1:1": http.StatusMisdirectedRequest, "127.0.0.1.elsewhere.example:" + port: http.StatusMisdirectedRequest,
	} {
		if answer := s.do(t, http.MethodGet, "/", nil, func(r *http.Request) { r.Host = host }); answer.StatusCode != want {
			t.Errorf("host %s: %s, want %d", host, answer.Status, want)
		}
	}
}

// TestPolicies: every answer has a strict policy, and what a study wrote one
// that lets it do nothing.
func TestPolicies(t *testing.T) {
	t.Parallel()
	w := workspace(t)
	s := serve(t, options(t, w))
	for _, path := range append(everyPage(jobs(t, w, 1)), "/style.css", "/enter") {
		answer := s.get(t, path)
		policy := answer.Header.Get("Content-Security-Policy")
		content := answer.StatusCode == http.StatusOK && (strings.Contains(path, "/content/") || strings.Contains(path, "?plain"))
		if content != strings.HasPrefix(policy, "sandbox; default-src 'none'") || !content && !strings.HasPrefix(policy, "default-src 'none'; script-src 'self'; style-src 'self';") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if !content && !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe-eval") || strings.Contains(policy, "http:") {
			t.Errorf("%s: policy %q", path, policy)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin"} {
			if got := answer.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if !content && strings.Contains(answer.Header.Get("Content-Type"), "html") {
			for _, foreign := range []string{"<style", " style=", " onclick=", " onload=", "<script>", `src="http`, `href="http`} {
				if strings.Contains(answer.body, foreign) {
					t.Errorf("%s has %q", path, foreign)
				}
			}
		}
	}
}

// TestReadOnly: nothing can be started or cancelled, nor is it offered.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	w := workspace(t)
	o := options(t, w)
	token := serve(t, o).get(t, "/start?action=open").token(t)
	o.ReadOnly = true
	s := serve(t, o)
	for _, path := range []string{"/start", "/start?action=open", "/requests/1/cancel"} {
		if answer := s.get(t, path); answer.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %s", path, answer.Status)
		}
	}
	for _, path := range []string{"/start", "/requests/1/cancel"} {
		if answer := s.do(t, http.MethodPost, path, url.Values{"form_token": {token}, "action": {"open"}}, nil); answer.StatusCode != http.StatusForbidden {
			t.Errorf("POST %s: %s", path, answer.Status)
		}
	}
	if page := s.get(t, "/").body; strings.Contains(page, `href="/start"`) {
		t.Error("a run is offered")
	}
	if answer := s.get(t, "/outputs/view/output/table.csv"); answer.StatusCode != http.StatusOK || audit(t, w)[0].What != "opened" {
		t.Errorf("an output: %s", answer.Status)
	}
}

// TestHugeLog: of a huge log a page has the end, and a part never more than it
// may.
func TestHugeLog(t *testing.T) {
	t.Parallel()
	w := workspace(t)
	job := jobs(t, w, 1)["open"]
	line := strings.Repeat("ü", 50) + "\n"
	write(t, w.PrintedPath(job), strings.Repeat(line, 300_000)+"the end\n") // 30 MB
	s := serve(t, options(t, w))
	page := s.get(t, "/jobs/"+job)
	if len(page.body) > 100_000 || !strings.Contains(page.body, "the end\n") || strings.Contains(page.body, "\uFFFD") {
		t.Errorf("the page has %d bytes", len(page.body))
	}
	for _, from := range []string{"0", "1", "-5", "29999999", "99999999999", "x"} {
		answer := s.get(t, "/jobs/"+job+"/log?plain&from="+from)
		if answer.StatusCode != http.StatusOK || len(answer.body) > 70_000 {
			t.Errorf("from %s: %s, %d bytes", from, answer.Status, len(answer.body))
		}
	}
}

// TestSlowClient: who sends a request letter by letter, or too much of it, is
// let go.
func TestSlowClient(t *testing.T) {
	t.Parallel()
	if os.Getenv("COHORTCOUNTS_SLOW") == "" {
		t.Skip("takes as long as a slow client is waited for; set COHORTCOUNTS_SLOW=1")
	}
	s := serve(t, options(t, workspace(t)))
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close() //nolint:errcheck // the server has closed it
	if _, err := fmt.Fprint(connection, "GET / HTTP/1.1\r\nHost: x\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := connection.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(connection).ReadByte(); err == nil {
		return // it was told that it is too slow
	} else if timeout, ok := err.(net.Error); ok && timeout.Timeout() { //nolint:errorlint // a plain network error
		t.Error("a client that does not end its request is waited for")
	}
}

// TestTooMuch: a request that is too large is refused and changes nothing. The
// connection may end before all of it is sent.
func TestTooMuch(t *testing.T) {
	t.Parallel()
	w := workspace(t)
	s := serve(t, options(t, w))
	token := s.get(t, "/start?action=open").token(t)
	before := len(audit(t, w))
	form := url.Values{"form_token": {token}, "action": {"open"}, "force": {"1"}}
	for name, c := range map[string]struct {
		header, body string
		want         int
	}{
		"100 kB of headers": {strings.Repeat("x", 100<<10), form.Encode(), http.StatusRequestHeaderFieldsTooLarge},
		"a form of 1 MB":    {"", form.Encode() + "&x=" + strings.Repeat("x", 1<<20), http.StatusForbidden},
	} {
		r, err := http.NewRequest(http.MethodPost, s.URL+"/start", strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Large", c.header)
		r.AddCookie(s.cookie)
		answer, err := s.client.Do(r)
		if err != nil {
			continue
		}
		if err := answer.Body.Close(); err != nil || answer.StatusCode != c.want {
			t.Errorf("%s: %s, %v", name, answer.Status, err)
		}
	}
	if after := len(audit(t, w)); after != before {
		t.Error("a request that is too large started a run")
	}
}

// TestCraftedNames: actions and outputs may be called what they like.
func TestCraftedNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "project.yaml"), `version: 4
actions:
  "<img src=x onerror=alert(1)>":
    run: sh:v1 sh -c 'echo "</pre><script>alert(2)</script>"; echo "<script>alert(3)</script>,b" >"output/a b&#%?.csv"; echo 1,2 >>"output/a b&#%?.csv"'
    outputs: {moderately_sensitive: {x: "output/a*.csv"}}
`)
	run(t, dir, "run_all")
	w := openWorkspace(t, dir)
	s := serve(t, options(t, w))
	list := s.get(t, "/outputs").body
	if !strings.Contains(list, `href="/outputs/view/output/a%20b&amp;%23%25%3F.csv"`) {
		t.Errorf("the address of a file with a crafted name:\n%s", list)
	}
	pages := []string{"/", "/requests/1", "/outputs", "/start?action=run_all", "/outputs/view/output/a%20b&%23%25%3F.csv"}
	for _, job := range jobs(t, w, 1) {
		pages = append(pages, "/jobs/"+job, "/jobs/"+job+"/log")
	}
	for _, path := range pages {
		answer := s.get(t, path)
		if answer.StatusCode != http.StatusOK || strings.Contains(answer.body, "<script>alert") || strings.Contains(answer.body, "<img src=x") {
			t.Errorf("%s: %s\n%s", path, answer.Status, answer.body)
		}
	}
}
