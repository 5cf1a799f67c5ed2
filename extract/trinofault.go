package extract

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"

	"github.com/trinodb/trino-go-client/trino"

	"cohortcounts/internal/exit"
)

// The exit statuses of database faults, as in the original.
const (
	exitTransient   = 3 // it may be gone at another try
	exitMaintenance = 4 // the server or its tables are being changed
	exitDatabase    = 5 // any other
)

// passing are Trino's names of faults that may be gone at another try: of the
// cluster and its network, not of the query, its memory, or the server's code.
var passing = []string{
	"REMOTE_TASK_ERROR", "REMOTE_TASK_MISMATCH", "REMOTE_HOST_GONE", "PAGE_TRANSPORT_ERROR", "PAGE_TRANSPORT_TIMEOUT",
	"TOO_MANY_REQUESTS_FAILED", "NO_NODES_AVAILABLE", "CLUSTER_OUT_OF_MEMORY", "QUERY_QUEUE_FULL", "ADMINISTRATIVELY_PREEMPTED",
	"ABANDONED_TASK", "HIVE_METASTORE_ERROR", "HIVE_FILESYSTEM_ERROR",
}

// maintenance are its names of faults of a server that starts or stops, or of
// tables that are replaced while they are read.
var maintenance = []string{
	"SERVER_STARTING_UP", "SERVER_SHUTTING_DOWN", "HIVE_CANNOT_OPEN_SPLIT", "HIVE_FILE_NOT_FOUND",
	"HIVE_TABLE_LOCK_NOT_ACQUIRED", "HIVE_TABLE_OFFLINE", "HIVE_PARTITION_OFFLINE", "HIVE_PARTITION_DROPPED_DURING_QUERY", "HIVE_TABLE_DROPPED_DURING_QUERY",
}

// passes tells whether a fault is likely to be gone at another try.
func passes(err error) bool {
	var failed *trino.ErrQueryFailed
	var told *trino.ErrTrino
	switch {
	case err == nil, errors.Is(err, context.Canceled), mistrusted(err):
		return false
	case errors.As(err, &told):
		return slices.Contains(passing, told.ErrorName) || slices.Contains(maintenance, told.ErrorName)
	case errors.As(err, &failed):
		return failed.StatusCode == 0 || failed.StatusCode == http.StatusTooManyRequests || failed.StatusCode >= http.StatusInternalServerError
	}
	return lost(err)
}

// lost tells whether the server did not answer, or broke off in its answer.
func lost(err error) bool {
	var failed *trino.ErrQueryFailed
	var told *trino.ErrTrino
	var network net.Error
	switch {
	case errors.As(err, &told):
		return false
	case errors.As(err, &failed):
		return failed.StatusCode == 0
	}
	return errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// why says the commonest causes of a lost connection in words of ours.
func why(err error) string {
	var name *net.DNSError
	switch {
	case errors.As(err, &name):
		return ": its name has no address here"
	case errors.Is(err, syscall.ECONNREFUSED):
		return ": nothing listens at that port"
	}
	return ""
}

// mistrusted tells whether TLS failed: another try will not help.
func mistrusted(err error) bool {
	var certificate *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var record tls.RecordHeaderError
	return errors.As(err, &certificate) || errors.As(err, &unknown) || errors.As(err, &host) || errors.As(err, &record) ||
		err != nil && strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

// fault makes one line of an error. The words are ours, or Trino's without what
// it quotes: that may be a patient's value. The client's own are left out, they
// may hold a secret.
func (e *trinoEngine) fault(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	status, remedy := exitDatabase, ""
	if passes(err) {
		status, remedy = exitTransient, "; check host and port, or try again later"
	}
	var told *trino.ErrTrino
	var failed *trino.ErrQueryFailed
	what := "the server's answer cannot be understood"
	switch {
	case errors.As(err, &told):
		if slices.Contains(maintenance, told.ErrorName) {
			status, remedy = exitMaintenance, "; the server or its tables are being changed: try again in some hours"
		}
		what = fmt.Sprintf("the query failed: %s: %s", told.ErrorName, withoutValues(told.Message))
		if told.ErrorName == "QUERY_TEXT_TOO_LARGE" {
			return exit.WithStatus(exitDatabase, fmt.Errorf("%s: %w", e.place(), errTooLong))
		}
	case lost(err) && !mistrusted(err):
		what = "the server cannot be reached, or broke off" + why(err)
	case errors.Is(err, errNoTrino):
		what = errNoTrino.Error() + "; check host and port"
	case mistrusted(err):
		what = "the server does not speak TLS, or its certificate is not trusted; check host and port, and set TRINO_CA_FILE to the certificate of its authority"
	case errors.As(err, &failed) && (failed.StatusCode == http.StatusUnauthorized || failed.StatusCode == http.StatusForbidden):
		what = fmt.Sprintf("the login was refused (HTTP status %d); check the user, and TRINO_PASSWORD or TRINO_TOKEN", failed.StatusCode)
	case errors.As(err, &failed) && failed.StatusCode != 0:
		what = fmt.Sprintf("the server answered with HTTP status %d", failed.StatusCode)
	}
	return exit.WithStatus(status, fmt.Errorf("%s: %s%s", e.place(), what, remedy))
}
