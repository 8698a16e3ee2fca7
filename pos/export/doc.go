// Package export writes the books as files for other programs: payments, sales, refunds and takings as CSV for a spreadsheet, or
// as JSON for everything else.
//
// # One row at a time
//
// [Payments], [Sales] and [Refunds] hold one row in memory, however long the span. They return an [Identity] or
// [RefundIdentity], the figures by which a reader can tell that nothing is missing; it counts only if the error is nil.
//
// # Money
//
// A column named *_fen is a whole number of fen, a column named *_yuan the same amount as decimal yuan with two places,
// made from the whole number. JSON has fen only.
//
// # Spreadsheets
//
// CSV is UTF-8 with a byte order mark, has a header row and ends its lines with CR LF. A text that a spreadsheet could
// take for a formula is preceded by an apostrophe.
//
// Everything here is safe for concurrent use as long as each call has a writer of its own.
package export
