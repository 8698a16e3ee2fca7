package prints

import (
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

type bench struct {
	*Presenter
	now    time.Time
	posted []pos.Command
}

func newBench() *bench {
	b := &bench{now: noon}
	b.Presenter = NewPresenter(Config{
		Words: i18n.For(i18n.English), Zone: time.UTC, Now: func() time.Time { return b.now },
		Post: func(c pos.Command) { b.posted = append(b.posted, c) }, Changed: func() {},
	})
	return b
}

func (b *bench) expect(t *testing.T, want ...pos.Command) {
	t.Helper()
	if !slices.Equal(b.posted, want) {
		t.Errorf("posted %v, want %v", b.posted, want)
	}
	b.posted = nil
}

func job(id int64, state pos.PrintState, code pos.Code) pos.PrintView {
	return pos.PrintView{
		Receipt: pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261120, Epoch: 1, Seq: int(id)},
		Job:     pos.PrintJob{ID: id, Document: pos.DocSale, Sale: pos.SaleID(id), State: state, Code: code, QueuedAt: noon},
	}
}

func waits(id int64) pos.PrintView { return job(id, pos.PrintQueued, pos.CodePaper) }

func TestPresenter_WhatNeedsSomebodyIsOnTopAndChosen(t *testing.T) {
	b := newBench()
	b.Show(pos.Snapshot{Prints: []pos.PrintView{
		job(5, pos.PrintDone, ""), waits(4), job(3, pos.PrintDone, ""), job(2, pos.PrintUnconfirmed, ""), job(1, pos.PrintFailed, pos.CodeCover),
	}})
	for i, want := range []Row{
		{What: "Receipt 0004", When: "12:00", State: "no paper · waiting", Sign: "…", Bad: true, Chosen: true},
		{What: "Receipt 0002", When: "12:00", State: "perhaps not whole", Sign: "?", Bad: true},
		{What: "Receipt 0001", When: "12:00", State: "cover open · not printed", Sign: "×", Bad: true},
		{What: "Receipt 0005", When: "12:00", State: "printed", Sign: "✓", Past: true},
		{What: "Receipt 0003", When: "12:00", State: "printed", Sign: "✓", Past: true},
	} {
		if got := b.Row(i); got != want {
			t.Errorf("row %d: %+v, want %+v", i, got, want)
		}
	}
	if b.Len() != 5 || b.Open() != 3 || b.Row(5) != (Row{}) {
		t.Errorf("%d jobs, %d open", b.Len(), b.Open())
	}
}

// Every state against every key: what is asked of the till, and nothing else.
func TestPresenter_EachStateOffersWhatMakesSense(t *testing.T) {
	elsewhere := func(v pos.PrintView) pos.PrintView { v.Job.Other = true; return v }
	zed := func(no string) pos.PrintView {
		return pos.PrintView{Title: no, Job: pos.PrintJob{ID: 7, Document: pos.DocZ, State: pos.PrintDone}}
	}
	refund := job(7, pos.PrintDone, "")
	refund.Job.Document = pos.DocRefund
	for _, c := range []struct {
		name  string
		v     pos.PrintView
		other bool
		enter pos.Command
		keys  map[Action]pos.Command
	}{
		{"waits", waits(7), false, pos.RetryPrint{Job: 7}, map[Action]pos.Command{Again: pos.RetryPrint{Job: 7}, Cancel: pos.CancelPrint{Job: 7}}},
		{
			"waits, two printers", waits(7), true,
			pos.RetryPrint{Job: 7},
			map[Action]pos.Command{Again: pos.RetryPrint{Job: 7}, Other: pos.RetryPrint{Job: 7, Other: true}, Cancel: pos.CancelPrint{Job: 7}},
		},
		{
			"waits at the second", elsewhere(waits(7)), true,
			pos.RetryPrint{Job: 7, Other: true},
			map[Action]pos.Command{Again: pos.RetryPrint{Job: 7, Other: true}, Other: pos.RetryPrint{Job: 7}, Cancel: pos.CancelPrint{Job: 7}},
		},
		{
			"failed", job(7, pos.PrintFailed, pos.CodePrinterOff), false,
			pos.RetryPrint{Job: 7},
			map[Action]pos.Command{Again: pos.RetryPrint{Job: 7}, Cancel: pos.CancelPrint{Job: 7}},
		},
		{
			"unconfirmed", job(7, pos.PrintUnconfirmed, ""), true,
			pos.ConfirmPrint{Job: 7},
			map[Action]pos.Command{
				Confirm: pos.ConfirmPrint{Job: 7}, Again: pos.ReprintJob{Job: 7}, Other: pos.ReprintJob{Job: 7, Other: true}, Cancel: pos.CancelPrint{Job: 7},
			},
		},
		{"being sent", job(7, pos.PrintSending, pos.CodePaper), true, nil, nil},
		{"printed", job(7, pos.PrintDone, ""), true, nil, map[Action]pos.Command{Again: pos.Reprint{Sale: 7}}},
		{"a printed refund slip", refund, true, nil, nil},
		{"a printed Z report", zed("30"), true, nil, map[Action]pos.Command{Again: pos.PrintZ{Z: 30}}},
		{"one of the books before a restore", zed("30-R2"), true, nil, nil},
	} {
		for _, a := range []Action{None, Confirm, Again, Other, Cancel} {
			b := newBench()
			b.Show(pos.Snapshot{Prints: []pos.PrintView{c.v}, HasOther: c.other})
			b.Choose(0)
			b.Do(a)
			if want := c.keys[a]; want == nil && len(b.posted) > 0 || want != nil && !slices.Equal(b.posted, []pos.Command{want}) {
				t.Errorf("%s, %d: posted %v, want %v", c.name, a, b.posted, want)
			}
		}
		b := newBench()
		b.Show(pos.Snapshot{Prints: []pos.PrintView{c.v}, HasOther: c.other})
		b.Choose(0)
		d, ok := b.Detail()
		if offered := len(d.More) > 0 || d.Main.Action != None; !ok || offered != (len(c.keys) > 0) || d.Head == "" {
			t.Errorf("%s: %+v", c.name, d)
		}
		b.Enter()
		if c.enter == nil && len(b.posted) > 0 || c.enter != nil && !slices.Equal(b.posted, []pos.Command{c.enter}) {
			t.Errorf("%s, Enter: posted %v, want %v", c.name, b.posted, c.enter)
		}
	}
}

// Whatever the till makes of the first stroke, and however fast, the second does nothing.
func TestPresenter_AKeyStruckTwicePrintsOnce(t *testing.T) {
	for _, c := range []struct {
		name  string
		first pos.PrintView
		a     Action
		then  []pos.PrintView // what the till shows after the first
	}{
		{"not answered yet", waits(7), Again, []pos.PrintView{waits(7), waits(6)}},
		{"queued anew", waits(7), Again, []pos.PrintView{waits(6)}},
		{"printed at once", waits(7), Again, []pos.PrintView{waits(6), job(7, pos.PrintDone, "")}},
		{"superseded, and the reprint is not confirmed either", job(7, pos.PrintUnconfirmed, ""), Again, []pos.PrintView{job(8, pos.PrintUnconfirmed, ""), waits(6)}},
		{"reprint of what printed", job(7, pos.PrintDone, ""), Again, []pos.PrintView{job(7, pos.PrintDone, "")}},
	} {
		b := newBench()
		b.Show(pos.Snapshot{Prints: []pos.PrintView{c.first}})
		b.Choose(0)
		b.Do(c.a)
		if len(b.posted) != 1 {
			t.Fatalf("%s: posted %v", c.name, b.posted)
		}
		b.posted, b.now = nil, b.now.Add(200*time.Millisecond)
		b.Do(c.a)
		b.Enter()
		b.Show(pos.Snapshot{Prints: c.then})
		b.now = b.now.Add(200 * time.Millisecond)
		b.Do(c.a)
		b.Enter()
		if len(b.posted) > 0 {
			t.Errorf("%s: posted %v", c.name, b.posted)
		}
	}
}

func TestPresenter_TheChoiceNeverSlipsToAnotherJob(t *testing.T) {
	b := newBench()
	b.Show(pos.Snapshot{Prints: []pos.PrintView{waits(7), waits(6)}})
	b.Move(1)
	b.Show(pos.Snapshot{Prints: []pos.PrintView{job(8, pos.PrintUnconfirmed, ""), waits(7), waits(6)}})
	if b.Row(b.At()).What != "Receipt 0006" {
		t.Errorf("at %+v", b.Row(b.At()))
	}
	b.Show(pos.Snapshot{Prints: []pos.PrintView{job(8, pos.PrintUnconfirmed, ""), waits(7), job(6, pos.PrintDone, "")}})
	b.now = b.now.Add(time.Hour)
	b.Enter()
	b.Do(Again)
	b.Do(Cancel)
	b.expect(t)
	if _, ok := b.Detail(); ok || b.At() != -1 {
		t.Errorf("at %d", b.At())
	}
	if what, todo := b.Nothing(); what != "2 more to see to" || todo == "" {
		t.Errorf("%q, %q", what, todo)
	}
	b.Move(1)
	b.Enter()
	b.expect(t, pos.ConfirmPrint{Job: 8})
}

// Tried again and still without paper: it is the same paper that the keys mean, once they mean anything again.
func TestPresenter_AJobThatWaitsOnceMoreIsChosenOnceMore(t *testing.T) {
	b := newBench()
	b.Show(pos.Snapshot{Prints: []pos.PrintView{waits(7)}, HasOther: true})
	b.Enter()
	b.Show(pos.Snapshot{HasOther: true})
	if what, todo := b.Nothing(); what != "Handed to the printer" || todo != "What does not print is listed here again" {
		t.Errorf("%q, %q", what, todo)
	}
	b.Show(pos.Snapshot{Prints: []pos.PrintView{waits(8), waits(7)}, HasOther: true})
	b.Do(Other)
	b.expect(t, pos.RetryPrint{Job: 7})
	b.now = b.now.Add(restFor)
	b.Do(Other)
	b.expect(t, pos.RetryPrint{Job: 7, Other: true})
	b.Show(pos.Snapshot{HasOther: true})
	b.Show(pos.Snapshot{Prints: []pos.PrintView{job(7, pos.PrintUnconfirmed, "")}, HasOther: true}) // it may be on paper now: look first
	b.now = b.now.Add(restFor)
	b.Enter()
	b.expect(t)
}

func TestPresenter_WhatWasAskedIsOfferedAgainAfterARest(t *testing.T) {
	b := newBench()
	b.Show(pos.Snapshot{Prints: []pos.PrintView{waits(7)}})
	b.Enter()
	if d, _ := b.Detail(); d.Asked != "Handed to the printer" || len(d.More) > 0 || b.Tick() {
		t.Errorf("%+v", d)
	}
	b.now = b.now.Add(restFor)
	if d, _ := b.Detail(); !b.Tick() || b.Tick() || d.Asked != "" || d.Main.Label != "Try again now" {
		t.Errorf("%+v", d)
	}
	b.Enter()
	b.expect(t, pos.RetryPrint{Job: 7}, pos.RetryPrint{Job: 7})
}

func TestPresenter_SaysWhatHappenedWhatItMeansAndWhatToDo(t *testing.T) {
	b := newBench()
	w := i18n.For(i18n.English)
	for _, c := range []pos.Code{
		pos.CodePaper, pos.CodeCover, pos.CodeCutter, pos.CodePrinterError, pos.CodePrinterOff, pos.CodePrinterPort, pos.CodePrinterAccess, pos.CodePrinterBusy,
	} {
		if _, ok := w.Brief(c); !ok {
			t.Errorf("no few words for %s", c)
		}
		what, money, todo := w.Trouble(c)
		b.Presenter.shown = false
		b.Show(pos.Snapshot{Prints: []pos.PrintView{job(7, pos.PrintQueued, c)}})
		if d, _ := b.Detail(); d.Head != what || d.Money != money || d.Todo != todo {
			t.Errorf("%s waiting: %+v", c, d)
		}
		b.Show(pos.Snapshot{Prints: []pos.PrintView{job(7, pos.PrintFailed, c)}})
		if d, _ := b.Detail(); d.Head != what || strings.Contains(d.Todo, "by itself") || !strings.Contains(d.Money, "no second one") {
			t.Errorf("%s failed: %+v", c, d) // it does not print by itself any more
		}
	}
}

// What cannot be rendered fails, too: no roll helps it.
func TestPresenter_AFaultThatIsNotThePrintersIsNotBlamedOnIt(t *testing.T) {
	b := newBench()
	w := i18n.For(i18n.English)
	what, _, todo := w.Trouble(pos.CodeInternal)
	b.Show(pos.Snapshot{Prints: []pos.PrintView{job(7, pos.PrintFailed, pos.CodeInternal), job(6, pos.PrintUnconfirmed, pos.CodePaper)}})
	if d, _ := b.Detail(); d.Head != what || d.Todo != todo {
		t.Errorf("%+v", d)
	}
	b.Move(1)
	if d, _ := b.Detail(); d.Head != "The printer is out of paper. It was sent, but not confirmed" || b.Row(1).State != "no paper · perhaps not whole" {
		t.Errorf("%+v, %+v", d, b.Row(1))
	}
}

func TestPresenter_NamesThePaper(t *testing.T) {
	b := newBench()
	again := job(42, pos.PrintUnconfirmed, "")
	again.Job.Document, again.Job.Copy, again.Job.Tries = pos.DocReprint, 2, 3
	slip := pos.PrintView{Title: "S001-T1-2611207K2M9QX4TB8W", Job: pos.PrintJob{
		ID: 9, Document: pos.DocPending, State: pos.PrintFailed, QueuedAt: noon.Add(-24 * time.Hour), Other: true, Cause: "no route to host",
	}}
	z := pos.PrintView{Title: "30", Job: pos.PrintJob{ID: 8, Document: pos.DocZ, State: pos.PrintDone, QueuedAt: noon}}
	label := pos.PrintView{Title: "农夫山泉饮用天然水 550ml", Job: pos.PrintJob{ID: 7, Document: pos.DocLabel, State: pos.PrintDone, QueuedAt: noon}}
	b.Show(pos.Snapshot{Prints: []pos.PrintView{again, slip, z, label}, HasOther: true})
	for i, want := range []string{"Reprint 0042 · copy 2", "Pending slip …9QX4TB8W", "Z report 30", "Price labels 农夫山泉饮用天然水 550ml"} {
		if got := b.Row(i).What; got != want {
			t.Errorf("row %d: %q, want %q", i, got, want)
		}
	}
	if d, _ := b.Detail(); !slices.Equal(d.Facts, []string{"Receipt S001-T1-20261120-0042", "sent to print 12:00 · tried 3× · main printer"}) {
		t.Errorf("facts %q", d.Facts)
	}
	b.Move(1)
	if d, _ := b.Detail(); d.What != "Pending slip S001-T1-2611207K2M9QX4TB8W" || d.Cause != "no route to host" || d.Facts[0] != "sent to print 11-19 12:00 · second printer" {
		t.Errorf("%+v", d)
	}
}

func TestPresenter_WhatIsUnderWayIsNotSaidToBeOnPaper(t *testing.T) {
	b := newBench()
	b.Show(pos.Snapshot{})
	if what, todo := b.Nothing(); what != "No print job is stuck" || !strings.Contains(todo, "none of it is lost") {
		t.Errorf("%q, %q", what, todo)
	}
	b.Enter()
	b.Move(1)
	b.Do(Again)
	b.expect(t)
	b.Show(pos.Snapshot{Prints: []pos.PrintView{job(5, pos.PrintDone, "")}})
	if what, _ := b.Nothing(); what != "No print job is stuck" || b.At() != -1 {
		t.Errorf("%q at %d", what, b.At())
	}
}
