// Package staff is the list of the people of a till: who there is, what they may do, and their PINs. Only an owner changes
// any of it; anybody else is asked for an owner's PIN by the shell.
package staff

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Everybody reads all people there ever were, also who has left, as pos.Staff does. Safe for concurrent use.
type Everybody interface {
	People(ctx context.Context) ([]pos.Person, error)
}

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words  *i18n.Words
	People Everybody // nil shows only who is there
	// Give hands a command to the till once it is allowed, and calls then.
	Give func(c pos.Command, what string, then func())
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns.
	Go func(work func(context.Context) (then func()))
	// Code makes a recovery code, which is shown once it counts; nil makes none. When says when the one that counts was made; "" for none.
	Code func() pos.RecoveryCode
	When func() string
	// Changed hears that something is to be drawn again.
	Changed func()
}

// Mode is what is being done.
type Mode int

// The modes.
const (
	ModeList   Mode = iota
	ModeAdd         // somebody new
	ModeChange      // name and role
	ModePIN         // a new PIN
	ModeLeave       // let go, or take back
	ModeCode        // another recovery code
)

// Field is a line of the form.
type Field int

// The lines of the form.
const (
	FieldName Field = iota
	FieldRole
	FieldPIN
	FieldAgain
)

// fields are the lines of each form.
var fields = map[Mode][]Field{
	ModeAdd: {FieldName, FieldRole, FieldPIN, FieldAgain}, ModeChange: {FieldName, FieldRole}, ModePIN: {FieldPIN, FieldAgain},
}

const mostPIN = 8

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg    Config
	people []pos.Person
	read   []pos.Person // what was there when everybody was read
	asked  int          // generation: an older answer is dropped
	chosen pos.StaffID
	at     int

	mode       Mode
	field      Field
	name       string
	role       pos.Role
	pin, again pos.PIN
	bad        string // why Enter did nothing: a message id, "" for nothing
}

// NewPresenter makes a list of nobody.
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg} }

// Show takes the till's newest state.
func (p *Presenter) Show(s pos.Snapshot) {
	if p.people == nil || !slices.Equal(p.read, s.Staff.People) {
		p.read = s.Staff.People
		p.take(s.Staff.People)
		p.readAll()
	}
	p.cfg.Changed()
}

// readAll reads also who has left.
func (p *Presenter) readAll() {
	if p.cfg.People == nil {
		return
	}
	p.asked++
	mine := p.asked
	p.cfg.Go(func(ctx context.Context) func() {
		all, err := p.cfg.People.People(ctx)
		return func() {
			if mine == p.asked && err == nil {
				p.take(all)
				p.cfg.Changed()
			}
		}
	})
}

func (p *Presenter) take(people []pos.Person) {
	p.people = people
	i := slices.IndexFunc(people, func(x pos.Person) bool { return x.ID == p.chosen })
	if i < 0 {
		i = max(0, min(p.at, len(people)-1))
	}
	p.at = i
	if i < len(people) {
		p.chosen = people[i].ID
	}
}

func (p *Presenter) current() (pos.Person, bool) {
	if p.at >= len(p.people) {
		return pos.Person{}, false
	}
	return p.people[p.at], true
}

// First reports whether nobody is set up yet.
func (p *Presenter) First() bool { return len(p.people) == 0 }

// Mode is what is being done.
func (p *Presenter) Mode() Mode { return p.mode }

// Private reports whether a PIN is being typed.
func (p *Presenter) Private() bool {
	return (p.mode == ModeAdd || p.mode == ModePIN) && (p.field == FieldPIN || p.field == FieldAgain)
}

// Choose goes to person i.
func (p *Presenter) Choose(i int) {
	if p.mode == ModeList && i >= 0 && i < len(p.people) {
		p.at, p.chosen = i, p.people[i].ID
		p.cfg.Changed()
	}
}

// Start opens the form of a mode.
func (p *Presenter) Start(m Mode) {
	x, ok := p.current()
	if p.mode != ModeList || m == ModeCode && p.cfg.Code == nil || m != ModeAdd && !ok || m == ModePIN && !x.Active {
		return
	}
	p.mode, p.pin, p.again, p.bad = m, "", "", ""
	p.name, p.role, p.field = "", pos.RoleCashier, FieldName
	switch {
	case m == ModePIN:
		p.field = FieldPIN
	case m != ModeAdd:
		p.name, p.role = x.Name, x.Role
	case p.First():
		p.role = pos.RoleOwner
	}
	p.cfg.Changed()
}

// Typed takes a character: in the list the digit of what is to be done.
func (p *Presenter) Typed(r rune) {
	if r >= '！' && r <= '～' && p.field != FieldName {
		r -= 0xFEE0
	}
	if p.mode == ModeList {
		if m := Mode(r - '0'); m >= ModeAdd && m <= ModeCode {
			p.Start(m)
		}
		return
	}
	if p.mode == ModeLeave || p.mode == ModeCode {
		return
	}
	p.bad = ""
	digit := r >= '0' && r <= '9'
	switch p.field {
	case FieldName:
		if unicode.IsPrint(r) && utf8.RuneCountInString(p.name) < pos.MaxName {
			p.name += string(r)
		}
	case FieldRole:
		if i := int(r - '1'); i >= 0 && i < len(pos.Roles) {
			p.SetRole(pos.Roles[i])
		}
	case FieldPIN:
		if digit && len(p.pin) < mostPIN {
			p.pin += pos.PIN(r)
		}
	case FieldAgain:
		if digit && len(p.again) < mostPIN {
			p.again += pos.PIN(r)
		}
	}
	p.cfg.Changed()
}

// Backspace takes back the last character.
func (p *Presenter) Backspace() {
	p.bad = ""
	switch p.field {
	case FieldName:
		_, n := utf8.DecodeLastRuneInString(p.name)
		p.name = p.name[:len(p.name)-n]
	case FieldPIN:
		p.pin = p.pin[:max(0, len(p.pin)-1)]
	case FieldAgain:
		p.again = p.again[:max(0, len(p.again)-1)]
	case FieldRole:
	}
	p.cfg.Changed()
}

// Scanned takes back the characters of a scan: nobody is called a barcode, and no PIN is one.
func (p *Presenter) Scanned(back int) {
	switch {
	case p.Private():
		p.pin, p.again, p.field = "", "", FieldPIN
	case p.field == FieldName:
		r := []rune(p.name)
		p.name = string(r[:max(0, len(r)-back)])
	}
	p.cfg.Changed()
}

// Move goes to another person, or to another line of the form.
func (p *Presenter) Move(dy int) {
	if p.mode == ModeList {
		p.Choose(max(0, min(len(p.people)-1, p.at+dy)))
		return
	}
	if all := p.lines(); len(all) > 0 {
		i := slices.Index(all, p.field)
		p.Fill(all[(i+dy+len(all))%len(all)])
	}
}

// lines are those of the form that is open; what the first person may do is not a question.
func (p *Presenter) lines() []Field {
	if p.mode == ModeAdd && p.First() {
		return []Field{FieldName, FieldPIN, FieldAgain}
	}
	return fields[p.mode]
}

// Fill goes to a line of the form.
func (p *Presenter) Fill(f Field) {
	if slices.Contains(p.lines(), f) {
		p.field, p.bad = f, ""
		p.cfg.Changed()
	}
}

// SetRole gives the role in the form; the first person is an owner.
func (p *Presenter) SetRole(r pos.Role) {
	if (p.mode == ModeAdd || p.mode == ModeChange) && !p.First() {
		p.role, p.bad = r, ""
		p.cfg.Changed()
	}
}

// Aside goes to another role.
func (p *Presenter) Aside(dx int) {
	i := slices.Index(pos.Roles, p.role)
	p.SetRole(pos.Roles[max(0, min(len(pos.Roles)-1, i+dx))])
}

// Enter goes on: to the next empty line, and then does it.
func (p *Presenter) Enter() {
	if p.mode == ModeList {
		p.Start(ModeAdd)
		return
	}
	if f, bad := p.fault(); bad != "" {
		p.bad = ""
		if f <= p.field || f == FieldRole { // what comes later is only to be filled in yet
			p.bad = bad
		}
		p.field = f
		p.cfg.Changed()
		return
	}
	p.do()
}

// fault is the first line that is not as it must be, and why.
func (p *Presenter) fault() (Field, string) {
	for _, f := range p.lines() {
		bad := ""
		switch f {
		case FieldName:
			bad = p.badName()
		case FieldPIN:
			bad = badPIN(p.pin)
		case FieldAgain:
			if p.again != p.pin {
				bad = "staff.again.differs"
			}
		case FieldRole:
			bad = p.badOwner(p.role == pos.RoleOwner)
		}
		if bad != "" {
			return f, bad
		}
	}
	if x, _ := p.current(); p.mode == ModeLeave && x.Active {
		return p.field, p.badOwner(false)
	}
	return 0, ""
}

func (p *Presenter) badName() string {
	name, err := pos.CleanName(p.name)
	if err != nil {
		return "staff.name.bad"
	}
	x, _ := p.current()
	for _, other := range p.people {
		if other.Active && other.Name == name && (p.mode == ModeAdd || other.ID != x.ID) {
			return "staff.name.taken"
		}
	}
	return ""
}

func badPIN(pin pos.PIN) string {
	err := pin.Check()
	switch {
	case err == nil:
		return ""
	case len(pin) >= 4:
		return "staff.pin.easy"
	}
	return "staff.pin.bad"
}

// badOwner says that the last owner has to stay one.
func (p *Presenter) badOwner(owner bool) string {
	x, ok := p.current()
	if owner || !ok || p.mode == ModeAdd || !x.Active || x.Role != pos.RoleOwner {
		return ""
	}
	for _, other := range p.people {
		if other.Active && other.Role == pos.RoleOwner && other.ID != x.ID {
			return ""
		}
	}
	return "staff.no-owner"
}

// do asks for what the form says.
func (p *Presenter) do() {
	w := p.cfg.Words
	x, _ := p.current()
	name, _ := pos.CleanName(p.name)
	var c pos.Command
	what := ""
	switch p.mode {
	case ModeAdd:
		add := pos.AddPerson{Name: name, Role: p.role, PIN: p.pin}
		if p.First() && p.cfg.Code != nil {
			add.Recovery = p.cfg.Code()
		}
		c, what = add, w.T("staff.what.add", name, w.Role(p.role))
	case ModeChange:
		x.Name, x.Role = name, p.role
		c, what = pos.ChangePerson{Person: x}, w.T("staff.what.change", name, w.Role(p.role))
	case ModePIN:
		c, what = pos.SetPIN{Person: x.ID, PIN: p.pin}, w.T("staff.what.pin", x.Name)
	case ModeLeave:
		what = w.T("staff.what.leave", x.Name)
		if !x.Active {
			what = w.T("staff.what.back", x.Name)
		}
		x.Active = !x.Active
		c = pos.ChangePerson{Person: x}
	case ModeCode:
		c, what = pos.NewRecovery{Code: p.cfg.Code()}, w.T("recovery.what")
	case ModeList:
		return
	}
	p.cfg.Give(c, what, p.back)
}

// back goes back to the list; what was typed is forgotten.
func (p *Presenter) back() {
	p.mode, p.pin, p.again, p.bad, p.name = ModeList, "", "", "", ""
	p.cfg.Changed()
	p.readAll()
}

// Escape takes one step back. It reports whether there was one.
func (p *Presenter) Escape() bool {
	if p.mode == ModeList {
		return false
	}
	p.mode, p.pin, p.again, p.bad = ModeList, "", "", ""
	p.cfg.Changed()
	return true
}

// Row is somebody in the list.
type Row struct {
	Name   string
	Role   string
	State  string // "" for there
	Gone   bool
	Chosen bool
}

// Len is how many there are.
func (p *Presenter) Len() int { return len(p.people) }

// At is who is chosen.
func (p *Presenter) At() int { return p.at }

// Row gives person i.
func (p *Presenter) Row(i int) Row {
	if i >= len(p.people) {
		return Row{}
	}
	x := p.people[i]
	r := Row{Name: x.Name, Role: p.cfg.Words.Role(x.Role), Gone: !x.Active, Chosen: i == p.at}
	if r.Gone {
		r.State = p.cfg.Words.T("staff.gone")
	}
	return r
}

// Model is the right side in words.
type Model struct {
	Mode   Mode
	First  bool
	Name   string // of who is chosen
	Role   string
	May    []string // what he may do by himself
	Gone   bool
	Code   string // when the recovery code was made, or that there is none; "" where there can be none
	Leave  string // on the button that lets go or takes back
	CanPIN bool

	Title   string
	Does    string // what it means; "" for nothing
	Field   Field
	Typed   string // the name
	Chosen  pos.Role
	PIN     string // dots
	Again   string
	Bad     string
	Confirm string
}

// Model gives the right side in words.
func (p *Presenter) Model() Model {
	w := p.cfg.Words
	m := Model{Mode: p.mode, First: p.First(), Field: p.field, Typed: p.name, Chosen: p.role}
	m.PIN, m.Again = strings.Repeat("●", len(p.pin)), strings.Repeat("●", len(p.again))
	if p.bad != "" {
		m.Bad = w.T(p.bad)
	}
	x, ok := p.current()
	if ok {
		m.Name, m.Role, m.Gone, m.CanPIN = x.Name, w.Role(x.Role), !x.Active, x.Active
		m.May = may(w, x.Role)
	}
	if p.cfg.Code != nil {
		m.Code = w.T("recovery.none-yet")
		if when := p.cfg.When(); when != "" {
			m.Code = w.T("recovery.made", when)
		}
	}
	m.Leave = w.T("staff.leave")
	if m.Gone {
		m.Leave = w.T("staff.back")
	}
	switch p.mode {
	case ModeAdd:
		m.Title, m.Confirm = w.T("staff.add"), w.T("staff.add.do")
		if m.First {
			m.Title, m.Does = w.T("staff.first"), w.T("staff.first.why")
		}
	case ModeChange:
		m.Title, m.Confirm = w.T("staff.change"), w.T("staff.save")
	case ModePIN:
		m.Title, m.Does, m.Confirm = w.T("staff.new-pin", x.Name), w.T("staff.new-pin.why"), w.T("staff.save")
	case ModeLeave:
		m.Title, m.Does, m.Confirm = w.T("staff.leave.ask", x.Name), w.T("staff.leave.why"), m.Leave
		if m.Gone {
			m.Title, m.Does = w.T("staff.back.ask", x.Name), w.T("staff.back.why")
		}
	case ModeCode:
		m.Title, m.Does, m.Confirm = w.T("recovery.new"), w.T("recovery.new.why"), w.T("recovery.make")
	case ModeList:
	}
	return m
}

// may lists what a role may do by itself, the most telling first.
func may(w *i18n.Words, r pos.Role) []string {
	var all []string
	for _, d := range pos.Deeds {
		if r.May(d) {
			all = append(all, w.Deed(d))
		}
	}
	return all
}

// number is the digit of an action.
func number(m Mode) string { return strconv.Itoa(int(m)) }
