package pos

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

// CutKind says how a discount is meant.
type CutKind string

// What a cashier can take off.
const (
	CutNone    CutKind = ""
	CutAmount  CutKind = "amount"  // so many fen
	CutPercent CutKind = "percent" // so many 1/100 of a percent
	CutTo      CutKind = "to"      // down to so many fen, for all pieces together
)

// Cut is a discount that a person gives, on a line or on the whole. The zero value is none.
type Cut struct {
	Kind CutKind `json:"kind,omitempty"`
	N    int64   `json:"n,omitempty"` // fen, or 1/100 of a percent (1000 is 10 % off, 九折)
}

// ErrCut is why a discount is refused, with CodeInvalid.
var ErrCut = errors.New("a discount takes off an amount or 0.01 to 100 percent, or goes down to an amount")

// Check refuses a discount that makes no sense. CodeInvalid with [ErrCut].
func (c Cut) Check() error {
	ok := false
	switch c.Kind {
	case CutNone:
		ok = c.N == 0
	case CutAmount:
		ok = c.N > 0 && c.N <= int64(MaxAmount)
	case CutPercent:
		ok = c.N > 0 && c.N <= 100_00
	case CutTo:
		ok = c.N >= 0 && c.N <= int64(MaxAmount)
	}
	if !ok {
		return E(CodeInvalid, "set discount", ErrCut)
	}
	return nil
}

// Of is what the discount takes off an amount: never less than nothing, never more than all of it. A percentage is rounded half up.
func (c Cut) Of(amount Fen) Fen {
	var off Fen
	switch c.Kind {
	case CutAmount:
		off = Fen(c.N)
	case CutPercent:
		off = Fen((int64(amount)*c.N + 50_00) / 100_00)
	case CutTo:
		off = amount - Fen(c.N)
	case CutNone:
	}
	return max(0, min(off, amount))
}

// ShopTime is a moment as the shop's rules know it.
type ShopTime struct {
	Day     Day          // the business day
	Minute  int          // of the clock on the wall: 0 to 1439
	Weekday time.Weekday // of the business day
}

// At is a moment by the shop's calendar.
func (c Calendar) At(t time.Time) ShopTime {
	local := t.In(c.Zone)
	day := c.DayOf(t)
	return ShopTime{Day: day, Minute: local.Hour()*60 + local.Minute(), Weekday: day.midnight().Weekday()}
}

// Priced works out every discount of the cart anew: promotions by the shop's list as it stands at that moment, then the cashier's
// discounts on the lines, then the one on the whole. It is pure, and working it out twice changes nothing.
//
// A line has at most one promotion: the first of the list that takes something off it. What was weighed or labelled, and what was
// given another price by hand, has none.
func (c Cart) Priced(deals []Deal, at ShopTime) Cart {
	c.Lines = slices.Clone(c.Lines)
	for i := range c.Lines {
		c.Lines[i].Deal, c.Lines[i].DealOff, c.Lines[i].CutOff = "", 0, 0
	}
	for _, d := range deals {
		if d.Runs(at) && (!d.Member || c.Member) {
			d.apply(c.Lines)
		}
	}
	var net Fen
	for i := range c.Lines {
		l := &c.Lines[i]
		l.CutOff = l.Cut.Of(l.Amount() - l.DealOff)
		net += l.Net()
	}
	c.CutOff = c.Cut.Of(net)
	return c
}

// DealKind says what a promotion does.
type DealKind string

// What a promotion can do.
const (
	DealBundle DealKind = "bundle" // N pieces for Price: "3 件 10 元"
	DealNth    DealKind = "nth"    // of every N pieces the cheapest at Percent of its price: N 2, 50 % is 第二件半价
	DealPrice  DealKind = "price"  // Price in place of the item's
	DealCut    DealKind = "cut"    // Percent off
	DealMember DealKind = "member" // the items' own price for members; there is no need to write one down, see [MemberDeal]
)

// DealKinds lists them.
var DealKinds = []DealKind{DealBundle, DealNth, DealPrice, DealCut, DealMember}

// DealID names a promotion in the ledger of one till.
type DealID int64

// Deal is a promotion (促销), as data. What it is for stands in Items, else in Category; with neither it is for everything.
type Deal struct {
	ID       DealID   `json:"id"`
	Name     string   `json:"name"` // on the line and on paper: "第二件半价"
	Kind     DealKind `json:"kind"`
	Items    []ItemID `json:"items,omitempty"`
	Category string   `json:"category,omitempty"`
	N        int      `json:"n,omitempty"`       // of bundle and nth: 2 to 99
	Price    Fen      `json:"price,omitempty"`   // of bundle: of all N; of price: of one
	Percent  int      `json:"percent,omitempty"` // 1/100 of a percent: of nth, what the cheapest costs; of cut, what is taken off
	Member   bool     `json:"member,omitempty"`  // for members only
	Mixed    bool     `json:"mixed,omitempty"`   // of bundle and nth: pieces of different items count together

	From   Day   `json:"from,omitempty"` // business days, both included; zero is open
	To     Day   `json:"to,omitempty"`
	Starts int   `json:"starts,omitempty"` // minute of the day; Starts == Ends is all day, Starts > Ends over midnight
	Ends   int   `json:"ends,omitempty"`   // not included
	Days   uint8 `json:"days,omitempty"`   // bit 1<<time.Weekday for each day it runs on; 0 is every day
}

// ErrDeal is why a promotion is refused, with CodeInvalid.
var ErrDeal = errors.New("a promotion has a name of at most 20 characters, and the figures that its kind needs")

// Check refuses a promotion that makes no sense. CodeInvalid with [ErrDeal].
func (d Deal) Check() error {
	n := len([]rune(d.Name))
	ok := n >= 1 && n <= 20 && d.Starts >= 0 && d.Starts < 1440 && d.Ends >= 0 && d.Ends <= 1440 && (d.To == 0 || d.From <= d.To)
	switch d.Kind {
	case DealBundle:
		ok = ok && d.N >= 2 && d.N <= 99 && d.Price > 0 && d.Price <= MaxAmount
	case DealNth:
		ok = ok && d.N >= 2 && d.N <= 99 && d.Percent >= 0 && d.Percent < 100_00
	case DealPrice:
		ok = ok && d.Price > 0 && d.Price <= MaxAmount
	case DealCut:
		ok = ok && d.Percent > 0 && d.Percent <= 100_00
	case DealMember:
	default:
		ok = false
	}
	if !ok {
		return E(CodeInvalid, "check promotion", ErrDeal)
	}
	return nil
}

// MemberDeal is the promotion that gives members the items' own price for them. The caller names it and puts it first.
func MemberDeal(name string) Deal { return Deal{Name: name, Kind: DealMember, Member: true} }

// Runs reports whether the promotion is on at that moment.
func (d Deal) Runs(at ShopTime) bool {
	switch {
	case d.From != 0 && at.Day < d.From, d.To != 0 && at.Day > d.To:
		return false
	case d.Days != 0 && d.Days&(1<<at.Weekday) == 0:
		return false
	case d.Starts < d.Ends:
		return at.Minute >= d.Starts && at.Minute < d.Ends
	case d.Starts > d.Ends:
		return at.Minute >= d.Starts || at.Minute < d.Ends
	}
	return true
}

// For reports whether the promotion is for a line.
func (d Deal) For(l Line) bool {
	switch {
	case l.Weight != 0 || l.Label != 0 || l.List != 0 || l.Item == 0 || l.Deal != "":
		return false
	case len(d.Items) > 0:
		return slices.Contains(d.Items, l.Item)
	}
	return d.Category == "" || d.Category == l.Category
}

// apply takes off what the promotion takes off the lines it is for.
func (d Deal) apply(lines []Line) {
	var mine []int
	for i, l := range lines {
		if d.For(l) {
			mine = append(mine, i)
		}
	}
	if d.Mixed && (d.Kind == DealBundle || d.Kind == DealNth) {
		d.together(lines, mine)
		return
	}
	for _, i := range mine {
		d.together(lines, []int{i})
	}
}

// together takes off what the promotion takes off pieces that count together. Of a bundle the dearest pieces go first, so that it is
// worth most to the customer; what it takes off is shared over its pieces by their price, and sums to the fen.
func (d Deal) together(lines []Line, mine []int) {
	take := func(i int, off Fen) {
		if off > 0 {
			lines[i].Deal, lines[i].DealOff = d.Name, lines[i].DealOff+off
		}
	}
	switch d.Kind {
	case DealPrice, DealMember, DealCut:
		for _, i := range mine {
			l := lines[i]
			switch d.Kind {
			case DealPrice:
				take(i, (l.Price - d.Price).Times(l.Quantity))
			case DealMember:
				if l.Member > 0 {
					take(i, (l.Price - l.Member).Times(l.Quantity))
				}
			default:
				take(i, Cut{CutPercent, int64(d.Percent)}.Of(l.Amount()))
			}
		}
		return
	case DealBundle, DealNth:
	}
	var pieces []int // the line of each, dearest first
	for _, i := range mine {
		for range lines[i].Quantity {
			pieces = append(pieces, i)
		}
	}
	slices.SortStableFunc(pieces, func(a, b int) int { return cmp.Compare(lines[b].Price, lines[a].Price) })
	for group := range slices.Chunk(pieces, max(1, d.N)) {
		if len(group) < d.N {
			return
		}
		if d.Kind == DealNth {
			cheapest := group[len(group)-1]
			take(cheapest, lines[cheapest].Price-Fen((int64(lines[cheapest].Price)*int64(d.Percent)+50_00)/100_00))
			continue
		}
		var sum Fen
		for _, i := range group {
			sum += lines[i].Price
		}
		off := sum - d.Price
		if off <= 0 {
			return // cheaper ones do not make it worth more
		}
		var upTo, given Fen
		for _, i := range group {
			upTo += lines[i].Price
			part := Fen(int64(off)*int64(upTo)/int64(sum)) - given
			given += part
			take(i, part)
		}
	}
}

// Rounding says how cash is rounded (抹零).
type Rounding string

// How cash can be rounded. What is not cash is never rounded.
const (
	RoundNone Rounding = "none"
	RoundJiao Rounding = "jiao"      // down to the jiao: the fen are dropped (抹分)
	RoundHalf Rounding = "jiao-half" // to the nearest jiao, half up (四舍五入到角)
	RoundYuan Rounding = "yuan"      // down to the yuan (抹角)
)

// Roundings lists them.
var Roundings = []Rounding{RoundNone, RoundJiao, RoundHalf, RoundYuan}

// Of is what rounding takes off an amount; negative when it goes up. Never more than the amount.
func (r Rounding) Of(due Fen) Fen {
	if due <= 0 {
		return 0
	}
	switch r {
	case RoundJiao:
		return due % 10
	case RoundHalf:
		if due%10 >= 5 {
			return due%10 - 10
		}
		return due % 10
	case RoundYuan:
		return due % 100
	case RoundNone:
	}
	return 0
}

// Tax is the tax that an amount includes at a rate in 1/100 of a percent: amount x rate / (1 + rate), rounded half up.
func Tax(amount Fen, rate int) Fen {
	d := int64(100_00 + rate)
	n := int64(amount) * int64(rate)
	if n < 0 {
		return -Fen((-2*n + d) / (2 * d))
	}
	return Fen((2*n + d) / (2 * d))
}
