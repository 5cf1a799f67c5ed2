package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"cohortcounts/pipeline/record"
)

// How often what is watched is rendered anew, and how long a slow reader is
// waited for.
const (
	livePeriod   = 500 * time.Millisecond
	liveSilence  = 15 * time.Second // then a line is sent, to find out who has gone
	slowestWrite = 10 * time.Second
	maxTopics    = 64 // of one stream
)

// hub renders what is watched, once for all who watch it, and hands out what
// has changed.
//
// A topic is a page with live parts: "workspace", "request-3", "job-ID". It is
// rendered while somebody watches it and its request runs or the record
// changes.
type hub struct {
	server *Server

	mutex   sync.Mutex
	topics  map[string]*topic
	streams int
}

type topic struct {
	parts    map[string]string // as they are now
	watchers map[*watcher]bool
	stop     context.CancelFunc
}

// watcher is who reads a stream. What it has not read yet is kept once for each
// part, as it is now: however slow it is, it costs no more memory than a page.
type watcher struct {
	mutex   sync.Mutex
	pending map[partName]string
	wake    chan struct{}
}

type partName struct{ topic, id string }

func (w *watcher) tell(topic, id, html string) {
	w.mutex.Lock()
	w.pending[partName{topic, id}] = html
	w.mutex.Unlock()
	select {
	case w.wake <- struct{}{}:
	default: // it is awake
	}
}

// take is what there is to send.
func (w *watcher) take() map[partName]string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	taken := w.pending
	w.pending = map[partName]string{}
	return taken
}

func newHub(s *Server) *hub { return &hub{server: s, topics: map[string]*topic{}} }

// cutTopic takes a topic apart; ok is false for what is none.
func cutTopic(name string) (kind, id string, ok bool) {
	kind, id, _ = strings.Cut(name, "-")
	switch kind {
	case "workspace":
		return kind, "", name == kind
	case "request":
		number, err := strconv.ParseInt(id, 10, 64)
		return kind, id, err == nil && number > 0 && strconv.FormatInt(number, 10) == id
	case "job":
		return kind, id, record.IsIdentifier(id)
	}
	return "", "", false
}

// watch adds a watcher to a topic and hands it all parts as they are.
func (h *hub) watch(name string, w *watcher) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	t := h.topics[name]
	if t == nil {
		ctx, stop := context.WithCancel(context.Background())
		t = &topic{watchers: map[*watcher]bool{}, stop: stop}
		h.topics[name] = t
		go h.follow(ctx, name, t)
	}
	t.watchers[w] = true
	for id, html := range t.parts {
		w.tell(name, id, html)
	}
}

// leave takes a watcher away; a topic that nobody watches ends.
func (h *hub) leave(name string, w *watcher) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	t := h.topics[name]
	if t == nil {
		return
	}
	delete(t.watchers, w)
	if len(t.watchers) == 0 {
		t.stop()
		delete(h.topics, name)
	}
}

// follow renders a topic whenever it may have changed, until nobody watches.
func (h *hub) follow(ctx context.Context, name string, t *topic) {
	tick := time.NewTicker(livePeriod)
	defer tick.Stop()
	var seen int64
	going := true // nothing was rendered yet
	for {
		version := h.version(ctx)
		if going || version != seen {
			var parts map[string]string
			var err error
			if parts, going, err = h.server.fragments(ctx, name); err == nil {
				h.publish(name, t, parts)
				seen = version
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// version is the record's; 0 where there is none yet.
func (h *hub) version(ctx context.Context) int64 {
	book, err := h.server.book(ctx)
	if err != nil || book == nil {
		return 0
	}
	version, err := book.Version(ctx)
	if err != nil {
		return 0
	}
	return version
}

// publish hands out the parts that differ from what was sent last.
func (h *hub) publish(name string, t *topic, parts map[string]string) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	for id, html := range parts {
		if before, sent := t.parts[id]; sent && before == html {
			continue
		}
		for w := range t.watchers {
			w.tell(name, id, html)
		}
	}
	t.parts = parts
}

// begin counts a stream in; false: there are too many.
func (h *hub) begin() bool {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.streams >= maxStreams {
		return false
	}
	h.streams++
	return true
}

func (h *hub) end() {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.streams--
}

// serve is the stream of the topics that the address names, in parameters t.
func (h *hub) serve(w http.ResponseWriter, r *http.Request) {
	topics := r.URL.Query()["t"]
	slices.Sort(topics)
	topics = slices.Compact(topics)
	if len(topics) == 0 || len(topics) > maxTopics || slices.ContainsFunc(topics, func(name string) bool { _, _, ok := cutTopic(name); return !ok }) {
		http.Error(w, "name up to 64 topics", http.StatusBadRequest)
		return
	}
	if !h.begin() {
		w.Header().Set("Retry-After", "10")
		http.Error(w, "too many pages are open", http.StatusServiceUnavailable)
		return
	}
	defer h.end()
	connection := http.NewResponseController(w)
	_ = connection.SetReadDeadline(time.Time{}) // nothing more is read; where this is not known, there is no deadline
	me := &watcher{pending: map[partName]string{}, wake: make(chan struct{}, 1)}
	for _, name := range topics {
		h.watch(name, me)
		defer h.leave(name, me)
	}
	w.Header().Set("Content-Type", "text/event-stream")
	stream := stream{w, connection, h.server.options.Now}
	if stream.write("retry: 2000\n\n") != nil {
		return
	}
	silence := time.NewTicker(liveSilence)
	defer silence.Stop()
	for {
		var err error
		select {
		case <-r.Context().Done():
			return
		case <-silence.C:
			if h.server.keeper.session(r) == "" {
				return // it is over
			}
			err = stream.write(": still here\n\n")
		case <-me.wake:
			for name, html := range me.take() {
				var data []byte
				if data, err = json.Marshal(map[string]string{"topic": name.topic, "id": name.id, "html": html}); err != nil {
					return
				}
				if err = stream.write(fmt.Sprintf("event: part\ndata: %s\n\n", data)); err != nil {
					break
				}
			}
		}
		if err != nil {
			return
		}
	}
}

// stream writes to a reader that may be slow, for so long.
type stream struct {
	http.ResponseWriter
	connection *http.ResponseController
	now        func() time.Time
}

func (s stream) write(text string) error {
	_ = s.connection.SetWriteDeadline(s.now().Add(slowestWrite)) // where this is not known, the server's own holds
	if _, err := s.Write([]byte(text)); err != nil {
		return err
	}
	return s.connection.Flush()
}
