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
// # The cart
//
// A cart changes in one place, which works out every discount anew by the promotions as they run at that moment, and only while nobody is
// being asked for money: a sale that was asked for is given up on disk before its cart becomes another. What the till has to know of a scan
// (a price, a weight, what a code is) is a question in the snapshot that stands in nobody's way. Goods that come back in exchange are in the
// cart, and on disk with the sale that money is asked for.
//
// # Money in parts
//
// A sale may be paid by any number of tenders. What WeChat proves and what is taken by hand are booked as they come; each part leaves the
// sale open and its goods as they are, and the one that leaves nothing due closes it. An order of WeChat's settles only what is still due:
// what comes late and does not fit any more is an exception. A commit of money by hand that answered with an error is looked for in the
// books before anything else is asked for, or done with its cart.
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
