package i18n

import (
	"slices"
	"strings"

	"guitai/pos"
)

// reading says how an argument of a message becomes words.
type reading int

const (
	asIs      reading = iota
	asTrouble         // a pos.Code: what happened, without the rest
	asException
	asDeed     // a pos.Deed
	asCashKind // a pos.CashKind
	asPaper    // a pos.Document
	asState    // a pos.State
)

// readings has every message of the till, with how its arguments are read. Arguments beyond those listed are taken as
// they are.
var readings = map[string][]reading{
	"unknown-code":         nil,
	"bad-check":            nil,
	"payment-code-in-cart": nil,
	"alipay-code":          nil,
	"in-store-code":        nil,
	"receipt-scanned":      nil,
	"quantity-invalid":     nil,
	"cart-too-much":        nil,
	"cart-too-long":        nil,
	"nothing-to-pay":       nil,
	"code-on-glass":        nil,
	"tendered-too-little":  nil,
	"tendered-too-much":    nil,
	"wechat-off":           {asTrouble},
	"ledger-trouble":       {asTrouble},
	"paid-late":            nil,
	"exception":            {asIs, asException, asIs},
	"alarm":                nil,
	"bill-clean":           nil,
	"bill-differs":         nil,
	"bill-trouble":         {asIs, asTrouble},
	"bill-booked":          nil,
	"bill-known":           nil,
	"bill-not-ours":        nil,
	"reprint-queued":       nil,
	"nothing-to-reprint":   nil,
	"catalogue-changed":    nil,
	"busy-paying":          nil,
	"cash-not-needed":      nil,
	"order-impossible":     nil,
	"undo-nothing":         nil,
	"printer-trouble":      {asTrouble},
	"recovered":            nil,
	"payment-code-off":     {asTrouble},
	"payment-code-busy":    nil,
	"parked":               nil,
	"unparked":             nil,
	"parked-paid":          nil,
	"parked-unpaid":        nil,
	"cart-not-empty":       nil,
	"phone-order":          nil,
	"phone-paid":           nil,
	"phone-ended":          nil,
	"phone-stays":          nil,
	"refund-retired":       nil,
	"order-paid":           nil,
	"order-live":           nil,
	"order-exception":      nil,
	"order-ended":          nil,
	"order-unknown":        nil,
	"order-asking":         nil,
	"order-adopted":        nil,
	"order-no-answer":      nil,
	"cash-booked":          nil,
	"refund-asked":         nil,
	"refund-done":          nil,
	"refund-cash":          nil,
	"refund-stuck":         nil,
	"refund-closed":        nil,
	"refund-refused":       {asIs, asTrouble},
	"refund-too-much":      nil,
	"refund-not-possible":  {asTrouble},
	"refund-needs-words":   nil,
	"exception-auto":       nil,
	"exception-held":       nil,
	"exception-settled":    nil,
	"exception-cash":       nil,
	"exception-noted":      nil,
	"exception-not-now":    nil,
	"clock-off":            nil,
	"disk-low":             nil,
	"restored":             nil,
	"restored-first":       nil,
	"restored-asking":      nil,
	"restored-asked":       nil,
	"backup-old":           nil,
	"backup-failed":        {asTrouble},
	"backup-copy-failed":   {asTrouble},
	"locked":               nil,
	"no-staff":             nil,
	"forbidden":            {asDeed},
	"staff-busy":           nil,
	"staff-added":          nil,
	"staff-changed":        nil,
	"staff-pin":            nil,
	"staff-name":           nil,
	"staff-taken":          nil,
	"staff-role":           nil,
	"staff-no-owner":       nil,
	"staff-pin-form":       nil,
	"staff-pin-easy":       nil,
	"staff-refused":        nil,
	"no-drawer":            nil,
	"drawer-needs-reason":  nil,
	"drawer-opened":        nil,
	"cash-amount":          nil,
	"cash-needs-reason":    nil,
	"cash-not-there":       nil,
	"cash-moved":           {asCashKind, asIs},
	"no-shift":             nil,
	"shift-close-first":    nil,
	"shift-is-open":        nil,
	"shift-opened":         nil,
	"shift-none":           nil,
	"count-invalid":        nil,
	"count-not-now":        nil,
	"count-first":          nil,
	"count-void":           nil,
	"close-under-way":      nil,
	"close-resumed":        nil,
	"close-needs-reason":   nil,
	"close-keep":           nil,
	"close-refused":        nil,
	"shift-closed":         nil,
	"x-queued":             nil,
	"z-queued":             nil,
	"z-unknown":            nil,
	"print-again":          {asPaper, asIs},
	"print-moved":          {asPaper, asIs},
	"print-moved-back":     {asPaper, asIs},
	"print-copy":           {asPaper, asIs},
	"print-copy-moved":     {asPaper, asIs},
	"print-confirmed":      {asPaper, asIs},
	"print-cancelled":      {asPaper, asIs},
	"print-busy":           {asPaper, asIs},
	"print-maybe":          {asPaper, asIs},
	"print-over":           nil,
	"print-no-other":       nil,
	"nothing-to-print":     nil,
	"pending-queued":       nil,
	"pending-ended":        {asState},
	"exceptions-queued":    nil,
	"exceptions-none":      nil,
	"labels-queued":        nil,
	"labels-copies":        nil,
	"labels-many":          nil,
	"labels-gone":          nil,

	"alipay-code-other":     nil,
	"plu-unknown":           nil,
	"label-empty":           nil,
	"not-weighed":           nil,
	"item-retired":          nil,
	"item-invalid":          nil,
	"item-not-kept":         nil,
	"want-dropped":          nil,
	"price-fixed":           nil,
	"price-invalid":         nil,
	"weight-invalid":        nil,
	"cut-invalid":           nil,
	"no-line":               nil,
	"note-invalid":          nil,
	"parts-paid":            nil,
	"parts-stay":            nil,
	"part-invalid":          nil,
	"part-paid":             nil,
	"part-late":             nil,
	"part-before-cash":      nil,
	"part-gone":             nil,
	"no-parts":              nil,
	"parts-given-back":      nil,
	"parts-given-back-held": nil,
	"recovered-parts":       nil,
	"tender-unknown":        nil,
	"hold-off":              nil,
	"hold-name":             nil,
	"nothing-to-hold":       nil,
	"held":                  nil,
	"held-gone":             nil,
	"held-dropped":          nil,
	"recalled":              nil,
	"recalled-changed":      nil,
	"recalled-other-price":  nil,
	"recalled-credit-gone":  nil,
	"exchange-added":        nil,
	"exchange-not-possible": nil,
	"exchange-owed":         nil,
	"credit-gone":           nil,
	"refund-exchanged":      nil,
	"void-not-today":        nil,
	"refund-outside":        nil,
	"refund-split":          nil,
	"return-exchange":       nil,
	"return-nothing":        nil,
	"exchange-even":         nil,
}

// ways are the messages that end in amounts of which each goes a way of its own: the words of each, in the order of the arguments. The way that
// nothing goes is not told of.
var ways = map[string][]string{
	"exchange-owed":         {"way.cash", "way.online"},
	"refund-split":          {"way.cash", "way.outside", "way.online"},
	"parts-given-back":      {"way.cash", "way.outside", "way.itself"},
	"parts-given-back-held": {"way.cash", "way.outside", "way.held"},
}

// gone is what of a message's arguments stands before the amounts, and then in one what goes which way.
func (w *Words) gone(args, ways []string) []string {
	before := max(0, len(args)-len(ways))
	var told []string
	for i, a := range args[before:] {
		if a != pos.Fen(0).String() {
			told = append(told, w.T(ways[i], a))
		}
	}
	return append(slices.Clip(args[:before]), strings.Join(told, w.T("way.and")))
}

// Message gives the words of a message from the till; "" for none.
func (w *Words) Message(m pos.Message) string {
	if m.ID == "" || m.Kind == pos.MsgNone {
		return ""
	}
	how, given := readings[m.ID], m.Args
	if all := ways[m.ID]; all != nil {
		given = w.gone(given, all)
	}
	args := make([]any, len(given))
	for i, a := range given {
		args[i] = a
		if i >= len(how) {
			continue
		}
		switch how[i] {
		case asTrouble:
			// A cause that is no code is told as it came: a printer's own words help more than none.
			if a == "" || w.Has("trouble."+a+".what") {
				args[i], _, _ = w.Trouble(pos.Code(a))
			}
		case asException:
			args[i] = w.Exception(pos.ExceptionKind(a))
		case asDeed:
			args[i] = w.T("deed." + a)
		case asCashKind:
			args[i] = w.T("cash-kind." + a)
		case asPaper:
			args[i] = w.Document(pos.Document(a))
		case asState:
			args[i] = w.State(pos.State(a))
		}
	}
	return w.T("msg."+m.ID, args...)
}
