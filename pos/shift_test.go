package pos_test

import (
	"reflect"
	"testing"
	"time"

	"guitai/pos"
)

// Every way in which the drawer moves without a sale, with the accounts that it moves. Cash that comes in lay in the safe, cash that is
// not there is missing, and is never said to lie in the safe.
func TestEntries_OfTheDrawer(t *testing.T) {
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	day := pos.Day(20261120)
	float := func(drawer, counted pos.Fen) pos.Entry {
		return pos.FloatEntry(3, drawer, counted, "王芳", "店长", at, day)
	}
	move := func(k pos.CashKind) pos.Entry {
		return pos.CashEntry(pos.CashMovement{Kind: k, Amount: 500, Reason: "换零钱", By: "王芳", Approver: "店长", At: at, Shift: 3}, day)
	}
	closed := func(c pos.CashReport) pos.Entry {
		return pos.ClosedEntry(3, pos.ShiftReport{Z: 7, At: at.UnixMilli(), ClosedBy: "王芳", Signer: "店长", Cash: c}, "hash", day)
	}
	counted := pos.Fen(19850)
	for _, c := range []struct {
		name string
		e    pos.Entry
		want []pos.Posting
	}{
		{"a float into an empty drawer", float(0, 20000), []pos.Posting{{Account: pos.CashDrawer, Fen: 20000}, {Account: pos.CashSafe, Fen: -20000}}},
		{"a float that brings more", float(15000, 20000), []pos.Posting{{Account: pos.CashDrawer, Fen: 5000}, {Account: pos.CashSafe, Fen: -5000}}},
		{"a float that finds less", float(20000, 19700), []pos.Posting{{Account: pos.CashDrawer, Fen: -300}, {Account: pos.CashOverShort, Fen: 300}}},
		{"a float as it was left", float(20000, 20000), []pos.Posting{}},
		{"change from the safe", move(pos.CashIn), []pos.Posting{{Account: pos.CashDrawer, Fen: 500}, {Account: pos.CashSafe, Fen: -500}}},
		{"cash to the safe", move(pos.CashDrop), []pos.Posting{{Account: pos.CashSafe, Fen: 500}, {Account: pos.CashDrawer, Fen: -500}}},
		{"an expense", move(pos.CashPaidOut), []pos.Posting{{Account: pos.CashExpense, Fen: 500}, {Account: pos.CashDrawer, Fen: -500}}},
		{"a close that is short", closed(pos.CashReport{Expected: 20000, Counted: &counted, Variance: -150, Kept: 10000, ToSafe: 9850}), []pos.Posting{
			{Account: pos.CashDrawer, Fen: -10000}, {Account: pos.CashOverShort, Fen: 150}, {Account: pos.CashSafe, Fen: 9850},
		}},
		{"a close that is over", closed(pos.CashReport{Expected: 19800, Counted: &counted, Variance: 50, Kept: 19850}), []pos.Posting{
			{Account: pos.CashDrawer, Fen: 50}, {Account: pos.CashOverShort, Fen: -50},
		}},
		{"a close that is exact", closed(pos.CashReport{Expected: 19850, Counted: &counted, Kept: 0, ToSafe: 19850}), []pos.Posting{
			{Account: pos.CashDrawer, Fen: -19850}, {Account: pos.CashSafe, Fen: 19850},
		}},
		{"a close that nobody counted", closed(pos.CashReport{Expected: 19850, Kept: 19850}), []pos.Posting{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !reflect.DeepEqual(c.e.Postings, c.want) {
				t.Errorf("%+v, want %+v", c.e.Postings, c.want)
			}
			if !c.e.Balanced() || c.e.Shift != 3 || c.e.Day != day || c.e.At != at.UnixMilli() {
				t.Errorf("%+v", c.e)
			}
			if c.e.By != "店长" || c.e.Cashier != "王芳" {
				t.Errorf("by %q, cashier %q", c.e.By, c.e.Cashier)
			}
		})
	}
}
