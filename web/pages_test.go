package web_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cohortcounts/web"
)

// TestRequestPage: every block of the original page is there, in its order.
func TestRequestPage(t *testing.T) {
	t.Parallel()
	s := serve(t, options(t, workspace(t)))
	page := s.get(t, "/requests/1").body
	at := 0
	for _, part := range []string{
		"Job request: 1", "Workspace", "Identifier", "asked to run", "highly_sensitive", "moderately_sensitive",
		">Jobs<", ">private<", "succeeded", ">Pipeline<", "<svg", "project.yaml", ">actions<", ">Job statistics<", "pending", "running", "succeeded", "failed",
		"4 / 4 (100 %) complete", ">Timeline<", "Created", "Started", "Finished", "Runtime", "From start to end",
		">Job request<", "Status", "Backend", "dummy", "Requested by", "tester", "Branch", "main", "Force run dependencies", "No", "Git commit hash", "Requested actions", "run_all",
		">Code comparison<", ">Outputs<",
	} {
		i := strings.Index(page[at:], part)
		if i < 0 {
			t.Fatalf("%q is not behind what comes before it, in\n%s", part, page)
		}
		at += i
	}
}

// TestWithheldTable: a CSV is shown as a table that marks what is withheld, can
// be sorted by every column, and carries the output checker's view.
func TestWithheldTable(t *testing.T) {
	t.Parallel()
	s := serve(t, options(t, workspace(t)))
	page := s.get(t, "/outputs/view/output/table.csv").body
	if n := strings.Count(page, `<td class="number"><span class="cell-withheld">withheld</span>`); n != 2 {
		t.Errorf("%d cells are marked as withheld, want 2 in\n%s", n, page)
	}
	if !strings.Contains(page, "What an output checker looks at") || !strings.Contains(page, "100 %") {
		t.Error("the output checker's view is missing")
	}
	order := func(query string) []int {
		page := s.get(t, "/outputs/view/output/table.csv"+query).body
		return []int{strings.Index(page, "2020-02-02"), strings.Index(page, "2020-02-09"), strings.Index(page, "2020-02-16")}
	}
	if at := order("?sort=2&order=down"); at[2] > at[0] || at[0] > at[1] {
		t.Error("sorted down by a, the rows are not 100, 10, withheld")
	}
	if at := order("?sort=3&order=up"); at[1] > at[2] || at[2] > at[0] {
		t.Error("sorted up by b, the rows are not 15, 20, withheld")
	}
}

// TestOpeningIsNoted: each opening of an output is in the audit, once (H2).
func TestOpeningIsNoted(t *testing.T) {
	t.Parallel()
	w := workspace(t)
	s := serve(t, options(t, w))
	for _, path := range []string{"/outputs/view/output/table.csv", "/outputs/view/output/figure.svg", "/outputs/content/output/figure.svg", "/outputs/content/output/page.html", "/outputs/content/output/note.txt"} {
		before := len(audit(t, w))
		if answer := s.get(t, path); answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", path, answer.Status)
		}
		events := audit(t, w)
		_, name, _ := strings.Cut(strings.TrimPrefix(path, "/outputs/"), "/")
		if len(events) != before+1 || events[0].What != "opened" || events[0].Who != "tester" || !strings.HasPrefix(events[0].Detail, name+" sha256:") {
			t.Errorf("%s: %d new lines in the audit, the last %+v", path, len(events)-before, events[0])
		}
	}
}

// TestStart: the page shows the plan and why, starts the run and leads to it.
func TestStart(t *testing.T) {
	t.Parallel()
	w := workspace(t)
	s := serve(t, options(t, w))
	if page := s.get(t, "/start?action=shown").body; !strings.Contains(page, "is up to date") || !strings.Contains(page, "Nothing is to be done") {
		t.Errorf("the plan of what is up to date:\n%s", page)
	}
	if err := os.Remove(filepath.Join(w.Project(), "output", "open.txt")); err != nil {
		t.Fatal(err)
	}
	page := s.get(t, "/start?action=open")
	if !strings.Contains(page.body, "output missing: output/open.txt") {
		t.Errorf("the plan does not say why:\n%s", page.body)
	}
	answer := s.do(t, http.MethodPost, "/start", url.Values{"form_token": {page.token(t)}, "action": {"open"}}, nil)
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "/requests/2" {
		t.Fatalf("%s to %s\n%s", answer.Status, answer.Header.Get("Location"), answer.body)
	}
	if page := s.get(t, "/requests/2").body; !strings.Contains(page, "1 / 1 (100 %) complete") {
		t.Errorf("the new request's page:\n%s", page)
	}
	if page := s.get(t, "/start?action=nonsense").body; !strings.Contains(page, "there is no action") {
		t.Errorf("an action that there is not:\n%s", page)
	}
}

// TestCode: the code of two requests is compared per file; an output that
// somebody committed is named and not shown (H1).
func TestCode(t *testing.T) {
	t.Parallel()
	w := workspace(t)
	write(t, filepath.Join(w.Project(), "analysis", "shown.sh"), shownScript+"# one more line\n")
	write(t, filepath.Join(w.Project(), "analysis", "new.py"), "X = \"text\"  # a comment\n")
	git(t, w.Project(), "add", "-f", "output/private.csv")
	commit(t, w.Project())
	run(t, w.Project(), "shown")
	page := serve(t, options(t, w)).get(t, "/requests/2/code?with=succeeded").body
	for _, part := range []string{
		"analysis/new.py", `<span class="text">&#34;text&#34;</span>`, `<span class="comment"># a comment</span>`, "# one more line", "output/private.csv",
		"what is in it is not shown here", "+2",
	} {
		if !strings.Contains(page, part) {
			t.Errorf("%q is not in the comparison\n%s", part, page)
		}
	}
	if strings.Contains(page, secret) {
		t.Error("the comparison shows a highly_sensitive output that was committed")
	}
}

// TestReport: a report is one file with nothing from elsewhere; outputs are in
// it when asked for, and each is then noted.
func TestReport(t *testing.T) {
	t.Parallel()
	w := workspace(t)
	for _, with := range []bool{false, true} {
		var text strings.Builder
		before := len(audit(t, w))
		if err := web.WriteReport(t.Context(), &text, options(t, w), web.ReportOptions{Request: 1, Outputs: with}); err != nil {
			t.Fatal(err)
		}
		page := text.String()
		for _, foreign := range []string{secret, "<script", `src="/`, `href="/`, "<link", testToken} {
			if strings.Contains(page, foreign) {
				t.Errorf("outputs %t: the report has %q", with, foreign)
			}
		}
		if has := strings.Contains(page, "data:image/svg"); has != with {
			t.Errorf("outputs %t: the figure is there: %t", with, has)
		}
		if noted := len(audit(t, w)) - before; with != (noted == 6) || !with && noted != 0 {
			t.Errorf("outputs %t: %d openings are noted", with, noted)
		}
		events := audit(t, w)
		if with && !slices.ContainsFunc(events, func(e recordEvent) bool { return strings.HasPrefix(e.Detail, "output/figure.svg") }) {
			t.Error("the figure in the report is not noted")
		}
	}
}

// TestEmptyWorkspace: a project of which nothing was run has pages too, and
// looking at them leaves nothing behind.
func TestEmptyWorkspace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "project.yaml"), testProject)
	s := serve(t, options(t, openWorkspace(t, dir)))
	for path, part := range map[string]string{"/": "Nothing has been run", "/outputs": "There are none yet", "/start": "run_all", "/start?action=open": "output missing"} {
		if page := s.get(t, path); page.StatusCode != http.StatusOK || !strings.Contains(page.body, part) {
			t.Errorf("%s: %s\n%s", path, page.Status, page.body)
		}
	}
	for _, path := range []string{"/requests/1", "/jobs/abcdefghijklmnop", "/outputs/view/output/open.txt", "/requests/x", "/nonsense"} {
		if page := s.get(t, path); page.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, page.Status)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, ".cohortcounts")); !os.IsNotExist(err) {
		t.Error("looking made a record")
	}
}

// TestKilledRun: a request whose driver has died is not shown as running.
func TestKilledRun(t *testing.T) {
	t.Parallel()
	w := workspace(t)
	addUnfinished(t, w)
	s := serve(t, options(t, w))
	page := s.get(t, "/requests/2").body
	if strings.Contains(page, `class="state running"`) || !strings.Contains(page, "has ended without a word") || !strings.Contains(page, "the driver ended while this job was running") {
		t.Errorf("the page of a request whose driver died:\n%s", page)
	}
}

// TestLogOf: what a program printed is shown only where it had nothing
// private, without the colours of a terminal.
func TestLogOf(t *testing.T) {
	t.Parallel()
	w := workspace(t)
	s := serve(t, options(t, w))
	all := jobs(t, w, 1)
	if page := s.get(t, "/jobs/"+all["open"]).body; !strings.Contains(page, "nothing private\nred\n") {
		t.Errorf("the log of a job without private files:\n%s", page)
	}
	for _, action := range []string{"private", "shown", "leak"} {
		if page := s.get(t, "/jobs/"+all[action]).body; !strings.Contains(page, "may hold some of them") {
			t.Errorf("the log of %s is not hidden:\n%s", action, page)
		}
		if answer := s.get(t, "/jobs/"+all[action]+"/log?plain"); answer.StatusCode != http.StatusForbidden {
			t.Errorf("the log of %s as text: %s", action, answer.Status)
		}
	}
}
