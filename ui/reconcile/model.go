package reconcile

import (
	"strconv"
	"time"

	"guitai/pos"
)

// Day is a row of the list of days.
type Day struct {
	Name   string // "2026-11-26 周四"
	Note   string // today, yesterday; "" for neither
	State  string // "3", "✓", "–"
	Facts  string
	Open   bool // State is how many differences nobody looked at
	Chosen bool
}

// Model is the day in words: where it stands, and what can be done.
type Model struct {
	State     string // of the newest bill that could be there, whatever day is chosen
	StateTodo string
	StateOpen bool
	Days      []Day

	Title string // the chosen day
	Headline,
	Todo, What string // in the place of figures, while there are none
	Trouble                 string // why a bill was not had or not believed
	TroubleMoney, TroubleDo string
	Running                 string
	RunningOf               string  // which bill
	Share                   float32 // 0 to 1; 0 also when nobody knows

	Figures []Figure // both sides; nil for a day without a bill
	Proof   string   // how one side follows from the other
	Facts   []string
	Clean   string // that everything matches; "" when something does not
	Open    string // how much is open; "" when nothing is
	Rows    []Row

	Main     string // the big button; "" for none
	MainKey  string
	Fetch    string // the label of the button to fetch
	CanFetch bool
	CanPrint bool
	CanSave  bool
	Said     string
	Sour     bool
}

// Figure is a line of figures, theirs and ours.
type Figure struct{ Name, TheirN, Their, OurN, Our string }

// Row is a difference in a list.
type Row struct {
	Sign   string
	Amount string
	What   string // why, or which class
	Number string // its end
	State  string // what was decided; "" while it is open
	Open   bool
	Chosen bool
}

// noon is a moment of a day, for writing its date.
func noon(d pos.Day) time.Time {
	return time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 12, 0, 0, 0, time.UTC)
}

var weekdays = [7]string{"week.sun", "week.mon", "week.tue", "week.wed", "week.thu", "week.fri", "week.sat"}

func (p *Presenter) dayName(d pos.Day) string {
	return d.String() + " " + p.cfg.Words.T(weekdays[d.Weekday()])
}

func (p *Presenter) note(d pos.Day) string {
	switch d {
	case p.today():
		return p.cfg.Words.T("takings.today")
	case p.yesterday():
		return p.cfg.Words.T("takings.yesterday")
	}
	return ""
}

// Model puts the day into words.
func (p *Presenter) Model() Model {
	w, d := p.cfg.Words, p.current()
	m := Model{Title: p.dayName(d.day), Said: p.said, Sour: p.sour}
	if n := p.note(d.day); n != "" {
		m.Title += " · " + n
	}
	m.State, m.StateTodo, m.StateOpen = p.newest()
	for _, x := range p.days() {
		m.Days = append(m.Days, p.day(x))
	}
	m.CanFetch = p.CanFetch() && p.running == nil
	m.Fetch = w.T("recon.fetch")
	if d.trade != nil {
		m.Fetch = w.T("recon.fetch.again")
	}
	m.CanPrint, m.CanSave = d.matched() && !p.busy, d.trade != nil && p.cfg.Save != nil && !p.busy
	switch {
	case p.cfg.Reconciler == nil:
		m.Trouble, m.TroubleMoney, m.TroubleDo = w.T("recon.none"), w.T("recon.untouched"), w.T("recon.none.todo")
	case p.bad != pos.CodeNone:
		m.Trouble, m.TroubleMoney, m.TroubleDo = w.Trouble(p.bad)
		m.TroubleMoney = w.T("recon.untouched")
	case p.running != nil:
		p.runningModel(&m)
	case p.refused != nil:
		m.Trouble, m.TroubleMoney, m.TroubleDo = p.refusal()
		if p.dayNeeded() {
			m.Main, m.MainKey = w.T("recon.read.as", d.day.String()), "Enter"
		}
	case p.partial != nil:
		m.Headline = w.T("recon.partial", p.partial.Day.String(), p.partial.Rows, p.partial.OursOnly+p.partial.TheirsOnly+p.partial.Differs)
		m.Todo = w.T("recon.partial.todo")
	case !d.matched():
		p.unmatched(&m, d.day)
	default:
		p.dayModel(&m, d)
	}
	return m
}

// newest says where the bill stands that should be there by now.
func (p *Presenter) newest() (state, todo string, open bool) {
	w, last := p.cfg.Words, p.last()
	name := w.T("takings.yesterday")
	if last == p.today() {
		name = w.T("takings.today")
	}
	for _, d := range p.kept {
		if d.day != last || d.trade == nil {
			continue
		}
		if n := d.open(); n > 0 {
			return "! " + w.T("recon.newest.open", name, n), w.T("recon.newest.open.todo"), true
		}
		if d.trade.Clean() && (d.fund == nil || d.fund.Clean()) {
			return "✓ " + w.T("recon.newest.clean", name), "", false
		}
		return "✓ " + w.T("recon.newest.done", name), "", false
	}
	switch {
	case p.cfg.Reconciler == nil || !p.known:
		return "", "", false
	case p.running != nil && p.running.day == last && p.running.file == "":
		return "… " + w.T("recon.newest.running", name), "", false
	case !p.CanFetch():
		what, _, _ := w.Trouble(p.cfg.Reconciler.CanFetch())
		return "! " + w.T("recon.newest.off", name), w.T("recon.newest.off.todo", what), true
	case !p.cfg.Shop.Practice && pos.BillFrom(last).After(p.cfg.Now()):
		return "… " + w.T("recon.newest.early", name), w.T("recon.newest.early.todo"), false
	case p.missed[last] != nil:
		what, _, _ := w.Trouble(pos.CodeOf(p.missed[last]))
		return "! " + w.T("recon.newest.missed", name, what), w.T("recon.newest.todo"), true
	case p.cfg.Shop.Practice:
		return w.T("recon.newest.none", name), w.T("recon.newest.practice"), false
	}
	return w.T("recon.newest.none", name), w.T("recon.newest.todo"), false
}

// day is a row of the list.
func (p *Presenter) day(d day) Day {
	w := p.cfg.Words
	x := Day{Name: p.dayName(d.day), Note: p.note(d.day), State: "–", Facts: w.T("recon.unmatched"), Chosen: d.day == p.at && !p.inside}
	if !d.matched() {
		return x
	}
	x.State, x.Facts = "✓", ""
	if n := d.open(); n > 0 {
		x.State, x.Open = "! "+strconv.Itoa(n), true
	}
	if d.trade == nil {
		x.Facts = w.T("recon.fund-only")
		return x
	}
	x.Facts = w.T("recon.matched", d.trade.Match)
	if d.trade.Fee != 0 {
		x.Facts += " · " + w.T("recon.fee", d.trade.Fee.Fen())
	}
	return x
}

func (p *Presenter) runningModel(m *Model) {
	w, r := p.cfg.Words, p.running
	m.RunningOf = w.T("recon.running.fetch", r.day.String())
	if r.file != "" {
		m.RunningOf = w.T("recon.running.file", base(r.file))
	}
	m.Running = w.T("recon.waiting")
	if p.progress.Rows > 0 {
		m.Running = w.T("recon.rows", p.progress.Rows)
	}
	if p.progress.Size > 0 {
		m.Share = float32(float64(p.progress.Read) / float64(p.progress.Size))
	}
}

// unmatched is a day whose bill was not held against the books yet.
func (p *Presenter) unmatched(m *Model, d pos.Day) {
	w := p.cfg.Words
	if !p.known {
		return
	}
	m.Headline = w.T("recon.day.unmatched")
	switch {
	case !p.CanFetch():
		m.Todo = w.T("recon.day.file")
	case !p.cfg.Shop.Practice && pos.BillFrom(d).After(p.cfg.Now()):
		m.Todo = w.T("recon.day.early")
	case pos.BillOld(d, p.cfg.Now()):
		m.Todo = w.T("recon.day.old")
	default:
		m.Todo = w.T("recon.day.fetch")
	}
	if len(p.kept) == 0 {
		m.What = w.T("recon.what")
	}
	m.Main, m.MainKey = w.T("recon.fetch.day", d.String()), "Enter"
	if !p.CanFetch() {
		m.Main = w.T("recon.file")
	}
}

// dayModel is a day that was matched.
func (p *Presenter) dayModel(m *Model, d day) {
	w := p.cfg.Words
	if b := d.trade; b != nil {
		n := func(n int) string { return w.T("takings.n", n) }
		m.Figures = []Figure{
			{w.T("recon.payments"), n(b.Theirs.Payments), b.Theirs.Paid.String(), n(b.Ours.Payments), b.Ours.Paid.String()},
			{w.T("recon.refunds"), n(b.Theirs.Refunds), b.Theirs.Back.String(), n(b.Ours.Refunds), b.Ours.Back.String()},
			{w.T("recon.net"), "", w.Money(b.Theirs.Net()), "", w.Money(b.Ours.Net())},
		}
		m.Proof = w.Identity(pos.Identity{
			Terms: []pos.Figure{
				{Name: pos.FigureTheirs, Fen: b.Theirs.Net()},
				{Name: pos.FigureOnlyOurs, Fen: b.OnlyOurs},
				{Name: pos.FigureOnlyTheirs, Minus: true, Fen: b.OnlyTheirs},
				{Name: pos.FigureDiffer, Minus: true, Fen: b.Differ},
			},
			Total: pos.Figure{Name: pos.FigureOurs, Fen: b.Ours.Net()},
		})
	}
	m.Facts = p.facts(d)
	left := d.open()
	clean := (d.trade == nil || d.trade.Clean()) && (d.fund == nil || d.fund.Clean())
	switch {
	case left > 0:
		m.Open = "! " + w.T("recon.open", left)
		m.Main, m.MainKey = w.T("recon.look", left), "Enter"
	case clean:
		m.Clean = w.T("recon.clean")
	default:
		m.Open = "✓ " + w.T("recon.done")
	}
	m.Rows = p.Rows()
}

// facts are what else the bills say.
func (p *Presenter) facts(d day) (all []string) {
	w := p.cfg.Words
	if b := d.trade; b != nil {
		line := w.T("recon.facts", b.Rows, b.Match, b.OursOnly, b.TheirsOnly, b.Differs)
		if b.CrossDay > 0 {
			line += " · " + w.T("recon.cross", b.CrossDay)
		}
		all = append(all, line)
		line = w.T("recon.fee.exact", b.Fee.String())
		if b.Booked {
			line += " · " + w.T("recon.fee.booked", b.Fee.Fen())
		}
		for _, x := range b.Others {
			name := x.Prefix
			if name == "" {
				name = w.T("recon.others.unknown")
			}
			line += " · " + w.T("recon.others", name, x.Payments+x.Refunds, x.Net())
		}
		all = append(all, line)
	}
	if b := d.fund; b != nil {
		for _, x := range b.Payouts {
			all = append(all, w.T("recon.payout", w.Clock(x.At.In(pos.BillZone)), x.Amount))
		}
	}
	return all
}

// Rows are the differences of the chosen day.
func (p *Presenter) Rows() (rows []Row) {
	for i := range p.found {
		rows = append(rows, p.row(p.found[i]))
	}
	return rows
}

func (p *Presenter) row(f pos.Finding) Row {
	w, i := p.cfg.Words, f.Item()
	r := Row{Sign: "!", Amount: p.sum(f), What: w.FindingClass(f.Class), Number: tail(i), Open: f.Open(), Chosen: p.inside && f.ID == p.chosen}
	if c := w.FindingCause(f.Cause); c != "" {
		r.What = c
	}
	if !r.Open {
		r.Sign, r.State = "✓", p.standing(f)
	}
	return r
}

// standing is what became of a difference; "" while it is open.
func (p *Presenter) standing(f pos.Finding) string {
	w := p.cfg.Words
	switch n := len(f.Decisions); {
	case !f.Resolved.IsZero():
		return w.T("recon.gone", f.ResolvedBy.String())
	case n > 0:
		d := f.Decisions[n-1]
		return w.T("recon.decided", w.FindingAction(d.Action), d.By)
	}
	return ""
}

// sum is the money that a difference is about: of a day's fees, the fee.
func (p *Presenter) sum(f pos.Finding) string {
	if i := f.Item(); f.Cause == pos.CauseFee && i.Amount == 0 {
		return p.cfg.Words.T("money.sign") + i.Fee.String()
	}
	return p.amount(f.Item())
}

// amount is an item's money in words.
func (p *Presenter) amount(i pos.BillItem) string {
	if i.Currency != "" && i.Currency != pos.Currency {
		return i.Amount.String() + " " + i.Currency
	}
	return p.cfg.Words.Money(i.Amount)
}

// tail is the end of a number: enough to tell it on a screen.
func tail(i pos.BillItem) string {
	for _, no := range []string{i.OutTradeNo, i.TransactionID, i.OutRefundNo} {
		if n := len(no); n > 6 {
			return "…" + no[n-6:]
		}
	}
	return ""
}

// Detail is the chosen difference.
type Detail struct {
	Amount string
	Kind   string // payment, refund
	What   string // class and cause
	Money  string // what it means for the money
	Sides  []Side
	Next   string // what the proposed action does
	State  string // what became of it
	Log    []string
	Cannot string // why it cannot be given back from here; "" when it can or nobody would
	Main   string
	Others map[pos.FindingAction]bool
	Past   bool // somebody looked at it, or it has gone
}

// Side is a line of both sides.
type Side struct {
	Name, Their, Our string
	Differ           bool
}

// Detail gives the chosen difference; ok is false while none is shown.
func (p *Presenter) Detail() (d Detail, ok bool) {
	f, ok := p.finding()
	if !ok || !p.inside {
		return d, false
	}
	w := p.cfg.Words
	d = Detail{Amount: p.sum(f), Kind: w.BillItemKind(f.Item().Kind), What: w.FindingClass(f.Class), Sides: p.sides(f), State: p.standing(f), Past: !f.Open()}
	if c := w.FindingCause(f.Cause); c != "" {
		d.What += " · " + c
		d.Money = w.FindingMoney(f)
	}
	for _, x := range f.Decisions {
		line := w.Clock(x.At.In(p.cfg.Now().Location())) + "  " + x.By + "  " + w.FindingAction(x.Action)
		if x.Reason != "" {
			line += " · " + x.Reason
		}
		d.Log = append(d.Log, line)
	}
	main := p.proposed(f)
	if main != "" {
		d.Main, d.Next = w.FindingAction(main), w.FindingActionMoney(main)
		if main == pos.FindBook || main == pos.FindRefund {
			d.Main += " " + d.Amount
		}
	} else {
		d.Main = w.T("recon.onward")
		if p.openLeft() == 0 {
			d.Main = w.T("recon.back")
		}
	}
	d.Others = map[pos.FindingAction]bool{}
	for _, a := range actions {
		d.Others[a] = a != main && p.possible(f, a)
	}
	if x := p.exception(f); x != nil && x.Allowed(pos.ActRefund) && p.can != pos.CodeNone {
		d.Cannot = w.T("inbox.cannot", w.NoRefund(p.can))
	}
	return d, true
}

func (p *Presenter) openLeft() (n int) {
	for _, f := range p.found {
		if f.Open() {
			n++
		}
	}
	return n
}

// telling is the line that shows a cause.
var telling = map[pos.FindingCause]string{
	pos.CauseAmount: "recon.side.amount", pos.CauseCurrency: "recon.side.amount", pos.CauseCoupon: "recon.side.settled", pos.CauseFee: "recon.side.fee",
	pos.CauseState: "recon.side.state",
}

// sides are the lines in which both sides are compared.
func (p *Presenter) sides(f pos.Finding) (all []Side) {
	w := p.cfg.Words
	add := func(name string, of func(pos.BillItem) string) {
		s := Side{Name: w.T(name)}
		if f.Theirs != nil {
			s.Their = of(*f.Theirs)
		}
		if f.Ours != nil {
			s.Our = of(*f.Ours)
		}
		if s.Their == "" && s.Our == "" {
			return
		}
		// A second more or less, or a word of one side for what the other calls otherwise, is no difference: only what the match found.
		s.Differ = f.Theirs != nil && f.Ours != nil && s.Their != s.Our && name == telling[f.Cause]
		all = append(all, s)
	}
	if f.Item().Amount != 0 {
		add("recon.side.amount", p.amount)
	}
	settled := func(i *pos.BillItem) bool { return i != nil && i.Settlement != i.Amount && i.Settlement != 0 }
	if settled(f.Theirs) || settled(f.Ours) {
		add("recon.side.settled", func(i pos.BillItem) string { return w.Money(i.Settlement) })
	}
	if f.Cause == pos.CauseFee {
		add("recon.side.fee", func(i pos.BillItem) string { return w.T("money.sign") + i.Fee.String() })
	}
	add("recon.side.state", w.BillItemState)
	add("recon.side.time", func(i pos.BillItem) string {
		if i.At.IsZero() {
			return ""
		}
		return i.At.In(pos.BillZone).Format("2006-01-02 15:04:05")
	})
	add("recon.side.order", func(i pos.BillItem) string { return i.OutTradeNo })
	add("recon.side.transaction", func(i pos.BillItem) string { return i.TransactionID })
	add("recon.side.refund", func(i pos.BillItem) string { return i.OutRefundNo })
	add("recon.side.refund-id", func(i pos.BillItem) string { return i.RefundID })
	return all
}

// Form is the question before something is done.
type Form struct {
	Title   string
	Does    string // what happens to the money
	Named   bool   // a name is typed: the till does not know its people
	By      string
	Reason  string
	Field   Field
	Needed  bool // the reason has to be filled in
	Lacks   bool // the line that Field names is needed
	Usual   []string
	Confirm string
	Busy    bool
}

// Form gives the question; ok is false while none is asked.
func (p *Presenter) Form() (f Form, ok bool) {
	x, ok := p.finding()
	if !ok || p.form == nil {
		return f, false
	}
	w, a := p.cfg.Words, p.form.action
	f = Form{
		Title: w.FindingAction(a) + " · " + p.sum(x), Does: w.FindingActionMoney(a), By: p.form.by, Reason: p.form.reason, Field: p.form.field,
		Needed: needsReason(a), Lacks: p.form.lacks, Named: !p.named(), Confirm: w.T("inbox.confirm", w.FindingAction(a)), Busy: p.deciding,
	}
	for _, id := range usual(a) {
		f.Usual = append(f.Usual, w.T(id))
	}
	return f, true
}

// FileRow is a file to choose.
type FileRow struct {
	Name, Folder, When, Size string
	Chosen                   bool
}

// Files gives the choice of a file: what is typed, and the rows; none says why there are none.
func (p *Presenter) Files() (typed string, rows []FileRow, none string) {
	c := p.files
	if c == nil {
		return "", nil, ""
	}
	w := p.cfg.Words
	for i, f := range c.list {
		rows = append(rows, FileRow{base(f.Path), folder(f.Path), w.Clock(f.At.In(p.cfg.Now().Location())), size(f.Size), i == c.at && c.typed == ""})
	}
	if c.known && len(c.list) == 0 {
		none = w.T("recon.files.none")
	}
	return c.typed, rows, none
}
