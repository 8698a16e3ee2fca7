package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/checkout"
	"guitai/pos/wechat"
	"guitai/pos/wechat/apiv2"
	"guitai/pos/wechat/sim"
	"guitai/store"
	"guitai/store/storetest"
)

// TestCounterDays runs random days of a whole counter (goods, discounts, promotions, holds, parts, other tenders, exchanges, voids,
// returns, shifts) with the real till, ledger and client, on a disk that fails, answers with errors although it wrote, and dies with the
// program at any write, while nights pass, somebody sets the clock, and somebody refunds in the merchant platform. At the end the ledger
// proves itself, its accounts are counted again from its payments and refunds, and all its shifts' reports together say the same.
func TestCounterDays(t *testing.T) {
	did := &tallied{n: map[string]int{}}
	t.Run("lives", func(t *testing.T) {
		for seed := range uint64(*counterLives) {
			t.Run(fmt.Sprintf("seed-%d", seed), func(t *testing.T) {
				t.Parallel()
				dir := memory(t)
				synctest.Test(t, func(t *testing.T) {
					d := &counterDays{t: t, dir: dir, r: mathrand.New(mathrand.NewPCG(seed, 33)), did: did}
					d.live(400)
				})
			})
		}
	})
	var missing []string
	for what, n := range did.n {
		if n == 0 {
			missing = append(missing, what)
		}
	}
	if len(missing) > 0 && *counterLives >= 24 || len(missing) > 3 { // few lives may lack the rarest
		t.Errorf("no life had %v", missing)
	}
	t.Logf("%v", did.n)
}

var counterLives = flag.Int("counter.lives", 6, "TestCounterDays: how many shops live")

// tallied counts what happened in all lives. Safe for concurrent use.
type tallied struct {
	mu sync.Mutex
	n  map[string]int
}

func (t *tallied) add(what string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n[what] += n
}

// counterDays is the shop and its script.
type counterDays struct {
	t   *testing.T
	dir string
	r   *mathrand.Rand

	sim    *sim.Sim
	client *apiv2.Client
	clock  *setClock
	books  *badDisk
	till   *checkout.Till
	stop   context.CancelFunc
	over   chan error
	did    *tallied
	vendor []string // out_trade_no of what was refunded in the merchant platform

	recalled int64 // a held cart that was brought back, and is neither emptied nor known to be sold; 0 for none
	sold     int   // how many sales had been put on disk then

	mu   sync.Mutex
	last pos.Snapshot
}

// setClock is a clock that somebody sets. Safe for concurrent use.
type setClock struct{ off atomic.Int64 }

func (c *setClock) Now() time.Time { return time.Now().Add(time.Duration(c.off.Load())) }

// badDisk is the ledger on a disk that misbehaves when it is told to.
type badDisk struct {
	*store.Store
	mu    sync.Mutex
	fails bool // the next write is not done
	lies  bool // it is done, and the answer is an error
	dies  bool // likewise, and so is everything after it
	dead  bool
	sales int // that were put on disk
}

var errBadDisk = pos.E(pos.CodeInternal, "write", errors.New("disk"))

// do does a write as the disk is.
func (b *badDisk) do(write func() error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	fails, lies, dies := b.fails, b.lies, b.dies
	b.fails, b.lies, b.dies = false, false, false
	if b.dead || fails {
		return errBadDisk
	}
	err := write()
	if b.dead = dies; err == nil && (lies || dies) {
		return errBadDisk
	}
	return err
}

func (b *badDisk) BeginSale(ctx context.Context, s pos.Sale, p pos.Payment) (sale pos.Sale, pay pos.Payment, err error) {
	err = b.do(func() error {
		if sale, pay, err = b.Store.BeginSale(ctx, s, p); err == nil {
			b.sales++
		}
		return err
	})
	return sale, pay, err
}

func (b *badDisk) AddPayment(ctx context.Context, p pos.Payment) (got pos.Payment, err error) {
	err = b.do(func() error { got, err = b.Store.AddPayment(ctx, p); return err })
	return got, err
}

func (b *badDisk) Apply(ctx context.Context, c pos.Change) (got pos.Settled, err error) {
	err = b.do(func() error { got, err = b.Store.Apply(ctx, c); return err })
	return got, err
}

func (b *badDisk) SellCash(ctx context.Context, s pos.Sale, p pos.Payment) (got pos.Settled, err error) {
	err = b.do(func() error {
		if got, err = b.Store.SellCash(ctx, s, p); err == nil && s.ID == 0 {
			b.sales++
		}
		return err
	})
	return got, err
}

func (b *badDisk) GiveBack(ctx context.Context, id pos.SaleID, by string, at time.Time, itself bool) (back []pos.Payment, err error) {
	err = b.do(func() error { back, err = b.Store.GiveBack(ctx, id, by, at, itself); return err })
	return back, err
}

func (b *badDisk) AbandonSale(ctx context.Context, id pos.SaleID) error {
	return b.do(func() error { return b.Store.AbandonSale(ctx, id) })
}

func (b *badDisk) HoldCart(ctx context.Context, h pos.Held) (got pos.Held, err error) {
	err = b.do(func() error { got, err = b.Store.HoldCart(ctx, h); return err })
	return got, err
}

func (b *badDisk) DropHeld(ctx context.Context, id int64) error {
	return b.do(func() error { return b.Store.DropHeld(ctx, id) })
}

func (b *badDisk) BeginRefunds(ctx context.Context, all []pos.Refund) (got []pos.RefundSettled, err error) {
	err = b.do(func() error { got, err = b.Store.BeginRefunds(ctx, all); return err })
	return got, err
}

func (b *badDisk) ApplyRefund(ctx context.Context, c pos.RefundChange) (got pos.RefundSettled, err error) {
	err = b.do(func() error { got, err = b.Store.ApplyRefund(ctx, c); return err })
	return got, err
}

func (b *badDisk) MoveCash(ctx context.Context, m pos.CashMovement) (got pos.CashMovement, err error) {
	err = b.do(func() error { got, err = b.Store.MoveCash(ctx, m); return err })
	return got, err
}

func (b *badDisk) CountDrawer(ctx context.Context, c pos.DrawerCount, by string, at time.Time) (got pos.Counted, err error) {
	err = b.do(func() error { got, err = b.Store.CountDrawer(ctx, c, by, at); return err })
	return got, err
}

func (b *badDisk) CloseShift(ctx context.Context, c pos.ShiftClose) (got pos.ShiftReport, err error) {
	err = b.do(func() error { got, err = b.Store.CloseShift(ctx, c); return err })
	return got, err
}

func (b *badDisk) isDead() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.dead
}

// stall is the catalogue with something that is weighed, something without a price, something cheaper for members, and promotions.
type stall struct {
	pos.Goods // nothing else is asked of it
	pos.Catalogue
	deals []pos.Deal
}

func (s stall) ItemByID(ctx context.Context, id pos.ItemID) (pos.Item, error) {
	it, err := s.Catalogue.ItemByID(ctx, id)
	it.Weighed, it.Open = id == 5, id == 6
	if id == 7 {
		it.Member = it.Price / 2
	}
	return it, err
}

func (s stall) Item(ctx context.Context, codes ...string) (pos.Item, error) {
	return s.Catalogue.Item(ctx, codes...)
}

func (s stall) Find(ctx context.Context, text string, limit int) ([]pos.Item, error) {
	return s.Catalogue.Find(ctx, text, limit)
}

func (s stall) Categories(ctx context.Context) ([]string, error) { return s.Catalogue.Categories(ctx) }

func (s stall) InCategory(ctx context.Context, category string, limit int) ([]pos.Item, error) {
	return s.Catalogue.InCategory(ctx, category, limit)
}

func (stall) Revision(context.Context) (uint64, error)    { return 1, nil }
func (s stall) Deals(context.Context) ([]pos.Deal, error) { return s.deals, nil }

// live lets the shop live for so many wishes, then lets everything come to its end and counts.
func (d *counterDays) live(wishes int) {
	wx, err := sim.New(sim.Options{
		CloseMinAge: time.Duration(d.r.IntN(2)) * 5 * time.Minute, ClosedAfter: time.Minute,
		RefundAfter: time.Duration(d.r.IntN(3)) * time.Hour, Transport: sim.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // polling is enough
			http.Error(w, "closed", http.StatusBadGateway)
		})),
	})
	if err != nil {
		d.t.Fatal(err)
	}
	d.sim = wx
	defer wx.Close()
	d.clock = &setClock{}
	d.client, err = apiv2.New(apiv2.Config{
		Merchant: wechat.Merchant{AppID: sim.PracticeAppID, MchID: sim.PracticeMchID, Key: wechat.NewAPIKey(sim.PracticeKey), SignType: wechat.HMACSHA256},
		BaseURL:  "https://api.test", NotifyURL: "https://till.test/notify", DeviceInfo: "T1", Practice: true,
		Store: apiv2.Store{ID: "S001", Name: "柜台便利店"}, Transport: wx.RoundTripper(), Clock: d.clock,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	d.open()
	for range wishes {
		d.wish()
		if d.seen().Cart.Empty() { // it was sold, cleared, or held again
			d.recalled = 0
		}
		if d.books.isDead() {
			d.restart()
		}
	}
	d.close() // the disk is mended, and the program starts on what is there
	d.open()
	d.post(pos.DismissPay{})
	d.askBill()
	d.wait(9 * 24 * time.Hour)
	s := d.seen()
	if len(s.Pending) > 0 || len(s.Refunds) > 0 {
		d.t.Errorf("not at their end: %+v %+v", s.Pending, s.Refunds)
	}
	d.close()
	d.audit(s)
}

func (d *counterDays) open() {
	books, err := storetest.Open(d.t.Context(), store.Options{Dir: d.dir, Shop: testShop, Clock: d.clock})
	if err == nil {
		err = stock(d.t.Context(), books)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	d.books = &badDisk{Store: books}
	goods := stall{Catalogue: books, deals: []pos.Deal{
		{ID: 1, Name: "第二件半价", Kind: pos.DealNth, N: 2, Percent: 50_00, Items: []pos.ItemID{1, 2}},
		{ID: 2, Name: "3 件 10 元", Kind: pos.DealBundle, N: 3, Price: 10_00, Mixed: true, Items: []pos.ItemID{3, 4, 8}},
	}}
	d.till = checkout.New(checkout.Config{
		Shop: testShop, Ledger: d.books, Returns: d.books, Catalogue: goods, Goods: goods, Shifts: d.books, Rechecks: d.books, Holds: d.books,
		Gateway: d.client, Charger: d.client, Refunder: d.client, Finder: d.client, Notices: d.client, AutoRefund: true,
		Rules: pos.Rules{Rounding: pos.Roundings[d.r.IntN(len(pos.Roundings))], Others: []string{"支付宝"}},
		Clock: d.clock, Random: rand.Reader, Life: 5 * time.Minute, Log: slog.New(slog.DiscardHandler), Poke: func() {},
		Publish: func(s pos.Snapshot) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.last = s
		},
	})
	ctx, cancel := context.WithCancel(context.Background())
	d.stop, d.over = cancel, make(chan error, 1)
	go func() { d.over <- d.till.Run(ctx) }()
	synctest.Wait()
}

// restart starts the program on what the one before left, and looks whether a cart that was brought back is where it must be: among the held
// ones, until a sale of it is on disk.
func (d *counterDays) restart() {
	d.close()
	sold := d.books.sales > d.sold
	bubble.Sleep(time.Duration(d.r.IntN(600)) * time.Second)
	d.open()
	if d.recalled == 0 {
		return
	}
	held := slices.ContainsFunc(d.seen().Held, func(h pos.Held) bool { return h.ID == d.recalled })
	switch {
	case held && sold:
		d.t.Errorf("cart %d was sold, and is held", d.recalled)
	case !held && !sold:
		d.t.Errorf("cart %d was brought back, and is lost", d.recalled)
	case sold:
		d.did.add("a recalled cart on disk at a crash", 1)
	default:
		d.did.add("a recalled cart held again by a crash", 1)
	}
	d.recalled = 0
}

func (d *counterDays) close() {
	d.stop()
	if err := <-d.over; err != nil {
		d.t.Error(err)
	}
	if err := d.books.Close(); err != nil {
		d.t.Error(err)
	}
}

func (d *counterDays) seen() pos.Snapshot {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.last
}

func (d *counterDays) post(commands ...pos.Command) pos.Snapshot {
	for _, c := range commands {
		d.till.Post(c)
		d.wait(100 * time.Millisecond)
	}
	return d.seen()
}

func (d *counterDays) wait(t time.Duration) {
	bubble.Sleep(t)
}

// part is a part of what is due, or all of it.
func (d *counterDays) part() pos.Fen {
	due := d.seen().Due
	if due < 2 || d.r.IntN(3) == 0 {
		return 0
	}
	return pos.Fen(1 + d.r.IntN(int(due)))
}

// wish is something that somebody at the counter does.
func (d *counterDays) wish() {
	switch d.r.IntN(20) {
	case 0:
		d.books.mu.Lock()
		d.books.fails = true
		d.books.mu.Unlock()
	case 1:
		d.books.mu.Lock()
		d.books.lies = true
		d.books.mu.Unlock()
	case 2:
		d.books.mu.Lock()
		d.books.dies = true
		d.books.mu.Unlock()
	}
	s := d.seen()
	if d.r.IntN(12) == 0 {
		d.meanwhile(s)
		return
	}
	n := len(s.Cart.Lines)
	if n == 0 || d.r.IntN(3) == 0 {
		d.goods()
		return
	}
	const why, who = "不想要了", "李强"
	sale, pieces := 1+pos.SaleID(d.r.IntN(int(s.Last)+1)), map[int]int{1: 1}
	commands := []pos.Command{
		pos.CutLine{Line: d.r.IntN(n), Cut: pos.Cut{Kind: pos.CutPercent, N: int64(1 + d.r.IntN(100_00))}},
		pos.CutCart{Cut: pos.Cut{Kind: pos.CutAmount, N: int64(1 + d.r.IntN(500))}},
		pos.SetPrice{Line: d.r.IntN(n), Price: pos.Fen(d.r.IntN(1500))},
		pos.SetMember{On: d.r.IntN(2) == 0},
		pos.SetQuantity{Line: d.r.IntN(n), N: 1 + d.r.IntN(5)},
		pos.SetNote{Line: d.r.IntN(n), Note: "冰的"},
		pos.Undo{},
		pos.PayCash{},
		pos.PayCash{Part: d.part()},
		pos.PayCash{Part: d.part()},
		pos.PayOther{Name: "支付宝", Part: d.part()},
		pos.PayWeChat{},
		pos.PayWeChat{Part: d.part()},
		pos.PayWeChat{Part: d.part()},
		pos.ChargeCode{},
		pos.LeaveCode{},
		pos.LeaveCode{},
		pos.AskNow{},
		pos.GiveBack{},
		pos.Park{},
		pos.HoldCart{},
		pos.HoldCart{},
		pos.ClearCart{},
		pos.Exchange{Sale: sale, Pieces: pieces, Reason: why, Approver: who},
		pos.Exchange{Sale: sale, Pieces: pieces, Reason: why, Approver: who},
		pos.DropCredit{},
		pos.RefundSale{Sale: sale, Pieces: pieces, Reason: why, Approver: who},
		pos.RefundSale{Sale: sale, Void: true, Outside: true, Reason: why, Approver: who},
		pos.RefundSale{Sale: sale, Amount: 100, Outside: true, Reason: why, Approver: who},
		pos.ReturnCart{Reason: why, Approver: who},
	}
	if s.Due <= 0 && d.r.IntN(2) == 0 {
		d.post(pos.PayCash{})
		return
	}
	give := commands[d.r.IntN(len(commands))]
	if _, charge := give.(pos.ChargeCode); charge {
		code, err := d.sim.ShowCode(sim.Act{Kind: codeActs[d.r.IntN(len(codeActs))]})
		if err != nil {
			d.t.Fatal(err)
		}
		give = pos.ChargeCode{Code: pos.PaymentCode(code.Code)}
	}
	s = d.post(give)
	if s.Pay != nil && s.Pay.CodeURL != "" && d.r.IntN(2) == 0 {
		_, _ = d.sim.Pay(s.Pay.CodeURL, sim.Act{Kind: sim.PayNow, ScanAfter: time.Duration(d.r.IntN(8)) * time.Second}) // who is refused is part of life
		if d.r.IntN(3) > 0 {
			d.wait(10 * time.Second)
		}
	}
	d.wait(time.Duration(d.r.IntN(6)) * time.Second)
}

// codeActs is what customers do whose payment code is charged. Who pays twice, or after WeChat said that it is over, is not among them: without notices only
// the bill tells.
var codeActs = []string{
	sim.PayNow, sim.CodePassword, sim.CodeNever, sim.CodeNotEnough, sim.CodeExpired, sim.CodeSystemPaid, sim.CodeSilentPaid, sim.CodeSilentUnpaid,
}

// meanwhile is something about the drawer, a sale that was put aside, the clock, or what somebody else does.
func (d *counterDays) meanwhile(s pos.Snapshot) {
	switch d.r.IntN(9) {
	case 0:
		d.wait(time.Duration(6+d.r.IntN(20)) * time.Hour)
	case 1:
		d.clock.off.Add(int64(time.Duration(d.r.IntN(52)-26) * time.Hour))
	case 2:
		d.post(pos.MoveCash{Kind: pos.CashKinds[d.r.IntN(len(pos.CashKinds))], Amount: pos.Fen(1 + d.r.IntN(900)), Reason: "零钱"})
	case 3, 4:
		d.post(pos.CountDrawer{Count: pos.DrawerCount{Other: pos.Fen(d.r.IntN(9000))}})
		if d.r.IntN(3) > 0 { // and somebody may have paid meanwhile
			d.wait(time.Duration(d.r.IntN(9)) * time.Second)
			d.post(pos.CloseShift{Reason: "数过"})
		}
		d.post(pos.LeaveClose{})
	case 5:
		d.post(pos.OpenShift{Count: pos.DrawerCount{Other: pos.Fen(d.r.IntN(5000))}})
	case 6, 7:
		if n := len(s.Pending); n > 0 {
			d.post(pos.Unpark{Payment: s.Pending[d.r.IntN(n)].Payment})
		}
	default:
		money := d.sim.Money()
		if len(money) == 0 {
			return
		}
		m := money[d.r.IntN(len(money))]
		if _, err := d.sim.VendorRefund(m.OutTradeNo, 0, sim.RefundAct{}); err != nil {
			return // it went back before
		}
		d.vendor = append(d.vendor, m.OutTradeNo)
		d.askBill()
	}
}

// askBill is somebody who asks what became of what was refunded in the merchant platform, as a match with the bill has it.
func (d *counterDays) askBill() {
	for _, no := range d.vendor {
		d.post(pos.AskBilled{Item: pos.BillItem{Kind: pos.BillRefund, OutTradeNo: no}})
		d.wait(time.Second)
	}
}

// goods puts something into the cart, or brings a cart back.
func (d *counterDays) goods() {
	s := d.seen()
	if len(s.Held) > 0 && s.Cart.Empty() {
		id := s.Held[d.r.IntN(len(s.Held))].ID
		if s = d.post(pos.RecallCart{ID: id}); !s.Cart.Empty() {
			d.recalled, d.sold = id, d.books.sales
		}
		return
	}
	switch id := pos.ItemID(1 + d.r.IntN(9)); id {
	case 5:
		d.post(pos.AddWeighed{Item: id, Weight: 1 + d.r.IntN(3000)})
	case 6:
		d.post(pos.AddPriced{Item: id, Price: pos.Fen(1 + d.r.IntN(2000))})
	case 9:
		d.post(pos.NewItem{Item: pos.Item{Name: "杂货", Price: pos.Fen(1 + d.r.IntN(500))}, Once: true})
	default:
		d.post(pos.AddItem{Item: id})
	}
}

// audit has the ledger prove itself, then counts its accounts from its payments and refunds, and what WeChat took from WeChat's side.
func (d *counterDays) audit(s pos.Snapshot) {
	books, err := storetest.Open(d.t.Context(), store.Options{Dir: d.dir, Shop: testShop, Clock: d.clock})
	if err != nil {
		d.t.Fatal(err)
	}
	verdict, err := books.Verify(d.t.Context())
	if err != nil || !verdict.OK() || verdict.Sales == 0 {
		d.t.Errorf("verify: %d sales, %v %v", verdict.Sales, verdict.Faults, err)
	}
	all := d.reports(books)
	if err := books.Close(); err != nil {
		d.t.Fatal(err)
	}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(d.dir, store.File))}).String()+"?mode=ro")
	if err != nil {
		d.t.Fatal(err)
	}
	defer db.Close()
	sum := func(query string, args ...any) (n pos.Fen) {
		if err := db.QueryRowContext(d.t.Context(), query, args...).Scan(&n); err != nil {
			d.t.Fatal(err)
		}
		return n
	}
	account := func(a pos.Account) pos.Fen {
		return sum(`SELECT coalesce(sum(fen), 0) FROM posting WHERE account = ?`, string(a))
	}
	took := func(t pos.Tender) pos.Fen {
		return sum(`SELECT coalesce(sum(amount), 0) FROM payment WHERE tender = ? AND state = 'paid'`, string(t))
	}
	back := func(t pos.Tender) pos.Fen {
		return sum(`SELECT coalesce(sum(amount), 0) FROM refund WHERE tender = ? AND state = 'done'`, string(t))
	}
	alipay := pos.OtherTender("支付宝")
	var parts pos.Fen
	open := map[pos.Tender]pos.Fen{}
	for _, p := range s.Parts {
		parts += p.Amount
		open[p.Tender] += p.Amount
	}
	moved := sum(`SELECT coalesce(sum(CASE kind WHEN 'cash-in' THEN amount ELSE -amount END), 0) FROM cash_movement`)
	wechat := took(pos.TenderNative) + took(pos.TenderCode)
	wechatBack := sum(`SELECT coalesce(sum(f.amount), 0) FROM refund f WHERE f.tender GLOB 'wechat-*' AND f.state = 'done' AND f.exception IS NULL`)
	for _, x := range []struct {
		account pos.Account
		want    pos.Fen
	}{
		{pos.CashDrawer, took(pos.TenderCash) - back(pos.TenderCash) + moved + all.counted},
		{alipay.Account(), took(alipay) - back(alipay)},
		{pos.SaleDeposits, -parts},
		{pos.WeChatExceptions, 0},
		{pos.WeChatReceivable, wechat - wechatBack},
		{pos.SalesReturns, back(pos.TenderCash) + back(alipay) + back(pos.TenderExchange) + wechatBack},
	} {
		if got := account(x.account); got != x.want {
			d.t.Errorf("account %s has %s, counted again it is %s", x.account, got, x.want)
		}
	}
	// What all reports of the shifts say together, the open one's included.
	for _, x := range []struct {
		what      string
		got, want pos.Fen
	}{
		{"sales", all.net, sum(`SELECT coalesce(sum(gross - discount - rounding), 0) FROM sale WHERE state = 'closed'`)},
		{"cash", all.took[pos.TenderCash], took(pos.TenderCash) - open[pos.TenderCash]},
		{"Alipay", all.took[alipay], took(alipay) - open[alipay]},
		{"WeChat", all.took[pos.TenderNative] + all.took[pos.TenderCode], wechat - open[pos.TenderNative] - open[pos.TenderCode]},
		{"exchange", all.took[pos.TenderExchange], back(pos.TenderExchange)},
		{"returns in exchange", all.back[pos.TenderExchange], back(pos.TenderExchange)},
		{"returns in cash", all.back[pos.TenderCash], back(pos.TenderCash)},
		{"returns by Alipay", all.back[alipay], back(alipay)},
		{"returns by WeChat", all.back[pos.TenderNative] + all.back[pos.TenderCode], wechatBack},
		{"the drawer", all.drawer, account(pos.CashDrawer)},
	} {
		if x.got != x.want {
			d.t.Errorf("%s: the reports of all shifts say %s, counted again it is %s", x.what, x.got, x.want)
		}
	}
	for what, query := range map[string]string{
		"a shift that was counted":   `SELECT count(*) FROM shift WHERE report ->> '$.cash.counted_fen' IS NOT NULL`,
		"a shift that ended itself":  `SELECT count(*) FROM shift WHERE z IS NOT NULL AND report ->> '$.cash.counted_fen' IS NULL`,
		"cash moved":                 `SELECT count(*) FROM cash_movement`,
		"a part of another day":      `SELECT count(*) FROM sale_part q JOIN sale s ON s.id = q.sale WHERE s.day > q.day`,
		"a part back on another day": `SELECT count(*) FROM sale_part q JOIN journal j ON j.seq = q.back_entry WHERE j.body ->> '$.day' > q.day`,
		"a payment code":             `SELECT count(*) FROM payment WHERE tender = 'wechat-code' AND state = 'paid'`,
		"a refund in the platform":   `SELECT count(*) FROM refund WHERE portal`,
		"a sale":                     `SELECT count(*) FROM sale WHERE state = 'closed'`,
		"a sale in parts":            `SELECT count(DISTINCT sale) FROM sale_part`,
		"parts given back":           `SELECT count(*) FROM sale_part WHERE back_at IS NOT NULL`,
		"rounding":                   `SELECT count(*) FROM sale WHERE rounding <> 0`,
		"an exchange":                `SELECT count(*) FROM refund WHERE tender = 'exchange' AND state = 'done'`,
		"an exchange that owes":      `SELECT count(*) FROM refund o WHERE tender <> 'exchange' AND EXISTS (SELECT 1 FROM refund x WHERE x.tender = 'exchange' AND x.payment = o.payment AND x.asked_at = o.asked_at)`,
		"a void exchange":            `SELECT count(*) FROM refund WHERE tender = 'exchange' AND state = 'closed'`,
		"a refund by WeChat":         `SELECT count(*) FROM refund WHERE tender = 'wechat-native' AND state = 'done' AND exception IS NULL`,
		"a refund outside":           `SELECT count(*) FROM refund WHERE tender GLOB 'other:*' AND state = 'done'`,
		"goods without a sale":       `SELECT count(*) FROM refund WHERE payment IS NULL`,
		"a part too late":            `SELECT count(*) FROM exception`,
	} {
		d.did.add(what, int(sum(query)))
	}
	var there pos.Fen
	for _, m := range d.sim.Money() {
		there += pos.Fen(m.TotalFee - m.GivenBack)
	}
	if got := account(pos.WeChatReceivable); got != there {
		d.t.Errorf("WeChat has %s of the shop's, the books say %s", there, got)
	}
}

// reported is what the reports of all shifts come to together.
type reported struct {
	net, counted, drawer pos.Fen // counted: what counting put into the drawer or took out of it
	took, back           map[pos.Tender]pos.Fen
}

// reports adds up the Z reports, and the X report of the shift that is open.
func (d *counterDays) reports(books *store.Store) reported {
	all := reported{took: map[pos.Tender]pos.Fen{}, back: map[pos.Tender]pos.Fen{}}
	ctx := d.t.Context()
	if open, err := books.Shift(ctx); err != nil || open == nil { // what was booked since the last close belongs to the next shift
		if _, err := books.OpenShift(ctx, pos.DrawerCount{}, "", "", d.clock.Now()); err != nil {
			d.t.Fatal(err)
		}
	}
	x, err := books.XReport(ctx, d.clock.Now())
	if err != nil {
		d.t.Fatal(err)
	}
	last, err := books.LastZ(ctx)
	if err != nil {
		d.t.Fatal(err)
	}
	list := []pos.ShiftReport{x}
	for z := 1; z <= last; z++ {
		r, err := books.ZReport(ctx, z)
		if err != nil {
			d.t.Fatal(err)
		}
		list = append(list, r)
	}
	for _, r := range list {
		all.net += r.Net
		for _, t := range r.Tenders {
			all.took[t.Tender] += t.Fen
		}
		for _, t := range r.Returned {
			all.back[t.Tender] += t.Fen
		}
		all.counted += r.Cash.Float + r.Cash.Variance - r.Cash.ToSafe
	}
	all.drawer = x.Cash.Expected
	return all
}
