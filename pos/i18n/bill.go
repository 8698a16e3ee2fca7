package i18n

import (
	"errors"
	"strconv"

	"guitai/pos"
)

// FindingClass, FindingCause and FindingAction say what a match with WeChat's bill found, why, and what to do.
func (w *Words) FindingClass(c pos.FindingClass) string { return w.T("finding-class." + string(c)) }

// FindingCause says more closely what is the matter; "" for nothing.
func (w *Words) FindingCause(c pos.FindingCause) string {
	if c == pos.CauseNone {
		return ""
	}
	return w.T("finding-cause." + string(c))
}

// FindingAction names what can be done; what it does with the money says FindingActionMoney.
func (w *Words) FindingAction(a pos.FindingAction) string {
	if a == "" {
		return ""
	}
	return w.T("finding-action." + string(a))
}

// FindingActionMoney says what an action means for the money.
func (w *Words) FindingActionMoney(a pos.FindingAction) string {
	return w.T("finding-action." + string(a) + ".money")
}

// FindingMoney says what a difference means for the money.
func (w *Words) FindingMoney(f pos.Finding) string {
	switch {
	case f.Cause == pos.CauseNone:
		return ""
	case f.Cause == pos.CauseUnknown && f.Theirs != nil && f.Theirs.Kind != pos.BillPayment:
		return w.T("finding-cause.unknown.back")
	case f.Cause == pos.CauseMissing && f.Ours != nil && f.Ours.Kind != pos.BillPayment:
		return w.T("finding-cause.missing.back")
	}
	return w.T("finding-cause." + string(f.Cause) + ".money")
}

// BillKind names one of WeChat's statements.
func (w *Words) BillKind(k pos.BillKind) string { return w.T("bill-kind." + string(k)) }

// BillItemKind names what a row is about.
func (w *Words) BillItemKind(k pos.BillItemKind) string {
	if k == "" {
		return ""
	}
	return w.T("bill-item." + string(k))
}

// BillItemState says how money stands as one side sees it. WeChat's own states stay as they are: they are looked for at WeChat.
func (w *Words) BillItemState(i pos.BillItem) string {
	id := "state." + i.State
	if i.Kind == pos.BillRefund {
		id = "giving." + i.State
	}
	if w.Has(id) {
		return w.T(id)
	}
	return i.State
}

// BillError says why a bill is not believed, naming its line; ok is false for any other error.
func (w *Words) BillError(err error) (text string, ok bool) {
	e, ok := errors.AsType[*pos.BillError](err)
	if !ok {
		return "", false
	}
	args := make([]any, len(e.Args))
	for i, a := range e.Args {
		args[i] = a
	}
	text = w.T("bill."+e.ID, args...)
	if e.Line > 0 {
		text = w.T("bill.at-line", strconv.Itoa(e.Line), text)
	}
	return text, true
}
