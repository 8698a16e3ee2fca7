package export

import (
	"fmt"
	"math"

	"guitai/pos"
)

// ChainFault is the first thing that a journal should be and is not. ID names it for people; see the words of the program that shows it.
type ChainFault struct {
	ID  string
	Row int   // of the file, the header included; 0 when it is not of a file
	Seq int64 // of the entry; 0 when that is not known
	Arg string
}

func (f *ChainFault) Error() string {
	return fmt.Sprintf("entry %d (row %d): %s %s", f.Seq, f.Row, f.ID, f.Arg)
}

// What can be wrong with an entry of a chain.
const (
	FaultGap        = "gap"        // numbers are missing or repeated; Arg is the number before
	FaultPrev       = "prev"       // it does not carry the hash of the entry before it
	FaultHash       = "hash"       // its hash is not that of what it says
	FaultEpoch      = "epoch"      // it is of an earlier epoch than the entry before it
	FaultBody       = "body"       // it cannot be read
	FaultOpening    = "opening"    // a ledger begins with the entry that opens it, once
	FaultKind       = "kind"       // it is of another kind than it says
	FaultUnbalanced = "unbalanced" // its postings do not sum to zero
)

// chain proves a journal entry by entry, from the first one on.
type chain struct{ last pos.Link }

// link adds the next entry. Only what nobody can undo is told by a hash: an entry is read only once its hash is right.
func (c *chain) link(l pos.Link, e pos.Entry) *ChainFault {
	fault := func(id, arg string) *ChainFault { return &ChainFault{ID: id, Seq: l.Seq, Arg: arg} }
	prev := c.last
	if prev.Seq == 0 {
		prev.Hash = pos.ChainStart
	}
	switch {
	case l.Seq != prev.Seq+1:
		return fault(FaultGap, fmt.Sprint(prev.Seq))
	case l.PrevHash != prev.Hash:
		return fault(FaultPrev, "")
	case l.Sum() != l.Hash:
		return fault(FaultHash, "")
	case l.Epoch < max(1, prev.Epoch):
		return fault(FaultEpoch, fmt.Sprint(l.Epoch))
	case (l.Seq == 1) != (l.Kind == pos.EntryOpened):
		return fault(FaultOpening, string(l.Kind))
	case e.Kind != l.Kind:
		return fault(FaultKind, string(e.Kind))
	case !balanced(e):
		return fault(FaultUnbalanced, "")
	}
	l.Body = nil // it is as large as somebody made it
	c.last = l
	return nil
}

// balanced is [pos.Entry.Balanced] for postings that nobody has looked at: sums that run over are none.
func balanced(e pos.Entry) bool {
	const most = math.MaxInt64 / 4
	var sum pos.Fen
	for _, p := range e.Postings {
		if sum += p.Fen; p.Fen > most || p.Fen < -most || sum > most || sum < -most {
			return false
		}
	}
	return sum == 0
}
