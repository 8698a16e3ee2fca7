package i18n

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"guitai/pos"
)

// TestBillErrors_HaveWords reads the room that refuses bills, so that a new reason without words is found.
func TestBillErrors_HaveWords(t *testing.T) {
	files, err := filepath.Glob("../reconcile/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	said := regexp.MustCompile(`BillError\{ID: "([a-z-]+)"|b\.at\("([a-z-]+)"`)
	seen := map[string]bool{}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range said.FindAllStringSubmatch(string(src), -1) {
			seen[m[1]+m[2]] = true
		}
	}
	if len(seen) < 15 {
		t.Errorf("found %d reasons; the test no longer reads them", len(seen))
	}
	for id := range seen {
		for _, lang := range []string{Chinese, English} {
			if !For(lang).Has("bill." + id) {
				t.Errorf("%s: no words for a bill that is refused with %q", lang, id)
			}
		}
	}
}

func TestBillError_NamesTheLineInWords(t *testing.T) {
	err := pos.E(pos.CodeInvalid, "read bill", &pos.BillError{ID: "money", Line: 12, Args: []string{"订单金额", "1.234"}})
	text, ok := For(English).BillError(err)
	if !ok || text != "line 12: 订单金额 is no amount: 1.234" {
		t.Errorf("%q %v", text, ok)
	}
	if text, ok := For(Chinese).BillError(err); !ok || !strings.HasPrefix(text, "第 12 行：") {
		t.Errorf("%q %v", text, ok)
	}
	if _, ok := For(English).BillError(pos.E(pos.CodeFull, "x", nil)); ok {
		t.Error("a full disk is no fault of the bill")
	}
}

func TestBillItemState_OursInWordsTheirsAsWeChatSaysThem(t *testing.T) {
	w := For(English)
	for _, c := range []struct {
		i    pos.BillItem
		want string
	}{
		{pos.BillItem{Kind: pos.BillPayment, State: string(pos.Paid)}, w.State(pos.Paid)},
		{pos.BillItem{Kind: pos.BillRefund, State: string(pos.RefundDone)}, w.T("giving.done")},
		{pos.BillItem{Kind: pos.BillPayment, State: "SUCCESS"}, "SUCCESS"},
		{pos.BillItem{}, ""},
	} {
		if got := w.BillItemState(c.i); got != c.want {
			t.Errorf("%+v: %q, want %q", c.i, got, c.want)
		}
	}
}
