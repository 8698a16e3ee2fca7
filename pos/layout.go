package pos

import (
	"errors"
	"fmt"
	"strings"
)

// Layout is how a shop's own codes (店内码, 称重码) are made up, digit by digit: a digit stands for itself, P is of the PLU, M of the
// amount in fen, W of the weight in g, X of nothing, C the check digit. "21PPPPPMMMMMC" is a label of 13 digits with a price, as is
// "26PPPPPMMMMMWWWWWC" of 18 with price and weight. There is no national layout; each shop has its scale's.
type Layout string

// InStore is what a shop's own code says.
type InStore struct {
	PLU    string // as it stands there, zeros and all
	Amount Fen    // 0: none is printed
	Weight int    // g; 0: none is printed
}

// ErrLayout is why a layout is refused, with CodeInvalid.
var ErrLayout = errors.New("a layout has 13 or 18 places, begins with 20 to 29, has P, and M or W, and ends with C")

// ParseLayouts reads layouts that blanks part. CodeInvalid with [ErrLayout], naming the one that is wrong.
func ParseLayouts(text string) ([]Layout, error) {
	var all []Layout
	for _, s := range strings.Fields(ASCII(text)) {
		l := Layout(strings.ToUpper(s))
		n := len(l)
		ok := (n == 13 || n == 18) && l[0] == '2' && l[n-1] == 'C' && strings.Count(s, "C")+strings.Count(s, "c") == 1
		for i := range n {
			ok = ok && strings.IndexByte("0123456789PMWXC", l[i]) >= 0
		}
		ok = ok && strings.Contains(string(l), "P") && strings.ContainsAny(string(l), "MW")
		if ok && n == 18 {
			ok = strings.HasPrefix(string(l), "26") // the only 18 digits that are no payment code, see Classify
		}
		if !ok {
			return nil, E(CodeInvalid, "read layout", fmt.Errorf("%s: %w", s, ErrLayout))
		}
		all = append(all, l)
	}
	return all, nil
}

// Read reads a code by the layout; ok is false when it is not of that layout. The check digit is not looked at: [Classify] did.
func (l Layout) Read(code string) (in InStore, ok bool) {
	if len(code) != len(l) || !digits(code) {
		return InStore{}, false
	}
	for i := range len(l) {
		d := code[i]
		switch c := l[i]; c {
		case 'P':
			in.PLU += string(d)
		case 'M':
			in.Amount = in.Amount*10 + Fen(d-'0')
		case 'W':
			in.Weight = in.Weight*10 + int(d-'0')
		case 'X', 'C':
		default:
			if c != d {
				return InStore{}, false
			}
		}
	}
	return in, true
}

// ReadInStore reads a code by the first layout that it is of.
func ReadInStore(layouts []Layout, code string) (InStore, bool) {
	for _, l := range layouts {
		if in, ok := l.Read(code); ok {
			return in, true
		}
	}
	return InStore{}, false
}

// PLUs are the codes under which the catalogue may know the PLU of a label: as it stands there, and without its leading zeros.
func (in InStore) PLUs() []string {
	short := strings.TrimLeft(in.PLU, "0")
	if short == "" || short == in.PLU {
		return []string{in.PLU}
	}
	return []string{in.PLU, short}
}
