package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestStore(t *testing.T) {
	t.Parallel()
	s := &store{objects: map[string][]byte{}}
	ask := func(method, path, body, signed string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("X-Amz-Content-Sha256", signed)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	ask(http.MethodPut, "/b/plain", "hello", "UNSIGNED-PAYLOAD")
	ask(http.MethodPut, "/b/chunked", "3;chunk-signature=x\r\nhel\r\n2\r\nlo\r\n0\r\nx-amz-checksum-crc32:x\r\n\r\n", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
	for _, path := range []string{"/b/plain", "/b/chunked"} {
		if got := ask(http.MethodGet, path, "", ""); got.Body.String() != "hello" {
			t.Errorf("%s holds %q", path, got.Body)
		}
	}
	if got := ask(http.MethodPut, "/b/broken", "ffffff\r\nx", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"); got.Code != http.StatusBadRequest {
		t.Error("a broken chunk has status", got.Code)
	}
	ask(http.MethodPost, "/b?delete", "<Delete><Object><Key>plain</Key></Object></Delete>", "")
	ask(http.MethodDelete, "/b/chunked", "", "")
	for _, path := range []string{"/b/plain", "/b/chunked"} {
		if got := ask(http.MethodHead, path, "", ""); got.Code != http.StatusNotFound {
			t.Errorf("%s is there: %d", path, got.Code)
		}
	}
}
