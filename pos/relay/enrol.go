package relay

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"guitai/pos"
)

// tokenOf is the token of a request. It is read from the Authorization header and nowhere else: a URL is written to logs.
func tokenOf(r *http.Request) (pos.TokenHash, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") || len(token) != 43 {
		return pos.TokenHash{}, false
	}
	if b, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(b) != 32 {
		return pos.TokenHash{}, false
	}
	return HashToken(token), true
}

// authorize finds the till of a request; when there is none, it has answered. The token of a till that is connected here is not looked up.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request, connects bool) (till pos.RelayTill, token pos.TokenHash, ok bool) {
	token, ok = tokenOf(r)
	if !ok {
		s.unauthorized(w)
		return till, token, false
	}
	till, known := s.hub.byToken(token)
	if known && !s.mayCall(till.ID) {
		tooMany(w, 1)
		return till, token, false
	}
	if known && !connects {
		return till, token, true
	}
	from := s.peer(r)
	if !known && s.strangers.spent(time.Now(), from) {
		tooMany(w, 60)
		return till, token, false
	}
	till, err := s.tillByToken(r.Context(), token)
	switch pos.CodeOf(err) {
	case pos.CodeNone:
	case pos.CodeNotFound:
		s.strangers.allow(time.Now(), from)
		s.unauthorized(w)
		return till, token, false
	default:
		s.log.Warn("look up a token", "code", pos.CodeOf(err), "err", err)
		problem(w, http.StatusServiceUnavailable, "unavailable", "the relay's database does not answer: try again")
		return till, token, false
	}
	s.retire(r.Context(), till.ID, token)
	if !known && !s.mayCall(till.ID) {
		tooMany(w, 1)
		return till, token, false
	}
	return till, token, true
}

// mayCall takes one of the calls a till may make.
func (s *Server) mayCall(till string) bool {
	a := s.routing.Load().tills[till]
	return a == nil || a.calls.take(time.Now(), s.cfg.Limits.Calls, 10*s.cfg.Limits.Calls)
}

func (s *Server) unauthorized(w http.ResponseWriter) {
	s.cfg.Metrics.unauthorized()
	w.Header().Set("WWW-Authenticate", "Bearer")
	problem(w, http.StatusUnauthorized, "token", "this token is not known")
}

func (s *Server) tillByToken(ctx context.Context, token pos.TokenHash) (pos.RelayTill, error) {
	ctx, cancel := context.WithTimeout(ctx, queryLimit)
	defer cancel()
	return s.cfg.Central.TillByToken(ctx, token, s.cfg.Clock.Now())
}

// retire looks at the other tokens by which a till is connected: the use of a new one may have ended them.
func (s *Server) retire(ctx context.Context, till string, used pos.TokenHash) {
	for _, token := range s.hub.tokensOf(till) {
		if token != used {
			s.recheckToken(ctx, till, token)
		}
	}
}

// recheck looks at every token by which a till is connected, and ends the streams of those that are none any more. still: the till is connected
// by another, or nothing is known; sure: the database answered.
func (s *Server) recheck(ctx context.Context, till string) (still, sure bool) {
	sure = true
	for _, token := range s.hub.tokensOf(till) {
		one, known := s.recheckToken(ctx, till, token)
		still, sure = still || one, sure && known
	}
	return still, sure
}

func (s *Server) recheckToken(ctx context.Context, till string, token pos.TokenHash) (still, sure bool) {
	now, err := s.tillByToken(ctx, token)
	switch {
	case err == nil && now.ID == till:
		s.hub.refresh(now, s.cfg.Clock.Now().Sub(now.TokenAt) >= TokenAge)
		return true, true
	case err == nil || pos.CodeOf(err) == pos.CodeNotFound:
		s.log.Warn("token is none any more: its streams are closed", "till", till)
		s.hub.cut(till, token)
		return false, true
	default:
		return true, false // nothing is known, and nothing changes
	}
}

// pair is POST /v1/pair: a code for a token.
func (s *Server) pair(w http.ResponseWriter, r *http.Request) {
	if !s.pairing.allow(time.Now(), s.peer(r)) {
		tooMany(w, 60)
		return
	}
	var in PairRequest
	if !readJSON(w, r, 4<<10, &in) {
		return
	}
	code, ok := normalCode(in.Code)
	if !ok {
		s.cfg.Metrics.unauthorized()
		problem(w, http.StatusNotFound, "code", "this code is unknown, used up or too old")
		return
	}
	token := newToken(s.cfg.Random)
	till, err := s.cfg.Central.Pair(r.Context(), HashToken(code), HashToken(token), s.cfg.Clock.Now())
	switch pos.CodeOf(err) {
	case pos.CodeNone:
	case pos.CodeNotFound:
		s.cfg.Metrics.unauthorized()
		problem(w, http.StatusNotFound, "code", "this code is unknown, used up or too old")
		return
	default:
		s.log.Warn("pair", "code", pos.CodeOf(err), "err", err)
		problem(w, http.StatusServiceUnavailable, "unavailable", "the relay's database does not answer: try again")
		return
	}
	s.log.Info("till paired", "till", till.ID)
	s.lookNow(r.Context()) // so that its route leads somewhere when the answer is there
	s.recheck(r.Context(), till.ID)
	who := s.paired(till)
	who.Token = token
	writeJSON(w, who)
}

// paired says who a till is.
func (s *Server) paired(t pos.RelayTill) Paired {
	base := strings.TrimRight(s.cfg.BaseURL, "/")
	return Paired{
		Till: t.ID, Name: t.Name, Shop: t.ShopName,
		NotifyURL: base + pathNotice + t.Route, CallbackURL: base + pathCallback + t.ShopPath, PrepayURL: base + pathPrepay + t.ShopPath,
	}
}

// rotate is POST /v1/token: another token, both work until the new one is used.
func (s *Server) rotate(w http.ResponseWriter, r *http.Request, till pos.RelayTill) {
	token := newToken(s.cfg.Random)
	if err := s.cfg.Central.OfferToken(r.Context(), till.ID, HashToken(token), s.cfg.Clock.Now()); err != nil {
		s.log.Warn("offer token", "till", till.ID, "code", pos.CodeOf(err), "err", err)
		problem(w, http.StatusServiceUnavailable, "unavailable", "the relay's database does not answer: try again")
		return
	}
	writeJSON(w, Token{Token: token})
}

// key is POST /v1/key: a public key of WeChat Pay for the till's shop.
func (s *Server) key(w http.ResponseWriter, r *http.Request, till pos.RelayTill) {
	var in Key
	if !readJSON(w, r, 2*maxPEM, &in) {
		return
	}
	if !validKeyID(in.ID) {
		problem(w, http.StatusBadRequest, "key-id", "the id is PUB_KEY_ID_… or a certificate's serial number")
		return
	}
	if _, err := parseKey([]byte(in.PEM)); err != nil {
		problem(w, http.StatusBadRequest, "key", "not a key of WeChat Pay: "+err.Error())
		return
	}
	if err := s.cfg.Central.PutKey(r.Context(), pos.RelayKey{Shop: till.Shop, ID: in.ID, PEM: []byte(in.PEM)}, s.cfg.Clock.Now()); err != nil {
		s.log.Warn("store key", "till", till.ID, "code", pos.CodeOf(err), "err", err)
		problem(w, http.StatusServiceUnavailable, "unavailable", "the relay's database does not answer: try again")
		return
	}
	s.lookNow(r.Context())
	s.haveKeys(till.Shop)
	w.WriteHeader(http.StatusNoContent)
}

// wantKeys asks the tills of a shop for keys, those that are connected at once and others when they come.
func (s *Server) wantKeys(shop string) {
	s.wanted.Lock()
	asked := s.wanted.shops[shop]
	s.wanted.shops[shop] = true
	s.wanted.Unlock()
	if !asked {
		s.log.Warn("a v3 notice came that no uploaded key verifies: the tills are asked for keys", "shop", shop)
		s.hub.helloAgain(shop)
	}
}

func (s *Server) haveKeys(shop string) {
	s.wanted.Lock()
	defer s.wanted.Unlock()
	delete(s.wanted.shops, shop)
}

func (s *Server) keysWanted(shop string) bool {
	s.wanted.Lock()
	defer s.wanted.Unlock()
	return s.wanted.shops[shop]
}
