// Package backup is the screen of the copies of the books: how old the newest is, one more now, and going back to one of them,
// which closes the till and is therefore never one key away.
package backup

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words   *i18n.Words
	Backups pos.Backups      // nil has none
	CopyTo  string           // where each backup is copied, too; "" for nowhere
	Now     func() time.Time // in the shop's zone
	// Give hands a command to the till once it is allowed, and calls then.
	Give func(c pos.Command, what string, then func())
	Who  func() string // is at the till; "" without staff
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns.
	Go func(work func(context.Context) (then func()))
	// Changed hears that something is to be drawn again.
	Changed func()
}

// How old the newest backup may be before it is pointed out: one is made every day.
const backupOld = 26 * time.Hour

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg  Config
	list []pos.BackupFile
	at   int

	asked  int // generation: an answer to an older question is dropped
	known  bool
	making bool
	made   string // the file just made
	bad    pos.Code

	asking bool   // whether to go back to a backup
	typed  string // of its day, to show that it is meant
	wrong  bool
	gone   bool // the till closes
}

// NewPresenter makes a presenter that knows of no backup yet.
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg} }

// Open reads what there is.
func (p *Presenter) Open() { p.read() }

func (p *Presenter) read() {
	if p.cfg.Backups == nil {
		p.bad = pos.CodeInternal
		p.cfg.Changed()
		return
	}
	p.asked++
	mine := p.asked
	p.cfg.Go(func(ctx context.Context) func() {
		list, err := p.cfg.Backups.Backups(ctx)
		return func() {
			if mine != p.asked {
				return
			}
			p.known = true
			if err != nil {
				p.bad = pos.CodeOf(err)
			} else {
				p.list, p.at = list, max(0, min(p.at, len(list)-1))
			}
			p.cfg.Changed()
		}
	})
}

// Make makes a backup now.
func (p *Presenter) Make() {
	if p.making || p.cfg.Backups == nil || p.asking || p.gone {
		return
	}
	p.making, p.made, p.bad = true, "", pos.CodeNone
	p.cfg.Go(func(ctx context.Context) func() {
		file, err := p.cfg.Backups.BackUp(ctx)
		return func() {
			p.making = false
			if err != nil {
				p.bad = pos.CodeOf(err)
				p.cfg.Changed()
				return
			}
			p.made, p.at = filepath.Base(file.Path), 0
			p.read()
		}
	})
	p.cfg.Changed()
}

// Choose makes backup i the chosen one.
func (p *Presenter) Choose(i int) {
	if i >= 0 && i < len(p.list) && !p.asking {
		p.at = i
		p.cfg.Changed()
	}
}

// Move goes up and down in the list.
func (p *Presenter) Move(dy int) { p.Choose(max(0, min(len(p.list)-1, p.at+dy))) }

// Ask says what going back to the chosen backup means, and asks for its day.
func (p *Presenter) Ask() {
	if p.making || len(p.list) == 0 || p.gone {
		return
	}
	p.asking, p.typed, p.wrong = true, "", false
	p.cfg.Changed()
}

// Password is what must be typed to show that the chosen backup is meant: its month and day, "1120".
func (p *Presenter) Password() string {
	if len(p.list) == 0 {
		return ""
	}
	return p.time(p.list[p.at]).Format("0102")
}

func (p *Presenter) time(b pos.BackupFile) time.Time { return b.At.In(p.cfg.Now().Location()) }

// Typed takes a digit of the day.
func (p *Presenter) Typed(r rune) {
	if !p.asking || r < '0' || r > '9' || len(p.typed) >= 4 {
		return
	}
	p.typed += string(r)
	p.wrong = false
	p.cfg.Changed()
}

// Backspace takes back a digit.
func (p *Presenter) Backspace() {
	if p.asking && p.typed != "" {
		p.typed = p.typed[:len(p.typed)-1]
		p.cfg.Changed()
	}
}

// Enter goes back to the chosen backup once its day is typed and somebody who may allows it; before that it makes a backup.
func (p *Presenter) Enter() {
	switch {
	case p.gone:
	case !p.asking:
		p.Make()
	case p.typed != p.Password():
		p.wrong = true
		p.cfg.Changed()
	default:
		b := p.list[p.at]
		what := p.cfg.Words.T("books.restore.what", p.cfg.Words.Clock(p.time(b)))
		p.cfg.Give(pos.Look{Deed: pos.DeedRestore}, what, func() {
			p.gone, p.asking = true, false
			p.cfg.Backups.Restore(b.Path, p.cfg.Who())
			p.cfg.Changed()
		})
	}
}

// Escape takes one step back. It reports whether there was one.
func (p *Presenter) Escape() bool {
	if !p.asking {
		return false
	}
	p.asking = false
	p.cfg.Changed()
	return true
}

// Row is a backup in words.
type Row struct {
	When, Name, Size string
	Chosen           bool
}

// Model is the screen in words.
type Model struct {
	Age, AgeMoney string // of the newest
	Old           bool
	Rows          []Row
	None          string
	Making        bool
	Made          string
	CopyTo        string
	Trouble       string
	TroubleMoney  string
	TroubleDo     string

	Asking bool
	Means  []string // what going back means
	Ask    string
	Typed  string
	Wrong  bool
	Gone   string
}

// Model puts the screen into words.
func (p *Presenter) Model() Model {
	w := p.cfg.Words
	m := Model{Making: p.making, Asking: p.asking, Typed: p.typed, Wrong: p.wrong}
	now := p.cfg.Now()
	switch {
	case len(p.list) > 0:
		age := now.Sub(p.list[0].At)
		m.Old = age >= backupOld
		m.Age = ago(w, age)
		m.AgeMoney = w.T("books.backup.fresh")
		if m.Old {
			m.AgeMoney = w.T("books.backup.stale")
		}
	case p.known:
		m.Age, m.AgeMoney, m.Old = w.T("books.backup.never"), w.T("books.backup.stale"), true
	}
	for i, b := range p.list {
		m.Rows = append(m.Rows, Row{w.Clock(p.time(b)), kindOf(w, filepath.Base(b.Path)), size(b.Bytes), i == p.at})
	}
	if p.known && len(p.list) == 0 {
		m.None = w.T("books.backup.none")
	}
	if p.made != "" {
		m.Made = w.T("books.backup.made", p.made)
	}
	m.CopyTo = w.T("books.backup.copy-none")
	if p.cfg.CopyTo != "" {
		m.CopyTo = w.T("books.backup.copy", p.cfg.CopyTo)
	}
	if p.bad != pos.CodeNone {
		m.Trouble, m.TroubleMoney, m.TroubleDo = w.Trouble(p.bad)
		m.TroubleMoney = w.T("books.backup.nothing")
		if p.bad == pos.CodeFull || p.bad == pos.CodeReadOnly {
			m.TroubleDo = w.T("books.room")
		}
	}
	if p.asking {
		m.Means = []string{
			w.T("books.restore.lost", w.Clock(p.time(p.list[p.at]))), w.T("books.restore.epoch"), w.T("books.restore.asks"), w.T("books.restore.kept"),
		}
		m.Ask = w.T("books.restore.type", p.Password())
	}
	if p.gone {
		m.Gone = w.T("books.restore.gone")
	}
	return m
}

// kindOf says why a backup was made, by its name.
func kindOf(w *i18n.Words, name string) string {
	name = strings.TrimSuffix(name, ".db")
	switch {
	case strings.HasPrefix(name, "auto-"):
		return w.T("books.backup.daily")
	case strings.HasPrefix(name, "shift-"):
		return w.T("books.backup.shift", strings.TrimPrefix(name, "shift-"))
	case strings.HasPrefix(name, "by-hand-"):
		return w.T("books.backup.hand")
	case strings.HasPrefix(name, "before-"):
		return w.T("books.backup.update")
	}
	return name
}

// ago says how long ago something was, roughly.
func ago(w *i18n.Words, age time.Duration) string {
	switch {
	case age < time.Minute:
		return w.T("books.ago.now")
	case age < time.Hour:
		return w.T("books.ago.minutes", int(age/time.Minute))
	case age < 48*time.Hour:
		return w.T("books.ago.hours", int(age/time.Hour))
	}
	return w.T("books.ago.days", int(age/(24*time.Hour)))
}

// size writes a number of bytes as people do.
func size(n int64) string {
	if n < 1<<20 {
		return strconv.FormatInt((n+1<<10-1)>>10, 10) + " KB"
	}
	return strconv.FormatInt(n>>20, 10) + "." + strconv.FormatInt(n&(1<<20-1)*10>>20, 10) + " MB"
}
