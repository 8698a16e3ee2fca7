// Package export writes the books as files for other programs: sales, their lines, payments, refunds, shifts and the journal as CSV or
// XLSX for a spreadsheet, or as JSON lines for everything else; and it proves a journal that somebody was given as such a file.
//
// # One row at a time
//
// [Write] holds one row in memory, however long the span and whatever the format. It returns the figures by which a reader can tell that
// nothing is missing; they count only if the error is nil. Every kind of row has one list of columns, which all formats read.
//
// # Money
//
// A column named *_fen is a whole number of fen, a column named *_yuan the same amount as decimal yuan with two places,
// made from the whole number. JSON has fen only.
//
// # Spreadsheets
//
// CSV is UTF-8 with a byte order mark, has a header row and ends its lines with CR LF. A text that a spreadsheet could
// take for a formula is preceded by an apostrophe, since nothing else in a CSV says that it is one.
//
// In XLSX a text is a text by its cell, so it is as it was, without an apostrophe; money is a number, days and times are dates on the
// shop's clock, and numbers of more digits than a spreadsheet keeps are texts. The last sheet says what the others come to.
//
// Control characters, which no cell can hold, are replaced in both.
//
// Everything here is safe for concurrent use as long as each call has a writer of its own.
package export
