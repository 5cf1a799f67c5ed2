package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"cohortcounts/pipeline/record"
)

// jobModel is the page of one job.
type jobModel struct {
	page
	R       requestView
	J       jobView
	Outputs []outputView
	Log     logPart
	Hidden  string // why the log is not shown
}

func (s *Server) jobPage(w http.ResponseWriter, r *http.Request) {
	m, err := s.jobModel(r.Context(), r.PathValue("job"))
	if err != nil {
		s.failRecord(w, r, err, "job")
		return
	}
	m.page = s.page(r, m.J.Action)
	m.Topics = "job-" + m.J.Identifier
	if m.Hidden == "" {
		if err := s.note(r, "opened", m.R.ID, "log of "+m.J.Action+", job "+m.J.Identifier); err != nil {
			m.Hidden, m.Log = notNoted, logPart{}
		}
	}
	s.render(w, r, http.StatusOK, "job", m)
}

// LogShown is how many bytes of the log are shown.
func (m jobModel) LogShown() int64 { return m.Log.To - m.Log.From }

// notNoted is said in the place of what cannot be noted in the audit (H2).
const notNoted = "This is not shown: the audit cannot be written to, and what is opened must be noted there."

// jobModel is a job with the end of its log.
func (s *Server) jobModel(ctx context.Context, id string) (jobModel, error) {
	var m jobModel
	path, err := s.findJob(ctx, id, &m)
	if err != nil {
		return m, err
	}
	m.Now = s.options.Now()
	if m.Hidden == "" {
		m.Log = readLog(path, fromEnd)
	}
	m.Outputs, err = s.outputsOf(ctx, func(o outputView) bool { return o.Job == id })
	return m, err
}

// findJob fills in a job and its request, and gives the path of what it
// printed; that is empty where nobody may see it, which Hidden explains.
func (s *Server) findJob(ctx context.Context, id string, m *jobModel) (path string, err error) {
	book, err := s.book(ctx)
	if err != nil {
		return "", err
	}
	if book == nil {
		return "", record.ErrNone
	}
	job, err := book.Job(ctx, id)
	if err != nil {
		return "", err
	}
	if m.R, err = s.request(ctx, job.Request); err != nil {
		return "", err
	}
	for _, j := range m.R.Jobs {
		if j.Identifier == id {
			m.J = j
		}
	}
	outputs, err := s.outputs(ctx)
	if err != nil {
		return "", err
	}
	path, m.Hidden = s.options.Workspace.Printed(m.J.Job, definition(m.R.Request), outputs)
	return path, nil
}

// jobLog is a part of what a job printed: as a page, or as text for the script
// that appends what is new.
func (s *Server) jobLog(w http.ResponseWriter, r *http.Request) {
	var m jobModel
	path, err := s.findJob(r.Context(), r.PathValue("job"), &m)
	if err != nil {
		s.failRecord(w, r, err, "job")
		return
	}
	if m.Hidden != "" {
		s.fail(w, r, http.StatusForbidden, m.Hidden)
		return
	}
	from, err := strconv.ParseInt(r.URL.Query().Get("from"), 10, 64)
	if err != nil || from < 0 {
		from = 0
	}
	m.Log = readLog(path, from)
	if r.URL.Query().Has("plain") {
		// The page that asks was noted when it was opened.
		w.Header().Set("Content-Security-Policy", contentPolicy)
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Log-From", strconv.FormatInt(m.Log.From, 10))
		w.Header().Set("Log-To", strconv.FormatInt(m.Log.To, 10))
		_, _ = io.WriteString(w, m.Log.Text) // who asked may have gone
		return
	}
	if err := s.note(r, "opened", m.R.ID, "log of "+m.J.Action+", job "+m.J.Identifier); err != nil {
		s.fail(w, r, http.StatusForbidden, notNoted)
		return
	}
	m.page = s.page(r, "Log of "+m.J.Action)
	s.render(w, r, http.StatusOK, "log", m)
}

// logPage is how much of a log is sent at once, in bytes.
const logPage = 64 << 10

// fromEnd asks readLog for the end of a log.
const fromEnd = -1

// logPart is a part of a log.
type logPart struct {
	Text     string
	From, To int64 // bytes of the file
	Size     int64 // of the file
	Missing  bool  // there is no log, or not any more
}

// Earlier is where the part before this one begins.
func (l logPart) Earlier() int64 { return max(0, l.From-logPage) }

// readLog reads a part of a log. What moves a terminal's cursor or colours it is
// left out.
func readLog(path string, from int64) logPart {
	f, err := os.Open(path)
	if err != nil {
		return logPart{Missing: true}
	}
	defer f.Close() //nolint:errcheck // it was only read
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return logPart{Missing: true}
	}
	l := logPart{Size: info.Size()}
	cut := from == fromEnd && l.Size > logPage
	if from == fromEnd {
		from = max(0, l.Size-logPage)
	}
	l.From = min(from, l.Size)
	data := make([]byte, min(logPage, l.Size-l.From))
	n, err := f.ReadAt(data, l.From)
	if err != nil && !errors.Is(err, io.EOF) {
		return logPart{Missing: true}
	}
	data = data[:n]
	if i := bytes.IndexByte(data, '\n'); cut && i >= 0 { // the end of a log begins with a whole line
		l.From += int64(i) + 1
		data = data[i+1:]
	}
	data = data[:len(data)-partialRune(data)]
	l.To = l.From + int64(len(data))
	l.Text = plainText(data)
	return l
}

// partialRune is how many bytes at the end are the beginning of a letter whose
// rest is not there.
func partialRune(data []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(data); n++ {
		if tail := data[len(data)-n:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return n
			}
			return 0
		}
	}
	return 0
}

// terminalCodes are the sequences that programs colour a terminal with.
var terminalCodes = regexp.MustCompile("\x1b(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[@-_])")

func plainText(data []byte) string {
	text := terminalCodes.ReplaceAllString(strings.ToValidUTF8(string(data), "\uFFFD"), "")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069:
			return -1 // control characters, and those that turn the direction of writing
		}
		return r
	}, text)
}
