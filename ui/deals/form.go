package deals

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"guitai/pos"
)

// Field is one thing to fill in about a promotion.
type Field string

// The fields.
const (
	FieldName    Field = "name"
	FieldKind    Field = "kind"
	FieldN       Field = "n"
	FieldPrice   Field = "price"
	FieldPercent Field = "percent" // of the price that is paid
	FieldWho     Field = "who"
	FieldMixed   Field = "mixed"
	FieldFor     Field = "for"
	FieldFind    Field = "find" // goods to add, or the category
	FieldFrom    Field = "from"
	FieldTo      Field = "to"
	FieldStarts  Field = "starts"
	FieldEnds    Field = "ends"
	FieldDays    Field = "days"
)

const (
	whoAll      = "all"
	whoMembers  = "members"
	apart       = "apart"
	together    = "together"
	forAll      = "all"
	forCategory = "category"
	forItems    = "items"
)

// Choices are the values of a field that is chosen rather than typed, nil for the others.
func Choices(f Field) []string {
	switch f {
	case FieldKind:
		all := make([]string, len(pos.DealKinds))
		for i, k := range pos.DealKinds {
			all[i] = string(k)
		}
		return all
	case FieldWho:
		return []string{whoAll, whoMembers}
	case FieldMixed:
		return []string{apart, together}
	case FieldFor:
		return []string{forAll, forCategory, forItems}
	}
	return nil
}

// Draft is a form that was left with changes in it, so that it is still there when the page comes back.
type Draft struct{ form *form }

// form is a promotion while it is being made or changed.
type form struct {
	was   pos.Deal
	texts map[Field]string
	first map[Field]string
	items []pos.ItemID
	days  uint8
	at    Field
	left  map[Field]bool
	tried bool
	leave bool
	found []pos.Item // what is typed to be found
	all   []string   // categories
	pick  int
	seek  int // generation
}

func newForm(d pos.Deal) *form {
	f := &form{was: d, left: map[Field]bool{}, items: slices.Clone(d.Items), days: d.Days, at: FieldName}
	f.texts = map[Field]string{
		FieldName: d.Name, FieldKind: string(d.Kind), FieldN: "", FieldPrice: "", FieldPercent: "", FieldWho: whoAll, FieldMixed: apart, FieldFor: forAll,
		FieldFind: "", FieldFrom: day(d.From), FieldTo: day(d.To), FieldStarts: "", FieldEnds: "", FieldDays: "",
	}
	if d.N > 0 {
		f.texts[FieldN] = strconv.Itoa(d.N)
	}
	if d.Price > 0 {
		f.texts[FieldPrice] = d.Price.String()
	}
	switch {
	case d.Kind == pos.DealNth:
		f.texts[FieldPercent] = hundredths(d.Percent)
	case d.Kind == pos.DealCut:
		f.texts[FieldPercent] = hundredths(100_00 - d.Percent)
	}
	if d.Member {
		f.texts[FieldWho] = whoMembers
	}
	if d.Mixed {
		f.texts[FieldMixed] = together
	}
	switch {
	case len(d.Items) > 0:
		f.texts[FieldFor] = forItems
	case d.Category != "":
		f.texts[FieldFor], f.texts[FieldFind] = forCategory, d.Category
	}
	if d.Starts != d.Ends {
		f.texts[FieldStarts], f.texts[FieldEnds] = clock(d.Starts), clock(d.Ends)
	}
	f.first = map[Field]string{}
	for k, v := range f.texts {
		f.first[k] = v
	}
	return f
}

func day(d pos.Day) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// again is the form for another page.
func (f *form) again() *form {
	c := *f
	c.leave = false
	return &c
}

func (f *form) dirty() bool {
	for k, v := range f.texts {
		if v != f.first[k] && (k != FieldFind || f.texts[FieldFor] == forCategory) {
			return true
		}
	}
	return !slices.Equal(f.items, f.was.Items) || f.days != f.was.Days
}

// fields are what the form asks for, as things stand.
func (f *form) fields() []Field {
	all := []Field{FieldName, FieldKind}
	switch pos.DealKind(f.texts[FieldKind]) {
	case pos.DealBundle:
		all = append(all, FieldN, FieldPrice)
	case pos.DealNth:
		all = append(all, FieldN, FieldPercent)
	case pos.DealPrice:
		all = append(all, FieldPrice)
	case pos.DealCut:
		all = append(all, FieldPercent)
	case pos.DealMember:
	}
	if k := pos.DealKind(f.texts[FieldKind]); k == pos.DealBundle || k == pos.DealNth {
		all = append(all, FieldMixed)
	}
	if f.texts[FieldKind] != string(pos.DealMember) {
		all = append(all, FieldWho)
	}
	all = append(all, FieldFrom, FieldTo, FieldStarts, FieldEnds, FieldDays, FieldFor)
	if f.texts[FieldFor] != forAll {
		all = append(all, FieldFind)
	}
	return all
}

// deal is the promotion that the form says, as far as it can be read; today has the year of days that are typed without one.
func (f *form) deal(today pos.Day) pos.Deal {
	d := pos.Deal{ID: f.was.ID, Name: strings.TrimSpace(f.texts[FieldName]), Kind: pos.DealKind(f.texts[FieldKind])}
	asks := f.fields()
	if slices.Contains(asks, FieldN) {
		d.N, _ = strconv.Atoi(pos.ASCII(strings.TrimSpace(f.texts[FieldN])))
	}
	if slices.Contains(asks, FieldPrice) {
		d.Price, _ = pos.ParseYuan(pos.ASCII(f.texts[FieldPrice]))
	}
	if paid, ok := paidOf(f.texts[FieldPercent]); ok && slices.Contains(asks, FieldPercent) {
		d.Percent = paid
		if d.Kind == pos.DealCut {
			d.Percent = 100_00 - paid
		}
	}
	d.Member = f.texts[FieldWho] == whoMembers || d.Kind == pos.DealMember
	d.Mixed = f.texts[FieldMixed] == together && slices.Contains(asks, FieldMixed)
	d.From, _ = dayOf(f.texts[FieldFrom], today)
	d.To, _ = dayOf(f.texts[FieldTo], today)
	d.Starts, _ = minuteOf(f.texts[FieldStarts])
	d.Ends, _ = minuteOf(f.texts[FieldEnds])
	if d.Days = f.days; d.Days == everyDay {
		d.Days = 0
	}
	switch f.texts[FieldFor] {
	case forItems:
		d.Items = slices.Clone(f.items)
	case forCategory:
		d.Category = strings.TrimSpace(f.texts[FieldFind])
	}
	return d
}

// paidOf is the part of a price that is paid, typed in percent, in 1/100 of one.
func paidOf(text string) (percent int, ok bool) {
	text = strings.TrimSpace(strings.TrimSuffix(pos.ASCII(strings.TrimSpace(text)), "%"))
	a, err := pos.ParseYuan(text)
	return int(a), err == nil && a < 100_00
}

// dayOf reads a day: 2026-11-20, 20261120, 11-20; nothing is 0.
func dayOf(text string, today pos.Day) (d pos.Day, ok bool) {
	text = strings.TrimSpace(pos.ASCII(text))
	text = strings.NewReplacer("/", "-", ".", "-").Replace(text)
	if text == "" {
		return 0, true
	}
	var month, of int
	if n, err := fmt.Sscanf(text, "%d-%d", &month, &of); n == 2 && err == nil && strings.Count(text, "-") == 1 {
		text = fmt.Sprintf("%04d%02d%02d", int(today)/10000, month, of)
	}
	d, err := pos.ParseDay(text)
	return d, err == nil && d.Real()
}

// minuteOf reads a time of day: 17:30, 1730, 17; nothing is 0. The end of the day is 24:00.
func minuteOf(text string) (minute int, ok bool) {
	text = strings.TrimSpace(pos.ASCII(text))
	if text == "" {
		return 0, true
	}
	hours, minutes, colon := strings.Cut(strings.ReplaceAll(text, "：", ":"), ":")
	if !colon && len(text) > 2 {
		hours, minutes = text[:len(text)-2], text[len(text)-2:]
	}
	if minutes == "" {
		minutes = "0"
	}
	h, err1 := strconv.Atoi(hours)
	m, err2 := strconv.Atoi(minutes)
	if err1 != nil || err2 != nil || h < 0 || m < 0 || m > 59 || h*60+m > 1440 {
		return 0, false
	}
	return h*60 + m, true
}

// problem says by id what is wrong with a field, "" for nothing.
func (f *form) problem(k Field, today pos.Day) string {
	text := strings.TrimSpace(f.texts[k])
	switch k {
	case FieldName:
		if n := len([]rune(text)); n < 1 || n > 20 {
			return "deals.bad.name"
		}
	case FieldN:
		if n, err := strconv.Atoi(pos.ASCII(text)); err != nil || n < 2 || n > 99 {
			return "deals.bad.n"
		}
	case FieldPrice:
		if a, err := pos.ParseYuan(pos.ASCII(text)); err != nil || a <= 0 || a > pos.MaxAmount {
			return "deals.bad.price"
		}
	case FieldPercent:
		if _, ok := paidOf(text); !ok {
			return "deals.bad.percent"
		}
	case FieldFrom, FieldTo:
		d, ok := dayOf(text, today)
		if !ok {
			return "deals.bad.day"
		}
		if from, okFrom := dayOf(f.texts[FieldFrom], today); k == FieldTo && d != 0 && okFrom && from > d {
			return "deals.bad.span"
		}
	case FieldStarts, FieldEnds:
		m, ok := minuteOf(text)
		if !ok || k == FieldStarts && m == 1440 {
			return "deals.bad.time"
		}
		if k == FieldEnds && text == "" && strings.TrimSpace(f.texts[FieldStarts]) != "" {
			return "deals.bad.end"
		}
	case FieldFind:
		if f.texts[FieldFor] == forItems && len(f.items) == 0 {
			return "deals.bad.items"
		}
		if f.texts[FieldFor] == forCategory && text == "" {
			return "deals.bad.category"
		}
	case FieldKind, FieldWho, FieldMixed, FieldFor, FieldDays:
	}
	return ""
}

// Editing reports whether the form is open; Leaving whether it is asked if it is left without saving.
func (p *Presenter) Editing() bool { return p.form != nil }

// Leaving reports whether it is asked if the form is left without saving.
func (p *Presenter) Leaving() bool { return p.form != nil && p.form.leave }

// At is the field that the keyboard is at.
func (p *Presenter) At() Field {
	if p.form == nil {
		return ""
	}
	return p.form.at
}

// Asks are the fields that the form asks for, as things stand.
func (p *Presenter) Asks() []Field {
	if p.form == nil {
		return nil
	}
	return p.form.fields()
}

// Text is what a field says.
func (p *Presenter) Text(k Field) string {
	if p.form == nil {
		return ""
	}
	return p.form.texts[k]
}

// Set takes what a field says now.
func (p *Presenter) Set(k Field, text string) {
	f := p.form
	if f == nil || p.busy || f.texts[k] == text {
		return
	}
	f.texts[k], p.said = text, ""
	if k == FieldKind { // what it most often is
		for field, usual := range map[Field]string{FieldN: "2", FieldPercent: map[pos.DealKind]string{pos.DealNth: "50", pos.DealCut: "90"}[pos.DealKind(text)]} {
			if f.texts[field] == "" {
				f.texts[field] = usual
			}
		}
	}
	if k == FieldFor {
		f.texts[FieldFind], f.found, f.pick = "", nil, 0
	}
	if k == FieldFor || k == FieldFind {
		p.seek()
	}
	p.cfg.Changed()
}

// Turn chooses a field's next (1) or previous (-1) value; it stops at either end.
func (p *Presenter) Turn(k Field, by int) {
	all := Choices(k)
	if to := slices.Index(all, p.Text(k)) + by; to >= 0 && to < len(all) {
		p.Set(k, all[to])
	}
}

// Days are the days of the week it runs on, as bits; Day takes one in or out.
func (p *Presenter) Days() uint8 {
	if p.form == nil || p.form.days == 0 {
		return everyDay
	}
	return p.form.days
}

// Day takes a day of the week, counted from Monday, in or out. The last cannot be taken out.
func (p *Presenter) Day(i int) {
	if p.form == nil {
		return
	}
	if days := p.Days() ^ (1 << week[i]); days != 0 {
		p.form.days = days
		if days == everyDay {
			p.form.days = 0
		}
	}
	p.cfg.Changed()
}

// Arrive takes note that the keyboard has come to a field; Left that it has left one: what is wrong with it is said from now on.
func (p *Presenter) Arrive(k Field) {
	if p.form != nil && p.form.at != k {
		p.form.at = k
		if k == FieldFind {
			p.seek()
		}
		p.cfg.Changed()
	}
}

// Left takes note that the keyboard has left a field.
func (p *Presenter) Left(k Field) {
	if p.form != nil {
		p.form.left[k] = true
		p.cfg.Changed()
	}
}

// Next takes the keyboard to the next field (1) or the one before (-1), round and round.
func (p *Presenter) Next(by int) {
	f := p.form
	if f == nil || f.leave || p.busy {
		return
	}
	all := f.fields()
	p.Left(f.at)
	p.Arrive(all[(slices.Index(all, f.at)+by+len(all))%len(all)])
	p.cfg.Changed()
	p.cfg.Focus()
}

// Problem says what is wrong with a field, once a person has left it.
func (p *Presenter) Problem(k Field) string {
	f := p.form
	if f == nil || !f.left[k] && !f.tried || k == FieldFind && !f.tried {
		return ""
	}
	if id := f.problem(k, p.today()); id != "" {
		return p.cfg.Words.T(id)
	}
	return ""
}

// Note says something useful about a field with nothing wrong in it.
func (p *Presenter) Note(k Field) string {
	f, w := p.form, p.cfg.Words
	if f == nil {
		return ""
	}
	if paid, ok := paidOf(f.texts[FieldPercent]); k == FieldPercent && ok {
		return w.T("deals.note.percent", p.part(paid), hundredths(100_00-paid))
	}
	return ""
}

// mostFound is how many goods a search lists.
const mostFound = 30

// seek finds what the typed text names: goods to add, or categories.
func (p *Presenter) seek() {
	f := p.form
	f.seek++
	mine, text := f.seek, strings.TrimSpace(f.texts[FieldFind])
	f.pick = 0
	kind := f.texts[FieldFor]
	if kind == forAll || kind == forItems && text == "" {
		f.found = nil
		return
	}
	p.cfg.Go(func(ctx context.Context) func() {
		var found []pos.Item
		var all []string
		var err error
		if kind == forCategory {
			all, err = p.cfg.Goods.Categories(ctx)
		} else {
			found, err = p.cfg.Goods.Find(ctx, text, mostFound)
		}
		return func() {
			if mine == f.seek && err == nil {
				f.found, f.all = found, all
				p.cfg.Changed()
			}
		}
	})
}

// Entry is an entry of the list beside the form: goods that it is for, goods that were found, or a category.
type Entry struct {
	Name, Detail string
	In, Chosen   bool
}

// Finding reports whether the list has what was found.
func (p *Presenter) Finding() bool {
	return p.form != nil && p.form.texts[FieldFor] == forItems && strings.TrimSpace(p.form.texts[FieldFind]) != ""
}

// Entries are the list beside the form.
func (p *Presenter) Entries() (all []Entry) {
	f := p.form
	switch {
	case f == nil || f.texts[FieldFor] == forAll:
	case f.texts[FieldFor] == forCategory:
		for i, c := range f.all {
			all = append(all, Entry{Name: c, In: c == strings.TrimSpace(f.texts[FieldFind]), Chosen: i == f.pick})
		}
	case p.Finding():
		for i, it := range f.found {
			all = append(all, Entry{Name: it.Name, Detail: it.Barcode() + "  " + it.Price.String(), In: slices.Contains(f.items, it.ID), Chosen: i == f.pick})
		}
	default:
		for i, id := range f.items {
			e := Entry{In: true, Chosen: i == f.pick && f.at == FieldFind}
			if it, ok := p.item(id); ok {
				e.Name, e.Detail = it.Name, it.Barcode()+"  "+it.Price.String()
			} else {
				e.Name = p.cfg.Words.T("deals.goods.gone", id)
			}
			all = append(all, e)
		}
	}
	return all
}

// Pick is the entry pointed at; Point goes to one.
func (p *Presenter) Pick() int {
	if p.form == nil {
		return 0
	}
	return p.form.pick
}

// Point goes to an entry.
func (p *Presenter) Point(i int) {
	if p.form != nil {
		p.form.pick = max(0, min(len(p.Entries())-1, i))
		p.cfg.Changed()
	}
}

// Take takes the entry pointed at: goods that were found are added, a category is chosen. It reports whether there was one to take.
func (p *Presenter) Take() bool {
	f := p.form
	switch {
	case f == nil:
		return false
	case f.texts[FieldFor] == forCategory && f.pick < len(f.all):
		if f.texts[FieldFind] == f.all[f.pick] {
			return false
		}
		f.texts[FieldFind] = f.all[f.pick]
	case p.Finding() && f.pick < len(f.found):
		it := f.found[f.pick]
		p.items[it.ID] = it
		p.add(it.ID)
		f.texts[FieldFind], f.found, f.pick = "", nil, max(0, len(f.items)-1)
	default:
		return false
	}
	p.cfg.Changed()
	p.cfg.Focus()
	return true
}

// maxItems is how many goods a promotion names: a shop that wants more names a category.
const maxItems = 200

func (p *Presenter) add(id pos.ItemID) {
	f := p.form
	switch {
	case slices.Contains(f.items, id):
	case len(f.items) >= maxItems:
		p.said, p.sour = p.cfg.Words.T("deals.goods.many", maxItems), true
	default:
		f.items = append(f.items, id)
	}
}

// Out takes the goods pointed at out of the promotion.
func (p *Presenter) Out() {
	f := p.form
	if f == nil || p.Finding() || f.texts[FieldFor] != forItems || f.pick >= len(f.items) {
		return
	}
	f.items = slices.Delete(slices.Clone(f.items), f.pick, f.pick+1)
	f.pick = max(0, min(f.pick, len(f.items)-1))
	p.cfg.Changed()
}

// Scanned adds the goods of a code to the form; in the list it means nothing here.
func (p *Presenter) Scanned(code string) {
	w := p.cfg.Words
	if p.form == nil || p.cfg.Goods == nil {
		p.said, p.sour = w.T("deals.scan.list"), true
		p.cfg.Changed()
		return
	}
	sc := pos.Classify(code)
	if !sc.Goods() {
		p.said, p.sour = w.T("goods.scan.none"), true
		p.cfg.Changed()
		return
	}
	f := p.form
	p.cfg.Go(func(ctx context.Context) func() {
		it, err := p.cfg.Goods.Item(ctx, sc.Codes()...)
		return func() {
			switch c := pos.CodeOf(err); {
			case p.form != f:
				return
			case c == pos.CodeNotFound:
				p.said, p.sour = w.T("deals.scan.unknown", sc.Code), true
			case c != pos.CodeNone:
				what, _, todo := w.Trouble(c)
				p.said, p.sour = what+" · "+todo, true
			default:
				p.items[it.ID] = it
				f.texts[FieldFor], f.texts[FieldFind], f.found = forItems, "", nil
				p.add(it.ID)
				f.pick = max(0, slices.Index(f.items, it.ID))
				p.said, p.sour = w.T("deals.scan.added", it.Name), false
			}
			p.cfg.Changed()
		}
	})
}

// Save stores the promotion, a new one at the end of the list.
func (p *Presenter) Save() {
	f := p.form
	if f == nil || p.busy {
		return
	}
	f.tried, f.leave = true, false
	for _, k := range f.fields() {
		if f.problem(k, p.today()) != "" {
			f.at = k
			p.cfg.Changed()
			p.cfg.Focus()
			return
		}
	}
	d := f.deal(p.today())
	list, at := slices.Clone(p.list), slices.IndexFunc(p.list, func(x pos.Deal) bool { return x.ID == d.ID && d.ID != 0 })
	if at < 0 {
		d.ID = 0
		list, at = append(list, d), len(list)
	} else {
		list[at] = d
	}
	p.store(list, at, p.cfg.Words.T("deals.what.change", d.Name), p.cfg.Words.T("deals.said.saved", d.Name))
}

// Trials is what the promotion of the form takes off some goods.
func (p *Presenter) Trials() (says string, all []Trial) {
	if p.form == nil {
		return "", nil
	}
	d := p.form.deal(p.today())
	if d.Name == "" {
		d.Name = "?"
	}
	if d.Check() != nil {
		return "", nil
	}
	return p.kind(d) + " · " + p.goods(d), p.Try(d)
}

// Title is the form's.
func (p *Presenter) Title() string {
	if p.form == nil || p.form.was.ID == 0 {
		return p.cfg.Words.T("deals.form.new")
	}
	return p.cfg.Words.T("deals.form.change", p.form.was.Name)
}

func (p *Presenter) quitForm() {
	f := p.form
	switch {
	case p.busy:
		return
	case f.leave:
		f.leave = false
	case f.dirty():
		f.leave = true
	default:
		p.form = nil
	}
	p.cfg.Changed()
	p.cfg.Focus()
}

// Drop leaves the form without saving.
func (p *Presenter) Drop() {
	if p.form != nil && !p.busy {
		p.form, p.said = nil, ""
		p.cfg.Changed()
		p.cfg.Focus()
	}
}
