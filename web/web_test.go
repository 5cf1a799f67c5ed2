package web_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"cohortcounts/pipeline"
	"cohortcounts/pipeline/record"
	"cohortcounts/web"
)

// secret is what no page, file or error may ever have: it stands in every
// highly_sensitive file and in what their programs print.
const secret = "4711-SECRET"

// testProject writes a file of every kind. Its programs are the machine's own.
const testProject = `version: 4
actions:
  private:
    run: sh:v1 sh -c 'cat analysis/data.csv >output/private.csv; cat analysis/data.csv'
    outputs: {highly_sensitive: {cohort: output/private.csv}}
  shown:
    run: sh:v1 sh -c 'sh analysis/shown.sh; cat output/private.csv'
    needs: [private]
    outputs:
      moderately_sensitive: {table: output/table.csv, page: output/page.html, figure: output/figure.svg, note: output/note.txt, data: output/x.json}
  leak:
    run: sh:v1 sh -c 'cp output/private.csv output/leak.csv'
    needs: [private]
    outputs: {moderately_sensitive: {leak: output/leak.csv}}
  open:
    run: sh:v1 sh -c 'echo nothing private; printf "\033[31mred\033[0m\n"; echo 1 >output/open.txt'
    outputs: {moderately_sensitive: {open: output/open.txt}}
`

const shownScript = `printf 'week,a,b\n2020-02-02,10.0,\n2020-02-09,[REDACTED],15.0\n2020-02-16,100.0,20.0\n' >output/table.csv
cat >output/page.html <<'END'
<title>x</title><h1>A page of the study</h1><script>parent.document.title = 'taken'; document.title = 'ran'</script>
<img src="http://elsewhere.example/x.png" onerror="document.title = 'ran'">
END
cat >output/figure.svg <<'END'
<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><title>A circle</title><script>document.title = 'ran'</script>
<circle cx="50" cy="50" r="40" onload="document.title = 'ran'"/><foreignObject><iframe src="http://elsewhere.example/"/></foreignObject></svg>
END
echo 'a <b>note</b>' >output/note.txt
echo '{"a": 1}' >output/x.json
`

// workspace is a project of which everything was run, in a git repository.
func workspace(t *testing.T) *pipeline.Workspace {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "project.yaml"), testProject)
	write(t, filepath.Join(dir, "analysis", "shown.sh"), shownScript)
	write(t, filepath.Join(dir, "analysis", "data.csv"), "patient_id,value\n1,"+secret+"\n2,x\n")
	write(t, filepath.Join(dir, ".gitignore"), "output/\nmetadata/\nanalysis/data.csv\n")
	git(t, dir, "init", "-q", "-b", "main")
	commit(t, dir)
	run(t, dir, "run_all")
	w, err := pipeline.OpenWorkspace(dir, "", "")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func run(t *testing.T, dir string, actions ...string) {
	t.Helper()
	o := pipelineOptions(t, dir)
	o.Actions = actions
	if _, err := pipeline.Run(context.Background(), o); err != nil && !errors.Is(err, pipeline.ErrFailed) {
		t.Fatal(err)
	}
}

func pipelineOptions(t *testing.T, dir string) pipeline.Options {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return pipeline.Options{
		Project: dir, AllowLocalCommands: true, NoSandbox: true, ContinueOnError: true, Program: program, Version: "test",
		Environment: []string{"PATH=" + os.Getenv("PATH")}, Who: "tester", Now: time.Now,
	}
}

// git runs git with settings of its own, so that a test does not depend on the
// user's.
func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func commit(t *testing.T, dir string) {
	t.Helper()
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "-m", "test")
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

const testToken = "a token that only this test knows, of 45 letters"

// options are those of a server that starts runs in this process.
func options(t *testing.T, w *pipeline.Workspace) web.Options {
	t.Helper()
	return web.Options{
		Workspace: w, Pipeline: pipelineOptions(t, w.Project()), Who: "tester", Now: time.Now, Version: "test", Secret: testToken,
		Start: func(_ context.Context, actions []string, force bool) (int64, error) {
			o := pipelineOptions(t, w.Project())
			o.Actions, o.Force = actions, force
			result, err := pipeline.Run(context.Background(), o)
			if err != nil {
				return 0, err
			}
			return result.Request.ID, nil
		},
		Shape: func(_ context.Context, path string) (int64, int64, error) {
			data, err := os.ReadFile(path)
			if err != nil {
				return 0, 0, err
			}
			return int64(strings.Count(string(data), "\n")) - 1, 2, nil
		},
	}
}

// site is a running server and a browser that is let in.
type site struct {
	*httptest.Server
	client *http.Client
	cookie *http.Cookie
}

func serve(t *testing.T, o web.Options) *site {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server, err := web.New(o, listener.Addr())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- server.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-over; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	s := &site{Server: &httptest.Server{URL: "http://" + listener.Addr().String()}}
	s.client = &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DisableKeepAlives: true},
	}
	if o.Secret == testToken && !o.Password {
		answer := s.do(t, http.MethodGet, "/enter?token="+url.QueryEscape(testToken), nil, nil)
		if answer.StatusCode != http.StatusSeeOther || len(answer.Cookies()) != 1 {
			t.Fatalf("the token gives %s and %d cookies", answer.Status, len(answer.Cookies()))
		}
		s.cookie = answer.Cookies()[0]
	}
	return s
}

// reply is an answer with its body.
type reply struct {
	*http.Response
	body string
}

// do sends a request, with the session if there is one.
func (s *site) do(t *testing.T, method, path string, form url.Values, change func(*http.Request)) reply {
	t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequest(method, s.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if s.cookie != nil {
		r.AddCookie(s.cookie)
	}
	if change != nil {
		change(r)
	}
	answer, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // it is read to its end
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{answer, string(text)}
}

func (s *site) get(t *testing.T, path string) reply {
	t.Helper()
	return s.do(t, http.MethodGet, path, nil, nil)
}

var formToken = regexp.MustCompile(`name="form_token" value="([^"]+)"`)

// token is the form token of a page.
func (r reply) token(t *testing.T) string {
	t.Helper()
	found := formToken.FindStringSubmatch(r.body)
	if found == nil {
		t.Fatalf("no form on the page:\n%s", r.body)
	}
	return found[1]
}

// audit is what was opened, cancelled and so on, the newest first.
func audit(t *testing.T, w *pipeline.Workspace) []record.Event {
	t.Helper()
	r, err := record.OpenExisting(context.Background(), w.RecordPath())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // it was only read
	events, err := r.Events(context.Background(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	return events
}

// jobs are the identifiers of a request's jobs by their actions.
func jobs(t *testing.T, w *pipeline.Workspace, request int64) map[string]string {
	t.Helper()
	r, err := record.OpenExisting(context.Background(), w.RecordPath())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // it was only read
	q, err := r.Request(context.Background(), request)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, job := range q.Jobs {
		all[job.Action] = job.Identifier
	}
	return all
}
