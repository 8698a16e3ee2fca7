package i18n

import (
	"strings"

	"guitai/pos"
)

// Codes lists every code of trouble that words exist for: all of package pos.
var Codes = []pos.Code{
	pos.CodeNone, pos.CodeInvalid, pos.CodeNotFound, pos.CodeConflict, pos.CodeReplay, pos.CodeUncertain, pos.CodeNoAnswer,
	pos.CodeUnreachable, pos.CodeServerFault, pos.CodeBadAnswer, pos.CodeBadSign, pos.CodeNotOurs, pos.CodeTooMany,
	pos.CodeOffline, pos.CodeDNS, pos.CodeCaptive, pos.CodeIntercepted, pos.CodeIPv6, pos.CodeClock,
	pos.CodeRefused, pos.CodeRejected, pos.CodeConfig, pos.CodeNumberUsed, pos.CodeExpired, pos.CodeWrongSum,
	pos.CodeCurrency, pos.CodeFull, pos.CodeReadOnly, pos.CodeCorrupt, pos.CodeInUse, pos.CodeMode, pos.CodePrinter,
	pos.CodePaper, pos.CodeCover, pos.CodeCutter, pos.CodePrinterError, pos.CodePrinterOff, pos.CodePrinterPort, pos.CodePrinterAccess, pos.CodePrinterBusy,
	pos.CodePaperLow, pos.CodeDisplay, pos.CodeScanner, pos.CodeRelay, pos.CodeRelayToken, pos.CodePairing,

	pos.CodeSecret, pos.CodeInternal, pos.CodeWrongPIN, pos.CodePINWait, pos.CodeForbidden, pos.CodeShift, pos.CodeNotYet,
}

// Trouble says what happened, what it means for the money, and what to do. A code without words of its own is told as a
// fault of this program.
func (w *Words) Trouble(c pos.Code) (what, money, todo string) {
	if c == pos.CodeNone {
		c = "none"
	}
	key := "trouble." + string(c)
	if !w.Has(key + ".what") {
		key = "trouble." + string(pos.CodeInternal)
	}
	return w.T(key + ".what"), w.T(key + ".money"), w.T(key + ".todo")
}

// RelayTrouble says trouble of the line to the relay: the words for a code of the network speak of WeChat, which is not what was not
// reached, and of money, which has nothing to do with it.
func (w *Words) RelayTrouble(c pos.Code) (what, money, todo string) {
	switch c {
	case pos.CodeRelayToken, pos.CodePairing, pos.CodeOffline, pos.CodeCaptive, pos.CodeSecret:
	default:
		c = pos.CodeRelay
	}
	what, _, todo = w.Trouble(c)
	_, money, _ = w.Trouble(pos.CodeRelay)
	return what, money, todo
}

// Phase says where the payment in front of the cashier stands, and what to do meanwhile.
func (w *Words) Phase(p pos.PayPhase) (state, todo string) {
	return w.T("phase." + string(p)), w.T("phase." + string(p) + ".todo")
}

// State says where a payment stands.
func (w *Words) State(s pos.State) string { return w.T("state." + string(s)) }

// Tender names a way of paying.
// One that has no words names itself (other:NAME, 其他收款).
func (w *Words) Tender(t pos.Tender) string {
	if !w.Has("tender." + string(t)) {
		return strings.TrimPrefix(string(t), "other:")
	}
	return w.T("tender." + string(t))
}

// TenderTaken names a way of paying among others in a report: what only the cashier vouches for is marked as that.
func (w *Words) TenderTaken(t pos.Tender) string {
	if name, outside := t.Other(); outside {
		return w.T("tender.booked", name)
	}
	return w.Tender(t)
}

// Origin names where a sale came from; "" for the counter.
func (w *Words) Origin(o pos.Origin) string {
	if o == pos.OriginCounter {
		return ""
	}
	return w.T("origin." + string(o))
}

// Print says what became of the receipt.
func (w *Words) Print(p pos.PrintState) string { return w.T("print." + string(p)) }

// Exception says why money is where it should not be; ExceptNone says nothing.
func (w *Words) Exception(k pos.ExceptionKind) string {
	if k == pos.ExceptNone {
		return ""
	}
	return w.T("exception." + string(k))
}

// Light says how a part of the till is.
func (w *Words) Light(l pos.Light) string { return w.T("light." + string(l)) }

// Role names what a person may do.
func (w *Words) Role(r pos.Role) string { return w.T("role." + string(r)) }

// Deed names something that not everybody may do.
func (w *Words) Deed(d pos.Deed) string { return w.T("deed." + string(d)) }

// CashKind says why cash moved without a sale.
func (w *Words) CashKind(k pos.CashKind) string { return w.T("cash-kind." + string(k)) }
