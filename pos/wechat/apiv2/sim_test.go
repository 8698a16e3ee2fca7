package apiv2_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/wechat"
	"guitai/pos/wechat/apiv2"
	"guitai/pos/wechat/sim"
)

// Here the client meets a service that was written from the documentation alone, by other hands.

const no = "S001-T1-261120ABCDEFGHJKMN"

type meeting struct {
	*sim.Sim
	*apiv2.Client
}

// meet runs a test in virtual time with a simulator and a client of it.
func meet(t *testing.T, options sim.Options, change func(*apiv2.Config), test func(t *testing.T, m *meeting)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s, err := sim.New(options)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		c, err := apiv2.New(configOf(s, change))
		if err != nil {
			t.Fatal(err)
		}
		m := &meeting{Sim: s, Client: c}
		test(t, m)
		for _, call := range s.Calls() {
			if len(call.Unknown) > 0 {
				t.Errorf("%s: the documentation does not have %q", call.Path, call.Unknown)
			}
		}
	})
}

func configOf(s *sim.Sim, change func(*apiv2.Config)) apiv2.Config {
	p := sim.Practice()
	config := apiv2.Config{
		Merchant: wechat.Merchant{
			AppID: p.AppID, MchID: p.MchID, Key: wechat.NewAPIKey(p.Key), SignType: wechat.HMACSHA256,
		},
		BaseURL: "https://api.mch.weixin.qq.com", NotifyURL: "https://notify.invalid/", DeviceInfo: "T1", Attach: "S001/T1",
		Store:     apiv2.Store{ID: "S001", Name: "柜台便利店", AreaCode: "440305", Address: "科技中一道"},
		Transport: s.RoundTripper(), Practice: true,
	}
	if change != nil {
		change(&config)
	}
	return config
}

func withBackup(c *apiv2.Config) { c.BackupURL = "https://api2.mch.weixin.qq.com" }

func order() pos.Order {
	now := time.Now()
	return pos.Order{
		OutTradeNo: no, Amount: 1350, OpenedAt: now, ExpiresAt: now.Add(5 * time.Minute),
		Sale: pos.Sale{Gross: 1350, Lines: []pos.Line{
			{Item: 1, Barcode: "6901939621608", Name: "可口可乐 330ml <新>&", Price: 300, Quantity: 2},
			{Item: 2, Barcode: "6924743915848", Name: "乐事薯片 \"原味\" 75g", Price: 750, Quantity: 1},
		}},
	}
}

func (m *meeting) request(t *testing.T, o pos.Order) []byte {
	t.Helper()
	b, err := m.Compose(o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (m *meeting) ordered(t *testing.T) string {
	t.Helper()
	s := m.Prepay(t.Context(), no, m.request(t, order()))
	if s.Kind != pos.SigOrdered || !strings.HasPrefix(s.CodeURL, "weixin://") {
		t.Fatalf("not ordered: %+v", s)
	}
	return s.CodeURL
}

func (m *meeting) wants(t *testing.T, what string, got pos.Signal, kind pos.SignalKind, code pos.Code) {
	t.Helper()
	if got.Kind != kind || got.Code != code {
		t.Errorf("%s: got %s %q (%s), want %s %q", what, got.Kind, got.Code, got.Detail, kind, code)
	}
}

func TestSim_FromOrderToPaid(t *testing.T) {
	for _, kind := range []wechat.SignType{wechat.MD5, wechat.HMACSHA256} {
		t.Run(string(kind), func(t *testing.T) {
			options := sim.Options{ExtraFields: map[string]string{"new_field": "新 <&>", "Zz": "1", "empty": ""}}
			meet(t, options, func(c *apiv2.Config) {
				c.Merchant.SignType = kind
				c.Receipt, c.LimitPay, c.GoodsTag, c.SpbillCreateIP = true, "no_credit", "WXG", "2001:db8::1"
			}, func(t *testing.T, m *meeting) {
				ctx := t.Context()
				m.wants(t, "query before", m.Query(ctx, no), pos.SigNotExist, pos.CodeNone)
				m.wants(t, "close before", m.Client.Close(ctx, no), pos.SigNotExist, pos.CodeNone)
				url := m.ordered(t)
				m.wants(t, "query", m.Query(ctx, no), pos.SigUnpaid, pos.CodeNone)
				if _, err := m.Pay(url, sim.Act{Kind: sim.PayNow, TypeFor: 3 * time.Second}); err != nil {
					t.Fatal(err)
				}
				m.wants(t, "query while typing", m.Query(ctx, no), pos.SigPaying, pos.CodeNone)
				bubble.Sleep(4 * time.Second)
				paid := m.Query(ctx, no)
				m.wants(t, "query after", paid, pos.SigPaid, pos.CodeNone)
				theirs, err := m.Order(no)
				if err != nil || len(theirs.Payments) != 1 {
					t.Fatalf("%v, %d payments", err, len(theirs.Payments))
				}
				p := theirs.Payments[0]
				want := pos.Trade{
					TransactionID: p.TransactionID, Amount: 1350, Currency: "CNY", Bank: p.BankType,
					PaidAt: p.TimeEnd.Truncate(time.Second).UTC(), Settlement: paid.Trade.Settlement,
				}
				if paid.Trade != want {
					t.Errorf("got %+v\nwant %+v", paid.Trade, want)
				}
				if theirs.Body != "可口可乐 330ml <新>&等3件" || theirs.TotalFee != 1350 || theirs.Shop != "柜台便利店" || theirs.DeviceInfo != "T1" {
					t.Errorf("they understood %+v", theirs)
				}
				m.wants(t, "close", m.Client.Close(ctx, no), pos.SigHint, pos.CodeNone)
				m.wants(t, "order again", m.Prepay(ctx, no, m.request(t, order())), pos.SigHint, pos.CodeNone)
			})
		})
	}
}

func TestSim_NewCodeForTheSameOrder(t *testing.T) {
	meet(t, sim.Options{}, nil, func(t *testing.T, m *meeting) {
		request := m.request(t, order())
		first := m.Prepay(t.Context(), no, request)
		bubble.Sleep(30 * time.Second)
		second := m.Prepay(t.Context(), no, request)
		if first.Kind != pos.SigOrdered || second.Kind != pos.SigOrdered || first.CodeURL == second.CodeURL {
			t.Fatalf("got %+v, then %+v", first, second)
		}
		if _, err := m.Pay(first.CodeURL, sim.Act{Kind: sim.PayNow}); !errors.Is(err, sim.ErrCodeDead) {
			t.Errorf("the old code: %v", err)
		}
		other := order()
		m.wants(t, "other times", m.Prepay(t.Context(), no, m.request(t, other)), pos.SigNumberUsed, pos.CodeNumberUsed)
	})
}

func TestSim_Closing(t *testing.T) {
	meet(t, sim.Options{CloseMinAge: 5 * time.Minute}, nil, func(t *testing.T, m *meeting) {
		ctx := t.Context()
		request := m.request(t, order())
		m.wants(t, "order", m.Prepay(ctx, no, request), pos.SigOrdered, pos.CodeNone)
		m.wants(t, "close too early", m.Client.Close(ctx, no), pos.SigCloseDenied, pos.CodeRefused)
		bubble.Sleep(5 * time.Minute)
		m.wants(t, "close", m.Client.Close(ctx, no), pos.SigCloseDone, pos.CodeNone)
		m.wants(t, "close again", m.Client.Close(ctx, no), pos.SigCloseDone, pos.CodeNone)
		m.wants(t, "query", m.Query(ctx, no), pos.SigClosed, pos.CodeNone)
		m.wants(t, "order again", m.Prepay(ctx, no, request), pos.SigHint, pos.CodeNone)
	})
}

func TestSim_OddMoney(t *testing.T) {
	for _, c := range []struct {
		act      sim.Act
		amount   pos.Fen
		currency string
	}{
		{sim.Act{Kind: sim.OtherAmount}, 1349, "CNY"},
		{sim.Act{Kind: sim.OtherCurrency}, 1350, "HKD"},
		{sim.Act{Kind: sim.PayCoupon}, 1350, "CNY"},
		{sim.Act{Kind: sim.PayTwice}, 1350, "CNY"},
	} {
		t.Run(c.act.Kind, func(t *testing.T) {
			meet(t, sim.Options{}, nil, func(t *testing.T, m *meeting) {
				if _, err := m.Pay(m.ordered(t), c.act); err != nil {
					t.Fatal(err)
				}
				bubble.Sleep(10 * time.Second)
				s := m.Query(t.Context(), no)
				m.wants(t, "query", s, pos.SigPaid, pos.CodeNone)
				if s.Trade.Amount != c.amount || s.Trade.Currency != c.currency {
					t.Errorf("got %d %s, want %d %s", s.Trade.Amount, s.Trade.Currency, c.amount, c.currency)
				}
				if theirs, _ := m.Order(no); c.act.Kind == sim.PayCoupon && int64(s.Trade.Settlement) != theirs.Payments[0].SettlementFee {
					t.Errorf("settlement %d, want %d", s.Trade.Settlement, theirs.Payments[0].SettlementFee)
				}
			})
		})
	}
}

func TestSim_WrongSettings(t *testing.T) {
	for name, change := range map[string]func(*apiv2.Config){
		"key":      func(c *apiv2.Config) { c.Merchant.Key = wechat.NewAPIKey(strings.Repeat("k", 32)) },
		"merchant": func(c *apiv2.Config) { c.Merchant.MchID = "1900000108" },
	} {
		meet(t, sim.Options{}, change, func(t *testing.T, m *meeting) {
			m.wants(t, name, m.Prepay(t.Context(), no, m.request(t, order())), pos.SigRejected, pos.CodeConfig)
		})
	}
	meet(t, sim.Options{}, func(c *apiv2.Config) { c.Merchant.AppID = "wx7777777777777777" }, func(t *testing.T, m *meeting) {
		m.wants(t, "app", m.Prepay(t.Context(), no, m.request(t, order())), pos.SigRefused, pos.CodeConfig)
	})
}

// Every fault of the service at every call. Whatever happens, nothing but "uncertain" comes of it, with the right cause;
// and once it is over the same call gives what it should. With a second host, lost connections do not show at all.
func TestSim_EveryFault(t *testing.T) {
	faults := map[string]struct {
		code   pos.Code
		healed bool // by the second host
	}{
		sim.FaultHostDown:         {pos.CodeNoAnswer, true},
		sim.FaultNotActedLost:     {pos.CodeNoAnswer, true},
		sim.FaultHTTP502:          {pos.CodeServerFault, true},
		sim.FaultUnsignedFail:     {pos.CodeServerFault, false},
		sim.FaultSystemError:      {pos.CodeServerFault, false},
		sim.FaultSystemErrorActed: {pos.CodeServerFault, false},
		sim.FaultHTTP502Acted:     {pos.CodeServerFault, true},
		sim.FaultNoAnswer:         {pos.CodeNoAnswer, true},
		sim.FaultAnswerLost:       {pos.CodeNoAnswer, true},
		sim.FaultBadSign:          {pos.CodeBadSign, false},
		sim.FaultSlowBody:         {pos.CodeNoAnswer, true},
		sim.FaultTruncated:        {pos.CodeBadAnswer, false},
		sim.FaultXXE:              {pos.CodeBadAnswer, false},
		sim.FaultArrivesLate:      {pos.CodeNoAnswer, true},
	}
	for _, about := range sim.Faults() {
		want, known := faults[about.Name]
		if !known {
			if (sim.Fault{Name: about.Name}).EveryCall() {
				t.Errorf("%s is not tested", about.Name)
			}
			continue
		}
		for name, change := range map[string]func(*apiv2.Config){"one host": nil, "two hosts": withBackup} {
			t.Run(about.Name+", "+name, func(t *testing.T) {
				meet(t, sim.Options{}, change, func(t *testing.T, m *meeting) {
					request := m.request(t, order())
					for _, call := range []struct {
						name string
						do   func(context.Context) pos.Signal
						kind pos.SignalKind
					}{
						{"order", func(ctx context.Context) pos.Signal { return m.Prepay(ctx, no, request) }, pos.SigOrdered},
						{"query", func(ctx context.Context) pos.Signal { return m.Query(ctx, no) }, pos.SigUnpaid},
						{"close", func(ctx context.Context) pos.Signal { return m.Client.Close(ctx, no) }, pos.SigCloseDone},
					} {
						if err := m.SetFault(sim.Fault{Name: about.Name, Count: 1}); err != nil {
							t.Fatal(err)
						}
						start := time.Now()
						got := call.do(t.Context())
						if took := time.Since(start); took > apiv2.CallTime {
							t.Errorf("%s took %v", call.name, took)
						}
						if change != nil && want.healed {
							m.wants(t, call.name, got, call.kind, pos.CodeNone)
						} else {
							m.wants(t, call.name, got, pos.SigUncertain, want.code)
						}
						m.ClearFaults()
						m.wants(t, call.name+" again", call.do(t.Context()), call.kind, pos.CodeNone)
					}
				})
			})
		}
	}
}

func TestSim_Skew(t *testing.T) {
	meet(t, sim.Options{Skew: 10 * time.Minute}, nil, func(t *testing.T, m *meeting) {
		m.Query(t.Context(), no)
		ahead, known := m.Skew()
		if off := ahead + 10*time.Minute; !known || off.Abs() > time.Second {
			t.Errorf("ahead by %v, want -10m", ahead)
		}
	})
}

// listener is the till's end of notify_url, as simple as can be.
type listener struct {
	client *apiv2.Client

	mu       sync.Mutex
	notices  []pos.Notice
	verdicts []pos.Code
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	n, err := l.client.ReadNotice(body)
	l.mu.Lock()
	if l.verdicts = append(l.verdicts, pos.CodeOf(err)); err == nil {
		l.notices = append(l.notices, n)
	}
	l.mu.Unlock()
	mime, answer := l.client.Reply(err == nil, "not verified")
	w.Header().Set("Content-Type", mime)
	_, _ = w.Write(answer)
}

func TestSim_Notices(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults []string
		bad    []pos.Code // verdicts that are not "verified", in any order
		paid   int        // verified notices of 1350 fen
		odd    int        // verified notices of another amount
	}{
		{"one", nil, nil, 1, 0},
		{"twice", []string{"notice-duplicate"}, nil, 2, 0},
		{"forged signature", []string{"notice-forged@sign"}, []pos.Code{pos.CodeBadSign}, 1, 0},
		{"another merchant's", []string{"notice-forged@merchant"}, []pos.Code{pos.CodeBadSign}, 1, 0},
		{"another amount", []string{"notice-forged@amount"}, nil, 1, 1},
		{"bad signature, then again", []string{"bad-sign@notify"}, []pos.Code{pos.CodeBadSign}, 1, 0},
		{"truncated, then again", []string{"truncated@notify"}, []pos.Code{pos.CodeBadAnswer}, 1, 0},
		{"XXE, then again", []string{"xxe@notify"}, []pos.Code{pos.CodeBadAnswer}, 1, 0},
		{"late", []string{"notice-late"}, nil, 1, 0},
		{"lost", []string{"notice-lost"}, nil, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := &listener{}
			options := sim.Options{Transport: sim.InProcess(l)}
			meet(t, options, func(c *apiv2.Config) { c.NotifyURL = "https://till.example/notify" }, func(t *testing.T, m *meeting) {
				l.client = m.Client
				for _, text := range c.faults {
					name, path, _ := strings.Cut(text, "@")
					if err := m.SetFault(sim.Fault{Name: name, Count: 1, Path: path}); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := m.Pay(m.ordered(t), sim.Act{Kind: sim.PayNow}); err != nil {
					t.Fatal(err)
				}
				bubble.Sleep(2 * time.Minute)
				l.mu.Lock()
				defer l.mu.Unlock()
				paid, odd := 0, 0
				for _, n := range l.notices {
					switch {
					case n.OutTradeNo != no || !n.Success || n.Trade.TransactionID == "":
						t.Errorf("read %+v", n)
					case n.Trade.Amount == 1350:
						paid++
					default:
						odd++
					}
				}
				var bad []pos.Code
				for _, code := range l.verdicts {
					if code != pos.CodeNone {
						bad = append(bad, code)
					}
				}
				if paid != c.paid || odd != c.odd || len(bad) != len(c.bad) || (len(bad) > 0 && bad[0] != c.bad[0]) {
					t.Errorf("%d right, %d of another amount, refused %q; want %d, %d, %q", paid, odd, bad, c.paid, c.odd, c.bad)
				}
			})
		})
	}
}
