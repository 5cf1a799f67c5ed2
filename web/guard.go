package web

import (
	"net"
	"net/http"
	"slices"
	"strings"
)

// Sizes of what a browser may send.
const (
	maxHeaderBytes = 16 << 10
	maxBodyBytes   = 64 << 10 // a form with the names of some thousand actions
)

// pagePolicy is the content security policy of our pages: nothing from
// elsewhere, no script, style or handler that is written into a page (H4).
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; " +
	"frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// contentPolicy is that of what a study wrote: it is shown, may do nothing, and
// only our pages may frame it. Without an origin it cannot reach our pages.
const contentPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"

// guard lets requests through to the pages that may come through (H3).
func (s *Server) guard(next http.Handler) http.Handler {
	crossOrigin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Frame-Options", "DENY")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cache-Control", "no-store")
		if !s.knownHost(r.Host) {
			// A name that some other site made point to us.
			http.Error(w, "this server does not answer to that name", http.StatusMisdirectedRequest)
			return
		}
		if crossOrigin.Check(r) != nil {
			s.fail(w, r, http.StatusForbidden, "this form came from another site")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
		if r.URL.Path == "/enter" || r.URL.Path == "/style.css" {
			next.ServeHTTP(w, r)
			return
		}
		session := s.keeper.session(r)
		if session == "" {
			s.refuseStranger(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			if s.options.ReadOnly {
				s.fail(w, r, http.StatusForbidden, "this page was started with --read-only: it changes nothing")
				return
			}
			if !s.keeper.isFormToken(session, r.PostFormValue("form_token")) {
				s.fail(w, r, http.StatusForbidden, "this form is not one of this session's; load the page again")
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// knownHost tells whether a Host header is a name that we were told to answer
// to: another one comes from a page that tricked the browser's name service.
func (s *Server) knownHost(host string) bool {
	return slices.Contains(s.hosts, strings.ToLower(host))
}

// hostsOf are the Host headers that belong to an address that is listened to,
// and to further names.
func hostsOf(address net.Addr, names []string) []string {
	host, port, err := net.SplitHostPort(address.String())
	if err != nil {
		return nil
	}
	ip := net.ParseIP(host)
	all := slices.Clone(names)
	switch {
	case ip == nil || ip.IsUnspecified(): // every address of the machine: only the names given
	case ip.IsLoopback():
		all = append(all, "localhost", "127.0.0.1", "::1", host)
	default:
		all = append(all, host)
	}
	var hosts []string
	for _, name := range all {
		name = strings.ToLower(name)
		hosts = append(hosts, net.JoinHostPort(name, port))
		if port == "80" || port == "443" {
			hosts = append(hosts, name)
		}
	}
	return hosts
}

// enter is the way to a session: a token in the address, or a secret typed
// into the form. The answer leads to an address without it.
func (s *Server) enter(w http.ResponseWriter, r *http.Request) {
	offered := ""
	switch {
	case r.Method == http.MethodPost:
		offered = r.PostFormValue("secret")
	case !s.options.Password:
		offered = r.URL.Query().Get("token")
	}
	if offered == "" {
		s.render(w, r, http.StatusOK, "enter", s.page(r, "Come in"))
		return
	}
	ok, wait := s.keeper.admit(offered)
	switch {
	case wait:
		w.Header().Set("Retry-After", "10")
		s.fail(w, r, http.StatusTooManyRequests, "too many wrong tokens were tried; wait a minute")
	case !ok:
		p := s.page(r, "Come in")
		p.Problem = "That is not it."
		s.render(w, r, http.StatusForbidden, "enter", p)
	default:
		s.keeper.begin(w)
		http.Redirect(w, r, "/", http.StatusSeeOther)
	}
}

// refuseStranger answers who has no session: people get the way in.
func (s *Server) refuseStranger(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet || !strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.Error(w, "no session; open the address that 'cohortcounts serve' printed", http.StatusForbidden)
		return
	}
	s.render(w, r, http.StatusForbidden, "enter", s.page(r, "Come in"))
}
