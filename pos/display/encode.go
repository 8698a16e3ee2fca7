package display

import (
	"strconv"
	"strings"

	"guitai/pos"
)

// The widths of the displays.
const (
	columns = 20 // of each of the two lines of a VFD
	digits  = 8  // of an LED8
)

// Lamp is one of the four words beside the digits of an LED8.
type Lamp byte

// The lamps, by the byte that lights them.
const (
	LampOff    Lamp = '0'
	LampPrice  Lamp = '1' // 单价
	LampTotal  Lamp = '2' // 合计
	LampPaid   Lamp = '3' // 收款
	LampChange Lamp = '4' // 找零
)

// Lines is a frame on a VFD: two lines of twenty characters. welcome stands on an idle one, as far as it is ASCII.
func (f Frame) Lines(welcome string) (upper, lower string) {
	switch f.What {
	case Goods:
		amount := f.Amount.String()
		head := strconv.Itoa(f.Quantity)
		if f.Weight != "" {
			head = f.Weight
		}
		if whole := head + " x " + f.Price.String(); len(whole)+1+len(amount) <= columns { // half a price would be another
			head = whole
		}
		if allASCII(f.Name) { // half a name, the half that is no hanzi, would say less than the numbers do
			head = ascii(f.Name)
		}
		return spread(head, amount), spread("TOTAL", f.Total.String())
	case Due:
		return spread("TOTAL", f.Total.String()), middle("ONE MOMENT")
	case Scan:
		return spread("TOTAL", f.Total.String()), middle("PLEASE SCAN TO PAY")
	case Paying:
		return spread("TOTAL", f.Total.String()), middle("PAYING...")
	case Unsure:
		return spread("TOTAL", f.Total.String()), middle("PLEASE WAIT")
	case Rest:
		return spread("TOTAL", f.Amount.String()), spread("TO PAY", f.Total.String())
	case Paid:
		return spread("PAID", f.Total.String()), middle("THANK YOU")
	case Booked:
		return spread("TOTAL", f.Total.String()), middle("THANK YOU")
	case Back:
		return spread("REFUND", f.Total.String()), middle("THANK YOU")
	case Change:
		return spread("CASH", f.Tendered.String()), spread("CHANGE", f.Change.String())
	case Test:
		return strings.Repeat("8", columns), spread("TOTAL", "88888.88")
	case Idle:
	}
	if welcome = ascii(welcome); welcome == "" {
		welcome = "WELCOME"
	}
	return middle(welcome), middle("")
}

// Digits is a frame on an LED8: a number, and the lamp that says which. A number that does not fit is dashes, never a part of it.
func (f Frame) Digits() (string, Lamp) {
	switch f.What {
	case Goods:
		return fit(f.Price), LampPrice
	case Due, Scan, Paying, Unsure, Rest, Booked:
		return fit(f.Total), LampTotal
	case Back:
		return fit(f.Total), LampChange
	case Paid:
		return fit(f.Total), LampPaid
	case Change:
		if f.Change == 0 {
			return fit(f.Tendered), LampPaid
		}
		return fit(f.Change), LampChange
	case Test:
		return strings.Repeat("8", digits), LampTotal
	case Idle:
	}
	return fit(0), LampOff
}

// fit writes an amount in eight characters: without its fen when there are none and it is long. The point counts, although some
// displays have it between their digits.
func fit(f pos.Fen) string {
	s := f.String()
	if len(s) > digits {
		s = strings.TrimSuffix(s, ".00")
	}
	if len(s) > digits {
		return strings.Repeat("-", digits)
	}
	return s
}

// spread puts a word to the left and a number to the right of a line. The number is whole; the word gives way.
func spread(word, number string) string {
	room := max(0, columns-len(number)-1)
	if len(word) > room {
		word = word[:room]
	}
	return word + strings.Repeat(" ", columns-len(word)-len(number)) + number
}

// middle puts a text in the middle of a line, cut to it.
func middle(s string) string {
	s = s[:min(len(s), columns)]
	left := (columns - len(s)) / 2
	return strings.Repeat(" ", left) + s + strings.Repeat(" ", columns-left-len(s))
}

// The commands are those that the displays sold with Chinese tills share. ESC @ (1B 40) starts afresh, CLR (0C) clears; a VFD in its
// CD5220 mode takes ESC Q A text CR (1B 51 41 … 0D) for the upper line and ESC Q B for the lower; an LED8 takes ESC Q A and up to
// eight digits, points and signs, and lights a lamp by ESC s n (1B 73 n). What is not shown by one of these is never sent: a text has
// only printable ASCII, so it can neither end early nor begin a command, and a printer on the same line, which knows DLE EOT, DLE DC4
// and GS as orders of their own, finds none of them.
const (
	afresh = "\x1b@\x0c"
	first  = "\x1bQA"
	second = "\x1bQB"
	light  = "\x1bs"
	end    = "\r"
)

// encode is what has to be sent so that the display shows a frame.
func encode(k Kind, f Frame, welcome string) []byte {
	if k == LED8 {
		number, l := f.Digits()
		return []byte(first + number + end + light + string(rune(l)))
	}
	upper, lower := f.Lines(welcome)
	return []byte(first + upper + end + second + lower + end)
}
