package prints

import (
	"strconv"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Row is a job in the list.
type Row struct {
	What   string
	When   string
	State  string
	Sign   string // of State, which no colour is needed to tell
	Bad    bool
	Past   bool // it is on paper
	Chosen bool
}

// Row gives job i.
func (p *Presenter) Row(i int) Row {
	if i < 0 || i >= len(p.jobs) {
		return Row{}
	}
	v := p.jobs[i]
	r := Row{What: p.what(v, true), When: p.when(v.Job.QueuedAt), Past: !v.Open(), Chosen: v.Job.ID == p.chosen}
	r.State, r.Sign, r.Bad = p.state(v)
	return r
}

// what names the paper: what kind, and of what.
func (p *Presenter) what(v pos.PrintView, short bool) string {
	w := p.cfg.Words
	s := w.Document(v.Job.Document)
	switch {
	case v.Receipt.Seq != 0 && short:
		s += " " + v.Receipt.Tail()
	case (v.Job.Document == pos.DocPending || v.Job.Document == pos.DocGivenBack) && short:
		s += " " + tail(v.Title)
	case v.Title != "":
		s += " " + v.Title
	}
	if v.Job.Copy > 0 {
		s += " · " + w.T("prints.copy", v.Job.Copy)
	}
	return s
}

// tail is the end of a number too long for a row: what tells it from others.
func tail(no string) string {
	if len(no) <= 12 {
		return no
	}
	return "…" + no[len(no)-8:]
}

// when is the time of day, with the date before it for what is not of today.
func (p *Presenter) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t, now := t.In(p.cfg.Zone), p.cfg.Now().In(p.cfg.Zone)
	if t.YearDay() != now.YearDay() || t.Year() != now.Year() {
		return t.Format("01-02 15:04")
	}
	return t.Format("15:04")
}

// state says in a few words where a job stands.
func (p *Presenter) state(v pos.PrintView) (words, sign string, bad bool) {
	w := p.cfg.Words
	why, _ := w.Brief(v.Job.Code)
	joined := func(id string) string {
		if why == "" {
			return w.T(id)
		}
		return why + " · " + w.T(id)
	}
	switch v.Job.State {
	case pos.PrintQueued:
		return joined("prints.waits"), "…", true
	case pos.PrintSending:
		return joined("prints.sending"), "…", false
	case pos.PrintFailed:
		return joined("prints.failed"), "×", true
	case pos.PrintUnconfirmed:
		return joined("prints.unconfirmed"), "?", true
	case pos.PrintDone:
		return w.T("prints.printed"), "✓", false
	case pos.PrintCancelled, pos.PrintSuperseded:
	}
	return w.Print(v.Job.State), "", false
}

// Button is something that can be done.
type Button struct {
	Action Action
	Label  string
	Key    string // what stands on it
}

// keys are the keys of the actions that Enter does not do, the same for every job. No scanner sends one of them, so that a scan into the
// open list prints nothing.
var keys = map[Action]string{Again: "F5", Other: "F6", Cancel: "Del"}

// Detail is the chosen job.
type Detail struct {
	What  string
	Facts []string
	Head  string // what happened, or where it stands
	Sign  string
	Bad   bool
	Money string // what it means for the money
	Todo  string // what to do, and what each way means on paper
	Cause string // the printer's or the system's own words
	Asked string // what was just asked for; "" for nothing
	Main  Button // Action None: Enter does nothing
	More  []Button
}

// Detail gives the chosen job; ok is false when none is chosen.
func (p *Presenter) Detail() (d Detail, ok bool) {
	at := p.At()
	if at < 0 {
		return Detail{}, false
	}
	w, v := p.cfg.Words, p.jobs[at]
	d = Detail{What: p.what(v, false), Facts: p.facts(v), Cause: v.Job.Cause}
	d.Head, d.Sign, d.Bad = p.state(v)
	what, money, todo := w.Trouble(v.Job.Code)
	switch v.Job.State {
	case pos.PrintQueued, pos.PrintSending:
		d.Head, d.Money, d.Todo = what, money, todo
		if v.Job.Code == pos.CodePaper || v.Job.Code == pos.CodeCover || v.Job.Code == pos.CodeCutter {
			d.Cause = "" // it says the same
		}
	case pos.PrintFailed:
		d.Money, d.Todo = w.T("prints.failed.money"), w.T("prints.failed.todo")
		if v.Job.Code != pos.CodeNone {
			d.Head = what
		}
		if !ofPrinter(w, v.Job.Code) {
			d.Todo = todo
		}
	case pos.PrintUnconfirmed:
		d.Head, d.Money, d.Todo = w.T("prints.unconfirmed.what"), w.T("prints.unconfirmed.money"), w.T("prints.unconfirmed.todo")
		if v.Job.Code != pos.CodeNone {
			d.Head = w.T("prints.unconfirmed.why", what)
		}
	case pos.PrintDone:
		d.Cause = ""
		d.Todo = w.T("prints.printed.none")
		if again(v) != nil {
			d.Todo = w.T("prints.printed.todo")
		}
	case pos.PrintCancelled, pos.PrintSuperseded:
	}
	if p.resting() {
		d.Asked = w.T(askedWords[p.asked.did])
	}
	for i, a := range p.Actions() {
		switch {
		case i > 0:
			d.More = append(d.More, Button{Action: a, Label: p.label(v, a), Key: keys[a]})
		case a != None:
			d.Main = Button{Action: a, Label: p.label(v, a), Key: "Enter"}
		}
	}
	return d, true
}

// ofPrinter reports whether a code is about the printer; what cannot be rendered fails with another.
func ofPrinter(w *i18n.Words, c pos.Code) bool {
	_, ok := w.Brief(c)
	return ok || c == pos.CodePrinter || c == pos.CodeNone
}

var askedWords = map[Action]string{
	Confirm: "prints.asked.confirm", Again: "prints.asked.again", Other: "prints.asked.again", Cancel: "prints.asked.cancel",
}

// label says what an action makes of a job.
func (p *Presenter) label(v pos.PrintView, a Action) string {
	w := p.cfg.Words
	marked := v.Job.State == pos.PrintUnconfirmed || v.Job.State == pos.PrintDone
	switch a {
	case Confirm:
		return w.T("prints.key.confirm")
	case Again:
		switch {
		case marked:
			return w.T("prints.key.reprint")
		case v.Job.State == pos.PrintQueued:
			return w.T("prints.key.now")
		}
		return w.T("prints.key.again")
	case Other:
		switch {
		case marked && v.Job.Other:
			return w.T("prints.key.reprint.first")
		case marked:
			return w.T("prints.key.reprint.second")
		case v.Job.Other:
			return w.T("prints.key.first")
		}
		return w.T("prints.key.second")
	case Cancel:
		return w.T("prints.key.cancel")
	case None:
	}
	return ""
}

// facts are what tells this paper from another: number, time, attempts, printer.
func (p *Presenter) facts(v pos.PrintView) []string {
	w := p.cfg.Words
	var facts []string
	if no := v.Receipt.String(); no != "" {
		facts = append(facts, w.T("prints.receipt", no))
	}
	line := w.T("prints.queued", p.when(v.Job.QueuedAt))
	if v.Job.Tries > 1 {
		line += " · " + w.T("prints.tries", strconv.Itoa(v.Job.Tries))
	}
	if p.other {
		id := "prints.at.first"
		if v.Job.Other {
			id = "prints.at.second"
		}
		line += " · " + w.T(id)
	}
	return append(facts, line)
}

// Nothing says what to say while no job is chosen: that nothing is stuck, or that one is to be chosen. That
// everything is on paper is not said: what is on its way without trouble is not among the jobs.
func (p *Presenter) Nothing() (what, todo string) {
	w := p.cfg.Words
	switch {
	case p.asked.job != 0 && len(p.jobs) > 0:
		return w.T(askedWords[p.asked.did]), w.T("prints.choose")
	case p.asked.job != 0:
		return w.T(askedWords[p.asked.did]), w.T("prints.asked.none")
	case p.open > 0:
		return w.T("prints.open", p.open), w.T("prints.choose")
	case len(p.jobs) > 0:
		return w.T("prints.none"), w.T("prints.none.recent")
	}
	return w.T("prints.none"), w.T("prints.none.todo")
}
