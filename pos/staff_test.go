package pos_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

// TestRole_MayIsItsTable reads the table in the comment of Deeds and checks every cell.
func TestRole_MayIsItsTable(t *testing.T) {
	source, err := os.ReadFile("staff.go")
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for line := range strings.Lines(string(source)) {
		if row, ok := strings.CutPrefix(line, "//\t"); ok && strings.Contains(row, "|") {
			rows = append(rows, row)
		}
	}
	cells := func(row string) []string {
		parts := strings.Split(row, "|")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		return parts
	}
	if len(rows) != len(pos.Deeds)+1 {
		t.Fatalf("the table has %d rows for %d deeds", len(rows)-1, len(pos.Deeds))
	}
	head := cells(rows[0])[1:]
	for i, role := range pos.Roles {
		if head[i] != string(role) {
			t.Fatalf("column %d is %q, role %q", i, head[i], role)
		}
	}
	for i, d := range pos.Deeds {
		row := cells(rows[i+1])
		if row[0] != string(d) {
			t.Fatalf("row %d is %q, deed %q", i, row[0], d)
		}
		for j, role := range pos.Roles {
			if want := row[j+1] == "yes"; role.May(d) != want {
				t.Errorf("%s may %s: %v, the table says %q", role, d, role.May(d), row[j+1])
			}
		}
	}
	if pos.Role("boss").May(pos.DeedSell) || pos.RoleOwner.May("fly") {
		t.Error("an unknown role, or an unknown deed, is allowed")
	}
}

func TestPIN_CheckRefusesWhatAnybodyWouldGuess(t *testing.T) {
	for pin, good := range map[pos.PIN]bool{
		"2580": true, "0000": false, "1234": false, "987654": false, "12345678": false, "1357": true, "123": false, "123456789": false,
		"12a4": false, "１２９４": false, "": false, "11112": true,
	} {
		if err := pin.Check(); (err == nil) != good {
			t.Errorf("%q: %v", string(pin), err)
		}
	}
}

func TestPIN_NeverShows(t *testing.T) {
	pin := pos.PIN("2580")
	c := pos.Approved{Command: pos.SignIn{Person: 1, PIN: pin}, By: 2, PIN: pin}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if s := fmt.Sprintf(format, pin) + fmt.Sprintf(format, c); strings.Contains(s, "2580") {
			t.Errorf("%s shows it: %s", format, s)
		}
	}
}

func TestPINWait_GrowsAndEnds(t *testing.T) {
	for wrong, want := range map[int]time.Duration{0: 0, 4: 0, 5: 30 * time.Second, 6: time.Minute, 9: 8 * time.Minute, 12: time.Hour, 1 << 30: time.Hour} {
		if got := pos.PINWait(wrong); got != want {
			t.Errorf("after %d wrong ones %v, want %v", wrong, got, want)
		}
	}
}

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{" 王 芳 ": "王 芳", "王芳": "王芳", "": "", "  ": "", "a\x00b": "", strings.Repeat("王", 20): strings.Repeat("王", 20), strings.Repeat("王", 21): "", "a\xff": ""} {
		if got, _ := pos.CleanName(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

func TestDeedOf_EveryCommandHasADeedOfTheTable(t *testing.T) {
	for _, c := range []pos.Command{
		pos.PayCash{},
		pos.RefundSale{},
		pos.DecideException{},
		pos.AddPerson{},
		pos.ChangePerson{},
		pos.SetPIN{},
		pos.OpenDrawer{},
		pos.OpenToCount{},
		pos.OpenToCount{Float: true},
		pos.OpenShift{},
		pos.MoveCash{},
		pos.CountDrawer{},
		pos.CloseShift{},
		pos.PrintX{},
		pos.PrintZ{},
		pos.Reprint{},
	} {
		if !slices.Contains(pos.Deeds, pos.DeedOf(c)) {
			t.Errorf("%T needs %q", c, pos.DeedOf(c))
		}
	}
}

func TestDrawerCount_Sum(t *testing.T) {
	for name, c := range map[string]struct {
		count pos.DrawerCount
		want  pos.Fen
	}{
		"nothing":    {pos.DrawerCount{}, 0},
		"notes":      {pos.DrawerCount{Pieces: []pos.Pieces{{100_00, 3}, {50, 4}, {10, 5}}, Other: 7}, 302_57},
		"twice":      {pos.DrawerCount{Pieces: []pos.Pieces{{100_00, 3}, {100_00, 4}}}, -1},
		"none of it": {pos.DrawerCount{Pieces: []pos.Pieces{{100_00, 0}}}, -1},
		"no note":    {pos.DrawerCount{Pieces: []pos.Pieces{{3_00, 1}}}, -1},
		"negative":   {pos.DrawerCount{Other: -1}, -1},
		"too much":   {pos.DrawerCount{Pieces: []pos.Pieces{{100_00, 10_001}}}, -1},
	} {
		got, err := c.count.Sum()
		if (err != nil) != (c.want < 0) || err == nil && got != c.want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestParseSaleQuery(t *testing.T) {
	for text, want := range map[string]pos.SaleQuery{
		"":                             {},
		" 42 ":                         {Tail: 42},
		"0042":                         {Tail: 42},
		"s001-t1-20261120-0042":        {Receipt: pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261120, Epoch: 1, Seq: 42}},
		"S001-T1-2611207K2M9QX4TB8W":   {Order: "S001-T1-2611207K2M9QX4TB8W"},
		"4200002468202611201234567890": {Trans: "4200002468202611201234567890"},
		"13.5":                         {Amount: 1350},
		"￥13":                          {Amount: 1300},
		"13.505":                       {Item: "13.505"},
		"可乐":                           {Item: "可乐"},
		"6901028075831":                {Item: "6901028075831"},
		"0":                            {Item: "0"},
	} {
		if got := pos.ParseSaleQuery(text); got != want {
			t.Errorf("%q gives %+v, want %+v", text, got, want)
		}
	}
}
