// Package reconcile holds our ledger against WeChat's own bill (对账) and says what differs.
//
// # What a bill is
//
// A text file, not signed: it proves nothing, so nothing of it becomes a sale by itself. What differs is a [pos.Finding] with one
// proposed action, and a person decides. Only what a bill is the one source of is booked from it: the day's fees and what was paid
// out to the bank.
//
// A bill is not believed unless it is whole: the summary at its end must be there, and our own count and sums of its rows must be
// what it says; every row must be readable, of one day, and of this shop's merchant. Whatever is wrong is a [pos.BillError] that
// names the line.
//
// # How it is matched
//
// Both sides are streams, roughly in the order of time. A row waits in a window until its other side comes by, so the memory is as
// large as the disorder, not as the day; beyond [Options.Window] rows the window moves to files, which are matched part by part. What
// has no other side in the end is looked up in the books by its numbers: it may have come on another day, be open still, or be
// unknown.
//
// Columns are found by their names in the header, so old and new bills, and columns that WeChat adds, are read alike.
package reconcile
