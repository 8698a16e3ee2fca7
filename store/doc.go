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
// between the two leaves the outcome unknown. [Store.BeginSale], [Store.AddPayment], [Store.Apply] and [Store.SellCash] may
// therefore be repeated with the same arguments: what is in the books already is answered as it was, and written once.
//
// What one sale has to know of the ones before it (where the journal ends, which numbers come next, which shift is open)
// the writer remembers from its last commit, and forgets when a write fails or another program wrote to the file.
//
// # What the tables promise
//
// Journal, postings, evidence, orders and sale lines are append-only by trigger, closed sales never change, and CHECKs
// mirror the rules of package pos. [Store.Verify] proves the whole: hash chain, postings, totals, receipts, evidence.
package store
