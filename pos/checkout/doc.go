// Package checkout drives sales. One goroutine, [Till.Run], owns the cart and every open payment; nothing else touches
// them, so nothing here is locked but the mailbox.
//
// # How a sale goes
//
// Screens post a [pos.Command] and return at once. The till changes the cart, or writes a sale and a payment to the
// ledger and then, only then, lets a child goroutine talk to WeChat. The child holds no state: it comes back with a
// [pos.Signal] in the mailbox. [pos.Step] decides, the ledger commits, and after the commit the whole [pos.Snapshot] is
// published. Whoever draws it may miss any but the newest.
//
// # Waiting
//
// What is to be done next for a payment (send, ask, close) is kept as due times in memory and derived again from the
// payment's state after a crash. One call is under way for a payment at a time.
//
// # Stopping
//
// When the context of Run ends, no new call starts, those under way are cancelled and waited for, and what they still
// learned is recorded. Payments left open go on at the next start.
package checkout
