package pos

// Notice is a payment notice whose signature, app and merchant were checked (支付结果通知).
type Notice struct {
	OutTradeNo string
	Success    bool   // result_code; false says only that something happened
	Trade      Trade  // with Success
	Detail     string // err_code: err_code_des

	// Refund marks a notice about a refund (退款结果通知), of OutRefundNo. It is encrypted with our key but not signed, so it
	// authenticates nothing: it only makes the till ask.
	Refund      bool
	OutRefundNo string
}

// Verdict is what a notice turned out to be. It is stored beside the raw notice, so the ledger says what was seen.
type Verdict string

const (
	NoticeSettles Verdict = "settles" // passes every check of the law of money
	NoticeReplay  Verdict = "replay"  // says what we know already
	NoticeAsks    Verdict = "asks"    // verified, but something differs: WeChat is asked, the notice moves nothing
	NoticeUnknown Verdict = "unknown" // verified, but no such order in this ledger
	NoticeForged  Verdict = "forged"  // signature wrong or missing
	NoticeForeign Verdict = "foreign" // signed, but of another app or merchant
	NoticeBroken  Verdict = "broken"  // does not parse, or could not be booked
	NoticeLater   Verdict = "later"   // as asks, but one question may not tell all of it: WeChat shall say it again
)

// Accepted reports whether WeChat is told that the notice arrived. What was not accepted it sends again.
func (v Verdict) Accepted() bool {
	return v == NoticeSettles || v == NoticeReplay || v == NoticeAsks
}

// JudgeNotice is the notice rule: what a verified notice does to the payment it names. known tells whether the ledger has
// that order. Only a notice that passes every check becomes money; anything less makes the till ask.
func JudgeNotice(n Notice, p Payment, known bool) (Signal, Verdict) {
	hint := Signal{Kind: SigHint, Source: ByNotify, Detail: n.Detail}
	switch {
	case !known:
		return Signal{}, NoticeUnknown
	case !n.Success, n.Trade.TransactionID == "":
		return hint, NoticeAsks
	case p.TransactionID == n.Trade.TransactionID:
		return Signal{}, NoticeReplay
	case p.TransactionID != "": // a second payment of the same order is money of its own, whatever its amount
		return Signal{Kind: SigPaid, Source: ByNotify, Trade: n.Trade}, NoticeSettles
	case n.Trade.Amount != p.Asked, n.Trade.Currency != Currency:
		// WeChat shall say it again: the order may have been paid by two transactions, and a query names only one of them.
		return hint, NoticeLater
	}
	return Signal{Kind: SigPaid, Source: ByNotify, Trade: n.Trade}, NoticeSettles
}

// VerdictOf turns the error of reading a notice into a verdict.
func VerdictOf(err error) Verdict {
	switch CodeOf(err) {
	case CodeBadSign:
		return NoticeForged
	case CodeNotOurs:
		return NoticeForeign
	}
	return NoticeBroken
}
