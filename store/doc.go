// Package store is the till's ledger: one SQLite file that holds the catalogue, the sales and payments, the journal
// that proves them, the print jobs and the notices.
//
// # One file, two pools
//
// A [Store] writes through one connection and reads through a few others that cannot write, so a report never makes a
// sale wait and a sale never makes a report wait (write-ahead log). Every pragma stands in the data source name, because
// one that is executed reaches one connection of a pool, and what must hold is read back when the ledger is opened.
//
// # What a write promises
//
// Every method that writes is one transaction and is durable when it returns nil: synchronous=FULL. A write that has
// begun is not torn by its caller's context; the context is looked at before. A write that returns an error is not in
// the books. When a disk reports an error while it commits, the pages of that commit may be in the log all the same and
// would count after a crash; so the writer overwrites them at once, and writes nothing else until it has. Only a crash
// between the two leaves the outcome unknown. [Store.BeginSale], [Store.AddPayment], [Store.Apply], [Store.SellCash],
// [Store.GiveBack], [Store.BeginRefunds], [Store.ApplyRefund], [Store.ScheduleRefund], [Store.Decide] and [Store.Adopt] may
// therefore be repeated with the same arguments: what is in the books already is answered as it was, and written once.
//
// What one sale has to know of the ones before it (where the journal ends, which numbers come next, which shift is open)
// the writer remembers from its last commit, and forgets when a write fails or another program wrote to the file.
//
// # Money that goes back
//
// A refund of a sale takes its amount from the sales' returns when WeChat takes it on, and from what WeChat owes when it is
// proven; until then it stands in wechat:refunding. A refund of an exception is booked once, when it is proven. Every line of a
// refund's evidence names the entry that it made, so the entries can be made again from the lines. An exception ends when all
// of it is proven to be back, or by a person's decision; what ended it stands, and a proof that comes later is added to it.
//
// # Parts and exchange
//
// Most sales are closed by one payment, and their row names it. One that is paid in parts stays open meanwhile: each part is booked to
// sale:deposits when it comes, on its own day and in the shift that has its cash, and comes off the deposits when the sale closes; by
// tender it counts on the day of the close. Of a sale that is given up every part goes back the way it came, and what WeChat took is an
// exception. Goods that come back for others are refunds of their own sales that are asked for with the new one: they count as gone at
// once, are done when it closes and void when it is given up.
//
// # Shifts
//
// Every entry of the journal belongs to one shift: to the one that was open, or to the next one. So no sale pays for a shift's
// figures: a report is summed when it is asked for, from the entries of its range. At the close it is frozen: the report covers the
// entries up to that moment, its JSON is hashed, and the entry of the close, which carries that hash and moves what was over, short
// or taken to the safe, is the shift's last. The next shift begins with what that left in the drawer. A shift that a sale of another
// business day finds open closes by itself, in that sale's transaction: numbered and frozen as any other, but nobody counted, nothing
// moves, and nothing prints until somebody asks for it.
//
// # Staff
//
// What is said of people, their names, their roles, who has left and which proof a PIN has, is written into the journal when it
// changes, so Verify makes the list again from it. How many wrong PINs were tried is not: only that somebody has to wait.
//
// # What the clock may do
//
// Days and receipt numbers go by the clock, even when it is wrong: a sale is booked on the day that the clock says, and takes
// that day's next number. So numbers are unique and without gaps on each day, whichever way the clock is set, and once it is
// right again the days are too. To keep days from ever going back would be worse: one sale under a clock that is a year ahead
// would put a year of sales on that day. The journal keeps the order in which things were booked, whatever the clock did.
//
// What the till could not write and tries again after midnight is booked on the day on which it is written, so that a day that
// was closed stays as it was: the caller's time counts unless the store's clock is in a later business day already.
//
// # A copy, an older backup, a second till
//
// [Lock] keeps a second till off a folder. [Restore] puts a backup in a ledger's place and begins a new epoch, which receipt
// numbers show; without it, a folder that is copied or put back by hand goes on in its old epoch, and may hand out numbers that
// were handed out before. Orders that a restored ledger does not know come back as notices or with the bill: [Store.Adopt].
//
// # Totals
//
// What a screen shows of a day or a month is read from totals, so that it costs the same after three years as on the first day.
// Sums per account, tender, hour and cashier are kept in the transaction of the entry or the sale, on the page of the day that it
// writes anyway. The items of a day would be a page each; so the best of the day that is not over are summed from its lines, and
// the first sale of a later day brings all of them into their month. A sale that is booked on a day that early, under a clock that
// was set back, brings its own. Verify makes every one of these totals again.
//
// # What the tables promise
//
// Journal, postings, evidence, orders and sale lines are append-only by trigger, closed sales and closed shifts never change, and CHECKs
// mirror the rules of package pos. [Store.Verify] proves the whole: hash chain, postings, totals, receipts, evidence.
package store
