package export

import (
	"path/filepath"
	"strconv"

	"guitai/pos"
)

// Choice is a row of a column in words.
type Choice struct {
	Name, What string
	Chosen     bool
}

// Model is the screen in words.
type Model struct {
	Column  Column
	Kinds   []Choice
	Days    []Choice
	Formats []Choice
	Whole   string // why the days do not matter; "" when they do
	Typed   string // the chosen days as they are being typed; "" for none
	CanRun  bool

	Running  bool
	Progress string
	Share    float32 // 0 to 1; 0 also when nobody knows

	File                    *File  // the newest
	Stopped                 string // it was called off
	Trouble                 string // what happened
	TroubleMoney, TroubleDo string
	Earlier                 []string // files before the newest
}

// File is a file that was written.
type File struct {
	Name, Folder, Size string
	Facts              string   // rows, foreign, cut
	Proof              []string // its identities
}

// Model puts the screen into words.
func (p *Presenter) Model() Model {
	w := p.cfg.Words
	m := Model{Column: p.column, Running: p.running != nil}
	for i, k := range pos.ExportKinds {
		m.Kinds = append(m.Kinds, Choice{w.ExportKind(k), w.T("book-kind." + string(k)), i == p.kind})
	}
	whole := pos.ExportKinds[p.kind].Whole()
	if whole {
		m.Whole = w.T("books.whole")
	}
	for i, id := range periodNames {
		c := Choice{Name: w.T(id), Chosen: period(i) == p.period}
		if s, ok := p.span(period(i)); ok {
			c.What = spanWords(s)
		} else {
			c.What = w.T("books.days.type")
		}
		m.Days = append(m.Days, c)
	}
	if p.period == chosen {
		from, to := p.dates()
		m.Typed = written(from)
		if to != "" {
			m.Typed += " – " + written(to)
		}
	}
	for i, f := range pos.ExportFormats {
		m.Formats = append(m.Formats, Choice{w.T("book-format." + string(f)), w.T("book-format." + string(f) + ".what"), i == p.format})
	}
	_, ok := p.Request()
	m.CanRun = ok && !m.Running && p.cfg.Exporter != nil
	if m.Running {
		m.Progress = w.T("books.rows", p.progress.Rows)
		m.Share = float32(p.progress.Permille) / 1000
		return m
	}
	switch {
	case p.cfg.Exporter == nil:
		m.Trouble, m.TroubleMoney, m.TroubleDo = w.Trouble(pos.CodeInternal)
	case p.failed != pos.CodeNone:
		m.Trouble, m.TroubleMoney, m.TroubleDo = w.Trouble(p.failed)
		m.TroubleMoney = w.T("books.export.nothing")
		if p.failed == pos.CodeFull || p.failed == pos.CodeReadOnly {
			m.TroubleDo = w.T("books.room")
		}
	case p.stopped:
		m.Stopped = w.T("books.export.stopped")
	case len(p.files) > 0:
		m.File = p.file(p.files[0])
	}
	earlier := p.files
	if m.File != nil {
		earlier = earlier[1:]
	}
	for _, f := range earlier {
		m.Earlier = append(m.Earlier, filepath.Base(f.Path))
	}
	return m
}

var periodNames = [periods]string{"books.days.today", "books.days.yesterday", "books.days.month", "books.days.last-month", "books.days.chosen"}

func spanWords(s pos.Span) string {
	if s.From == s.To {
		return s.From.String()
	}
	return s.From.String() + " – " + s.To.String()
}

func (p *Presenter) file(f pos.ExportFile) *File {
	w := p.cfg.Words
	out := &File{Name: filepath.Base(f.Path), Folder: filepath.Dir(f.Path), Size: size(f.Size), Facts: w.T("books.rows", f.Summary.Rows)}
	if f.Summary.Foreign > 0 {
		out.Facts += " · " + w.T("books.foreign", f.Summary.Foreign)
	}
	if f.Summary.Cut > 0 {
		out.Facts += " · " + w.T("books.cut", f.Summary.Cut)
	}
	for _, i := range f.Summary.Identities {
		out.Proof = append(out.Proof, w.Identity(i))
	}
	if f.Summary.Head != "" {
		out.Proof = append(out.Proof, w.T("books.head", f.Summary.First, f.Summary.Last, f.Summary.Head[:min(16, len(f.Summary.Head))]))
	}
	return out
}

// size writes a number of bytes as people do.
func size(n int64) string {
	switch {
	case n < 1<<10:
		return strconv.FormatInt(n, 10) + " B"
	case n < 1<<20:
		return strconv.FormatInt((n+1<<9)>>10, 10) + " KB"
	}
	return strconv.FormatInt(n>>20, 10) + "." + strconv.FormatInt(n&(1<<20-1)*10>>20, 10) + " MB"
}
