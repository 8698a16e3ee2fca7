// Package trouble is what stands on the screen in place of the till: why it did not start, and the question whether a data
// folder that came from elsewhere was moved or copied. Both come before anything is sold or sent, in a window of their own;
// a window system is started once in a process, so after either of them the process is at its end.
//
// All of it belongs to the goroutine that draws.
package trouble

import "guitai/pos/i18n"

// Report is a start that came to nothing, in one language.
type Report struct {
	What, Money, Todo string
	Detail            []string // for whoever puts it right, one fault each
}

// shownDetail is how many lines of faults the window has room for. The rest is told once these are put right.
const shownDetail = 5

// Question is what there is to say about a data folder that this installation does not know as its own.
type Question struct {
	Folder     string
	Shop, Till string // the ids that the ledger in it sells under
	Unread     bool   // whose it is cannot be read
}

// Answer is what a person said.
type Answer int

// The answers.
const (
	Left   Answer = iota // closed the window: nothing is to be done
	Moved                // the till was moved here; the old one is not used any more
	Second               // this is to be a second till, which a copy can never be
)

// asking is the question without its looks.
type asking struct {
	chosen Answer // what Enter would do; Left is nothing yet, so that an Enter by chance answers nothing
	how    bool   // they said that it is a second till, and read how that is done
	answer Answer
	over   bool
}

// choose marks an answer for Enter. A digit only marks: a scanner types digits, too.
func (a *asking) choose(answer Answer) {
	if !a.how {
		a.chosen = answer
	}
}

// next marks the answer that comes after the one that is marked.
func (a *asking) next() {
	if a.chosen == Moved {
		a.choose(Second)
	} else {
		a.choose(Moved)
	}
}

// confirm is Enter.
func (a *asking) confirm() {
	switch {
	case a.how:
		a.answer, a.over = Second, true
	case a.chosen != Left:
		a.take(a.chosen)
	}
}

// take is an answer that is given at once.
func (a *asking) take(answer Answer) {
	if answer == Second {
		a.how = true
		return
	}
	a.answer, a.over = answer, true
}

// back is Esc: one step.
func (a *asking) back() {
	if a.how {
		a.how = false
		return
	}
	a.answer, a.over = Left, true
}

// said is the answer when the window has closed, by whatever way.
func (a *asking) said() Answer {
	if a.how {
		return Second
	}
	return a.answer
}

// origin says what is known of the folder.
func (q Question) origin(w *i18n.Words) string {
	if q.Unread {
		return w.T("copied.what.unread", q.Folder)
	}
	return w.T("copied.what", q.Folder)
}

// steps say how a second till is opened.
func (q Question) steps(w *i18n.Words) []string {
	return []string{
		w.T("copied.how.away", q.Folder),
		w.T("copied.how.start"),
		w.T("copied.how.id", q.Shop, q.Till),
		w.T("copied.how.items"),
	}
}
