package pos

import (
	"errors"
	"strings"
)

// Code says what kind of trouble an error is. Programs decide by it; people read the words that i18n has for it: what
// happened, what it means for the money, what to do. Codes are kept once shipped: they are written into the ledger.
type Code string

// The codes. "Money" tells what each one means for it.
const (
	CodeNone Code = "" // no trouble

	CodeInvalid  Code = "invalid"   // the request makes no sense (quantity 0, tendered too little); nothing was done
	CodeNotFound Code = "not-found" // no such item, sale, payment or order
	CodeConflict Code = "conflict"  // somebody was faster; read again and decide again
	CodeReplay   Code = "replay"    // already done, with the same result: success-shaped

	CodeUncertain   Code = "uncertain"    // no verified answer: the money may or may not have moved; keep asking
	CodeNoAnswer    Code = "no-answer"    // uncertain, because nobody answered in time
	CodeUnreachable Code = "unreachable"  // uncertain, because no connection could be made (nothing left this machine)
	CodeServerFault Code = "server-fault" // uncertain, because the other side answered 5xx or SYSTEMERROR
	CodeBadAnswer   Code = "bad-answer"   // uncertain, because the answer does not parse
	CodeBadSign     Code = "bad-sign"     // uncertain, and an alarm: the answer's signature is wrong or missing
	CodeNotOurs     Code = "not-ours"     // uncertain, and an alarm: signed, but of another merchant, app or order
	CodeTooMany     Code = "too-many"     // uncertain, because the other side asks us to slow down

	// Why there is no connection, as far as the till can tell. Uncertain all of them: the money may or may not have moved.
	CodeOffline     Code = "offline"     // this machine has no network at all
	CodeDNS         Code = "dns"         // the name of WeChat's server is not found, or leads somewhere impossible
	CodeCaptive     Code = "captive"     // a log-in page of the network answers in WeChat's place
	CodeIntercepted Code = "intercepted" // somebody between us and WeChat shows a certificate of their own
	CodeIPv6        Code = "ipv6"        // the network speaks only IPv6, and the way to WeChat does not
	CodeClock       Code = "clock"       // our clock is so wrong that WeChat's certificate does not hold

	CodeRefused    Code = "refused"     // the other side said no, verified; nothing was taken
	CodeRejected   Code = "rejected"    // the other side does not accept our requests (sign, key, format); unsigned
	CodeConfig     Code = "config"      // the merchant's settings are wrong (app id, merchant id, product not opened)
	CodeNumberUsed Code = "number-used" // this out_trade_no is taken by another order

	CodeExpired  Code = "expired"  // the order's time ran out on our screen
	CodeWrongSum Code = "amount"   // real money, of another amount
	CodeCurrency Code = "currency" // real money, of another currency

	CodeWrongPIN  Code = "wrong-pin" // not this person's PIN
	CodePINWait   Code = "pin-wait"  // too many wrong PINs: later
	CodeForbidden Code = "forbidden" // this person may not do that; somebody who may has to allow it
	CodeShift     Code = "no-shift"  // no shift of today is open, and the shop wants one
	CodeNotYet    Code = "not-yet"   // WeChat has not made it yet (a bill before 10:00 of the next day): ask later

	CodeFull     Code = "disk-full" // no space left; nothing was written
	CodeReadOnly Code = "read-only" // the folder or file cannot be written
	CodeCorrupt  Code = "corrupt"   // the ledger does not prove itself
	CodeInUse    Code = "in-use"    // another till runs on this data folder
	CodeMode     Code = "mode"      // a practice ledger opened as a real one, or the other way round
	CodePrinter  Code = "printer"   // the receipt did not reach paper; the money is not affected
	// Why it did not, as far as the printer or the system says.
	CodePaper         Code = "paper-out"
	CodeCover         Code = "cover-open"
	CodeCutter        Code = "cutter"          // jammed; a person has to free it
	CodePrinterError  Code = "printer-error"   // it reports an error that is none of these: too hot, out of order
	CodePrinterOff    Code = "printer-offline" // not there: no power, no cable, the network does not reach it; or it says that it is off line
	CodePrinterPort   Code = "printer-port"    // something is there, but no printer answers: the wrong address, port, device or speed
	CodePrinterAccess Code = "printer-access"  // this user may not write to the device
	CodePrinterBusy   Code = "printer-busy"    // another program or till holds it
	CodePaperLow      Code = "paper-low"       // it prints, and the roll is nearly at its end
	CodeDisplay       Code = "display"         // the customer's pole display is not reached; nothing else is affected
	CodeScanner       Code = "scanner"         // the scanner's port is not there, is held by another program, or what comes from it is noise
	CodeRelay         Code = "relay"           // the relay is not reached; payments are found by asking WeChat
	CodeRelayToken    Code = "relay-token"     // the relay does not know this till any more: pair it again
	CodePairing       Code = "pairing"         // this pairing code is unknown, used up or too old
	CodeSecret        Code = "secret"          // a secret that a part needs is missing, so that part is off
	CodeInternal      Code = "internal"        // a fault of this program
)

// Error is an operation that went wrong: Op says which, Code what kind, Err why.
type Error struct {
	Code Code
	Op   string // "open ledger", "query order": for the log, not for the cashier
	Err  error  // may be nil
}

// E builds an [Error].
func E(code Code, op string, err error) *Error { return &Error{Code: code, Op: op, Err: err} }

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	b.WriteString(": ")
	if e.Err != nil {
		b.WriteString(e.Err.Error())
	} else {
		b.WriteString(string(e.Code))
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of the outermost [Error] in err's chain, CodeNone for nil and CodeInternal for any other error.
func CodeOf(err error) Code {
	if err == nil {
		return CodeNone
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}
