package apiv2_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/wechat"
	"guitai/pos/wechat/apiv2"
	"guitai/pos/wechat/sim"
)

func withApps(kind wechat.SignType) func(*apiv2.Config) {
	return func(c *apiv2.Config) {
		c.Merchant.SignType, c.MiniAppID, c.AppAppID = kind, sim.PracticeMiniAppID, sim.PracticeAppAppID
	}
}

// From the order over the second signature, which WeChat's client on the phone verifies, to the money and back.
func TestSim_OrdersOfPhones(t *testing.T) {
	for _, kind := range []wechat.SignType{wechat.MD5, wechat.HMACSHA256} {
		for _, tender := range []pos.Tender{pos.TenderJSAPI, pos.TenderApp} {
			t.Run(string(kind)+" "+string(tender), func(t *testing.T) {
				meet(t, sim.Options{}, withApps(kind), func(t *testing.T, m *meeting) {
					bubble.Sleep(2 * 365 * 24 * time.Hour) // to where unix seconds have the ten digits that WeChat's client wants
					ctx := t.Context()
					o, way := order(), sim.WayApp
					if o.Tender = tender; tender == pos.TenderJSAPI {
						o.OpenID, way = sim.OpenID(sim.PracticeMiniAppID, "王芳"), sim.WayMini
					}
					s := m.Prepay(ctx, no, m.request(t, o))
					m.wants(t, "order", s, pos.SigOrdered, pos.CodeNone)
					if again := m.Prepay(ctx, no, m.request(t, o)); again.PrepayID != s.PrepayID || s.PrepayID == "" || s.CodeURL != "" {
						t.Fatalf("%+v, then %+v", s, again)
					}
					m.wants(t, "query", m.Query(ctx, no), pos.SigUnpaid, pos.CodeNone)
					params, err := m.SignPhone(tender, s.PrepayID)
					if err != nil {
						t.Fatal(err)
					}
					pay := map[string]any{}
					for name, value := range params {
						pay[name] = value
					}
					inside := sim.ShopOrder{Way: way, Amount: 1350, Pay: pay}
					inside.OpenID = o.OpenID
					if _, err := m.PayInside(inside, sim.Act{Kind: sim.PayNow}); err != nil {
						t.Fatal(err)
					}
					m.wants(t, "query after", m.Query(ctx, no), pos.SigPaid, pos.CodeNone)
					trade := m.Query(ctx, no).Trade
					const back = "S001-T1-R1"
					request, err := m.ComposeRefund(pos.RefundOrder{OutRefundNo: back, TransactionID: trade.TransactionID, Total: 1350, Amount: 350})
					if err != nil {
						t.Fatal(err)
					}
					if r := m.Refund(ctx, back, request); r.Kind != pos.RefTaken {
						t.Errorf("refund: %+v", r)
					}
					bubble.Sleep(time.Minute)
					if r := m.QueryRefund(ctx, back, 350); r.Kind != pos.RefSuccess {
						t.Errorf("refund: %+v", r)
					}
				})
			})
		}
	}
}

func TestSim_OrderOfAPhoneIsClosed(t *testing.T) {
	meet(t, sim.Options{}, withApps(wechat.HMACSHA256), func(t *testing.T, m *meeting) {
		o := order()
		o.Tender = pos.TenderApp
		m.wants(t, "order", m.Prepay(t.Context(), no, m.request(t, o)), pos.SigOrdered, pos.CodeNone)
		m.wants(t, "close", m.Client.Close(t.Context(), no), pos.SigCloseDone, pos.CodeNone)
		m.wants(t, "query", m.Query(t.Context(), no), pos.SigClosed, pos.CodeNone)
	})
}

// A product code that the client signed is scanned; the client reads the callback, orders and answers, and the payer pays.
func TestSim_ProductCode(t *testing.T) {
	for _, kind := range []wechat.SignType{wechat.MD5, wechat.HMACSHA256} {
		t.Run(string(kind), func(t *testing.T) {
			var m *meeting
			till := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				cb, err := m.ReadCallback(body)
				if err != nil {
					t.Error(err)
					return
				}
				var answer []byte
				if cb.ProductID != "6901939621608" {
					_, answer = m.CallbackRefusal("这件商品已下架")
				} else {
					o := order()
					o.OpenID, o.ProductID = cb.OpenID, cb.ProductID
					_, answer = m.CallbackReply(m.Prepay(r.Context(), no, m.request(t, o)).PrepayID)
				}
				_, _ = w.Write(answer)
			})
			options := sim.Options{Transport: sim.InProcess(till), Shop: sim.Shop{CallbackURL: "https://till.example/m/shop"}}
			meet(t, options, withApps(kind), func(t *testing.T, met *meeting) {
				m = met
				code, err := m.ProductCode("6901939621608")
				if err != nil {
					t.Fatal(err)
				}
				if _, err := m.ScanProduct(code, sim.Act{Kind: sim.PayNow}); err != nil {
					t.Fatal(err)
				}
				m.wants(t, "query", m.Query(t.Context(), no), pos.SigPaid, pos.CodeNone)
				gone, err := m.ProductCode("item-7")
				if err != nil {
					t.Fatal(err)
				}
				if _, err := m.ScanProduct(gone, sim.Act{Kind: sim.PayNow}); err == nil || err.Error() != sim.ErrShopRefused.Error()+": 这件商品已下架" {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}
