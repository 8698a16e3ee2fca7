package sim

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"slices"
	"time"
)

// payBody is the body of POST /sim/pay and /sim/script.
type payBody struct {
	Order       string   `json:"order"`
	Act         string   `json:"act"`
	ScanAfterMS int64    `json:"scan_after_ms"`
	TypeForMS   int64    `json:"type_for_ms"`
	Amount      int64    `json:"amount"`
	Currency    string   `json:"currency"`
	OpenID      string   `json:"open_id"`
	Coupons     []Coupon `json:"coupons"`
	Recalls     int      `json:"recalls"`
}

func (b payBody) act() Act {
	if b.Act == "" {
		b.Act = PayNow
	}
	return Act{
		Kind: b.Act, ScanAfter: time.Duration(b.ScanAfterMS) * time.Millisecond, TypeFor: time.Duration(b.TypeForMS) * time.Millisecond,
		Amount: b.Amount, Currency: b.Currency, OpenID: b.OpenID, Coupons: b.Coupons, Recalls: b.Recalls,
	}
}

// faultState is a fault as the API and the page show it.
type faultState struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
	Path  string `json:"path,omitempty"`
	About string `json:"about"`
}

// faultStates lists every fault with its state; one that is in force for several paths stands there several times.
func (s *Sim) faultStates(lang string) []faultState {
	active := s.ActiveFaults()
	var list []faultState
	for _, about := range Faults() {
		text, on := about.in(lang), false
		for _, f := range active {
			if f.Name == about.Name {
				list = append(list, faultState{f.Name, f.Count, f.Path, text})
				on = true
			}
		}
		if !on {
			list = append(list, faultState{Name: about.Name, About: text})
		}
	}
	return list
}

// routes joins the page and the JSON API, behind the guard.
func (s *Sim) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.showPage)
	mux.HandleFunc("POST /{$}", s.pressButton)
	mux.HandleFunc("GET "+pathMini, s.showPhone)
	mux.HandleFunc("POST "+pathMini, s.pressButton)
	mux.HandleFunc("GET "+pathApp, s.showPhone)
	mux.HandleFunc("POST "+pathApp, s.pressButton)
	mux.HandleFunc("GET /sim/orders", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"orders": s.Orders()})
	})
	mux.HandleFunc("GET /sim/deliveries", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"deliveries": reversed(s.Deliveries()), "count": s.CountNotices()})
	})
	mux.HandleFunc("GET /sim/calls", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"calls": reversed(s.Calls())})
	})
	mux.HandleFunc("GET /sim/faults", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"faults": s.faultStates(langEn)})
	})
	mux.HandleFunc("GET /sim/money", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"money": s.Money()})
	})
	mux.HandleFunc("GET /sim/codes", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"codes": s.Codes()})
	})
	mux.HandleFunc("POST /sim/code", s.apiCode)
	mux.HandleFunc("POST /sim/refund", s.apiRefund)
	mux.HandleFunc("POST /sim/refund-script", s.apiRefundScript)
	mux.HandleFunc("POST /sim/refund-end", s.apiRefundEnd)
	mux.HandleFunc("POST /sim/pay", s.apiPay)
	s.phoneRoutes(mux)
	mux.HandleFunc("POST /sim/script", s.apiScript)
	mux.HandleFunc("POST /sim/faults", s.apiFault)
	s.billRoutes(mux)
	return s.guard(mux)
}

// guard keeps other web sites, by name tricks or by forms, from reading or pressing anything here.
func (s *Sim) guard(next http.Handler) http.Handler {
	origin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.opts.AnyHost && !isLoopback(r.Host) {
			http.Error(w, "this page answers on 127.0.0.1 and localhost only", http.StatusForbidden)
			return
		}
		if err := origin.Check(r); err != nil {
			http.Error(w, "from another site", http.StatusForbidden)
			return
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func isLoopback(host string) bool {
	name := hostName(host)
	ip := net.ParseIP(name)
	return name == "localhost" || ip != nil && ip.IsLoopback()
}

func (s *Sim) apiPay(w http.ResponseWriter, r *http.Request) {
	var body payBody
	if !readJSON(w, r, &body) {
		return
	}
	o, err := s.Pay(body.Order, body.act())
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"order": o})
}

func (s *Sim) apiScript(w http.ResponseWriter, r *http.Request) {
	var body payBody
	if !readJSON(w, r, &body) {
		return
	}
	if err := s.Script(body.Order, body.act()); err != nil {
		writeError(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Sim) apiFault(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Fault string `json:"fault"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	f, err := ParseFault(body.Fault)
	if err == nil {
		err = s.SetFault(f)
	}
	if err != nil {
		writeError(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// readJSON reads a body that no form of another site could have sent, since only application/json is taken.
func readJSON(w http.ResponseWriter, r *http.Request, into any) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		writeProblem(w, http.StatusUnsupportedMediaType, "content-type", "the body is application/json")
		return false
	}
	d := json.NewDecoder(io.LimitReader(r.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		writeProblem(w, http.StatusBadRequest, "json", err.Error())
		return false
	}
	return true
}

// errorCodes name the errors of payers and faults for programs.
var errorCodes = []struct {
	err    error
	code   string
	status int
}{
	{ErrNoOrder, "no-order", http.StatusNotFound},
	{ErrBadAct, "bad-act", http.StatusBadRequest},
	{ErrBadFault, "bad-fault", http.StatusBadRequest},
	{ErrCodeDead, "code-dead", http.StatusConflict},
	{ErrOrderClosed, "order-closed", http.StatusConflict},
	{ErrExpired, "expired", http.StatusConflict},
	{ErrOrderPaid, "order-paid", http.StatusConflict},
	{ErrOtherPayer, "other-payer", http.StatusConflict},
	{ErrInside, "inside", http.StatusConflict},
	{ErrBadProduct, "bad-product", http.StatusConflict},
	{ErrNoCallback, "no-callback", http.StatusConflict},
	{ErrShopSilent, "shop-silent", http.StatusConflict},
	{ErrShopAnswer, "shop-answer", http.StatusConflict},
	{ErrShopRefused, "shop-refused", http.StatusConflict},
	{ErrBadShop, "bad-shop", http.StatusBadRequest},
	{ErrBadBasket, "bad-basket", http.StatusBadRequest},
	{ErrNoShop, "no-shop", http.StatusConflict},
	{ErrBadPay, "bad-pay", http.StatusConflict},
	{ErrNoApp, "no-app", http.StatusNotFound},
	{ErrNotScanned, "not-scanned", http.StatusConflict},
	{ErrNotForCodes, "not-for-codes", http.StatusBadRequest},
	{ErrBadRefund, "bad-refund", http.StatusConflict},
	{ErrBadDifference, "bad-difference", http.StatusBadRequest},
	{ErrStopped, "stopped", http.StatusServiceUnavailable},
}

func errorCode(err error) (code string, status int) {
	for _, c := range errorCodes {
		if errors.Is(err, c.err) {
			return c.code, c.status
		}
	}
	return "internal", http.StatusInternalServerError
}

func writeError(w http.ResponseWriter, err error) {
	code, status := errorCode(err)
	text := map[string]string{"error": code, "message": err.Error()}
	if no, ok := errors.AsType[*Refused](err); ok {
		text["words"] = no.Words
	}
	writeJSON(w, status, text)
}

func writeProblem(w http.ResponseWriter, status int, code, text string) {
	writeJSON(w, status, map[string]string{"error": code, "message": text})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // a client that is gone asks again
}

func reversed[T any](list []T) []T {
	slices.Reverse(list)
	return list
}
