package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// sessionAge is how long a browser stays known: a working day.
const sessionAge = 12 * time.Hour

// keeper decides who is let in. A session is a cookie
//
//	nonce.expires.HMAC(key, nonce.expires)
//
// so the server holds none: with a key made from a secret that stays, a session
// outlives the server. The key is never sent.
type keeper struct {
	secret []byte
	key    []byte
	cookie string // its name, with the port: cookies of all ports are one jar
	secure bool   // the pages are served over TLS
	now    func() time.Time

	mutex    sync.Mutex
	attempts float64 // wrong secrets that may still be tried
	counted  time.Time
}

// NewToken is a random token of 160 bits.
func NewToken() string {
	var random [20]byte
	_, _ = rand.Read(random[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(random[:])
}

func newKeeper(secret, port string, secure bool, now func() time.Time) *keeper {
	k := &keeper{secret: []byte(secret), cookie: "cohortcounts-" + port, secure: secure, now: now, attempts: maxAttempts}
	k.key = k.sum([]byte(secret), "key of sessions")
	return k
}

func (k *keeper) sum(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// A wrong secret costs one attempt, and one comes back every few seconds: a
// password cannot be guessed by trying.
const (
	maxAttempts    = 10
	attemptsPerSec = 0.2
)

// admit compares what somebody offers with the secret. ok is false where it is
// another; wait is true where it was not even compared.
func (k *keeper) admit(offered string) (ok, wait bool) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	now := k.now()
	if !k.counted.IsZero() {
		k.attempts = min(maxAttempts, k.attempts+now.Sub(k.counted).Seconds()*attemptsPerSec)
	}
	k.counted = now
	if k.attempts < 1 {
		return false, true
	}
	// Hashes have one length, which the comparison does not hide.
	a, b := sha256.Sum256([]byte(offered)), sha256.Sum256(k.secret)
	if subtle.ConstantTimeCompare(a[:], b[:]) == 1 {
		return true, false
	}
	k.attempts--
	return false, false
}

// begin gives the browser a session.
func (k *keeper) begin(w http.ResponseWriter) {
	var nonce [16]byte
	_, _ = rand.Read(nonce[:]) // never fails
	body := fmt.Sprintf("%x.%d", nonce, k.now().Add(sessionAge).Unix())
	http.SetCookie(w, &http.Cookie{
		Name: k.cookie, Value: body + "." + base64.RawURLEncoding.EncodeToString(k.sum(k.key, body)),
		Path: "/", MaxAge: int(sessionAge.Seconds()), HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: k.secure,
	})
}

// session is the request's session; empty where it has none.
func (k *keeper) session(r *http.Request) string {
	cookie, err := r.Cookie(k.cookie)
	if err != nil {
		return ""
	}
	at := strings.LastIndexByte(cookie.Value, '.')
	if at < 0 {
		return ""
	}
	body := cookie.Value[:at]
	signature, err := base64.RawURLEncoding.DecodeString(cookie.Value[at+1:])
	if err != nil || !hmac.Equal(signature, k.sum(k.key, body)) {
		return ""
	}
	_, expires, _ := strings.Cut(body, ".")
	seconds, err := strconv.ParseInt(expires, 10, 64)
	if err != nil || k.now().Unix() >= seconds {
		return ""
	}
	return body
}

// formToken is what a form of this session must bring along.
func (k *keeper) formToken(session string) string {
	return base64.RawURLEncoding.EncodeToString(k.sum(k.key, "form "+session))
}

func (k *keeper) isFormToken(session, offered string) bool {
	return session != "" && hmac.Equal([]byte(offered), []byte(k.formToken(session)))
}
