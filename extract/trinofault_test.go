//go:build cgo

package extract

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cohortcounts/internal/exit"
)

// refusedTrino opens a database and wants the status and the words of its
// refusal, and nothing secret in it.
func refusedTrino(t *testing.T, address string, o Options, status int, words ...string) {
	t.Helper()
	o.URL = address
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	e, err := openTrino(t.Context(), u, o)
	if err == nil {
		_, _, err = e.describe(t.Context(), "patients")
		_ = e.close()
	}
	if err == nil {
		t.Fatal("was not refused")
	}
	if got := exit.Status(err); got != status {
		t.Errorf("status %d, want %d: %v", got, status, err)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not say %q", err, word)
		}
	}
	for _, secret := range []string{o.Password, o.Token, "\n"} {
		if secret != "" && strings.Contains(err.Error(), secret) {
			t.Errorf("%q holds %q", err, secret)
		}
	}
}

// TestTrinoURL needs no server: what it refuses is never sent.
func TestTrinoURL(t *testing.T) {
	t.Parallel()
	const server = "trino://reader@localhost:1"
	for _, c := range []struct {
		url  string
		o    Options
		says string
	}{
		{"trino://reader:pw@localhost:1/memory/s", Options{}, "TRINO_PASSWORD"},
		{server + "/memory", Options{}, "catalog/schema"},
		{"trino://localhost:1/memory/s", Options{}, "user@host"},
		{server + "/memory/s?ssl=true", Options{}, "tls=true"},
		{server + "/memory/s", Options{Password: "hidden", Token: "veiled"}, "only one of"},
		{server + "/memory/s?tls=false", Options{Password: "hidden"}, "not sent without TLS"},
		{server + "/memory/s?tls=false", Options{Token: "veiled"}, "not sent without TLS"},
	} {
		t.Run(c.says, func(t *testing.T) {
			t.Parallel()
			refusedTrino(t, c.url, c.o, exit.Usage, c.says)
		})
	}
}

// TestTrinoNotThere has peers that are no Trino server, or none yet.
func TestTrinoNotThere(t *testing.T) {
	t.Parallel()
	serve := func(status int, body string) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}))
		t.Cleanup(server.Close)
		return "trino://test@" + server.Listener.Addr().String() + "/memory/s"
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	for _, c := range []struct {
		name, url string
		o         Options
		status    int
		says      string
	}{
		{"nobody listens", "trino://test@" + closed.Addr().String() + "/memory/s", Options{}, exitTransient, "cannot be reached, or broke off: nothing listens at that port; check host and port"},
		{"no such host", "trino://test@nowhere.invalid:8080/memory/s", Options{}, exitTransient, "cannot be reached"},
		{"another server", serve(200, "<html>hello</html>"), Options{}, exitDatabase, "no Trino server"},
		{"it starts", serve(200, `{"nodeVersion":{"version":"476"},"starting":true}`), Options{}, exitMaintenance, "SERVER_STARTING_UP"},
		{"a busy proxy", serve(503, "busy"), Options{}, exitTransient, "HTTP status 503"},
		{"no TLS there", serve(200, "{}"), Options{Password: "hidden"}, exitDatabase, "does not speak TLS"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			refusedTrino(t, c.url, c.o, c.status, c.says)
		})
	}
}

// TestTrinoLogin logs in with TLS, by a password and by a token.
func TestTrinoLogin(t *testing.T) {
	address := trinoServer(t, "COHORTCOUNTS_TRINO_TLS") + "/memory/information_schema"
	authority := filepath.Join(trinoServer(t, "COHORTCOUNTS_TRINO_DIR"), "etc/tls.pem")
	const password = "secret"
	for _, o := range []Options{{Password: password, CAFile: authority}, {Token: trinoToken("reader", trinoTokenKey), CAFile: authority}} {
		u, _ := url.Parse(address)
		e, err := openTrino(t.Context(), u, o)
		if err != nil {
			t.Fatal(err)
		}
		if s, ok, err := e.describe(t.Context(), "columns"); err != nil || !ok || s.types["column_name"] == "" {
			t.Error(s, ok, err)
		}
		_ = e.close()
	}
	refusedTrino(t, address, Options{Password: "wrong-one", CAFile: authority}, exitDatabase, "login was refused")
	refusedTrino(t, address, Options{Token: trinoToken("reader", "another key"), CAFile: authority}, exitDatabase, "login was refused")
	refusedTrino(t, address+"?tls=true", Options{CAFile: authority}, exitDatabase, "login was refused")
	refusedTrino(t, address, Options{Password: password}, exitDatabase, "TRINO_CA_FILE")
	refusedTrino(t, address, Options{Password: password, CAFile: "trino_test.go"}, exit.Failed, "no certificate")
}

// trinoTokenKey is that of .ci/trino.
const trinoTokenKey = "only-for-tests-only-for-tests-!!"

func trinoToken(user, key string) string {
	part := base64.RawURLEncoding.EncodeToString
	signed := part([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + part(fmt.Appendf(nil, `{"sub":%q,"exp":%d}`, user, time.Now().Add(time.Hour).Unix()))
	mac := hmac.New(sha256.New, []byte(key))
	_, _ = mac.Write([]byte(signed))
	return signed + "." + part(mac.Sum(nil))
}

// TestTrinoBreaksOff has a server that is gone in the middle of its answer.
func TestTrinoBreaksOff(t *testing.T) {
	u, err := url.Parse(trinoServer(t, "COHORTCOUNTS_TRINO"))
	if err != nil {
		t.Fatal(err)
	}
	proxy := cutProxy(t, u.Host)
	u.Host = proxy.address
	u.Path = "/memory/information_schema"
	// Answers name the server by the address it was asked at.
	e, err := openTrino(t.Context(), u, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.close() //nolint:errcheck // it is gone
	answer, err := e.(*trinoEngine).query(t.Context(), "SELECT x FROM UNNEST(sequence(1, 10000)) a (x) CROSS JOIN UNNEST(sequence(1, 1000)) b (y)")
	if err != nil {
		t.Fatal(err)
	}
	proxy.cut()
	row := make([]any, 1)
	for err == nil {
		err = answer.next(row)
	}
	if got := exit.Status(err); got != exitTransient || errors.Is(err, io.EOF) || !strings.Contains(err.Error(), "broke off") {
		t.Errorf("status %d: %v", got, err)
	}
	if err := answer.close(); err != nil {
		t.Error("told twice:", err)
	}
}

type cuttable struct {
	address  string
	listener net.Listener
	gone     atomic.Bool
	conns    chan net.Conn
}

// cutProxy hands connections on until it is cut.
func cutProxy(t *testing.T, target string) *cuttable {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &cuttable{address: listener.Addr().String(), listener: listener, conns: make(chan net.Conn, 1000)}
	t.Cleanup(p.cut)
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", target)
			if err != nil {
				_ = client.Close()
				return
			}
			p.conns <- client
			p.conns <- server
			go func() { _, _ = io.Copy(server, client) }()
			go func() { _, _ = io.Copy(client, server) }()
		}
	}()
	return p
}

func (p *cuttable) cut() {
	if p.gone.Swap(true) {
		return
	}
	_ = p.listener.Close()
	for {
		select {
		case conn := <-p.conns:
			_ = conn.Close()
		default:
			return
		}
	}
}

// TestTrinoCancelled cancels a query, which then ends on the server too.
func TestTrinoCancelled(t *testing.T) {
	e := trinoConnection(t, trinoServer(t, "COHORTCOUNTS_TRINO")+"/memory/information_schema")
	defer e.close() //nolint:errcheck // the test is over
	mark := fmt.Sprintf("cancelled-%d", os.Getpid())
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := e.query(ctx, "SELECT count(*), "+literal(mark)+" FROM UNNEST(sequence(1, 10000)) a (x), UNNEST(sequence(1, 10000)) b (y), UNNEST(sequence(1, 10000)) c (z)")
		ended <- err
	}()
	waitFor := func(state string) {
		t.Helper()
		for {
			row, err := e.one(t.Context(), "SELECT count(*) FROM system.runtime.queries WHERE state = "+literal(state)+
				" AND query LIKE 'SELECT count(*), ''"+mark+"%'", 1)
			if err != nil {
				t.Fatal(err)
			}
			if n, _ := row[0].(int64); n > 0 {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	}
	waitFor("RUNNING")
	cancel()
	if err := <-ended; exit.Status(err) != exit.Interrupted {
		t.Error(err)
	}
	waitFor("FAILED")
}
