package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/checkout"
	"guitai/pos/reconcile"
	"guitai/pos/wechat"
	"guitai/pos/wechat/apiv2"
	"guitai/pos/wechat/sim"
	"guitai/store"
)

var (
	monthDays  = flag.Int("month.days", 4, "TestMonth: how many days the shop is open")
	monthSales = flag.Int("month.sales", 24, "TestMonth: about how many customers come in a day")
	monthSeed  = flag.Uint64("month.seed", 1, "TestMonth: the seed of the script")
)

// TestMonth keeps a shop for a month in virtual time: two shifts a day with counted drawers, cash, QR and payment codes, coupons, refunds
// allowed by the owner's PIN, exceptions, cash that moves, customers who pay over midnight. The till, the ledger, the client and WeChat's side
// are the real ones. Every day is then counted again from the outside, from the paper that customers and cashiers hold ([recount]), and must
// agree to the fen with the day's takings, the Z reports, and the exports as files; and every morning WeChat's bill of the day before, which
// lies where the test planted it, must be found to differ in exactly that.
//
// The short form runs in every `go test`. The long form, 30 days and about 10,000 sales, is `make month`.
func TestMonth(t *testing.T) {
	dir := memory(t)
	synctest.Test(t, func(t *testing.T) {
		m := &month{t: t, dir: dir, r: mathrand.New(mathrand.NewPCG(*monthSeed, 4)), count: newRecount(), planted: map[pos.Day]map[string]pos.FindingClass{}}
		wx, err := sim.New(sim.Options{
			Bill: sim.BillOptions{BOM: true, CRLF: true, Payouts: true},
			Transport: sim.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if m.till == nil {
					http.Error(w, "closed", http.StatusBadGateway)
					return
				}
				m.till.ServeHTTP(w, r)
			})),
		})
		if err != nil {
			t.Fatal(err)
		}
		m.sim = wx
		defer wx.Close()
		m.open()
		defer m.close()
		m.hire()
		for range *monthDays {
			m.day()
		}
		m.sleepUntil(12 * time.Hour) // the last bills
		m.morning()
		m.sleepUntil(12 * time.Hour)
		m.morning()
		m.judge()
	})
}

// month is the shop and its script.
type month struct {
	t   *testing.T
	dir string
	r   *mathrand.Rand
	sim *sim.Sim

	store  *store.Store
	client *apiv2.Client
	till   *checkout.Till
	stop   context.CancelFunc
	over   chan error

	mu   sync.Mutex
	last pos.Snapshot

	owner, cashier pos.StaffID
	days           []pos.Day // that the shop was open on
	count          *recount
	matched        int // rows of bills that agreed
	billed         []pos.Day
	planted        map[pos.Day]map[string]pos.FindingClass // by out_trade_no or out_refund_no
}

const (
	ownerPIN   pos.PIN = "2580"
	cashierPIN pos.PIN = "1470"
	float              = 500_00
)

func (m *month) open() {
	m.t.Helper()
	var err error
	if m.store, err = store.Open(m.t.Context(), store.Options{Dir: m.dir, Shop: testShop, Clock: systemClock{}}); err != nil {
		m.t.Fatal(err)
	}
	if err := stock(m.t.Context(), m.store); err != nil {
		m.t.Fatal(err)
	}
	m.client, err = apiv2.New(apiv2.Config{
		Merchant: wechat.Merchant{
			AppID: sim.PracticeAppID, MchID: sim.PracticeMchID, Key: wechat.NewAPIKey(sim.PracticeKey), SignType: "HMAC-SHA256",
		},
		BaseURL: "https://api.test", BackupURL: "https://api2.test", NotifyURL: "https://till.test/notify", DeviceInfo: "T1", Practice: true,
		Store: apiv2.Store{ID: "S001", Name: "柜台便利店"}, Transport: m.sim.RoundTripper(),
	})
	if err != nil {
		m.t.Fatal(err)
	}
	m.till = checkout.New(checkout.Config{
		Shop: testShop, Ledger: m.store, Returns: m.store, Catalogue: m.store, Staff: m.store, Shifts: m.store, Rechecks: m.store,
		Gateway: m.client, Charger: m.client, Refunder: m.client, Finder: m.client, Notices: m.client, AutoRefund: true,
		ShiftsRequired: true, VarianceLimit: 10_00, Clock: systemClock{}, Random: rand.Reader, Life: 5 * time.Minute,
		Log: slog.New(slog.DiscardHandler), Poke: func() {},
		Publish: func(s pos.Snapshot) {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.last = s
		},
	})
	ctx, cancel := context.WithCancel(m.t.Context())
	m.stop, m.over = cancel, make(chan error, 1)
	go func() { m.over <- m.till.Run(ctx) }()
	synctest.Wait()
}

func (m *month) close() {
	m.stop()
	if err := <-m.over; err != nil {
		m.t.Error(err)
	}
	if err := m.store.Close(); err != nil {
		m.t.Error(err)
	}
}

func (m *month) wait(d time.Duration) pos.Snapshot {
	bubble.Sleep(d)
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.last
}

func (m *month) do(commands ...pos.Command) pos.Snapshot {
	for _, c := range commands {
		m.till.Post(c)
		synctest.Wait()
	}
	return m.wait(200 * time.Millisecond)
}

// now is the shop's clock.
func (m *month) now() time.Time { return time.Now().In(testShop.Calendar.Zone) }

// sleepUntil lets time pass until the shop's clock shows a time of day.
func (m *month) sleepUntil(at time.Duration) {
	now := m.now()
	then := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location()).Add(at)
	if !then.After(now) {
		then = then.AddDate(0, 0, 1)
	}
	m.wait(then.Sub(now))
}

func (m *month) hire() {
	s := m.do(pos.AddPerson{Name: "李强", Role: pos.RoleOwner, PIN: ownerPIN})
	s = m.do(pos.AddPerson{Name: "王芳", Role: pos.RoleCashier, PIN: cashierPIN})
	for _, p := range s.Staff.People {
		if p.Role == pos.RoleOwner {
			m.owner = p.ID
		} else {
			m.cashier = p.ID
		}
	}
	if m.owner == 0 || m.cashier == 0 {
		m.t.Fatalf("nobody was hired: %+v %+v", s.Staff, s.Message)
	}
}

// signIn puts a person at the till.
func (m *month) signIn(id pos.StaffID, pin pos.PIN) {
	m.t.Helper()
	if s := m.do(pos.SignIn{Person: id, PIN: pin}); s.Staff.Locked || s.Staff.Who.ID != id {
		m.t.Fatalf("%d is not at the till: %+v %+v", id, s.Staff, s.Message)
	}
}

// allowed gives a command that the cashier may not give alone.
func (m *month) allowed(c pos.Command) pos.Snapshot {
	return m.do(pos.Approved{Command: c, By: m.owner, PIN: ownerPIN})
}

// day is one business day: morning shift, evening shift, night.
func (m *month) day() {
	m.sleepUntil(7*time.Hour + 30*time.Minute)
	m.days = append(m.days, testShop.Calendar.DayOf(time.Now()))
	m.signIn(m.cashier, cashierPIN)
	m.openShift(float)
	half := *monthSales / 2
	for i := range half {
		if i == half/3 {
			m.sleepUntil(max(10*time.Hour+20*time.Minute, time.Duration(m.now().Hour())*time.Hour+59*time.Minute))
			m.morning()
		}
		m.customer()
	}
	m.wait(2 * time.Minute)
	m.closeShift()
	m.signIn(m.owner, ownerPIN)
	m.openShift(float)
	for range half {
		m.customer()
	}
	m.sleepUntil(23*time.Hour + 58*time.Minute)
	for range 3 {
		m.overMidnight()
	}
	for range 3 {
		m.customer()
	}
	m.wait(10 * time.Minute)
	m.closeShift()
	m.do(pos.Lock{})
	m.papers()
}

// counted is an amount in notes and coins.
func counted(f pos.Fen) pos.DrawerCount {
	var c pos.DrawerCount
	for _, d := range pos.Denominations {
		if n := int(f / d); n > 0 {
			c.Pieces = append(c.Pieces, pos.Pieces{Fen: d, N: n})
			f -= d.Times(n)
		}
	}
	c.Other = f
	return c
}

func (m *month) openShift(f pos.Fen) {
	m.t.Helper()
	s := m.do(pos.OpenShift{Count: counted(f)})
	if s.Shift.Current == nil || s.Shift.Blocked != pos.CodeNone || !s.Shift.Current.Float {
		m.t.Fatalf("no shift: %+v %+v", s.Shift, s.Message)
	}
	m.count.opened(f)
}

// closeShift counts what the test itself knows to be in the drawer, sometimes wrongly by a little, and closes.
func (m *month) closeShift() {
	m.t.Helper()
	m.do(pos.DismissPay{}, pos.DismissDone{}, pos.ClearCart{})
	m.papers()
	off := pos.Fen(0)
	if m.r.IntN(3) == 0 {
		off = pos.Fen(m.r.IntN(4001) - 2000)
	}
	there := m.count.drawer + off
	if m.r.IntN(4) == 0 { // somebody counts wrongly first
		m.do(pos.CountDrawer{Count: counted(there + 100)})
	}
	s := m.do(pos.CountDrawer{Count: counted(there)})
	if s.Shift.Counted == nil || s.Shift.Counted.Expected != m.count.drawer || s.Shift.Counted.Variance() != off {
		m.t.Fatalf("counted %+v, the test's own count is %v: %+v", s.Shift.Counted, m.count.drawer, s.Message)
	}
	reason := ""
	if off != 0 {
		reason = "找零出入"
	}
	keep := min(pos.Fen(float), there)
	c := pos.CloseShift{Reason: reason, Keep: keep}
	if s.Shift.NeedsSign {
		s = m.allowed(c)
	} else {
		s = m.do(c)
	}
	z := s.Shift.Closed
	if z == nil || z.Z != m.count.z+1 {
		m.t.Fatalf("not closed: %+v %+v", s.Shift, s.Message)
	}
	m.count.closed(*z, off, keep)
	m.papers()
}

// fill puts goods into the cart.
func (m *month) fill() {
	for range 1 + m.r.IntN(4) {
		item := pos.ItemID(1 + m.r.IntN(100))
		if m.r.IntN(5) == 0 {
			m.do(pos.ScanText{Text: fmt.Sprintf("%d*", 2+m.r.IntN(5))})
		}
		m.do(pos.AddItem{Item: item})
	}
}

// code asks for a QR and waits for it.
func (m *month) code() *pos.PayView {
	s := m.do(pos.PayWeChat{})
	for range 20 {
		if s.Pay != nil && s.Pay.CodeURL != "" {
			return s.Pay
		}
		s = m.wait(500 * time.Millisecond)
	}
	m.t.Fatalf("no code: %+v %+v", s.Pay, s.Message)
	return nil
}

func (m *month) pays(v *pos.PayView, act sim.Act) {
	m.t.Helper()
	if _, err := m.sim.Pay(v.CodeURL, act); err != nil {
		m.t.Fatal(err)
	}
}

// paid waits until the payment in front is paid.
func (m *month) paid() pos.SaleID {
	m.t.Helper()
	for range 90 {
		if s := m.wait(time.Second); s.Done != nil {
			return s.Done.Sale
		}
	}
	m.t.Fatalf("never paid: %+v %+v", m.last.Pay, m.last.Message)
	return 0
}

// customer serves somebody.
func (m *month) customer() {
	m.t.Helper()
	m.do(pos.DismissDone{}, pos.DismissPay{})
	m.fill()
	switch n := m.r.IntN(100); {
	case n < 34:
		tendered := pos.Fen(0)
		if m.r.IntN(2) == 0 {
			tendered = (m.last.Cart.Total()/100 + 1) * 100
		}
		if s := m.do(pos.PayCash{Tendered: tendered}); s.Done == nil {
			m.t.Fatalf("no cash sale: %+v", s.Message)
		}
	case n < 70:
		m.pays(m.code(), sim.Act{Kind: sim.PayNow, ScanAfter: time.Duration(1+m.r.IntN(9)) * time.Second})
		m.paid()
	case n < 74:
		m.pays(m.code(), sim.Act{Kind: sim.PayCoupon, ScanAfter: time.Second})
		m.paid()
	case n < 84:
		c, err := m.sim.ShowCode(sim.Act{Kind: sim.PayNow})
		if err != nil {
			m.t.Fatal(err)
		}
		m.do(pos.PayWeChat{}, pos.ScanText{Text: c.Code})
		m.paid()
	case n < 87: // cancelled, the goods go back on the shelf, and paid after all: it gives itself back
		m.pays(m.code(), sim.Act{Kind: sim.PayNow, ScanAfter: 6 * time.Second})
		m.do(pos.LeaveCode{}, pos.ClearCart{})
		m.wait(3 * time.Minute)
	case n < 89:
		m.pays(m.code(), sim.Act{Kind: sim.PayTwice, ScanAfter: time.Second})
		m.paid()
		m.wait(3 * time.Minute)
	case n < 92: // put aside while the customer looks for the phone
		m.pays(m.code(), sim.Act{Kind: sim.PayNow, ScanAfter: 40 * time.Second})
		m.do(pos.Park{})
		m.wait(time.Minute)
	case n < 97:
		m.pays(m.code(), sim.Act{Kind: sim.PayNow, ScanAfter: time.Second})
		m.refund(m.paid())
	default:
		if s := m.do(pos.PayCash{}); s.Done != nil {
			m.refund(s.Done.Sale)
		}
		m.cashMoves()
	}
	m.wait(time.Duration(10+m.r.IntN(80)) * time.Second)
}

// refund gives back a piece or an amount of a sale.
func (m *month) refund(sale pos.SaleID) {
	m.t.Helper()
	c := pos.RefundSale{Sale: sale, Amount: pos.Fen(1 + m.r.IntN(100)), Reason: "包装破损"}
	if m.r.IntN(2) == 0 {
		c.Amount, c.Pieces = 0, map[int]int{1: 1}
	}
	m.wait(2 * time.Second)
	s := m.last
	if s.Staff.May(pos.DeedRefund) {
		s = m.do(c)
	} else {
		s = m.allowed(c)
	}
	if s.Message.ID != "refund-asked" && s.Message.ID != "refund-cash" && s.Message.ID != "refund-done" && s.Message.ID != "refund-too-much" {
		m.t.Errorf("refund of %d: %+v %+v", sale, s.Message, s.Staff.Answer)
	}
	m.wait(70 * time.Second) // WeChat takes another of the same order a minute later
}

func (m *month) cashMoves() {
	for _, c := range []pos.MoveCash{
		{Kind: pos.CashIn, Amount: 50_00, Reason: "换零"},
		{Kind: pos.CashPaidOut, Amount: pos.Fen(1 + m.r.IntN(2000)), Reason: "买打印纸"},
		{Kind: pos.CashDrop, Amount: 30_00, Reason: "入柜"},
	} {
		if m.r.IntN(2) == 0 {
			m.allowed(c)
		}
	}
	m.allowed(pos.OpenDrawer{Reason: "找零"})
	m.do(pos.ReprintLast{})
}

// overMidnight is a QR asked for before midnight and paid after it: the same business day, the next bill.
func (m *month) overMidnight() {
	m.t.Helper()
	m.do(pos.DismissDone{}, pos.DismissPay{})
	m.fill()
	v := m.code()
	left := time.Duration(1) + time.Second
	if now := m.now(); now.Hour() == 23 {
		left = time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 1, 0, now.Location()).Sub(now)
	}
	m.pays(v, sim.Act{Kind: sim.PayNow, ScanAfter: left})
	m.wait(left)
	m.paid()
}

// papers takes what was printed since and counts it.
func (m *month) papers() {
	m.t.Helper()
	for {
		job, err := m.store.NextJob(m.t.Context())
		if err != nil {
			m.t.Fatal(err)
		}
		if job == nil {
			return
		}
		var rec pos.SaleRecord
		if job.Sale != 0 {
			if rec, err = m.store.Record(m.t.Context(), job.Sale); err != nil {
				m.t.Fatal(err)
			}
		}
		text, err := paperSetup.Text(*job, rec, testShop)
		if err != nil {
			m.t.Fatalf("job %d (%s): %v", job.ID, job.Document, err)
		}
		if err := m.count.paper(job.Document, text); err != nil {
			m.t.Fatalf("job %d (%s): %v\n%s", job.ID, job.Document, err, text)
		}
		if err := m.store.MarkJob(m.t.Context(), job.ID, pos.PrintDone, 1, pos.CodeNone, ""); err != nil {
			m.t.Fatal(err)
		}
	}
}

// morning fetches WeChat's bill of the day before, in which the test has planted something every third day, and matches it.
func (m *month) morning() {
	m.t.Helper()
	day := pos.BillDay(time.Now().AddDate(0, 0, -1))
	if len(m.billed) > 0 && m.billed[len(m.billed)-1] == day || len(m.days) < 2 && len(m.billed) == 0 && day < m.days[0] {
		return
	}
	m.billed = append(m.billed, day)
	want := m.plant(day)
	file, err := m.client.TradeBill(m.t.Context(), day)
	if err != nil {
		m.t.Fatalf("bill of %v: %v", day, err)
	}
	got, err := reconcile.Match(m.t.Context(), file, m.store, reconcile.Options{Shop: testShop, AppID: sim.PracticeAppID, Day: day, TempDir: m.dir})
	if err != nil {
		m.t.Fatalf("match of %v: %v", day, err)
	}
	_ = file.Close() // it was read
	if _, err := m.store.KeepBill(m.t.Context(), got, "李强", time.Now()); err != nil {
		m.t.Fatal(err)
	}
	m.matched += got.Summary.Match
	if !got.Summary.Balanced() {
		m.t.Errorf("%v does not balance: %+v", day, got.Summary)
	}
	for _, f := range got.Findings {
		if f.Class == pos.FindMatch {
			continue
		}
		no := f.Item().OutTradeNo
		if class, ok := want[no]; !ok || class != f.Class {
			m.t.Errorf("%v: found %s (%s) of %s, planted %q", day, f.Class, f.Cause, no, want[no])
		}
		delete(want, no)
	}
	for no, class := range want {
		m.t.Errorf("%v: %s of %s was planted and not found", day, class, no)
	}
	m.fundFlow(day)
}

// fundFlow matches the bill of what moved on the balance: it brings the payouts.
func (m *month) fundFlow(day pos.Day) {
	m.t.Helper()
	file, err := m.client.FundFlow(m.t.Context(), day)
	if err != nil {
		m.t.Fatalf("fund flow of %v: %v", day, err)
	}
	got, err := reconcile.Match(m.t.Context(), file, m.store, reconcile.Options{Shop: testShop, AppID: sim.PracticeAppID, Day: day, TempDir: m.dir})
	if err != nil {
		m.t.Fatalf("match of the funds of %v: %v", day, err)
	}
	_ = file.Close() // it was read
	if _, err := m.store.KeepBill(m.t.Context(), got, "李强", time.Now()); err != nil {
		m.t.Fatal(err)
	}
}

// plant makes a bill wrong, and returns what must be found, by order number.
func (m *month) plant(day pos.Day) map[string]pos.FindingClass {
	m.t.Helper()
	want := map[string]pos.FindingClass{}
	if len(m.billed)%3 != 0 {
		return want
	}
	for kind, class := range map[string]pos.FindingClass{sim.WrongLacks: pos.FindOurs, sim.WrongAmount: pos.FindDiffer, sim.WrongForeign: pos.FindTheirs} {
		d := sim.Difference{Day: day.Compact(), Kind: kind}
		if kind == sim.WrongForeign { // as an order of this till that these books have lost
			d.Row = fmt.Sprintf("S001-T1-%sLOST%08d", day.Compact()[2:], m.r.IntN(1e8))
		}
		d, err := m.sim.Plant(d)
		if err != nil {
			m.t.Fatalf("plant %s on %v: %v", kind, day, err)
		}
		want[d.OutTradeNo] = class
	}
	return want
}

// judge holds every day's figures against the paper, and the end of the books against WeChat's own money.
func (m *month) judge() {
	m.t.Helper()
	ctx := m.t.Context()
	m.papers()
	v, err := m.store.Verify(ctx)
	if err != nil || !v.OK() {
		m.t.Fatalf("the books do not prove themselves: %v %v", err, v.Faults)
	}
	for _, d := range m.days {
		m.count.judgeDay(m.t, m.store, d)
	}
	m.count.judgeMonth(m.t, m.store, m.days)
	m.count.judgeShifts(m.t, m.store)
	m.judgeMoney()
	var out bytes.Buffer
	fmt.Fprintf(&out, "%d days, %d sales, %d refunds, %d Z reports on paper; %d rows of %d bills agreed", len(m.days), m.count.sales(), m.count.refunds(), m.count.z, m.matched, len(m.billed))
	m.t.Log(out.String())
}
