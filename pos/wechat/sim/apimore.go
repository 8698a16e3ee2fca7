package sim

import (
	"net/http"
	"time"
)

// apiCode is POST /sim/code: a customer shows a payment code.
func (s *Sim) apiCode(w http.ResponseWriter, r *http.Request) {
	var body payBody
	if !readJSON(w, r, &body) {
		return
	}
	if body.Order != "" {
		writeProblem(w, http.StatusBadRequest, "json", "a payment code is of no order")
		return
	}
	code, err := s.ShowCode(body.act())
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, code)
}

// refundBody is the body of the POST /sim/refund paths.
type refundBody struct {
	Order   string `json:"order"`  // /sim/refund: out_trade_no or transaction_id
	Refund  string `json:"refund"` // the others: out_refund_no, or refund_id to end one
	Fee     int64  `json:"refund_fee"`
	End     string `json:"end"`
	AfterMS int64  `json:"after_ms"`
}

func (b refundBody) act() RefundAct {
	return RefundAct{End: b.End, After: time.Duration(b.AfterMS) * time.Millisecond}
}

// apiRefund is POST /sim/refund: a refund started in the merchant platform.
func (s *Sim) apiRefund(w http.ResponseWriter, r *http.Request) {
	var body refundBody
	if !readJSON(w, r, &body) {
		return
	}
	refund, err := s.VendorRefund(body.Order, body.Fee, body.act())
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"refund": refund})
}

// apiRefundScript is POST /sim/refund-script: how a coming refund goes on.
func (s *Sim) apiRefundScript(w http.ResponseWriter, r *http.Request) {
	var body refundBody
	if !readJSON(w, r, &body) {
		return
	}
	if err := s.ScriptRefund(body.Refund, body.act()); err != nil {
		writeError(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// apiRefundEnd is POST /sim/refund-end: a refund ends now.
func (s *Sim) apiRefundEnd(w http.ResponseWriter, r *http.Request) {
	var body refundBody
	if !readJSON(w, r, &body) {
		return
	}
	refund, err := s.EndRefund(body.Refund, body.End)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"refund": refund})
}
