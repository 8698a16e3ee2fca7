package pos

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Fen is money: 1/100 yuan, whole numbers only. All money of the program is Fen; no float ever touches it.
type Fen int64

// MaxAmount is the largest amount one sale may come to: 1,000,000.00 yuan. It keeps every sum far from overflow and
// every column of a receipt wide enough.
const MaxAmount Fen = 100_000_000

// Currency is the only currency the till asks for. Money that arrives in another one is an exception.
const Currency = "CNY"

var errMoney = errors.New("an amount has digits and at most two after the point")

// String gives decimal yuan with two places: "13.50", "-0.07".
func (f Fen) String() string {
	sign := ""
	u := uint64(f)
	if f < 0 {
		sign, u = "-", uint64(-(f+1))+1 // -(f+1)+1: right for the smallest value too
	}
	return fmt.Sprintf("%s%d.%02d", sign, u/100, u%100)
}

// Times multiplies by a count. The caller keeps f within [MaxAmount] and n within [MaxQuantity], so it cannot overflow.
func (f Fen) Times(n int) Fen { return f * Fen(n) }

// ParseYuan reads an amount a person or a file wrote in yuan: "13.5", "13.50", "13", ".5". It accepts no sign, no
// thousands separator and no third decimal, so that nothing is ever rounded in silence.
func ParseYuan(s string) (Fen, error) {
	whole, frac, point := strings.Cut(strings.TrimSpace(s), ".")
	if (whole == "" && frac == "") || len(frac) > 2 || (point && frac == "" && whole == "") {
		return 0, E(CodeInvalid, "read amount", errMoney)
	}
	if whole == "" {
		whole = "0"
	}
	for len(frac) < 2 {
		frac += "0"
	}
	if !digits(whole) || !digits(frac) {
		return 0, E(CodeInvalid, "read amount", errMoney)
	}
	n, err := strconv.ParseInt(whole+frac, 10, 64)
	if err != nil || n > math.MaxInt64/2 {
		return 0, E(CodeInvalid, "read amount", errMoney)
	}
	return Fen(n), nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
