package sim

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos/bubble"
)

// sendJSON posts a body to the JSON API.
func sendJSON(t *testing.T, s *Sim, path, body string) (int, []byte, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.RoundTripper().RoundTrip(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, text, err
}

// insideOrder is a good unifiedorder of the mini-program or of the app.
func insideOrder(trade, number string) map[string]string {
	f := orderRequest(map[string]string{"trade_type": trade, "out_trade_no": number, "product_id": "", "appid": PracticeAppAppID})
	if trade == tradeJSAPI {
		f["appid"], f["openid"] = PracticeMiniAppID, OpenID(PracticeMiniAppID, "wang")
	}
	return f
}

func TestUnifiedOrder_InsideHasAPrepayIDAndNoCode(t *testing.T) {
	s := newSim(t, Options{})
	for _, trade := range []string{tradeJSAPI, tradeApp} {
		f := insideOrder(trade, "S001T1-"+trade+"1")
		answer := call(t, s, "/pay/unifiedorder", f)
		if answer["trade_type"] != trade || len(answer["prepay_id"]) != 36 {
			t.Errorf("%s: %v", trade, answer)
		}
		if _, there := answer["code_url"]; there {
			t.Errorf("%s has a code_url", trade)
		}
		if again := call(t, s, "/pay/unifiedorder", f); again["prepay_id"] != answer["prepay_id"] {
			t.Errorf("%s again: %v", trade, again)
		}
		if _, err := s.Pay(f["out_trade_no"], Act{Kind: PayNow}); !errors.Is(err, ErrInside) {
			t.Errorf("%s scanned: %v", trade, err)
		}
	}
}

func TestOrders_AnswerToEveryAppOfTheMerchantWithTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop := &shop{}
		s := newSim(t, Options{Transport: InProcess(shop)})
		f := with(insideOrder(tradeJSAPI, "S001T1-000001"), map[string]string{"notify_url": "https://shop.example/n"})
		prepayID := call(t, s, "/pay/unifiedorder", f)["prepay_id"]
		// ask as the counter's appid does, and expect the mini-program's
		ask := func(path string, changes map[string]string) map[string]string {
			t.Helper()
			status, text, err := send(t, s, http.MethodPost, "https://api.mch.weixin.qq.com"+path, encode(with(numberRequest("S001T1-000001"), changes)))
			if err != nil || status != http.StatusOK {
				t.Fatal(status, err)
			}
			answer, err := readXML(text)
			if err != nil || !signed(answer, PracticeKey, signMD5) || answer["appid"] != PracticeMiniAppID || answer["err_code"] != "" {
				t.Errorf("%s: %v, %v", path, answer, err)
			}
			return answer
		}
		ask("/pay/orderquery", nil)
		s.mu.Lock()
		_, err := s.actOn(s.byPrepay[prepayID], prepayID, Act{Kind: PayNow, BankType: "OTHERS"})
		s.mu.Unlock()
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		paid := ask("/pay/orderquery", nil)
		if paid["trade_type"] != tradeJSAPI || paid["openid"] != f["openid"] {
			t.Errorf("query %v", paid)
		}
		if got := shop.notices()[0]; got["trade_type"] != tradeJSAPI || got["appid"] != PracticeMiniAppID || got["openid"] != f["openid"] {
			t.Errorf("notice %v", got)
		}
		refund := map[string]string{"out_refund_no": "R-000001", "total_fee": "1350", "refund_fee": "350"}
		ask("/secapi/pay/refund", refund)
		ask("/pay/refundquery", nil)
		rows, err := s.BillRows("", s.Money()[0].TimeEnd.Format("20060102"))
		if err != nil || len(rows) != 2 || rows[0].TradeType != tradeJSAPI || rows[0].AppID != PracticeMiniAppID || rows[1].AppID != PracticeMiniAppID {
			t.Errorf("bill %+v, %v", rows, err)
		}
	})
}

func TestOrders_CloseAndKeepInside(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state")
	s, err := New(Options{State: state})
	if err != nil {
		t.Fatal(err)
	}
	f := insideOrder(tradeApp, "S001T1-000001")
	prepayID := call(t, s, "/pay/unifiedorder", f)["prepay_id"]
	s.Close()
	s = newSim(t, Options{State: state})
	if again := call(t, s, "/pay/unifiedorder", f); again["prepay_id"] != prepayID {
		t.Errorf("after a restart: %v", again)
	}
	if answer := call(t, s, "/pay/closeorder", with(numberRequest("S001T1-000001"), map[string]string{"appid": PracticeAppAppID})); answer["result_code"] != "SUCCESS" {
		t.Errorf("close: %v", answer)
	}
	if got := call(t, s, "/pay/orderquery", with(numberRequest("S001T1-000001"), map[string]string{"appid": PracticeAppAppID}))["trade_state"]; got != StateClosed {
		t.Errorf("state %s", got)
	}
}

func TestScript_LeavesOrdersInsideAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		if err := s.Script("", Act{Kind: PayNow}); err != nil {
			t.Fatal(err)
		}
		call(t, s, "/pay/unifiedorder", insideOrder(tradeApp, "S001T1-000001"))
		number, _ := ordered(t, s, map[string]string{"out_trade_no": "S001T1-000002"})
		bubble.Sleep(time.Second)
		if got := tradeState(t, s, number); got != StateSuccess {
			t.Errorf("the order with a code is %s", got)
		}
	})
}

func TestPage_ShowsOrdersInsideWithoutButtons(t *testing.T) {
	s := newSim(t, Options{})
	call(t, s, "/pay/unifiedorder", insideOrder(tradeApp, "S001T1-000001"))
	_, text, err := send(t, s, http.MethodGet, "http://localhost/?lang=en", nil)
	if err != nil || !bytes.Contains(text, []byte("app · waiting")) || bytes.Contains(text, []byte(`name="order"`)) || !bytes.Contains(text, []byte(`<a href="/app?lang=en">Pay it there`)) {
		t.Errorf("%v\n%s", err, text)
	}
}
