//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browserProject takes some seconds, tells how far it is, prints lines and
// leaves an output of every kind.
const browserProject = `version: '3.0'
expectations: {population_size: 500000}
actions:
  generate_cohort:
    run: cohortextractor:latest generate_cohort --study-definition study_definition --output-format feather
    outputs: {highly_sensitive: {cohort: output/input.feather}}
  counts:
    run: python:latest python analysis/counts.py
    needs: [generate_cohort]
    outputs: {moderately_sensitive: {table: output/caseness/codecounts_week.csv}}
  freq_plots:
    run: python:latest python analysis/freq_plot.py
    needs: [counts]
    outputs: {moderately_sensitive: {plots: output/caseness/plots.svg}}
  talk:
    run: sh:v1 sh analysis/talk.sh
    outputs: {moderately_sensitive: {page: output/page.html, note: output/note.txt, table: output/small.csv}}
`

const talkScript = `for i in $(seq 1 90); do echo "line $i of the log"; sleep 0.5; done
echo "<title>x</title><h1>A page</h1><script>parent.document.title = 'taken'</script><img src='http://elsewhere.example/x.png'>" >output/page.html
echo "a note" >output/note.txt
printf 'week,a,b\n2020-02-02,10.0,\n2020-02-09,[REDACTED],15.0\n2020-02-16,100.0,20.0\n' >output/small.csv
`

const browserToken = "a-token-of-this-test-only-0123456789"

// browser drives one tab of a headless Chromium.
type browser struct {
	t    *testing.T
	ctx  context.Context
	base string

	close  context.CancelFunc // of a further tab
	mutex  sync.Mutex
	faults []string // what the browser complained about
	asked  []string // addresses that it asked for
}

// TestBrowser does what a researcher does, in a real browser: starts a run,
// watches it, loses the server, opens each output, compares code, cancels.
func TestBrowser(t *testing.T) {
	t.Parallel()
	if os.Getenv("COHORTCOUNTS_SLOW") == "" {
		t.Skip("takes more than a minute; set COHORTCOUNTS_SLOW=1")
	}
	binary, dir := program(t), browserWorkspace(t)
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte(browserToken), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { endRuns(t, binary, dir) })
	server, base := startServer(t, binary, dir, token, "127.0.0.1:0")
	b := newBrowser(t, base)

	b.open("/")
	b.see("main", "Come in")
	b.open("/enter?token=" + browserToken)
	if at := b.text("location.href"); at != base+"/" {
		t.Fatalf("the token leads to %s, not to an address without it", at)
	}
	b.see("main", "Nothing has been run")

	t.Log("start a run from the page, with its plan")
	b.click("main a.button")
	b.click(`input[value="run_all"]`)
	b.click("form[method=get] button")
	b.see("main", "output missing: output/input.feather")
	b.checkAll("/start?action=run_all")
	b.open("/start?action=run_all")
	b.click("form[method=post] button")
	b.await(`location.pathname === "/requests/1"`)

	t.Log("watch it live, in more tabs than a browser has connections")
	b.run(chromedp.Evaluate("window.same = true", nil))
	b.await(`document.querySelector("#request-jobs progress")?.value > 0`)
	b.await(`document.querySelector("#request-jobs tr:last-child .state").textContent.includes("running")`)
	tabs := b.tabs(9, "/requests/1")
	talk := b.text(`[...document.querySelectorAll("#request-jobs a")].find(a => a.textContent === "talk").getAttribute("href")`)
	b.open(talk)
	b.run(chromedp.Evaluate("window.same = true", nil))
	b.see("#log", "line 2 of the log")
	b.see("#log", "line 5 of the log")

	t.Log("kill the server: the run goes on, the page says so and comes back")
	if err := errors.Join(server.Process.Kill(), ignoreExit(server.Wait())); err != nil {
		t.Fatal(err)
	}
	b.await(`document.getElementById("connection").dataset.live === "false"`)
	b.forget() // the browser complains that the server is away
	startServer(t, binary, dir, token, strings.TrimPrefix(base, "http://"))
	b.await(`document.getElementById("connection").dataset.live === "true"`)
	known := b.text(`document.getElementById("log").dataset.to`)
	b.await(`document.getElementById("log").dataset.to > ` + known)
	if same := b.text("String(window.same)"); same != "true" {
		t.Error("the page was loaded anew")
	}
	lines := b.text(`document.getElementById("log").textContent`)
	if strings.Count(lines, "line 9 of the log\n") != 1 {
		t.Errorf("after the server came back a line of the log is not there once:\n%s", lines)
	}
	b.forget()
	b.open("/requests/1")
	b.see("#request-status", "succeeded")
	b.see("#request-statistics", "4 / 4 (100 %) complete")
	for _, tab := range tabs {
		tab.await(`document.getElementById("request-status").textContent.includes("succeeded")`)
		tab.close()
	}
	b.run(page.BringToFront()) // timers of a tab that nobody sees wait for minutes

	t.Log("open each output")
	b.open("/outputs")
	b.see("main", "input.feather")
	if private := b.text(`String([...document.querySelectorAll("main a")].some(a => a.href.includes("feather")))`); private != "false" {
		t.Error("a highly_sensitive output has a link")
	}
	b.see("main", "500,000") // its rows
	b.open("/outputs/view/output/small.csv")
	b.await(`document.querySelectorAll("td .cell-withheld").length === 2`)
	b.click("thead th:nth-child(2) a")
	b.await(`document.querySelector("tbody tr td").textContent === "2020-02-02" && !!document.querySelector("th[aria-sort=ascending]")`)
	b.click("thead th:nth-child(2) a")
	b.await(`document.querySelector("tbody tr td").textContent === "2020-02-16" && !!document.querySelector("th[aria-sort=descending]")`)
	b.open("/outputs/view/output/caseness/plots.svg")
	b.await(`document.querySelector("main img").naturalWidth > 0`)
	b.forget() // what follows makes the browser complain, as it should
	b.open("/outputs/view/output/page.html")
	b.see("h1", "output/page.html")
	b.settle()
	if title := b.text("document.title"); !strings.HasPrefix(title, "page.html") {
		t.Errorf("a page of the study has changed ours: %q", title)
	}
	b.forget()
	b.open("/outputs/view/output/note.txt")
	b.settle()
	b.none()

	t.Log("compare the code")
	write(t, filepath.Join(dir, "analysis", "talk.sh"), talkScript+"# one more line\n")
	gitIn(t, dir, "commit", "-qam", "two")
	b.open("/start?action=talk")
	b.see("main", "script changed: analysis/talk.sh")
	b.click("form[method=post] button")
	b.await(`location.pathname === "/requests/2"`)
	b.click(`a[href$="with=previous"]`)
	b.see(".diff .added", "# one more line")

	t.Log("cancel")
	b.open("/requests/2")
	b.click("#request-status a")
	b.click("button.danger")
	b.await(`location.pathname === "/requests/2"`)
	b.see("#request-status", "failed")
	b.see("#request-jobs", "ended because the run was stopped")

	t.Log("every page at both widths, light and dark")
	b.checkAll("/", "/requests/1", "/requests/2", talk, talk+"/log", "/outputs", "/outputs/view/output/small.csv", "/outputs/view/output/caseness/plots.svg",
		"/outputs/view/output/note.txt", "/requests/2/code?with=previous", "/requests/2/cancel", "/start", "/nonsense")

	t.Log("the report, from disk")
	file := filepath.Join(t.TempDir(), "report.html")
	if out, err := exec.Command(binary, "report", "2", "--with-outputs", "--project", dir, "-o", file).CombinedOutput(); err != nil {
		t.Fatalf("report: %v\n%s", err, out)
	}
	if out, err := exec.Command(binary, "report", "1", "--with-outputs", "--project", dir, "-o", file).CombinedOutput(); err != nil {
		t.Fatalf("report: %v\n%s", err, out)
	}
	b.forget()
	b.base = ""
	b.open("file://" + file)
	b.see("h1", "Job request: 1")
	b.await(`document.querySelector("main figure img").naturalWidth > 0`)
	b.checkAll("file://" + file)
	b.foreign()
}

// browserWorkspace is a git repository with the project.
func browserWorkspace(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, part := range []string{"analysis", "codelists"} {
		if err := os.CopyFS(filepath.Join(dir, part), os.DirFS(filepath.Join(example, part))); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "project.yaml"), browserProject)
	write(t, filepath.Join(dir, "analysis", "talk.sh"), talkScript)
	write(t, filepath.Join(dir, ".gitignore"), "output/\nmetadata/\n")
	gitIn(t, dir, "init", "-q", "-b", "main")
	gitIn(t, dir, "add", "-A")
	gitIn(t, dir, "commit", "-qm", "one")
	return dir
}

func gitIn(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// startServer starts serve and gives the address that it prints.
func startServer(t *testing.T, binary, dir, token, listen string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.Command(binary, "serve", "--quiet", "--allow-local-commands", "--project", dir, "--listen", listen, "--token-file", token)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have been killed
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("serve prints no address: %v", err)
	}
	address, err := url.Parse(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	return cmd, "http://" + address.Host
}

func ignoreExit(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil
	}
	return err
}

// endRuns cancels what a failed test has left running: runs outlive the server.
func endRuns(t *testing.T, binary, dir string) {
	for _, request := range []string{"1", "2"} {
		_ = exec.Command(binary, "cancel", request, "--project", dir).Run() // it may be over
	}
	for range 100 {
		out, err := exec.Command(binary, "status", "--project", dir).Output()
		if err != nil || !strings.Contains(string(out), "running") {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error("a run does not end")
}

// newBrowser starts Chromium. Without one the test is skipped.
func newBrowser(t *testing.T, base string) *browser {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && program == "" {
			program = found
		}
	}
	if program == "" {
		t.Skip("there is no chromium; install Debian's package")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(program), chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(time.Minute))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox) // it does not start as root otherwise
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 10*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx, base: base}
	chromedp.ListenTarget(ctx, b.listen)
	b.run(log.Enable(), network.Enable())
	return b
}

// listen keeps what the browser complains about and asks for.
func (b *browser) listen(event any) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.LevelError || e.Entry.Source == log.SourceSecurity {
			b.faults = append(b.faults, e.Entry.Text)
		}
	case *runtime.EventExceptionThrown:
		b.faults = append(b.faults, e.ExceptionDetails.Error())
	case *network.EventRequestWillBeSent:
		b.asked = append(b.asked, e.Request.URL)
	}
}

// tabs opens further tabs.
func (b *browser) tabs(n int, path string) []*browser {
	b.t.Helper()
	all := make([]*browser, n)
	for i := range all {
		ctx, cancel := chromedp.NewContext(b.ctx)
		b.t.Cleanup(cancel)
		all[i] = &browser{t: b.t, ctx: ctx, base: b.base, close: cancel}
		all[i].open(path)
	}
	return all
}

func (b *browser) run(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) open(path string) {
	b.t.Helper()
	b.run(chromedp.Navigate(b.base + path))
}

func (b *browser) click(selector string) {
	b.t.Helper()
	b.run(chromedp.Click(selector, chromedp.ByQuery))
}

// text is what an expression gives in the page.
func (b *browser) text(expression string) (text string) {
	b.t.Helper()
	b.run(chromedp.Evaluate(expression, &text))
	return text
}

// await waits until an expression is true.
func (b *browser) await(expression string) {
	b.t.Helper()
	for start := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		var is bool
		err := chromedp.Run(b.ctx, chromedp.Evaluate("!!("+expression+")", &is))
		if is {
			return
		}
		if time.Since(start) > time.Minute { // far more than it takes; a page between two answers errors
			var page string
			_ = chromedp.Run(b.ctx, chromedp.Evaluate("location.href + '\\n' + document.body.innerText", &page)) // for the message only
			b.t.Fatalf("never true: %s (%v)\n%s\n%q", expression, err, page, b.complaints())
		}
	}
}

// see waits until an element has a text.
func (b *browser) see(selector, text string) {
	b.t.Helper()
	b.await(fmt.Sprintf("document.querySelector(%q)?.textContent.includes(%q)", selector, text))
}

// settle waits until all frames and images are there.
func (b *browser) settle() {
	b.t.Helper()
	b.await(`document.readyState === "complete"`)
}

func (b *browser) complaints() []string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return slices.Clone(b.faults)
}

// forget drops the complaints.
func (b *browser) forget() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.faults = nil
}

// none fails when the browser complained.
func (b *browser) none() {
	b.t.Helper()
	if faults := b.complaints(); len(faults) > 0 {
		b.t.Errorf("the browser complains: %q", faults)
	}
}

// foreign fails when the browser asked for anything elsewhere.
func (b *browser) foreign() {
	b.t.Helper()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for _, address := range b.asked {
		u, err := url.Parse(address)
		if err != nil || u.Scheme == "http" && u.Hostname() != "127.0.0.1" || u.Scheme == "https" {
			b.t.Errorf("the browser asked for %s", address)
		}
	}
}

// checkAll looks at pages at both widths, light and dark: nothing sticks out to
// the right, and axe, if its file is named, finds nothing serious. With
// COHORTCOUNTS_PICTURES it leaves a picture of each in that folder.
func (b *browser) checkAll(paths ...string) {
	b.t.Helper()
	b.forget()
	axe := ""
	if name := os.Getenv("COHORTCOUNTS_AXE"); name != "" {
		text, err := os.ReadFile(name)
		if err != nil {
			b.t.Fatal(err)
		}
		axe = string(text)
	} else {
		b.t.Log("axe is not run: COHORTCOUNTS_AXE does not name its axe.min.js")
	}
	for _, path := range paths {
		for _, width := range []int64{360, 1600} {
			for _, scheme := range []string{"light", "dark"} {
				b.run(emulation.SetDeviceMetricsOverride(width, 900, 1, width < 500),
					emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
				b.open(path)
				b.settle()
				where := fmt.Sprintf("%s at %d, %s", path, width, scheme)
				if wide := b.text("String(document.documentElement.scrollWidth)"); wide != fmt.Sprint(width) {
					b.t.Errorf("%s: the page is %s wide", where, wide)
				}
				b.picture(path, scheme, width)
				if axe != "" && (width < 500) == (scheme == "dark") { // each of both once: it takes a second
					b.axe(axe, where)
				}
			}
		}
	}
	if !slices.Contains(paths, "/nonsense") { // of which the browser says that it is not there
		b.none()
	}
	b.forget()
	b.run(emulation.ClearDeviceMetricsOverride())
}

// axe fails for what it calls serious or critical.
func (b *browser) axe(source, where string) {
	b.t.Helper()
	var found []string
	b.run(chromedp.Evaluate(source+";0", nil), chromedp.Evaluate(`axe.run().then(r => r.violations
		.filter(v => v.impact === "serious" || v.impact === "critical")
		.map(v => v.id + ": " + v.nodes.map(n => n.html + " " + n.failureSummary).join(" | ")))`, &found,
		func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	for _, v := range found {
		b.t.Errorf("%s: axe: %s", where, v)
	}
}

func (b *browser) picture(path, scheme string, width int64) {
	b.t.Helper()
	dir := os.Getenv("COHORTCOUNTS_PICTURES")
	if dir == "" {
		return
	}
	var picture []byte
	b.run(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		picture, err = page.CaptureScreenshot().WithCaptureBeyondViewport(true).Do(ctx)
		return err
	}))
	name := strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune("/?=:", r) {
			return '-'
		}
		return r
	}, path), "-")
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, width, scheme)), picture, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
