package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/checkout"
	"guitai/pos/wechat"
	"guitai/pos/wechat/apiv1"
	"guitai/pos/wechat/apiv2"
	"guitai/pos/wechat/sim"
	"guitai/store"
	"guitai/store/storetest"
)

// shopTest is a whole shop in virtual time: the real till, ledger and client against the simulator.
type shopTest struct {
	t   *testing.T
	dir string
	sim *sim.Sim

	store  *store.Store
	client *apiv2.Client
	v1     *apiv1.Client
	stop   context.CancelFunc
	over   chan error

	mu    sync.Mutex // for what WeChat's side reads, at any time: a notice may come while the till is started again
	till  *checkout.Till
	phone http.Handler // what customers' phones reach; nil for none
	last  pos.Snapshot
}

var testShop = pos.Shop{
	Name: "柜台便利店", ID: "S001", Till: "T1", MchID: sim.PracticeMchID,
	Calendar: pos.Calendar{Zone: time.FixedZone("CST", 8*3600), Starts: 4 * time.Hour},
}

// inShop runs a test in a bubble of virtual time. notices lets WeChat's notices reach the till.
func inShop(t *testing.T, notices bool, o sim.Options, f func(s *shopTest)) {
	t.Helper()
	inShopAfter(t, 0, notices, o, f)
}

// inShopAfter is inShop some time after the beginning of 2000, when virtual time begins.
func inShopAfter(t *testing.T, past time.Duration, notices bool, o sim.Options, f func(s *shopTest)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		bubble.Sleep(past)
		s := &shopTest{t: t, dir: t.TempDir()}
		o.Transport = sim.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.mu.Lock()
			till, phone := s.till, s.phone
			s.mu.Unlock()
			if phone != nil && r.URL.Path != "/notify" {
				phone.ServeHTTP(w, r)
				return
			}
			if !notices || till == nil {
				http.Error(w, "nobody is here", http.StatusBadGateway)
				return
			}
			till.ServeHTTP(w, r)
		}))
		wx, err := sim.New(o)
		if err != nil {
			t.Fatal(err)
		}
		s.sim = wx
		defer wx.Close()
		s.open()
		defer s.close()
		f(s)
	})
}

func (s *shopTest) open() {
	s.t.Helper()
	var err error
	if s.store, err = storetest.Open(s.t.Context(), store.Options{Dir: s.dir, Shop: testShop, Clock: systemClock{}}); err != nil {
		s.t.Fatal(err)
	}
	if err := stock(s.t.Context(), s.store); err != nil {
		s.t.Fatal(err)
	}
	client, err := apiv2.New(apiv2.Config{
		MiniAppID: sim.PracticeMiniAppID, AppAppID: sim.PracticeAppAppID,
		Merchant: wechat.Merchant{
			AppID: sim.PracticeAppID, MchID: sim.PracticeMchID, Key: wechat.NewAPIKey(sim.PracticeKey), SignType: "HMAC-SHA256",
		},
		BaseURL: "https://api.test", BackupURL: "https://api2.test", NotifyURL: "https://till.test/notify", DeviceInfo: "T1",
		Store: apiv2.Store{ID: "S001", Name: "柜台便利店"}, Transport: s.sim.RoundTripper(),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.client = client
	if s.v1, err = apiv1.New(apiv1.Config{
		AppID: sim.PracticeV1AppID, AppSecret: wechat.NewAPIKey(sim.PracticeV1Secret), PartnerID: sim.PracticeV1PartnerID,
		PartnerKey: wechat.NewAPIKey(sim.PracticeV1PartnerKey), PaySignKey: wechat.NewAPIKey(sim.PracticeV1PaySignKey),
		BaseURL: "https://old.test", NotifyURL: "https://till.test/notify", Transport: s.sim.RoundTripper(), Tokens: tokenFile(s.dir),
	}); err != nil {
		s.t.Fatal(err)
	}
	till := checkout.New(checkout.Config{
		V1: s.v1, V1Notices: s.v1,
		Shop: testShop, Ledger: s.store, Returns: s.store, Staff: s.store, Shifts: s.store, Catalogue: s.store, Gateway: client, Notices: client, Clock: systemClock{},
		Random: rand.Reader, Life: 5 * time.Minute, Log: slog.New(slog.DiscardHandler), Poke: func() {},
		Publish: func(p pos.Snapshot) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.last = p
		},
	})
	s.mu.Lock()
	s.till = till
	s.mu.Unlock()
	ctx, cancel := context.WithCancel(s.t.Context())
	s.stop, s.over = cancel, make(chan error, 1)
	go func(over chan<- error) { over <- till.Run(ctx) }(s.over)
	synctest.Wait()
}

func (s *shopTest) close() {
	s.t.Helper()
	s.stop()
	if err := <-s.over; err != nil {
		s.t.Error(err)
	}
	if err := s.store.Close(); err != nil {
		s.t.Error(err)
	}
}

func (s *shopTest) wait(d time.Duration) pos.Snapshot {
	bubble.Sleep(d)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

func (s *shopTest) do(commands ...pos.Command) pos.Snapshot {
	for _, c := range commands {
		s.till.Post(c)
		synctest.Wait()
	}
	return s.wait(100 * time.Millisecond)
}

// sellCola scans a cola and asks for a QR.
func (s *shopTest) sellCola() *pos.PayView {
	s.t.Helper()
	got := s.do(pos.ScanText{Text: "6901234567892"}, pos.PayWeChat{})
	if got.Pay == nil {
		s.t.Fatalf("no payment on screen: %+v", got.Message)
	}
	return got.Pay
}

func (s *shopTest) payer(order, kind string) {
	s.t.Helper()
	if _, err := s.sim.Pay(order, sim.Act{Kind: kind}); err != nil {
		s.t.Fatal(err)
	}
}

// rows reads every order of the books.
func (s *shopTest) rows() []pos.PaymentRow {
	s.t.Helper()
	var rows []pos.PaymentRow
	err := s.store.EachPayment(s.t.Context(), pos.Span{From: 19991230, To: 20991231}, func(r pos.PaymentRow) error {
		rows = append(rows, r)
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return rows
}

// audit compares the books with WeChat's, and lets the ledger prove itself.
func (s *shopTest) audit() {
	s.t.Helper()
	rows := s.rows()
	took := map[string]pos.PaymentRow{}
	sales := map[pos.SaleID]int{}
	for _, r := range rows {
		took[r.Payment.OutTradeNo] = r
		if r.Payment.State == pos.Paid {
			sales[r.Payment.Sale]++
		}
	}
	for id, n := range sales {
		if n != 1 {
			s.t.Errorf("sale %d was settled %d times", id, n)
		}
	}
	for _, o := range s.sim.Orders() {
		r, known := took[o.OutTradeNo]
		switch {
		case !known:
			s.t.Errorf("WeChat has an order %s that the books do not know", o.OutTradeNo)
		case len(o.Payments) > 0 && !r.Payment.State.Took():
			s.t.Errorf("WeChat took %s, the books say %s", o.OutTradeNo, r.Payment.State)
		case len(o.Payments) == 0 && r.Payment.State.Took():
			s.t.Errorf("the books have money for %s that WeChat never took", o.OutTradeNo)
		case len(o.Payments) == 1 && int64(r.Payment.Amount) != o.Payments[0].TotalFee:
			s.t.Errorf("%s: %d fen at WeChat, %d in the books", o.OutTradeNo, o.Payments[0].TotalFee, r.Payment.Amount)
		case len(o.Payments) == 1 && int64(r.Payment.Settlement) != o.Payments[0].SettlementFee:
			s.t.Errorf("%s: the shop gets %d fen by WeChat, %d by the books", o.OutTradeNo, o.Payments[0].SettlementFee, r.Payment.Settlement)
		}
	}
	for _, c := range s.sim.Calls() {
		if len(c.Unknown) > 0 {
			s.t.Errorf("%s was sent fields that WeChat does not have: %v", c.Path, c.Unknown)
		}
	}
	verdict, err := s.store.Verify(s.t.Context())
	if err != nil || !verdict.OK() {
		s.t.Errorf("verify: %v %v", verdict.Faults, err)
	}
}

func TestShop_APollProvesIt(t *testing.T) {
	inShop(t, false, sim.Options{}, func(s *shopTest) {
		pay := s.sellCola()
		s.wait(10 * time.Second)
		s.payer(pay.CodeURL, sim.PayNow)
		got := s.wait(3 * time.Second)
		if got.Done == nil || got.Done.Amount != 300 || got.Done.Receipt.String() != "S001-T1-19991231-0001" && got.Done.Receipt.Seq != 1 {
			s.t.Fatalf("%+v", got)
		}
		if rows := s.rows(); len(rows) != 1 || rows[0].Payment.Evidence != pos.ByPoll || rows[0].Payment.Amount != 300 {
			s.t.Fatalf("%+v", rows)
		}
		s.audit()
	})
}

func TestShop_ANoticeProvesItAtOnce(t *testing.T) {
	inShop(t, true, sim.Options{}, func(s *shopTest) {
		pay := s.sellCola()
		s.payer(pay.CodeURL, sim.PayNow)
		if got := s.wait(50 * time.Millisecond); got.Done == nil {
			s.t.Fatal("a verified notice settles without a poll")
		}
		if r := s.rows()[0]; r.Payment.Evidence != pos.ByNotify {
			s.t.Errorf("proved by %s", r.Payment.Evidence)
		}
		if d := s.sim.Deliveries(); len(d) != 1 || d[0].State != sim.DeliveryDone || len(d[0].Attempts) != 1 {
			s.t.Errorf("%+v", d)
		}
		s.audit()
	})
}

func TestShop_NoticesThatAreNotMoney(t *testing.T) {
	for _, kind := range []string{"sign", "merchant", "amount"} {
		t.Run(kind, func(t *testing.T) {
			inShop(t, true, sim.Options{}, func(s *shopTest) {
				if err := s.sim.SetFault(sim.Fault{Name: sim.FaultNoticeForged, Count: sim.Always, Path: kind}); err != nil {
					s.t.Fatal(err)
				}
				if err := s.sim.SetFault(sim.Fault{Name: sim.FaultHTTP502, Count: sim.Always, Path: "orderquery"}); err != nil {
					s.t.Fatal(err)
				}
				pay := s.sellCola()
				s.payer(pay.CodeURL, sim.PayNow)
				s.wait(20 * time.Millisecond)
				forged := slices.ContainsFunc(s.sim.Deliveries(), func(d sim.Delivery) bool { return d.Kind != sim.NoticeTrue && len(d.Attempts) > 0 })
				if !forged {
					s.t.Fatal("no forgery was sent")
				}
				s.sim.ClearFaults()
				got := s.wait(30 * time.Second)
				if got.Done == nil && got.Last == 0 {
					s.t.Fatal("the true word comes in the end")
				}
				s.audit()
			})
		})
	}
}

func TestShop_DuplicateLateAndReorderedNotices(t *testing.T) {
	for _, fault := range []string{sim.FaultNoticeDuplicate, sim.FaultNoticeLate, sim.FaultNoticeReordered, sim.FaultNoticeLost} {
		t.Run(fault, func(t *testing.T) {
			inShop(t, true, sim.Options{}, func(s *shopTest) {
				if err := s.sim.SetFault(sim.Fault{Name: fault, Count: sim.Always}); err != nil {
					s.t.Fatal(err)
				}
				for range 3 {
					s.payer(s.sellCola().CodeURL, sim.PayNow)
					if got := s.wait(3 * time.Second); got.Done == nil {
						s.t.Fatal("paid")
					}
				}
				s.wait(48 * time.Hour)
				s.audit()
			})
		})
	}
}

func TestShop_Payers(t *testing.T) {
	tests := []struct {
		kind   string
		closed bool // the sale is settled
		except int
	}{
		{sim.PayNow, true, 0},
		{sim.WrongPassword, true, 0},
		{sim.PayCoupon, true, 0},
		{sim.WalkAway, false, 0},
		{sim.PayTwice, true, 1},
		{sim.OtherAmount, false, 1},
		{sim.OtherCurrency, false, 1},
	}
	for _, tt := range tests {
		t.Run(tt.kind, func(t *testing.T) {
			inShop(t, true, sim.Options{}, func(s *shopTest) {
				s.payer(s.sellCola().CodeURL, tt.kind)
				s.wait(time.Minute)
				got := s.do(pos.AskNow{})
				if closed := got.Last != 0; closed != tt.closed || got.Excepted != tt.except {
					s.t.Errorf("settled %v, %d exceptions; want %v, %d", closed, got.Excepted, tt.closed, tt.except)
				}
				s.audit()
			})
		})
	}
}

func TestShop_PaidAfterWeChatSaidClosed(t *testing.T) {
	inShop(t, true, sim.Options{}, func(s *shopTest) {
		pay := s.sellCola()
		s.payer(pay.CodeURL, sim.PayLate)
		s.do(pos.LeaveCode{}, pos.ClearCart{})
		got := s.wait(time.Minute)
		if got.Excepted != 1 || got.Last != 0 {
			s.t.Fatalf("%d exceptions: %+v", got.Excepted, got.Message)
		}
		s.audit()
	})
}

func TestShop_FaultsDelayButNeverDecide(t *testing.T) {
	for _, f := range []sim.Fault{
		{Name: sim.FaultNoAnswer, Count: 2},
		{Name: sim.FaultAnswerLost, Count: 3},
		{Name: sim.FaultNotActedLost, Count: 3},
		{Name: sim.FaultHTTP502, Count: 3},
		{Name: sim.FaultHTTP502Acted, Count: 3},
		{Name: sim.FaultBadSign, Count: 2},
		{Name: sim.FaultSystemError, Count: 2},
		{Name: sim.FaultSystemErrorActed, Count: 2},
		{Name: sim.FaultSlowBody, Count: 2},
		{Name: sim.FaultTruncated, Count: 2},
		{Name: sim.FaultXXE, Count: 2},
		{Name: sim.FaultHostDown, Count: sim.Always, Path: "api.test"},
	} {
		t.Run(f.Name, func(t *testing.T) {
			inShop(t, false, sim.Options{}, func(s *shopTest) {
				if err := s.sim.SetFault(f); err != nil {
					s.t.Fatal(err)
				}
				if err := s.sim.Script("", sim.Act{Kind: sim.PayNow, ScanAfter: 90 * time.Second}); err != nil {
					s.t.Fatal(err)
				}
				s.sellCola()
				for range 40 {
					if got := s.wait(5 * time.Second); got.Last != 0 {
						break
					}
				}
				if got := s.wait(0); got.Last == 0 {
					s.t.Errorf("never settled: %+v", got.Pay)
				}
				if n := len(s.sim.Orders()); n != 1 {
					s.t.Errorf("%d orders for one sale", n)
				}
				s.audit()
			})
		})
	}
}

func TestShop_AWrongKeyFreesTheCartAndIsWatched(t *testing.T) {
	wrong := sim.Practice()
	wrong.Key = "AnotherKeyThanTheTillHas00000000"
	inShop(t, false, sim.Options{Merchants: []sim.Merchant{wrong}}, func(s *shopTest) {
		got := s.do(pos.ScanText{Text: "6901234567892"}, pos.PayWeChat{})
		if got.Pay == nil || got.Pay.Phase != pos.PayFailed || got.Pay.Cause == pos.CodeNone || got.Cart.Empty() {
			s.t.Fatalf("%+v", got.Pay)
		}
		if got = s.do(pos.PayCash{}); got.Done == nil {
			got = s.wait(4 * time.Second)
		}
		if got.Done == nil || got.Done.Tender != pos.TenderCash {
			s.t.Fatalf("cash is the way out: %+v", got)
		}
		before := len(s.sim.Calls())
		if got = s.wait(24 * time.Hour); len(got.Pending) != 1 {
			s.t.Errorf("nobody has proven its end: %+v", got.Pending)
		}
		if n := len(s.sim.Calls()) - before; n < 20 || n > 300 {
			s.t.Errorf("asked %d times in a day", n)
		}
		s.audit()
	})
}

func TestShop_WeChatsClockIsWrong(t *testing.T) {
	for _, skew := range []time.Duration{-3 * time.Minute, 3 * time.Minute} {
		inShop(t, false, sim.Options{Skew: skew}, func(s *shopTest) {
			s.payer(s.sellCola().CodeURL, sim.PayNow)
			if got := s.wait(3 * time.Second); got.Done == nil {
				s.t.Fatalf("skew %s: %+v", skew, got.Pay)
			}
			pay := s.sellCola() // from the second on the till goes by WeChat's clock
			o, err := s.sim.Order(pay.OutTradeNo)
			if err != nil {
				s.t.Fatal(err)
			}
			if off := o.Expires.Sub(pay.ExpiresAt) - skew; off < -2*time.Second || off > 2*time.Second {
				s.t.Errorf("skew %s: expires %s off", skew, off)
			}
			if got := s.wait(0); got.Health.Skew+skew > 2*time.Second || got.Health.Skew+skew < -2*time.Second {
				s.t.Errorf("skew %s shown as %s", skew, got.Health.Skew)
			}
			s.payer(pay.CodeURL, sim.PayNow)
			s.wait(3 * time.Second)
			s.audit()
		})
	}
}

// TestShop_AnyDay runs random days against the real pieces: commands, payers, faults, notices and restarts in any order.
func TestShop_AnyDay(t *testing.T) {
	for seed := range uint64(8) {
		inShop(t, seed%2 == 0, sim.Options{CloseMinAge: time.Duration(seed%3) * 150 * time.Second}, func(s *shopTest) {
			r := mathrand.New(mathrand.NewPCG(seed, 3))
			commands := []pos.Command{
				pos.ScanText{Text: "6901234567892"},
				pos.AddItem{Item: 2},
				pos.PayWeChat{},
				pos.PayWeChat{},
				pos.PayCash{},
				pos.LeaveCode{},
				pos.NewCode{},
				pos.AskNow{},
				pos.ClearCart{},
				pos.DismissPay{},
			}
			faults := sim.Faults()
			payers := slices.DeleteFunc(sim.Acts(), func(a sim.About) bool {
				return a.Name == sim.PayLate && seed%2 == 1 // after WeChat's own "closed" only a notice can tell
			})
			for range 60 {
				switch k := r.IntN(20); {
				case k < 11:
					s.do(commands[r.IntN(len(commands))])
				case k < 14:
					if orders := s.sim.Orders(); len(orders) > 0 { // refusals are part of the day
						s.sim.Pay(orders[r.IntN(len(orders))].OutTradeNo, sim.Act{Kind: payers[r.IntN(len(payers))].Name}) //nolint:errcheck
					}
				case k < 16:
					f := sim.Fault{Name: faults[r.IntN(len(faults))].Name, Count: 1 + r.IntN(3)}
					if f.Name == sim.FaultNoticeForged { // "amount" is signed with our key: indistinguishable when it is what we asked
						f.Path = []string{"sign", "merchant"}[r.IntN(2)]
					}
					if err := s.sim.SetFault(f); err != nil {
						s.t.Fatal(err)
					}
				case k == 16:
					s.close()
					s.open()
				default:
					s.wait(time.Duration(r.IntN(90)) * time.Second)
				}
			}
			s.sim.ClearFaults()
			s.do(pos.DismissPay{})
			if got := s.wait(30 * time.Hour); len(got.Pending) != 0 {
				s.t.Errorf("seed %d: still pending: %+v", seed, got.Pending)
			}
			s.audit()
			var out bytes.Buffer
			for _, row := range s.rows() {
				out.WriteString(row.Payment.OutTradeNo + " " + string(row.Payment.State) + "\n")
			}
			if s.t.Failed() {
				s.t.Fatalf("seed %d:\n%s", seed, out.String())
			}
		})
	}
}
