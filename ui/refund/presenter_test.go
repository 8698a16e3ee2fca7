package refund

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// books has one sale, or none.
type books struct {
	record pos.SaleRecord
	err    error
	asked  []string
	epochs []int
}

func (b *books) SaleByReceipt(_ context.Context, no pos.ReceiptNo) (pos.SaleRecord, error) {
	b.asked, b.epochs = append(b.asked, no.String()), append(b.epochs, no.Epoch)
	return b.record, b.err
}

type bench struct {
	*Presenter
	books  books
	posted []pos.Command
	waits  []func()
	closed int
	asks   bool   // somebody else has to allow it first
	what   string // what he is asked for
	then   func()
}

const receipt = "S001-T1-20261120-0042"

// newBench has a sale of two colas, three crisps and a biscuit for ¥31.50 less ¥1.50.
func newBench(cashier string) *bench {
	b := &bench{}
	no, _ := pos.ParseReceiptNo(receipt)
	b.books.record = pos.SaleRecord{
		Sale: pos.Sale{
			ID: 9, State: pos.SaleClosed, Gross: 3150, Discount: 150, Receipt: no, ClosedAt: noon.Add(-time.Hour),
			Lines: []pos.Line{
				{Item: 1, Barcode: "6901028028412", Name: "可口可乐", Price: 300, Quantity: 2},
				{Item: 2, Barcode: "6920000000002", Name: "乐事薯片", Price: 750, Quantity: 3},
				{Item: 3, Barcode: "6930000000003", Name: "奥利奥", Price: 300, Quantity: 1},
			},
		},
		Payments: []pos.Payment{{ID: 4, Sale: 9, State: pos.Paid, Tender: pos.TenderNative, Amount: 3000, Asked: 3000, TransactionID: "42", PaidAt: noon.Add(-time.Hour)}},
	}
	b.Presenter = NewPresenter(Config{
		Words: i18n.For(i18n.English), Shop: pos.Shop{ID: "S001", Till: "T1", Calendar: pos.Calendar{Zone: time.UTC}}, Sales: &b.books,
		Give: func(c pos.Command, what string, then func()) {
			b.posted, b.what = append(b.posted, c), what
			if b.then = then; !b.asks {
				then()
			}
		},
		Now:   func() time.Time { return noon },
		Go:    func(work func(context.Context) func()) { b.waits = append(b.waits, work(context.Background())) },
		Close: func() { b.closed++ }, Changed: func() {},
	})
	b.by = cashier
	return b
}

func (b *bench) answer() {
	for _, f := range b.waits {
		f()
	}
	b.waits = nil
}

func (b *bench) types(words string) {
	for _, r := range words {
		b.Typed(r)
	}
}

// open finds the sale.
func (b *bench) open(t *testing.T) {
	t.Helper()
	b.Scanned(receipt, 0)
	b.answer()
	if b.Model().Step != StepWhat {
		t.Fatalf("%+v", b.Model())
	}
}

func (b *bench) expect(t *testing.T, want ...pos.Command) {
	t.Helper()
	if !reflect.DeepEqual(b.posted, want) {
		t.Errorf("posted %+v, want %+v", b.posted, want)
	}
	b.posted = nil
}

func TestPresenter_FindsASaleByScanOrByHand(t *testing.T) {
	for name, find := range map[string]func(*bench){
		"scanned":                  func(b *bench) { b.Scanned(receipt, 0) },
		"scanned, told late":       func(b *bench) { b.types(receipt); b.Scanned(receipt, len(receipt)) },
		"typed in full, small":     func(b *bench) { b.types("s001-t1-20261120-0042"); b.Enter() },
		"last digits":              func(b *bench) { b.types("42"); b.Enter() },
		"last digits, full-width":  func(b *bench) { b.types("４２"); b.Enter() },
		"typed wrong, and mended":  func(b *bench) { b.types("421"); b.Backspace(); b.Enter() },
		"after a number not found": func(b *bench) { b.types("x"); b.Enter(); b.Escape(); b.types("42"); b.Enter() },
	} {
		b := newBench("")
		find(b)
		if m := b.Model(); !m.Busy || m.Ready {
			t.Errorf("%s: while the books are read: %+v", name, m)
		}
		b.answer()
		m := b.Model()
		if len(b.books.asked) != 1 || b.books.asked[0] != receipt || m.Step != StepWhat || m.Sale != "Receipt "+receipt || m.Facts != "2026-11-20 11:00 · WeChat Pay · paid ¥30.00" {
			t.Errorf("%s: asked for %v, %+v", name, b.books.asked, m)
		}
	}
}

// The last digits are those of any epoch of the day, so that they find a receipt also after the books were restored; with an epoch they are its own.
func TestPresenter_LastDigitsAndTheEpoch(t *testing.T) {
	for typed, want := range map[string]int{"42": 0, "R2-0042": 2, "2-42": 2, "r1-42": 1} {
		b := newBench("")
		b.types(typed)
		b.Enter()
		b.answer()
		if len(b.books.epochs) != 1 || b.books.epochs[0] != want {
			t.Errorf("%s: asked for epoch %v, want %d", typed, b.books.epochs, want)
		}
	}
}

func TestPresenter_SaysWhyThereIsNoSale(t *testing.T) {
	w := i18n.For(i18n.English)
	for _, c := range []struct {
		name, typed string
		err         error
		want        string
	}{
		{"no receipt number", "ABC", nil, w.T("refund.bad-number")},
		{"too many digits", "12345", nil, w.T("refund.bad-number")},
		{"not there", "42", pos.E(pos.CodeNotFound, "find sale", nil), w.T("refund.not-found")},
		{"of two epochs", "42", pos.E(pos.CodeConflict, "find sale", nil), w.T("refund.several")},
		{"of no epoch", "X2-42", nil, w.T("refund.bad-number")},
		{"the books are broken", "42", errors.New("disk"), w.T("refund.unread")},
	} {
		b := newBench("")
		b.books.err = c.err
		b.types(c.typed)
		b.Enter()
		b.answer()
		if m := b.Model(); m.Bad != c.want || m.Step != StepFind || m.Busy {
			t.Errorf("%s: %+v", c.name, m)
		}
		if !b.Escape() || b.Model().Bad != "" || b.Escape() {
			t.Errorf("%s: Esc", c.name)
		}
	}
	b := newBench("")
	b.types("42")
	b.Enter()
	b.Escape()
	b.answer() // nobody waits for it
	if m := b.Model(); m.Step != StepFind || m.Busy {
		t.Errorf("%+v", m)
	}
}

func TestPresenter_GivesBackPiecesAtWhatWasPaid(t *testing.T) {
	b := newBench("王芳")
	b.open(t)
	if m := b.Model(); m.Ready || m.Total != "¥0.00" || m.Left != "At most ¥30.00 can go back" {
		t.Errorf("%+v", m)
	}
	b.Enter()
	if m := b.Model(); m.Bad == "" || m.Step != StepWhat {
		t.Errorf("nothing chosen: %+v", m)
	}
	b.More(1)
	b.Move(1)
	b.types("9") // there are three
	b.More(-1)
	if l := b.Line(1); l != (Line{Name: "乐事薯片", Calc: "3 × 7.50", May: "3 can go back", Pieces: "2", Amount: "14.29", Chosen: true}) {
		t.Errorf("%+v", l)
	}
	if m := b.Model(); m.Total != "¥17.14" || !m.Ready {
		t.Errorf("%+v", m)
	}
	b.Enter()
	if m := b.Model(); m.Step != StepWhy || m.Title != "Give back ¥17.14" || strings.Join(m.Where, "; ") != "¥17.14 goes back to the WeChat account that paid. Give no cash" {
		t.Errorf("%+v", m)
	}
	b.Enter()
	b.expect(t) // a reason is needed
	b.Move(1)
	b.Enter()
	b.expect(t, pos.RefundSale{Sale: 9, Pieces: map[int]int{1: 1, 2: 2}, Reason: "Faulty goods", Approver: "王芳"})
	if b.closed != 1 {
		t.Errorf("closed %d times", b.closed)
	}
}

func TestPresenter_AllComesToExactlyWhatWasPaid(t *testing.T) {
	b := newBench("")
	b.open(t)
	b.All()
	if m := b.Model(); m.Total != "¥30.00" || !m.Ready || m.Over {
		t.Errorf("%+v", m)
	}
	b.All()
	if m := b.Model(); m.Total != "¥0.00" {
		t.Errorf("twice: %+v", m)
	}
}

func TestPresenter_GivesBackAnAmountAndNeverMoreThanIsLeft(t *testing.T) {
	b := newBench("")
	b.books.record.Refunds = []pos.Refund{{Payment: 4, TransactionID: "42", Amount: 1000, State: pos.RefundAccepted}, {Payment: 4, TransactionID: "42", Amount: 500, State: pos.RefundClosed}}
	b.open(t)
	b.Tab()
	for _, c := range []struct {
		typed string
		ready bool
		over  bool
	}{{"20.01", false, true}, {"0", false, false}, {"", false, false}, {".5", true, false}, {"20.00", true, false}} {
		b.amount = ""
		b.types(c.typed)
		if m := b.Model(); m.Ready != c.ready || m.Over != c.over || m.Left != "At most ¥20.00 can go back" || m.Back != "¥10.00 went back before" {
			t.Errorf("%q: %+v", c.typed, m)
		}
		b.Enter()
		if (b.step == StepWhy) != c.ready {
			t.Errorf("%q: step %v", c.typed, b.step)
		}
		b.step = StepWhat
	}
	b.All()
	b.Enter()
	b.Reason(3)
	b.Enter()
	if m := b.Model(); !m.Lacks && m.Field != FieldBy {
		t.Errorf("who: %+v", m)
	}
	b.types("店长")
	b.Enter()
	b.expect(t, pos.RefundSale{Sale: 9, Amount: 2000, Reason: "Charged too much", Approver: "店长"})

	b = newBench("")
	b.books.record.Refunds = []pos.Refund{{Payment: 4, TransactionID: "42", Amount: 1000, State: pos.RefundDone}}
	b.open(t)
	for i := range b.Lines() {
		b.Choose(i)
		b.More(9)
	}
	if m := b.Model(); !m.Over || m.Ready {
		t.Errorf("all pieces, some money gone: %+v", m)
	}
	b.Enter()
	if b.step != StepWhat {
		t.Error("it goes on")
	}
	b.All() // the pieces are worth more than is left, so all of it is an amount
	if m := b.Model(); !m.Money || m.Total != "¥20.00" || m.Over || !m.Ready {
		t.Errorf("all that is left: %+v", m)
	}
}

func TestPresenter_PiecesThatWentBackDoNotGoAgain(t *testing.T) {
	b := newBench("")
	b.books.record.Refunds = []pos.Refund{{Payment: 4, TransactionID: "42", Amount: 571, State: pos.RefundDone, Lines: []pos.RefundLine{{N: 1, Quantity: 2, Amount: 571}}}}
	b.open(t)
	b.types("2")
	if l := b.Line(0); !l.None || l.Pieces != "–" {
		t.Errorf("%+v", l)
	}
	b.Scanned("6901028028412", 0)
	if m := b.Model(); m.Bad != i18n.For(i18n.English).T("refund.not-on-sale") {
		t.Errorf("%+v", m)
	}
	b.All()
	if m := b.Model(); m.Total != "¥24.29" || !m.Ready {
		t.Errorf("%+v", m)
	}
}

func TestPresenter_ScannedGoodsAreOnePieceMore(t *testing.T) {
	b := newBench("")
	b.open(t)
	b.types("1")
	for range 2 {
		code := "6920000000002"
		b.types(code) // before the pace showed that it was a scan
		b.Scanned(code, len(code))
	}
	if b.Line(0).Pieces != "1" || b.Line(1).Pieces != "2" || b.At() != 1 {
		t.Errorf("%+v, %+v at %d", b.Line(0), b.Line(1), b.At())
	}
	b.Scanned(receipt, 0)
	b.answer()
	if b.Line(1).Pieces != "–" || len(b.books.asked) != 2 {
		t.Error("another receipt begins anew")
	}
}

func TestPresenter_SaysWhyNothingCanGoBackAndWhatToDo(t *testing.T) {
	w := i18n.For(i18n.English)
	for _, c := range []struct {
		name  string
		can   pos.Code
		spoil func(*pos.SaleRecord)
		want  string
		todo  bool
	}{
		{"no certificate", pos.CodeSecret, func(*pos.SaleRecord) {}, w.T("refund.cannot", w.T("refund.no-certificate")), true},
		{"no certificate, but cash", pos.CodeSecret, func(r *pos.SaleRecord) { r.Payments[0].Tender = pos.TenderCash }, "", false},
		{"all gone", pos.CodeNone, func(r *pos.SaleRecord) {
			r.Refunds = []pos.Refund{{Payment: 4, TransactionID: "42", Amount: 3000, State: pos.RefundDone}}
		}, w.T("refund.gone"), false},
		{"too old", pos.CodeNone, func(r *pos.SaleRecord) { r.Payments[0].PaidAt = noon.Add(-pos.RefundLife - time.Hour) }, w.T("refund.too-old"), true},
		{"too many", pos.CodeNone, func(r *pos.SaleRecord) {
			for range pos.MaxRefunds {
				r.Refunds = append(r.Refunds, pos.Refund{Payment: 4, TransactionID: "42", Amount: 1, State: pos.RefundDone})
			}
		}, w.T("refund.too-many"), true},
	} {
		b := newBench("王芳")
		c.spoil(&b.books.record)
		b.Show(pos.Snapshot{CanRefund: c.can})
		b.open(t)
		b.types("1")
		m := b.Model()
		if m.Blocked != c.want || (m.Todo != "") != c.todo || m.Ready != (c.want == "") {
			t.Errorf("%s: %+v", c.name, m)
		}
		b.Enter()
		if (b.Model().Step == StepWhy) != (c.want == "") {
			t.Errorf("%s: step %v", c.name, b.Model().Step)
		}
	}
}

func TestPresenter_CashComesFromTheDrawer(t *testing.T) {
	b := newBench("王芳")
	b.books.record.Payments[0].Tender = pos.TenderCash
	b.open(t)
	b.All()
	b.Enter()
	if m := b.Model(); strings.Join(m.Where, "; ") != "Give the customer ¥30.00 from the drawer" {
		t.Errorf("%+v", m)
	}
	b.Show(pos.Snapshot{CanRefund: pos.CodeSecret}) // which cash does not need
	b.types("急")
	b.Enter()
	b.expect(t, pos.RefundSale{Sale: 9, Pieces: map[int]int{1: 2, 2: 3, 3: 1}, Reason: "急", Approver: "王芳"})
}

func TestPresenter_EscGoesBackStepByStep(t *testing.T) {
	b := newBench("王芳")
	b.open(t)
	b.All()
	b.Enter()
	for _, want := range []Step{StepWhat, StepFind} {
		if !b.Escape() || b.Model().Step != want {
			t.Errorf("step %v, want %v", b.Model().Step, want)
		}
	}
	if b.Escape() {
		t.Error("there is no step before the first")
	}
	b.expect(t)
}

// With people set up nobody types a name, and the screen stays until somebody who may allows it.
func TestWhy_WithStaffAsksForNoName(t *testing.T) {
	b := newBench("")
	people := []pos.Person{{ID: 1, Name: "李明", Role: pos.RoleCashier, Active: true}}
	b.Show(pos.Snapshot{Staff: pos.StaffView{People: people, Who: people[0]}})
	b.open(t)
	b.All()
	b.Enter()
	b.asks = true
	b.Tab()
	if m := b.Model(); m.Named || m.Field != FieldReason {
		t.Errorf("it asks for a name: %+v", m)
	}
	b.Reason(0)
	b.Enter()
	if len(b.posted) != 1 || b.closed != 0 || !strings.Contains(b.what, "30.00") {
		t.Fatalf("posted %+v, closed %d, asked for %q", b.posted, b.closed, b.what)
	}
	if c := b.posted[0].(pos.RefundSale); c.Reason == "" || c.Approver != "" {
		t.Errorf("posted %+v", c)
	}
	b.then()
	if b.closed != 1 {
		t.Error("allowed, it stays open")
	}
}

// split is a sale of ¥30.00 that was paid in parts: cash, Alipay and WeChat.
func split(b *bench) {
	b.books.record.Payments = []pos.Payment{
		{ID: 1, Sale: 9, State: pos.Paid, Tender: pos.TenderCash, Amount: 500},
		{ID: 2, Sale: 9, State: pos.Paid, Tender: pos.OtherTender("Alipay"), Amount: 1000},
		{ID: 3, Sale: 9, State: pos.Closed, Tender: pos.TenderNative, Asked: 1500},
		{ID: 4, Sale: 9, State: pos.Paid, Tender: pos.TenderNative, Amount: 1500, PaidAt: noon.Add(-time.Hour)},
	}
}

func TestPresenter_ASplitSaleGoesBackInParts(t *testing.T) {
	w := i18n.For(i18n.English)
	for _, c := range []struct {
		name   string
		amount string
		turn   bool // what was taken outside goes back in cash
		where  []string
		want   pos.RefundSale
	}{
		{"WeChat's first", "15", false, []string{w.T("refund.to-wechat", pos.Fen(1500))}, pos.RefundSale{Amount: 1500}},
		{
			"then what was taken outside", "20", false,
			[]string{w.T("refund.to-wechat", pos.Fen(1500)), w.T("refund.to-other", pos.Fen(500), "Alipay")},
			pos.RefundSale{Amount: 2000, Outside: true},
		},
		{
			"that in cash instead", "20", true,
			[]string{w.T("refund.to-wechat", pos.Fen(1500)), w.T("refund.to-cash", pos.Fen(500))},
			pos.RefundSale{Amount: 2000},
		},
		{
			"then cash", "30", false,
			[]string{w.T("refund.to-wechat", pos.Fen(1500)), w.T("refund.to-other", pos.Fen(1000), "Alipay"), w.T("refund.to-cash", pos.Fen(500))},
			pos.RefundSale{Amount: 3000, Outside: true},
		},
		{
			"all cash together", "30", true,
			[]string{w.T("refund.to-wechat", pos.Fen(1500)), w.T("refund.to-cash", pos.Fen(1500))},
			pos.RefundSale{Amount: 3000},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench("王芳")
			split(b)
			b.open(t)
			if m := b.Model(); m.Facts != "2026-11-20 11:00 · Cash + Alipay + WeChat Pay · paid ¥30.00" || m.Left != w.T("refund.left", pos.Fen(3000)) {
				t.Errorf("%+v", m)
			}
			b.Tab()
			b.types(c.amount)
			b.Enter()
			if c.turn {
				b.Outside()
			}
			if m := b.Model(); !reflect.DeepEqual(m.Where, c.where) {
				t.Errorf("goes to %q", m.Where)
			}
			b.Reason(0)
			b.Enter()
			c.want.Sale, c.want.Reason, c.want.Approver = 9, w.T("why.faulty"), "王芳"
			b.expect(t, c.want)
		})
	}
}

// Money that cannot go back by WeChat blocks what would need it, and nothing else.
func TestPresenter_OnlyWhatNeedsWeChatIsBlocked(t *testing.T) {
	b := newBench("王芳")
	split(b)
	b.books.record.Refunds = []pos.Refund{{Payment: 4, State: pos.RefundDone, Amount: 1500, Sale: 9}}
	b.Show(pos.Snapshot{CanRefund: pos.CodeSecret})
	b.open(t)
	if m := b.Model(); m.Blocked != "" {
		t.Errorf("%+v", m)
	}
	b.books.record.Refunds = nil
	b.open(t)
	if m := b.Model(); m.Blocked == "" {
		t.Errorf("%+v", m)
	}
	b.Void()
	if b.Model().Step != StepWhat {
		t.Error("a void of what cannot go back")
	}
}

func TestPresenter_Void(t *testing.T) {
	w := i18n.For(i18n.English)
	b := newBench("王芳")
	b.open(t)
	if m := b.Model(); !m.Void {
		t.Fatalf("%+v", m)
	}
	b.Void()
	if m := b.Model(); m.Step != StepWhy || m.Title != w.T("refund.void.title", pos.Fen(3000)) || m.Reason != w.T("why.mistake") || len(m.Where) != 1 {
		t.Errorf("%+v", m)
	}
	b.Enter()
	b.expect(t, pos.RefundSale{Sale: 9, Void: true, Reason: w.T("why.mistake"), Approver: "王芳"})
	if b.closed != 1 || b.what != w.T("refund.void.title", pos.Fen(3000)) {
		t.Errorf("closed %d, asked for %q", b.closed, b.what)
	}

	for name, change := range map[string]func(*bench){
		"yesterday's":          func(b *bench) { b.books.record.Sale.ClosedAt = noon.Add(-24 * time.Hour) },
		"goods that came back": func(b *bench) { b.books.record.Sale.Credits = []pos.Credit{{Amount: 100}} },
		"nothing is left": func(b *bench) {
			b.books.record.Refunds = []pos.Refund{{Payment: 4, TransactionID: "42", State: pos.RefundDone, Amount: 3000}}
		},
	} {
		b := newBench("王芳")
		change(b)
		b.open(t)
		b.Void()
		if m := b.Model(); m.Void || m.Step != StepWhat {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

func TestPresenter_Exchange(t *testing.T) {
	w := i18n.For(i18n.English)
	b := newBench("王芳")
	b.open(t)
	b.Exchange()
	if m := b.Model(); m.Step != StepWhat || m.Bad == "" {
		t.Errorf("nothing is chosen: %+v", m)
	}
	b.types("2")
	b.Exchange()
	m := b.Model()
	if m.Step != StepWhy || len(m.Where) != 1 || m.Where[0] != w.T("refund.to-goods", pos.Fen(571)) || m.Outside != "" {
		t.Errorf("%+v", m)
	}
	b.Reason(1)
	b.Enter()
	b.expect(t, pos.Exchange{Sale: 9, Pieces: map[int]int{1: 2}, Reason: w.T("why.wrong"), Approver: "王芳"})

	// What cannot go back through WeChat can still count towards other goods.
	b = newBench("王芳")
	b.Show(pos.Snapshot{CanRefund: pos.CodeSecret})
	b.open(t)
	b.types("1")
	b.Exchange()
	b.Reason(0)
	b.Enter()
	b.expect(t, pos.Exchange{Sale: 9, Pieces: map[int]int{1: 1}, Reason: w.T("why.faulty"), Approver: "王芳"})
}

func TestPresenter_ReturnWithoutAReceipt(t *testing.T) {
	w := i18n.For(i18n.English)
	b := newBench("王芳")
	b.Return()
	if b.Model().Step != StepFind || b.Model().Return {
		t.Errorf("an empty cart: %+v", b.Model())
	}
	cart, _ := pos.Cart{}.Add(pos.Item{ID: 1, Name: "可口可乐", Price: 300}, "", 2)
	b.Show(pos.Snapshot{Cart: cart})
	b.Return()
	m := b.Model()
	if m.Step != StepWhy || m.Title != w.T("refund.return.title", 2, pos.Fen(600)) || len(m.Where) != 1 || m.Where[0] != w.T("refund.to-cash", pos.Fen(600)) {
		t.Errorf("%+v", m)
	}
	b.Escape()
	if b.Model().Step != StepFind {
		t.Errorf("%+v", b.Model())
	}
	b.Return()
	b.Enter() // why is needed
	b.Reason(0)
	b.Enter()
	b.expect(t, pos.ReturnCart{Reason: w.T("why.faulty"), Approver: "王芳"})

	b = newBench("王芳")
	b.Show(pos.Snapshot{Cart: cart})
	b.Return()
	b.Show(pos.Snapshot{}) // the goods went
	if b.Model().Step != StepFind {
		t.Errorf("%+v", b.Model())
	}
}
