package i18n

import (
	"strings"

	"guitai/pos"
)

// What the signal of a line of evidence begins with that is about a refund of the payment, or what somebody decided.
const (
	ofRefund = "refund:"
	decision = "decided:"
)

// Telling leaves out of a payment's evidence what only says that nothing changed.
func Telling(events []pos.PaymentEvent) []pos.PaymentEvent {
	var kept []pos.PaymentEvent
	for _, e := range events {
		_, refund := strings.CutPrefix(string(e.Signal), ofRefund)
		_, decided := strings.CutPrefix(string(e.Signal), decision)
		if e.From == e.To && (e.Amount == 0 || refund) && e.Code == pos.CodeNone && !decided {
			continue
		}
		if n := len(kept); n > 0 && kept[n-1].Source == e.Source && kept[n-1].To == e.To && kept[n-1].Amount == e.Amount &&
			kept[n-1].Code == e.Code && kept[n-1].TransactionID == e.TransactionID && !decided {
			continue
		}
		kept = append(kept, e)
	}
	return kept
}

// Event says who said what in a line of a payment's evidence. money writes an amount; nil is [Words.Money].
func (w *Words) Event(e pos.PaymentEvent, money func(pos.Fen) string) (who, what string) {
	if action, decided := strings.CutPrefix(string(e.Signal), decision); decided {
		return w.decided(e, pos.Action(action))
	}
	if money == nil {
		money = w.Money
	}
	what = w.State(e.To)
	if _, refund := strings.CutPrefix(string(e.Signal), ofRefund); refund {
		what, _ = w.Giving(pos.RefundState(e.To))
	}
	if e.Amount > 0 {
		what += " · " + money(e.Amount)
	}
	if n := len(e.TransactionID); n > 6 {
		what += " · …" + e.TransactionID[n-6:]
	}
	if e.Code != pos.CodeNone {
		trouble, _, _ := w.Trouble(e.Code)
		what += " · " + trouble
	}
	return w.Proof(e.Source), what
}

// decided is a line about a decision: of a person, who is named in front of the reason, or of the till itself.
func (w *Words) decided(e pos.PaymentEvent, a pos.Action) (who, what string) {
	what, _ = w.Action(a, "")
	who = w.Proof(pos.ByNobody)
	by, why, person := strings.Cut(e.Detail, ": ")
	if person {
		who = w.T("proof.person")
		what += " · " + by
	} else {
		what, why = w.T("inbox.decides", what), e.Detail // and it may still be stopped
	}
	if kind := w.Exception(pos.ExceptionKind(why)); w.Has("exception." + why) {
		why = kind // nobody gave a reason, so it is the exception's own
	}
	if why != "" {
		what += " · " + why
	}
	return who, what
}
