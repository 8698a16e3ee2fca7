package relay

import (
	_ "embed"
	"net/http"
)

//go:embed pair.html
var pairPage []byte

// page is what a browser shows of a pairing text: where it is to be pasted. The code is behind the # and never comes here.
func (s *Server) page(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	if len(s.cfg.BaseURL) > 8 && s.cfg.BaseURL[:8] == "https://" {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	write(w, reply{status: http.StatusOK, contentType: "text/html; charset=utf-8", body: pairPage})
}
