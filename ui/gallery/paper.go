package main

import (
	"context"
	"slices"
	"time"

	"guitai/pos"
)

// Item finds goods by barcode.
func (shelf) Item(_ context.Context, codes ...string) (pos.Item, error) {
	for _, it := range items {
		if slices.Contains(codes, it.Barcode()) {
			return it, nil
		}
	}
	return pos.Item{}, pos.E(pos.CodeNotFound, "find item", nil)
}

// paperOut is print jobs that wait for paper.
func paperOut(now time.Time) []pos.PrintView { return papers(now)[:2] }

// papers are print jobs in every state that a person sees, newest first.
func papers(now time.Time) []pos.PrintView {
	receipt := func(seq int) pos.ReceiptNo {
		return pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261120, Epoch: 1, Seq: seq}
	}
	return []pos.PrintView{
		{Receipt: receipt(128), Job: pos.PrintJob{
			ID: 41, Document: pos.DocSale, Sale: 128, State: pos.PrintQueued, Code: pos.CodePaper, Tries: 3, QueuedAt: at(now, 1),
		}},
		{Receipt: receipt(127), Job: pos.PrintJob{
			ID: 40, Document: pos.DocSale, Sale: 127, State: pos.PrintQueued, Code: pos.CodePaper, Tries: 12, QueuedAt: at(now, 4),
		}},
		{Title: "S001-T1-2611207K2M9QX4TB8W", Job: pos.PrintJob{
			ID: 39, Document: pos.DocPending, State: pos.PrintFailed, Code: pos.CodePrinterOff, Tries: 200, QueuedAt: at(now, 25), Other: true,
			Cause: "dial tcp 192.168.1.51:9100: connect: no route to host",
		}},
		{Receipt: receipt(119), Job: pos.PrintJob{
			ID: 35, Document: pos.DocReprint, Sale: 119, Copy: 2, State: pos.PrintUnconfirmed, Tries: 1, QueuedAt: at(now, 48),
		}},
		{Receipt: receipt(126), Job: pos.PrintJob{ID: 38, Document: pos.DocSale, Sale: 126, State: pos.PrintDone, Tries: 1, QueuedAt: at(now, 33)}},
		{Receipt: receipt(98), Job: pos.PrintJob{ID: 37, Document: pos.DocRefund, Sale: 98, State: pos.PrintDone, Tries: 1, QueuedAt: at(now, 36)}},
		{Title: "30", Job: pos.PrintJob{ID: 12, Document: pos.DocZ, State: pos.PrintDone, Tries: 1, QueuedAt: at(now, 16*60)}},
	}
}

// onPaper adds the states of what is about paper.
func onPaper(all map[string]pos.Snapshot, now time.Time) map[string]pos.Snapshot {
	from := func(name string, f func(*pos.Snapshot)) pos.Snapshot {
		s := all[name]
		f(&s)
		return s
	}
	out := pos.Part{Light: pos.LightBad, Cause: pos.CodePaper, At: at(now, 6)}
	all["printer-paper"] = from("cart", func(s *pos.Snapshot) { s.Health.Printer, s.Prints = out, paperOut(now) })
	all["printer-low"] = from("cart", func(s *pos.Snapshot) {
		s.Health.Printer.Cause, s.Prints = pos.CodePaperLow, papers(now)[4:]
	})
	all["printer-many"] = from("cart", func(s *pos.Snapshot) { s.Health.Printer, s.Prints, s.HasOther = out, papers(now), true })
	all["printer-unconfirmed"] = from("cart", func(s *pos.Snapshot) { s.Prints, s.HasOther = papers(now)[3:], true })
	all["paid-paper"] = from("paid", func(s *pos.Snapshot) {
		s.Done = &pos.Done{}
		*s.Done = *all["paid"].Done
		s.Done.Print, s.Health.Printer, s.Prints = pos.PrintQueued, out, paperOut(now)
	})
	all["paid-unconfirmed"] = from("paid", func(s *pos.Snapshot) {
		s.Done = &pos.Done{}
		*s.Done = *all["paid"].Done
		s.Done.Print = pos.PrintUnconfirmed
		s.Prints = papers(now)[:1]
		s.Prints[0].Job.State, s.Prints[0].Job.Code = pos.PrintUnconfirmed, pos.CodeNone
	})
	return all
}

func at(now time.Time, minutes int) time.Time { return now.Add(-time.Duration(minutes) * time.Minute) }
