package main

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: objectstore HOST:PORT")
		os.Exit(2)
	}
	server := http.Server{Addr: os.Args[1], Handler: &store{objects: map[string][]byte{}}, ReadHeaderTimeout: 10 * time.Second}
	fmt.Fprintln(os.Stderr, server.ListenAndServe())
	os.Exit(1)
}

// store holds objects by their path, /bucket/key.
type store struct {
	mu      sync.Mutex
	objects map[string][]byte
}

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var err error
	switch r.Method {
	case http.MethodPut:
		err = s.put(r)
	case http.MethodGet, http.MethodHead:
		s.get(w, r)
	case http.MethodDelete:
		s.remove(r.URL.Path)
		w.WriteHeader(http.StatusNoContent)
	case http.MethodPost:
		err = s.removeMany(w, r)
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

func (s *store) put(r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err == nil && strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		body, err = unchunk(body)
	}
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.objects[r.URL.Path] = body
	return nil
}

// unchunk takes the chunks of a signed stream together: each is a line that
// begins with its length in hexadecimal digits, its bytes, and an empty line.
func unchunk(body []byte) ([]byte, error) {
	in := bufio.NewReader(bytes.NewReader(body))
	var out []byte
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("read a chunk's length: %w", err)
		}
		digits, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		n, err := strconv.ParseUint(digits, 16, 31)
		switch {
		case err != nil:
			return nil, fmt.Errorf("read a chunk's length: %w", err)
		case n == 0:
			return out, nil // checksums follow
		case int(n) > len(body):
			return nil, errors.New("a chunk is longer than the body")
		}
		chunk := make([]byte, n+2)
		if _, err := io.ReadFull(in, chunk); err != nil {
			return nil, fmt.Errorf("read a chunk: %w", err)
		}
		out = append(out, chunk[:n]...)
	}
}

func (s *store) get(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	body, ok := s.objects[r.URL.Path]
	s.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

func (s *store) remove(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.objects, path)
}

func (s *store) removeMany(w http.ResponseWriter, r *http.Request) error {
	var wanted struct {
		Object []struct{ Key string }
	}
	body, err := io.ReadAll(r.Body)
	if err == nil && strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		body, err = unchunk(body)
	}
	if err == nil {
		err = xml.Unmarshal(body, &wanted)
	}
	if err != nil {
		return err
	}
	for _, o := range wanted.Object {
		s.remove(strings.TrimSuffix(r.URL.Path, "/") + "/" + o.Key)
	}
	_, err = io.WriteString(w, `<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></DeleteResult>`)
	return err
}
