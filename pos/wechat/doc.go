// Package wechat holds what the generations of WeChat Pay's merchant API share: who the merchant is ([Merchant]), what a
// trade state means for a payment ([TradeState]) and a refund's for a refund ([RefundState]), what an error code of each call
// means ([OrderError], [QueryError], [CloseError], [ChargeError], [ReverseError], [RefundError], [RefundQueryError], [BillError],
// [Rejection]), and the merchant's client certificate ([LoadCertificate]).
//
// Each meaning is one row of one table, so that a disagreement with WeChat's documentation is found by reading. Nothing
// is guessed: a code or state that no row knows leaves a payment uncertain, and uncertain means asked again.
//
// Values are plain data, safe for concurrent use. Nothing here does I/O.
package wechat
