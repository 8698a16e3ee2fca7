package shift

import (
	"strconv"
	"strings"

	"guitai/pos"
)

// count is a drawer being counted, denomination by denomination; the line after the last is what has no place of its own.
type count struct {
	closing bool // of the drawer at the close; else of the float
	pieces  []int
	other   string
	at      int
	fresh   bool // the next digit replaces
	sure    bool // counting nothing was confirmed once
	bad     bool
}

func (p *Presenter) startCount(closing bool, from pos.DrawerCount) {
	c := count{closing: closing, pieces: make([]int, len(pos.Denominations)), fresh: true}
	for i, d := range pos.Denominations {
		for _, x := range from.Pieces {
			if x.Fen == d {
				c.pieces[i] = x.N
			}
		}
	}
	if from.Other > 0 {
		c.other = strings.TrimSuffix(from.Other.String(), ".00")
	}
	p.count, p.mode, p.opening = c, ModeCount, false
	why := "shift.count.float"
	if closing {
		why = "shift.count.drawer"
	}
	p.cfg.Give(pos.OpenToCount{Float: !closing, Reason: p.cfg.Words.T(why)}, "", nil)
}

func (c *count) to(i int) {
	c.at, c.fresh, c.sure, c.bad = max(0, min(i, len(pos.Denominations))), true, false, false
}

func (c *count) typed(r rune) {
	c.sure, c.bad = false, false
	if c.at == len(pos.Denominations) {
		c.other = typeAmount(c.other, r, c.fresh)
		c.fresh = false
		return
	}
	switch {
	case r == '+':
		c.more(1)
	case r == '-':
		c.more(-1)
	case r >= '0' && r <= '9':
		n := int(r - '0')
		if !c.fresh {
			n += c.pieces[c.at] * 10
		}
		if n <= pos.MaxPieces {
			c.pieces[c.at], c.fresh = n, false
		}
	}
}

// more is n pieces more on the line.
func (c *count) more(n int) {
	if c.at < len(pos.Denominations) {
		c.pieces[c.at] = max(0, min(pos.MaxPieces, c.pieces[c.at]+n))
		c.fresh, c.sure, c.bad = true, false, false
	}
}

func (c *count) backspace() {
	c.sure, c.bad = false, false
	if c.at == len(pos.Denominations) {
		c.other = c.other[:max(0, len(c.other)-1)]
		return
	}
	c.pieces[c.at] /= 10
	c.fresh = false
}

// counted is what was typed, as the till wants it.
func (c *count) counted() (pos.DrawerCount, pos.Fen, error) {
	var d pos.DrawerCount
	for i, n := range c.pieces {
		if n > 0 {
			d.Pieces = append(d.Pieces, pos.Pieces{Fen: pos.Denominations[i], N: n})
		}
	}
	if c.other != "" {
		f, err := pos.ParseYuan(c.other)
		if err != nil {
			return d, 0, err
		}
		d.Other = f
	}
	sum, err := d.Sum()
	return d, sum, err
}

// typeAmount adds a character to an amount of money as it is typed.
func typeAmount(s string, r rune, fresh bool) string {
	if r >= '！' && r <= '～' {
		r -= 0xFEE0
	}
	if r == '。' {
		r = '.' // the same key under a Chinese input method
	}
	if fresh {
		s = ""
	}
	point := strings.IndexByte(s, '.')
	switch {
	case r == '.' && point < 0:
	case r < '0' || r > '9', len(s) >= 10, point >= 0 && len(s)-point > 2:
		return s
	}
	return s + string(r)
}

// Counted hands the count over. Counting nothing at all wants to be meant.
func (p *Presenter) Counted() {
	if p.mode != ModeCount {
		return
	}
	c, w := &p.count, p.cfg.Words
	d, sum, err := c.counted()
	switch {
	case err != nil:
		c.bad = true
	case sum == 0 && !c.sure:
		c.sure = true
	case c.closing:
		p.counting = true
		p.cfg.Give(pos.CountDrawer{Count: d}, w.T("shift.what.count"), nil)
	default:
		p.opening = true
		p.cfg.Give(pos.OpenShift{Count: d}, w.T("shift.what.open", sum), func() { p.mode = ModeHome })
	}
	p.cfg.Changed()
}

// unsigned goes back to a float that misses something, for somebody to sign for it.
func (p *Presenter) unsigned(u pos.UnsignedFloat) {
	p.mode, p.opening = ModeCount, false
	sum, _ := u.Count.Sum()
	p.cfg.Give(pos.OpenShift{Count: u.Count}, p.cfg.Words.T("shift.what.open.short", sum, u.Missing), func() { p.mode = ModeHome })
}

// Line is a line of the count in words.
type Line struct {
	Name   string
	N      string // "" for none
	Amount string
	Other  bool // an amount instead of pieces
	Chosen bool
}

// Count is the count in words.
type Count struct {
	Title string
	Todo  string
	Sum   string
	Bad   string // why it is not taken
	Next  string // what Enter does
	Lines []Line
}

// Count gives the count.
func (p *Presenter) Count() Count {
	w, c := p.cfg.Words, &p.count
	m := Count{Title: w.T("shift.count.float"), Todo: w.T("shift.count.float.todo"), Next: w.T("shift.count.next")}
	if c.closing {
		m.Title, m.Todo = w.T("shift.count.drawer"), w.T("shift.count.drawer.todo")
	}
	_, sum, err := c.counted()
	m.Sum = w.Money(sum)
	switch {
	case err != nil:
		m.Bad = w.T("shift.count.bad")
	case c.sure:
		m.Bad = w.T("shift.count.nothing")
	}
	for i, d := range pos.Denominations {
		l := Line{Name: strings.TrimSuffix(w.Money(d), ".00"), Chosen: i == c.at, Amount: "–"}
		if n := c.pieces[i]; n > 0 {
			l.N, l.Amount = strconv.Itoa(n), d.Times(n).String()
		}
		m.Lines = append(m.Lines, l)
	}
	l := Line{Name: w.T("shift.count.other"), Other: true, Chosen: c.at == len(pos.Denominations), N: c.other, Amount: "–"}
	if f, err := pos.ParseYuan(c.other); err == nil && c.other != "" {
		l.Amount = f.String()
	}
	m.Lines = append(m.Lines, l)
	return m
}

// Point goes to a line of the count.
func (p *Presenter) Point(i int) {
	if p.mode == ModeCount {
		p.count.to(i)
		p.cfg.Changed()
	}
}
