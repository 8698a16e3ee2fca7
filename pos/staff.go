package pos

import (
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// StaffID names a person in the ledger of one till for ever; 0 is nobody.
type StaffID int64

// Role is what a person may do; see [Deeds].
type Role string

const (
	RoleCashier Role = "cashier" // 收银员
	RoleManager Role = "manager" // 店长
	RoleOwner   Role = "owner"   // 老板
)

// Roles lists the roles, each may do what the one before it may.
var Roles = []Role{RoleCashier, RoleManager, RoleOwner}

// Person is somebody who works at the till. Records keep the name, not the ID, so they can be read without this list.
type Person struct {
	ID     StaffID
	Name   string // unique among the active, at most [MaxName] characters
	Role   Role
	Active bool      // false: has left; kept for the records
	Wait   time.Time // no PIN is looked at before this, after too many wrong ones; zero for at once
}

// MaxName is the longest name of a person, in characters.
const MaxName = 20

// Deed is something that not everybody may do.
type Deed string

const (
	DeedSell      Deed = "sell"       // ring up, take money, park, bring back, reprint the last receipt, look at the day's sales
	DeedOpenShift Deed = "open-shift" // count the float and open
	DeedClose     Deed = "close"      // count the drawer and close, when nothing has to be signed for
	DeedSign      Deed = "sign"       // sign for a difference over the limit, or for exceptions nobody decided, at the close; for a float that misses more than the limit
	DeedCash      Deed = "cash"       // put cash into the drawer or take it out
	DeedDrawer    Deed = "drawer"     // open the drawer without a sale
	DeedRefund    Deed = "refund"     // give a sale's money back
	DeedDiscount  Deed = "discount"   // take something off a line or the whole
	DeedPrice     Deed = "price"      // sell at another price than the catalogue's
	DeedGoods     Deed = "goods"      // make and change items, prices and promotions
	DeedDecide    Deed = "decide"     // decide about an exception
	DeedTakings   Deed = "takings"    // see what the shop took, and the X report: it says what should be in the drawer
	DeedBooks     Deed = "books"      // export, match with WeChat's bill, back up
	DeedSettings  Deed = "settings"   // what stands on the counter: printer, receipt, drawer, scanner, displays, sound
	DeedStaff     Deed = "staff"      // people and their PINs
	DeedRestore   Deed = "restore"    // put a backup in the ledger's place
)

// Deeds is the table of permissions: who may do what by himself. For anything else a person who may has to allow it, in place:
// name, then PIN. While no staff is set up everybody may do everything.
//
//	deed       | cashier | manager | owner
//	sell       | yes     | yes     | yes
//	open-shift | yes     | yes     | yes
//	close      | yes     | yes     | yes
//	sign       |         | yes     | yes
//	cash       |         | yes     | yes
//	drawer     |         | yes     | yes
//	refund     |         | yes     | yes
//	discount   |         | yes     | yes
//	price      |         | yes     | yes
//	goods      |         | yes     | yes
//	decide     |         | yes     | yes
//	takings    |         | yes     | yes
//	books      |         | yes     | yes
//	settings   |         | yes     | yes
//	staff      |         |         | yes
//	restore    |         |         | yes
//
// The test reads this table.
var Deeds = []Deed{
	DeedSell, DeedOpenShift, DeedClose, DeedSign, DeedCash, DeedDrawer, DeedRefund, DeedDiscount, DeedPrice, DeedGoods, DeedDecide, DeedTakings, DeedBooks, DeedSettings, DeedStaff,
	DeedRestore,
}

// lowest is the first of [Roles] that may do a deed.
var lowest = map[Deed]Role{
	DeedSell: RoleCashier, DeedOpenShift: RoleCashier, DeedClose: RoleCashier,
	DeedSign: RoleManager, DeedCash: RoleManager, DeedDrawer: RoleManager, DeedRefund: RoleManager, DeedDiscount: RoleManager, DeedPrice: RoleManager, DeedGoods: RoleManager, DeedDecide: RoleManager,
	DeedTakings: RoleManager, DeedBooks: RoleManager, DeedSettings: RoleManager,
	DeedStaff: RoleOwner, DeedRestore: RoleOwner,
}

// May reports whether a role may do a deed. An unknown role may do nothing, and nobody may do an unknown deed.
func (r Role) May(d Deed) bool {
	low, known := lowest[d]
	return known && slices.Index(Roles, r) >= slices.Index(Roles, low)
}

// PIN is what a person proves with who he is: 4 to 8 digits. It never shows in a log, a message or a file.
type PIN string

// Reasons a PIN or a name is not taken. Each comes with CodeInvalid.
var (
	ErrPIN     = errors.New("a PIN is 4 to 8 digits")
	ErrEasyPIN = errors.New("this PIN is too easy to guess: all digits the same, or one after another")
	ErrName    = errors.New("a name is 1 to 20 characters on one line")
	ErrTaken   = errors.New("somebody else has this name")
	ErrNoOwner = errors.New("there must always be an owner")
	ErrRole    = errors.New("there is no such role")
)

// Check refuses what is no PIN and what anybody would guess first. The error is CodeInvalid.
func (p PIN) Check() error {
	if len(p) < 4 || len(p) > 8 || !digits(string(p)) {
		return E(CodeInvalid, "check PIN", ErrPIN)
	}
	same, up, down := true, true, true
	for i := 1; i < len(p); i++ {
		same, up, down = same && p[i] == p[0], up && p[i] == p[i-1]+1, down && p[i]+1 == p[i-1]
	}
	if same || up || down {
		return E(CodeInvalid, "check PIN", ErrEasyPIN)
	}
	return nil
}

// String, GoString and LogValue keep a PIN out of every message.
func (PIN) String() string { return "····" }

// GoString implements fmt.GoStringer.
func (PIN) GoString() string { return "····" }

// LogValue implements slog.LogValuer.
func (PIN) LogValue() slog.Value { return slog.StringValue("····") }

// CleanName is a person's name as it is kept. CodeInvalid when it is none.
func CleanName(s string) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" || !utf8.ValidString(s) || utf8.RuneCountInString(s) > MaxName || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "", E(CodeInvalid, "check name", ErrName)
	}
	return s, nil
}

// PINWait is how long no PIN of a person is looked at after that many wrong ones in a row: the first four are free, then it
// doubles from 30 seconds up to an hour. It is kept in the ledger, so a restart does not shorten it.
func PINWait(wrong int) time.Duration {
	if wrong < 5 {
		return 0
	}
	return min(time.Hour, 30*time.Second<<min(wrong-5, 10))
}
