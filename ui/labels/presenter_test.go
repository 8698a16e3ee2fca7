package labels

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/pos/i18n"
)

// shelf is a catalogue of two things, which can be out of order.
type shelf struct {
	pos.Catalogue // what the screen does not ask for
	err           error
	colaPrice     pos.Fen
}

func (s *shelf) goods() []pos.Item {
	return []pos.Item{
		{ID: 1, Name: "可口可乐 330ml", Barcodes: []string{"6901028042413"}, Price: s.colaPrice, Unit: "罐"},
		{ID: 2, Name: "苹果", PLU: "12", Price: 1280},
	}
}

func (s *shelf) Item(_ context.Context, codes ...string) (pos.Item, error) {
	if s.err != nil {
		return pos.Item{}, s.err
	}
	for _, it := range s.goods() {
		for _, c := range codes {
			if c == it.Barcode() || c == it.PLU && c != "" {
				return it, nil
			}
		}
	}
	return pos.Item{}, pos.E(pos.CodeNotFound, "find item", nil)
}

func (s *shelf) ItemByID(_ context.Context, id pos.ItemID) (pos.Item, error) {
	if int(id) > len(s.goods()) {
		return pos.Item{}, pos.E(pos.CodeNotFound, "find item", nil)
	}
	return s.goods()[id-1], nil
}

func (s *shelf) Find(_ context.Context, text string, limit int) ([]pos.Item, error) {
	var found []pos.Item
	for _, it := range s.goods() {
		if strings.Contains(it.Name, text) && len(found) < limit {
			found = append(found, it)
		}
	}
	return found, s.err
}

// bench is a presenter whose catalogue answers when the test lets it.
type bench struct {
	*Presenter
	shelf  *shelf
	asked  []func(context.Context) func()
	slow   bool
	posted []pos.Command
}

func newBench(kept ...Want) *bench {
	b := &bench{shelf: &shelf{colaPrice: 300}}
	b.Presenter = NewPresenter(b.config(kept))
	b.answer()
	return b
}

func (b *bench) config(kept []Want) Config {
	return Config{
		Words: i18n.For(i18n.English), Catalogue: b.shelf, Kept: kept, Post: func(c pos.Command) { b.posted = append(b.posted, c) }, Changed: func() {},
		Go: func(work func(context.Context) func()) { b.asked = append(b.asked, work); b.settle() },
	}
}

func (b *bench) settle() {
	if b.Presenter != nil && !b.slow {
		b.answer()
	}
}

// answer lets the catalogue answer everything it was asked.
func (b *bench) answer() {
	for len(b.asked) > 0 {
		work := b.asked[0]
		b.asked = b.asked[1:]
		if then := work(context.Background()); then != nil {
			then()
		}
	}
}

func (b *bench) write(s string) {
	for _, r := range s {
		b.Typed(r)
	}
}

func (b *bench) list() string {
	var s []string
	for _, x := range b.wants {
		s = append(s, fmt.Sprint(x.Item.ID, "x", x.Copies))
	}
	return strings.Join(s, " ")
}

const cola = "6901028042413"

func TestPresenter_AScanIsALabelAndTheSameAgainOneMore(t *testing.T) {
	b := newBench()
	b.Scanned(cola, 0)
	b.write("12")
	b.Enter()
	b.write(cola) // of a scanner that the sink took for fingers at first
	b.Scanned(cola, len(cola))
	if got := b.list(); got != "1x2 2x1" || b.typed != "" {
		t.Errorf("list %q, typed %q", got, b.typed)
	}
	if m := b.Model(); m.Name != "可口可乐 330ml" || m.Price != "¥3.00" || m.Per != "per 罐" || m.Copies != "2×" || m.Print != "Print 3" {
		t.Errorf("%+v", m)
	}
}

func TestPresenter_ANameIsFoundAndItsBestTaken(t *testing.T) {
	b := newBench()
	b.write("苹")
	if r := b.Row(0); b.Len() != 1 || r.Name != "苹果" || r.Price != "12.80" || r.Copies != "" {
		t.Errorf("%d found, %+v", b.Len(), r)
	}
	b.Enter()
	if m := b.Model(); b.list() != "2x1" || m.Per != "per piece" || m.Code != "" {
		t.Errorf("list %q, %+v", b.list(), m)
	}
	b.write("可")
	b.Move(1)
	b.Enter() // the one chosen, without asking by code
	if got := b.list(); got != "2x1 1x1" {
		t.Errorf("list %q", got)
	}
	b.slow = true
	b.write("12")
	b.Enter()
	b.write("可") // before the catalogue has answered
	b.answer()
	if got := b.list(); got != "2x2 1x1" || b.typed != "可" {
		t.Errorf("list %q, typed %q", got, b.typed)
	}
	b.Escape()
	b.write("香蕉")
	b.Enter()
	b.answer()
	if m := b.Model(); m.Typed != "香蕉" || !m.Bad {
		t.Errorf("typed %q, said %q", m.Typed, m.Said)
	}
}

func TestPresenter_CopiesStayWithinLimits(t *testing.T) {
	b := newBench()
	b.More(1) // of nothing
	b.Scanned(cola, 0)
	b.More(-1)
	if got := b.list(); got != "1x1" {
		t.Errorf("list %q", got)
	}
	b.write("++-")
	if got := b.list(); got != "1x2" {
		t.Errorf("list %q", got)
	}
	for range 30 {
		b.Scanned(cola, 0)
	}
	if m := b.Model(); b.list() != "1x20" || !m.Bad || m.Said != "20 copies of a kind at most" {
		t.Errorf("list %q, said %q", b.list(), m.Said)
	}
	b.Remove()
	if b.list() != "" || b.Model().Ready {
		t.Errorf("list %q", b.list())
	}
}

func TestPresenter_WhatIsNoGoodsIsSaidAndNotKept(t *testing.T) {
	for _, c := range []struct{ code, says string }{
		{"6901028042420", "No goods have the code 6901028042420. Scan again; make new ones under Goods first"},
		{"6901028042414", "6901028042414 was misread (its check digit is wrong): scan again"},
		{"134567890123456789", "This is a payment code, not goods; nothing was taken or kept"},
		{"S001-T1-20261120-0042", "This is no goods code: scan again"},
	} {
		b := newBench()
		b.Scanned(c.code, 0)
		if m := b.Model(); m.Said != c.says || !m.Bad || b.list() != "" {
			t.Errorf("%s: said %q, list %q", c.code, m.Said, b.list())
		}
	}
	b := newBench()
	b.write("134567890123456789")
	b.Enter()
	if b.typed != "" || strings.Contains(b.Model().Said, "6789") {
		t.Errorf("typed %q, said %q", b.typed, b.Model().Said)
	}
	b.shelf.err = pos.E(pos.CodeCorrupt, "find item", nil)
	b.Scanned(cola, 0)
	if what, _, todo := i18n.For(i18n.English).Trouble(pos.CodeCorrupt); b.Model().Said != what+" · "+todo {
		t.Errorf("said %q", b.Model().Said)
	}
}

func TestPresenter_PrintsAJobForEachNumberOfCopiesAndBeginsAnew(t *testing.T) {
	b := newBench(Want{Item: pos.Item{ID: 1, Price: 250}, Copies: 2}, Want{Item: pos.Item{ID: 2}, Copies: 1})
	if m := b.Model(); m.Price != "¥3.00" {
		t.Errorf("a kept label costs %s: not what will be printed", m.Price)
	}
	b.Print()
	b.Print() // a hand that strikes twice
	want := []pos.Command{pos.PrintLabels{Items: []pos.ItemID{1}, Copies: 2}, pos.PrintLabels{Items: []pos.ItemID{2}, Copies: 1}}
	if !reflect.DeepEqual(b.posted, want) || b.list() != "" || b.Model().Said != "3 labels handed to the printer" {
		t.Errorf("posted %v, list %q, said %q", b.posted, b.list(), b.Model().Said)
	}
	b.posted = nil
	b.Scanned(cola, 0)
	b.write("12")
	b.Enter()
	b.Print()
	if want := []pos.Command{pos.PrintLabels{Items: []pos.ItemID{1, 2}, Copies: 1}}; !reflect.DeepEqual(b.posted, want) {
		t.Errorf("posted %v", b.posted)
	}
}

func TestPresenter_LabelsThatWereRefusedAreOnTheListAgain(t *testing.T) {
	b := newBench(Want{Item: pos.Item{ID: 1}, Copies: 2}, Want{Item: pos.Item{ID: 3}, Copies: 1}) // the third is not sold any more
	if got := b.list(); got != "1x2" {
		t.Fatalf("list %q", got)
	}
	b.Print()
	b.Answered(true)
	if m := b.Model(); b.list() != "1x2" || m.Said != "" {
		t.Errorf("list %q, said %q", b.list(), m.Said)
	}
	b.Print()
	b.Answered(false)
	b.Answered(true) // of something else
	if b.list() != "" {
		t.Errorf("list %q after it printed", b.list())
	}
}

// A scan and Ctrl+P are one movement of the hand: the label of the scan is among those printed.
func TestPresenter_PrintingWaitsForTheCatalogue(t *testing.T) {
	b := newBench()
	b.slow = true
	b.Scanned(cola, 0)
	b.Print()
	if len(b.posted) != 0 {
		t.Fatalf("posted %v", b.posted)
	}
	b.answer()
	if want := []pos.Command{pos.PrintLabels{Items: []pos.ItemID{1}, Copies: 1}}; !reflect.DeepEqual(b.posted, want) {
		t.Errorf("posted %v", b.posted)
	}
	b.posted = nil
	b.Scanned(cola, 0)
	b.Scanned("6901028042420", 0) // not there: printing without it would look whole
	b.Print()
	b.answer()
	if len(b.posted) != 0 || b.list() != "1x1" || !b.Model().Bad {
		t.Errorf("posted %v, list %q", b.posted, b.list())
	}
}

func TestPresenter_AnOldSearchDoesNotOverwriteANewerOne(t *testing.T) {
	b := newBench()
	b.slow = true
	b.write("可")
	old := b.asked[0]
	b.Backspace()
	b.write("苹")
	b.answer()
	old(context.Background())()
	if b.Len() != 1 || b.Row(0).Name != "苹果" {
		t.Errorf("found %+v", b.Row(0))
	}
	if !b.Escape() || b.Escape() || b.Seeking() {
		t.Error("Esc clears the text once and then leaves")
	}
}

// Goods that are not sold any more leave the list while somebody goes through it: the choice stays where it was.
func TestPresenter_AChoiceOutlivesGoodsThatAreGone(t *testing.T) {
	kept := []Want{{Item: pos.Item{ID: 9}, Copies: 1}, {Item: pos.Item{ID: 1}, Copies: 1}, {Item: pos.Item{ID: 8}, Copies: 1}}
	for at, want := range map[int]string{0: cola, 1: cola, 2: cola} {
		b := &bench{shelf: &shelf{colaPrice: 300}}
		b.Presenter = NewPresenter(Config{
			Words: i18n.For(i18n.English), Catalogue: b.shelf, Kept: kept, Changed: func() {},
			Go: func(work func(context.Context) func()) { b.asked = append(b.asked, work) },
		})
		b.Choose(at)
		b.answer()
		if m := b.Model(); m.Code != want || b.At() != 0 || b.list() != "1x1" {
			t.Errorf("at %d: %+v, at %d of %s", at, m, b.At(), b.list())
		}
	}
}

// withCodes is a bench of a till that has codes to pay by, of goods that have a barcode; made counts how often one was.
func withCodes() (b *bench, made *int) {
	b, made = &bench{shelf: &shelf{colaPrice: 300}}, new(int)
	cfg := b.config(nil)
	cfg.ProductCode = func(it pos.Item) (string, error) {
		*made++
		if it.Barcode() == "" {
			return "", pos.E(pos.CodeInvalid, "sign", nil)
		}
		return fmt.Sprint("weixin://", it.ID, "/", *made), nil
	}
	b.Presenter = NewPresenter(cfg)
	return b, made
}

func TestPresenter_CodesToPayByHaveNoPriceAndPrintAsTheyWereSeen(t *testing.T) {
	b, made := withCodes()
	b.Scanned(cola, 0)
	b.More(1)
	b.ChooseProducts(true)
	m := b.Model()
	if m.QR != "weixin://1/1" || m.Price != "" || m.Code != "" || m.Per != "No price on it: the one shown when paying" || m.Print != "Print 2" {
		t.Errorf("%+v", m)
	}
	b.Print()
	want := pos.PrintLabels{Items: []pos.ItemID{1}, Codes: []string{m.QR}, Copies: 2}
	if len(b.posted) != 1 || !reflect.DeepEqual(b.posted[0], pos.Command(want)) || *made != 1 {
		t.Errorf("posted %v, made %d times", b.posted, *made)
	}
	if m := b.Model(); m.Said != "2 product QRs handed to the printer" || m.Bad {
		t.Errorf("%q", m.Said)
	}
	b.posted = nil
	b.Scanned(cola, 0)
	b.ChooseProducts(false)
	if m := b.Model(); m.QR != "" || m.Price != "¥3.00" {
		t.Errorf("%+v", m)
	}
	b.Print()
	if want := (pos.PrintLabels{Items: []pos.ItemID{1}, Copies: 1}); len(b.posted) != 1 || !reflect.DeepEqual(b.posted[0], pos.Command(want)) {
		t.Errorf("posted %v", b.posted)
	}
}

func TestPresenter_GoodsWithoutACodeHoldUpTheWholeList(t *testing.T) {
	b, _ := withCodes()
	b.ChooseProducts(true)
	b.write("12")
	b.Enter()
	b.Scanned(cola, 0)
	b.Print()
	m := b.Model()
	if len(b.posted) != 0 || b.list() != "2x1 1x1" || !m.Bad || m.Name != "苹果" || m.QR != "" || m.Said != m.Uncoded || !strings.HasPrefix(m.Said, "苹果 has no code") {
		t.Errorf("posted %v, list %q, %+v", b.posted, b.list(), m)
	}
	b.Remove()
	b.Print()
	if len(b.posted) != 1 {
		t.Errorf("posted %v", b.posted)
	}
}

func TestPresenter_WithoutARelayItSaysWhatCodesNeed(t *testing.T) {
	b := newBench()
	b.Scanned(cola, 0)
	b.ChooseProducts(true)
	if m := b.Model(); b.CanProducts() || b.Products() || !m.Bad || !strings.Contains(m.Said, "need WeChat Pay and a relay") || m.Price != "¥3.00" {
		t.Errorf("%+v", m)
	}
}
