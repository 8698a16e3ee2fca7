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
// # Who may
//
// Whatever a screen lets people do, what a command's deed ([pos.DeedOf]) asks of the one at the till is decided here, before it is
// carried out. A PIN is looked at in a child goroutine; what it was given for is done when the answer comes, and only if the till
// was not locked and the people are still who they were. A lock keeps hands off and nothing else: what is open goes on.
//
// # Stopping
//
// When the context of Run ends, no new call starts, those under way are cancelled and waited for, and what they still
// learned is recorded. Payments left open go on at the next start.
package checkout
