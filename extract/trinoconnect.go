package extract

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/trinodb/trino-go-client/trino"

	"cohortcounts/internal/exit"
)

// How long a server may be silent. A Trino server answers at least once a
// second while a query runs, so what is longer is a fault.
const (
	dialTime   = 5 * time.Second
	silentTime = time.Minute
	// retryTime is how long one request is sent again when it meets a fault that
	// may pass: long enough for a coordinator's short absence from the network.
	retryTime = 20 * time.Second
)

// openTrino connects to trino://user@host:port/catalog/schema. TLS is used when
// there is a password or a token, or when the URL ends in ?tls=true.
func openTrino(ctx context.Context, u *url.URL, o Options) (engine, error) {
	e := &trinoEngine{host: u.Host}
	e.catalog, e.schema, _ = strings.Cut(strings.Trim(u.Path, "/"), "/")
	_, inURL := u.User.Password()
	useTLS, err := wantsTLS(u, o)
	switch {
	case inURL:
		return nil, exit.Usagef("the database URL must not have a password in it: others can read command lines; set TRINO_PASSWORD")
	case u.Host == "" || e.catalog == "" || e.schema == "" || strings.Contains(e.schema, "/") || u.User.Username() == "":
		return nil, exit.Usagef("the database URL must have the form trino://user@host:port/catalog/schema")
	case o.Password != "" && o.Token != "":
		return nil, exit.Usagef("there is a password and a token for Trino; set only one of TRINO_PASSWORD and TRINO_TOKEN")
	case err != nil:
		return nil, err
	}
	if e.scratch, err = e.scratchSchema(o.Scratch); err != nil {
		return nil, err
	}
	transport, err := trinoTransport(o.CAFile)
	if err != nil {
		return nil, err
	}
	server := url.URL{Scheme: map[bool]string{true: "https", false: "http"}[useTLS], Host: u.Host}
	e.client = &http.Client{Transport: transport}
	if err := e.reach(ctx, server.String()); err != nil {
		return nil, err
	}
	server.User = url.User(u.User.Username())
	if o.Password != "" {
		server.User = url.UserPassword(u.User.Username(), o.Password)
	}
	retry := retryTime
	connector, err := trino.NewConnector(&trino.Config{
		ServerURI: server.String(), Source: "cohortcounts", Catalog: e.catalog, Schema: e.schema, TimeZone: "UTC",
		AccessToken: o.Token, HTTPClient: e.client, RequestRetryTimeout: &retry,
		// A prepared statement goes into an HTTP header, which plans do not fit.
		DisableExplicitPrepare: true,
	})
	if err != nil {
		// Its message may show the secret.
		return nil, exit.Usagef("the database URL cannot be used; write trino://user@host:port/catalog/schema")
	}
	e.db = sql.OpenDB(connector)
	return e, nil
}

// wantsTLS reads the query of the URL. A secret is never sent without TLS.
func wantsTLS(u *url.URL, o Options) (bool, error) {
	secret := o.Password != "" || o.Token != ""
	for name, values := range u.Query() {
		if name != "tls" || len(values) != 1 || values[0] != "true" && values[0] != "false" {
			return false, exit.Usagef("the database URL may end in ?tls=true or ?tls=false and in no other setting")
		}
		if values[0] == "true" {
			return true, nil
		}
		if secret {
			return false, exit.Usagef("a password or token is not sent without TLS; take ?tls=false out of the database URL")
		}
	}
	return secret, nil
}

// trinoTransport is an HTTP transport that trusts the authorities of the system
// and of a PEM file, and gives up on a server that stays silent.
func trinoTransport(caFile string) (*http.Transport, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	dialer := net.Dialer{Timeout: dialTime, KeepAlive: 30 * time.Second}
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return silentConn{conn}, nil
	}
	transport.TLSHandshakeTimeout = dialTime
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	if caFile == "" {
		return transport, nil
	}
	pem, err := os.ReadFile(caFile)
	if err != nil {
		return nil, fmt.Errorf("read the certificates of TRINO_CA_FILE: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s: holds no certificate in PEM form; give TRINO_CA_FILE one", caFile)
	}
	transport.TLSClientConfig.RootCAs = pool
	return transport, nil
}

// silentConn ends a connection that says nothing for too long.
type silentConn struct{ net.Conn }

func (c silentConn) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(silentTime)); err != nil { //nolint:forbidigo // a deadline is a time of the clock, and nothing follows from it
		return 0, err
	}
	return c.Conn.Read(p)
}

// reach finds out whether there is a server, before anything is asked of it:
// without a login, and soon.
func (e *trinoEngine) reach(ctx context.Context, server string) error {
	wait := time.Second
	for try := 1; ; try++ {
		err := e.info(ctx, server)
		if err == nil || try == attempts || !passes(err) || ctx.Err() != nil {
			return e.fault(ctx, err)
		}
		if err := sleep(ctx, &wait); err != nil {
			return err
		}
	}
}

// info asks a server who it is, which needs no login.
func (e *trinoEngine) info(ctx context.Context, server string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*dialTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server+"/v1/info", nil)
	if err != nil {
		return err
	}
	answer, err := e.client.Do(request)
	if err != nil {
		return &trino.ErrQueryFailed{Reason: err}
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	if answer.StatusCode >= http.StatusInternalServerError {
		return &trino.ErrQueryFailed{StatusCode: answer.StatusCode}
	}
	var info struct {
		NodeVersion *struct{} `json:"nodeVersion"`
		Starting    bool      `json:"starting"`
	}
	err = json.NewDecoder(io.LimitReader(answer.Body, 1<<16)).Decode(&info)
	if answer.StatusCode == http.StatusOK && (err != nil || info.NodeVersion == nil) {
		return errNoTrino
	}
	if info.Starting {
		return &trino.ErrQueryFailed{Reason: &trino.ErrTrino{ErrorName: "SERVER_STARTING_UP", Message: "the server is starting"}}
	}
	return nil // a server may keep this page from strangers
}

// errNoTrino: something else listens there.
var errNoTrino = errors.New("what answers there is no Trino server")
