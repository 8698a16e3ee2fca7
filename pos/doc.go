// Package pos is the glossary of the shop and the rules of its money. A stranger who reads this package knows the till.
//
// # The nouns
//
// An [Item] is something the shop sells. A [Cart] is what the cashier is building. Asking for money turns the cart into a
// [Sale] on disk, and every attempt to collect that money is a [Payment] with its own order number (out_trade_no, 商户订单号).
// A closed sale has a receipt number, a [Shift] and a business [Day]. Money moves only as an [Entry] of the journal, whose
// postings sum to zero.
//
// # The rule of a payment
//
// [Step] is the one place where a payment changes its state. It is a pure function: the caller brings the payment, what
// was learned ([Signal]) and the time, and gets the payment as it is now and what to do next ([Effect]). Poll, notice,
// a person's question and start-up all feed the same function, so they cannot disagree.
//
// # What is not here
//
// No network, no files, no SQL, no window. The ports at the edge ([Gateway], [Ledger], [Catalogue], [Outbox], [Printer],
// [Notices], [Clock]) are small interfaces that other rooms implement; cmd joins them.
//
// Values of this package are plain data: safe to copy, and safe for concurrent reading. Nothing here starts a goroutine.
package pos
