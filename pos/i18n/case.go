package i18n

import (
	"strings"

	"guitai/pos"
)

// Refusal says why WeChat refused a customer's payment code, and what the customer does about it. detail is WeChat's own
// words, which begin with the name of the reason (err_code).
func (w *Words) Refusal(detail string) (what, todo string, known bool) {
	reason, _, _ := strings.Cut(detail, ":")
	key := "other"
	switch strings.TrimSpace(reason) {
	case "AUTHCODEEXPIRE":
		key = "expired"
	case "AUTH_CODE_INVALID", "AUTH_CODE_ERROR":
		key = "invalid"
	case "NOTENOUGH", "NOT_ENOUGH":
		key = "not-enough"
	case "NOTSUPORTCARD", "NOT_SUPPORT_CARD":
		key = "card"
	}
	return w.T("code." + key), w.T("code." + key + ".todo"), key != "other"
}

// Case says what an exception means for the money, and what to do.
func (w *Words) Case(k pos.ExceptionKind) (money, todo string) {
	if k == pos.ExceptNone {
		return "", ""
	}
	return w.T("exception." + string(k) + ".money"), w.T("exception." + string(k) + ".todo")
}

// Standing says where an exception stands.
func (w *Words) Standing(s pos.ExceptionState) string { return w.T("standing." + string(s)) }

// Action names what can be done about an exception, and says what that does to the money.
func (w *Words) Action(a pos.Action, amount string) (name, does string) {
	return w.T("action." + string(a)), w.T("action."+string(a)+".money", amount)
}

// Giving says where a refund stands, and what happens next.
func (w *Words) Giving(s pos.RefundState) (state, todo string) {
	return w.T("giving." + string(s)), w.T("giving." + string(s) + ".todo")
}

// Proof names who said something about a payment.
func (w *Words) Proof(e pos.Evidence) string {
	if e == pos.ByNobody {
		return w.T("proof.till")
	}
	return w.T("proof." + string(e))
}

// Next says what happens next to a payment that is watched without being in front; "" for one that is at its end.
func (w *Words) Next(v pos.PendingView) string {
	switch {
	case v.Parked:
		return w.T("next.parked")
	case v.State.Live():
		return w.T("next." + string(v.State))
	}
	return ""
}

// NoRefund says why WeChat refunds do not work here. The secret that only they need is the merchant's certificate.
func (w *Words) NoRefund(why pos.Code) string {
	if why == pos.CodeSecret {
		return w.T("refund.no-certificate")
	}
	what, _, _ := w.Trouble(why)
	return what
}
