package main

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/storefront"
	"guitai/pos/wechat"
	"guitai/pos/wechat/login"
	"guitai/pos/wechat/sim"
)

const (
	shopKey = "a shop key of this test"
	cola    = "6901234567892"
	// modern leads to where unix seconds have the ten digits that WeChat's client wants of a second signature.
	modern = 2 * 365 * 24 * time.Hour
)

// phones puts a storefront before the till, as behind a relay that is there at once.
func (s *shopTest) phones() {
	s.t.Helper()
	client, err := login.New(login.Config{
		BaseURL: "https://login.test", AppID: sim.PracticeMiniAppID, Secret: wechat.NewAPIKey(sim.PracticeMiniSecret), Transport: s.sim.RoundTripper(),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	shop := storefront.New(storefront.Config{
		Desk: s.till, Catalogue: s.store, Signer: s.client, V1: s.v1, Login: client, Key: shopKey, Clock: systemClock{}, Log: slog.New(slog.DiscardHandler),
		Say: func(c pos.Code) string { return string(c) },
	})
	phone := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the phone is gone
		}
		q := pos.RelayRequest{Kind: pos.RelayCallback, Method: r.Method, Query: r.URL.RawQuery, Body: body, ReceivedAt: time.Now(), Within: 3 * time.Second}
		if path, ok := strings.CutPrefix(r.URL.Path, "/p/shop"); ok {
			q.Kind, q.Path, q.Header = pos.RelayPrepay, path, map[string]string{}
			for _, name := range []string{"Guitai-Time", "Guitai-Nonce", "Guitai-Signature"} {
				q.Header[name] = r.Header.Get(name)
			}
		}
		a := shop.Handle(r.Context(), q)
		w.Header().Set("Content-Type", a.ContentType)
		w.WriteHeader(a.Status)
		_, _ = w.Write(a.Body) // whoever asked may be gone
	})
	s.mu.Lock()
	s.phone = phone
	s.mu.Unlock()
	if err := s.sim.SetShop(sim.Shop{CallbackURL: "https://till.test/m/shop", PrepayURL: "https://till.test/p/shop", Key: shopKey}); err != nil {
		s.t.Fatal(err)
	}
}

// booked makes sure that one order was made and paid, once.
func (s *shopTest) booked(tender pos.Tender, amount pos.Fen) {
	s.t.Helper()
	rows := s.rows()
	if len(rows) != 1 || rows[0].Payment.State != pos.Paid || rows[0].Payment.Tender != tender || rows[0].Payment.Amount != amount || rows[0].Receipt.Seq != 1 {
		s.t.Errorf("%+v", rows)
	}
	s.audit()
}

// WeChat's side of it verifies what is second-signed as the client on a phone does.
func TestPhones_MiniProgramAndApp(t *testing.T) {
	basket := sim.Basket{Ref: "order-1", Items: []sim.BasketItem{{Code: cola, Quantity: 2}, {Code: "10001", Quantity: 1}}}
	logged := basket
	logged.Login = true
	for _, c := range []struct {
		name   string
		way    string
		basket sim.Basket
		tender pos.Tender
	}{
		{"mini-program", sim.WayMini, basket, pos.TenderJSAPI},
		{"mini-program with a login code", sim.WayMini, logged, pos.TenderJSAPI},
		{"app", sim.WayApp, basket, pos.TenderApp},
		{"app by the retired interface", sim.WayAppV1, basket, pos.TenderApp},
	} {
		t.Run(c.name, func(t *testing.T) {
			inShopAfter(t, modern, true, sim.Options{}, func(s *shopTest) {
				s.phones()
				first, err := s.sim.Ask(c.way, c.basket)
				if err != nil || first.Amount != 800 || first.State != "waiting" {
					s.t.Fatalf("%+v, %v", first, err)
				}
				again, err := s.sim.Ask(c.way, c.basket) // with a login code of its own
				if err != nil || again.OutTradeNo != first.OutTradeNo || again.Amount != 800 {
					s.t.Fatalf("%+v, %v", again, err)
				}
				if _, err := s.sim.PayInside(again, sim.Act{Kind: sim.PayNow}); err != nil {
					s.t.Fatal(err)
				}
				s.wait(50 * time.Millisecond)
				s.booked(c.tender, 800)
				if rows := s.rows(); rows[0].Payment.Evidence != pos.ByNotify {
					s.t.Errorf("proved by %s", rows[0].Payment.Evidence)
				}
				paid, err := s.sim.Ask(c.way, c.basket)
				if err != nil || paid.State != "paid" || paid.OutTradeNo != first.OutTradeNo {
					s.t.Errorf("%+v, %v", paid, err)
				}
				other := c.basket
				other.Items = other.Items[:1]
				if o, err := s.sim.Ask(c.way, other); err == nil || !strings.Contains(o.Trouble, "ref") {
					s.t.Errorf("other items: %+v, %v", o, err)
				}
			})
		})
	}
}

// A second signature that was changed on its way is refused by WeChat's client, and the order stays to be paid.
func TestPhones_AChangedSignatureIsRefused(t *testing.T) {
	inShopAfter(t, modern, false, sim.Options{}, func(s *shopTest) {
		s.phones()
		o, err := s.sim.Ask(sim.WayMini, sim.Basket{Ref: "a", Items: []sim.BasketItem{{Code: cola, Quantity: 1}}})
		if err != nil {
			s.t.Fatal(err)
		}
		right := o.Pay["timeStamp"]
		o.Pay["timeStamp"] = "1000000000"
		if _, err := s.sim.PayInside(o, sim.Act{Kind: sim.PayNow}); err == nil {
			s.t.Error("paid")
		}
		o.Pay["timeStamp"] = right
		if _, err := s.sim.PayInside(o, sim.Act{Kind: sim.PayNow}); err != nil {
			s.t.Error(err)
		}
		s.wait(5 * time.Second)
		s.booked(pos.TenderJSAPI, 300)
	})
}

func TestPhones_AProductCode(t *testing.T) {
	inShopAfter(t, modern, true, sim.Options{}, func(s *shopTest) {
		s.phones()
		code, err := s.client.ProductCode(cola)
		if err != nil {
			s.t.Fatal(err)
		}
		first, err := s.sim.ScanProduct(code, sim.Act{Kind: sim.WalkAway})
		if err != nil {
			s.t.Fatal(err)
		}
		second, err := s.sim.ScanProduct(code, sim.Act{Kind: sim.PayNow})
		if err != nil || second.OutTradeNo != first.OutTradeNo || second.TotalFee != 300 {
			s.t.Fatalf("%+v, %v", second, err)
		}
		s.wait(50 * time.Millisecond)
		s.booked(pos.TenderNative, 300)
		none, err := s.client.ProductCode("6900000000000")
		if err != nil {
			s.t.Fatal(err)
		}
		if _, err := s.sim.ScanProduct(none, sim.Act{Kind: sim.PayNow}); err == nil || !strings.Contains(err.Error(), "not-found") {
			s.t.Errorf("an unknown product: %v", err)
		}
	})
}

// Callbacks with another key's or merchant's signature make no order.
func TestPhones_ForgedCallbacksMakeNoOrder(t *testing.T) {
	inShopAfter(t, modern, true, sim.Options{}, func(s *shopTest) {
		s.phones()
		code, err := s.client.ProductCode(cola)
		if err != nil {
			s.t.Fatal(err)
		}
		if err := s.sim.SetFault(sim.Fault{Name: sim.FaultCallbackForged, Count: 1}); err != nil {
			s.t.Fatal(err)
		}
		if _, err := s.sim.ScanProduct(code, sim.Act{Kind: sim.PayNow}); err != nil {
			s.t.Fatal(err)
		}
		s.wait(50 * time.Millisecond)
		s.booked(pos.TenderNative, 300)
		for _, c := range s.sim.Callbacks() {
			if (c.Kind == sim.CallbackTrue) != (c.PrepayID != "") {
				s.t.Errorf("%s was answered %q with %q", c.Kind, c.Answer, c.PrepayID)
			}
		}
		if n := len(s.sim.Callbacks()); n != 3 {
			s.t.Errorf("%d callbacks", n)
		}
	})
}
