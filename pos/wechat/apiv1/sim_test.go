package apiv1_test

import (
	"bytes"
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
	"guitai/pos/wechat/apiv1"
	"guitai/pos/wechat/sim"
)

// Here the client meets a service that was written from the documentation alone, by other hands.

const no = "S001-T1-141009ABCDEFGHJKMN"

// shop is a till of the retired interface as far as notices go.
type shop struct {
	*sim.Sim
	*apiv1.Client
	kept kept

	mu      sync.Mutex
	notices []pos.Notice
	errs    []error
	raw     [][]byte
}

// kept is a token store that may lose what it is given.
type kept struct {
	mu    sync.Mutex
	token apiv1.Token
	fail  error
}

func (k *kept) LoadToken(context.Context) (apiv1.Token, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.token, k.fail
}

func (k *kept) SaveToken(_ context.Context, t apiv1.Token) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fail == nil {
		k.token = t
	}
	return k.fail
}

// ServeHTTP takes notices.
func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	raw := apiv1.Raw(r.URL.RawQuery, body)
	n, err := s.ReadNotice(raw)
	s.mu.Lock()
	s.raw = append(s.raw, raw)
	if s.errs = append(s.errs, err); err == nil {
		s.notices = append(s.notices, n)
	}
	s.mu.Unlock()
	contentType, reply := s.Reply(err == nil, "")
	w.Header().Set("Content-Type", contentType)
	_, _ = w.Write(reply)
}

func configOf(a sim.V1Account) apiv1.Config {
	return apiv1.Config{
		AppID: a.AppID, AppSecret: wechat.NewAPIKey(a.Secret), PartnerID: a.PartnerID, PartnerKey: wechat.NewAPIKey(a.PartnerKey),
		PaySignKey: wechat.NewAPIKey(a.PaySignKey), BaseURL: "https://api.weixin.qq.com", NotifyURL: "http://relay.example/n/abc",
	}
}

func (s *shop) client(t *testing.T) *apiv1.Client {
	t.Helper()
	config := configOf(sim.PracticeV1())
	config.Transport, config.Tokens = s.RoundTripper(), &s.kept
	c, err := apiv1.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func meet(t *testing.T, test func(t *testing.T, s *shop)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &shop{}
		var err error
		if s.Sim, err = sim.New(sim.Options{Transport: sim.InProcess(s)}); err != nil {
			t.Fatal(err)
		}
		defer s.Sim.Close()
		s.Client = s.client(t)
		test(t, s)
		for _, call := range s.Calls() {
			if len(call.Unknown) > 0 {
				t.Errorf("%s: the documentation does not have %q", call.Path, call.Unknown)
			}
		}
	})
}

func order() pos.Order {
	now := time.Now()
	return pos.Order{
		OutTradeNo: no, Tender: pos.TenderApp, Amount: 600, OpenedAt: now, ExpiresAt: now.Add(5 * time.Minute),
		Sale: pos.Sale{Lines: []pos.Line{{Name: "可口可乐 330ml & co", Price: 300, Quantity: 2}}},
	}
}

func (s *shop) order(t *testing.T, o pos.Order) (request []byte, prepayID string) {
	t.Helper()
	request, err := s.Compose(o)
	if err != nil {
		t.Fatal(err)
	}
	got := s.Prepay(t.Context(), o.OutTradeNo, request)
	if got.Kind != pos.SigOrdered || got.PrepayID == "" || got.To != pos.DoOrder {
		t.Fatalf("%+v", got)
	}
	return request, got.PrepayID
}

// pay is the app handing over what was second-signed.
func (s *shop) pay(t *testing.T, prepayID string, act sim.Act) error {
	t.Helper()
	signed, err := s.SignPhone(pos.TenderApp, prepayID)
	if err != nil {
		t.Fatal(err)
	}
	pay := map[string]any{}
	for name, value := range signed {
		pay[name] = value
	}
	_, err = s.PayInside(sim.ShopOrder{Way: sim.WayAppV1, OutTradeNo: no, Amount: 600, State: "waiting", Pay: pay}, act)
	return err
}

func TestSim_FromTheOrderToTheNotice(t *testing.T) {
	meet(t, func(t *testing.T, s *shop) {
		request, id := s.order(t, order())
		if !s.Ours(request) || s.Ours([]byte(`{}`)) {
			t.Error("ours")
		}
		if got := s.Query(t.Context(), no); got.Kind != pos.SigNotExist || got.To != pos.DoQuery {
			t.Errorf("before: %+v", got)
		}
		if again := s.Prepay(t.Context(), no, request); again.PrepayID != id {
			t.Errorf("again: %+v", again)
		}
		if err := s.pay(t, id, sim.Act{Kind: sim.PayNow}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(s.notices) != 1 || !s.notices[0].Success || s.notices[0].OutTradeNo != no || s.notices[0].Trade.Amount != 600 ||
			s.notices[0].Trade.Currency != pos.Currency || s.notices[0].Trade.TransactionID == "" || s.notices[0].Trade.PaidAt.IsZero() {
			t.Fatalf("%+v, %v", s.notices, s.errs)
		}
		if d := s.Deliveries(); d[0].Attempts[0].Answer != "success" {
			t.Errorf("answered %+v", d[0])
		}
		got := s.Query(t.Context(), no)
		if got.Kind != pos.SigPaid || got.Trade != s.notices[0].Trade {
			t.Errorf("after: %+v, the notice said %+v", got, s.notices[0].Trade)
		}
		order, err := s.Order(no)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Delivered(t.Context(), order.Payments[0].OpenID, got.Trade.TransactionID, no, time.Now(), true, "已交付"); err != nil {
			t.Error(err)
		}
		if err := s.Delivered(t.Context(), "nobody", got.Trade.TransactionID, no, time.Now(), true, "已交付"); pos.CodeOf(err) != pos.CodeRejected {
			t.Error(err)
		}
		if fetched := s.kept.token.Fetched; fetched != 1 {
			t.Errorf("%d tokens for all of it", fetched)
		}
	})
}

func TestSim_TheTokenIsKeptAndRenewed(t *testing.T) {
	meet(t, func(t *testing.T, s *shop) {
		ask := func(c *apiv1.Client) pos.Signal { return c.Query(t.Context(), no) }
		tokens := func() (n int) {
			for _, c := range s.Calls() {
				if c.Path == "/cgi-bin/token" {
					n++
				}
			}
			return n
		}
		ask(s.Client)
		for range 3 { // restarts
			if got := ask(s.client(t)); got.Kind != pos.SigNotExist {
				t.Fatalf("%+v", got)
			}
		}
		if tokens() != 1 {
			t.Fatalf("%d tokens", tokens())
		}
		bubble.Sleep(apiv1.TokenLife)
		if got := ask(s.Client); got.Kind != pos.SigNotExist || tokens() != 2 {
			t.Errorf("after its life: %+v, %d tokens", got, tokens())
		}
		for _, fault := range []string{sim.FaultV1BadToken, sim.FaultV1OldToken} {
			before := tokens()
			set(t, s, fault)
			if got := ask(s.Client); got.Kind != pos.SigNotExist || tokens() != before+1 {
				t.Errorf("%s: %+v, %d tokens more", fault, got, tokens()-before)
			}
		}
		before := tokens()
		set(t, s, sim.FaultV1BadToken+"=always")
		if got := ask(s.Client); got.Kind != pos.SigUncertain || got.Code != pos.CodeConfig || tokens() != before+1 {
			t.Errorf("never taken: %+v, %d tokens more", got, tokens()-before)
		}
		for range 200 { // asked every two seconds
			if got := ask(s.Client); got.Kind != pos.SigUncertain || got.Code != pos.CodeConfig {
				t.Fatalf("%+v", got)
			}
			bubble.Sleep(2 * time.Second)
		}
		if n := tokens() - before; n != 1 {
			t.Errorf("%d of the day's tokens went in seven minutes", n)
		}
		set(t, s, sim.FaultV1BadToken+"=0")
		bubble.Sleep(2 * time.Minute)
		if got := ask(s.Client); got.Kind != pos.SigNotExist || tokens() != before+1 {
			t.Errorf("taken again: %+v, %d tokens more", got, tokens()-before)
		}
	})
}

// Somebody put another account into the settings: the token that was kept is of the one before.
func TestSim_ATokenIsOfOneAccount(t *testing.T) {
	meet(t, func(t *testing.T, s *shop) {
		s.kept.token = apiv1.Token{
			AppID: "wxanother", Value: "of-another-app", Until: time.Now().Add(time.Hour),
			Day: time.Now().In(time.FixedZone("UTC+8", 8*60*60)).Format("20060102"), Fetched: apiv1.TokenQuota,
		}
		if got := s.Query(t.Context(), no); got.Kind != pos.SigNotExist || len(s.Calls()) != 2 || s.kept.token.Fetched != 1 {
			t.Errorf("%+v after %d calls, %+v", got, len(s.Calls()), s.kept.token)
		}
	})
}

func set(t *testing.T, s *shop, text string) {
	t.Helper()
	f, err := sim.ParseFault(text)
	if err == nil {
		err = s.SetFault(f)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestSim_TheDaysTokensAreNotWasted(t *testing.T) {
	meet(t, func(t *testing.T, s *shop) {
		s.kept.token = apiv1.Token{AppID: sim.PracticeV1AppID, Day: time.Now().In(time.FixedZone("UTC+8", 8*60*60)).Format("20060102"), Fetched: apiv1.TokenQuota}
		if got := s.Query(t.Context(), no); got.Kind != pos.SigUncertain || got.Code != pos.CodeTooMany || len(s.Calls()) != 0 {
			t.Errorf("used up: %+v after %d calls", got, len(s.Calls()))
		}
		bubble.Sleep(24 * time.Hour)
		if got := s.Query(t.Context(), no); got.Kind != pos.SigNotExist {
			t.Errorf("the next day: %+v", got)
		}
		var at sync.WaitGroup
		fresh := s.client(t)
		s.kept.token = apiv1.Token{}
		before := len(s.Calls())
		for range 20 {
			at.Go(func() {
				if got := fresh.Query(t.Context(), no); got.Kind != pos.SigNotExist {
					t.Errorf("%+v", got)
				}
			})
		}
		at.Wait()
		if n := len(s.Calls()) - before; n != 21 {
			t.Errorf("%d calls for twenty at once: one token is enough", n)
		}
		set(t, s, sim.FaultV1Quota+"=always")
		lost := s.client(t)
		s.kept.fail = errors.New("disk")
		if got := lost.Query(t.Context(), no); got.Kind != pos.SigUncertain || got.Code != pos.CodeTooMany {
			t.Errorf("WeChat says so: %+v", got)
		}
	})
}

func TestSim_WhatMeansWhat(t *testing.T) {
	for name, c := range map[string]struct {
		fault string
		want  pos.SignalKind
		code  pos.Code
	}{
		"busy":                   {sim.FaultV1Busy, pos.SigUncertain, pos.CodeServerFault},
		"done, the answer lost":  {sim.FaultV1Lost, pos.SigUncertain, pos.CodeNoAnswer},
		"no tokens for the time": {sim.FaultV1Quota, pos.SigUncertain, pos.CodeTooMany},
	} {
		meet(t, func(t *testing.T, s *shop) {
			request, err := s.Compose(order())
			if err != nil {
				t.Fatal(err)
			}
			set(t, s, c.fault+"=always")
			if got := s.Prepay(t.Context(), no, request); got.Kind != c.want || got.Code != c.code {
				t.Errorf("%s: order %+v", name, got)
			}
			if got := s.Query(t.Context(), no); got.Kind != c.want || got.Code != c.code {
				t.Errorf("%s: query %+v", name, got)
			}
		})
	}
	meet(t, func(t *testing.T, s *shop) {
		request, _ := s.order(t, order())
		other := order()
		other.Amount = 601
		changed, err := s.Compose(other)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Prepay(t.Context(), no, changed); got.Kind != pos.SigRejected || got.Code != pos.CodeRejected {
			t.Errorf("another amount under the number: %+v", got)
		}
		calls := len(s.Calls())
		for _, tt := range []struct {
			no      string
			request []byte
			want    pos.Code
		}{
			{"S001-T1-141009ABCDEFGHJKMM", request, pos.CodeInternal},
			{no, []byte("x"), pos.CodeInternal},
			{no, bytes.ReplaceAll(request, []byte(sim.PracticeV1AppID), []byte("wx0000000000000000")), pos.CodeConfig},
			{no, bytes.ReplaceAll(request, []byte("total_fee=600"), []byte("total_fee=1")), pos.CodeConfig},
		} {
			if got := s.Prepay(t.Context(), tt.no, tt.request); got.Kind != pos.SigRejected || got.Code != tt.want {
				t.Errorf("%s: %+v", tt.request, got)
			}
		}
		if len(s.Calls()) != calls {
			t.Error("a damaged request was sent")
		}
		if got := s.Client.Close(t.Context(), no); got.Kind != pos.SigCloseDenied {
			t.Errorf("close: %+v", got)
		}
	})
}

func TestCompose_RefusesWhatIsNoOrder(t *testing.T) {
	meet(t, func(t *testing.T, s *shop) {
		for want, change := range map[error]func(*pos.Order){
			apiv1.ErrTender:     func(o *pos.Order) { o.Tender = pos.TenderJSAPI },
			apiv1.ErrOutTradeNo: func(o *pos.Order) { o.OutTradeNo = "a b" },
			apiv1.ErrAmount:     func(o *pos.Order) { o.Amount = 0 },
			apiv1.ErrLife:       func(o *pos.Order) { o.ExpiresAt = o.OpenedAt },
		} {
			o := order()
			change(&o)
			if _, err := s.Compose(o); !errors.Is(err, want) || pos.CodeOf(err) != pos.CodeInvalid {
				t.Errorf("%v: %v", want, err)
			}
		}
		if _, err := s.SignPhone(pos.TenderApp, ""); pos.CodeOf(err) != pos.CodeInvalid {
			t.Error(err)
		}
		if _, err := s.SignPhone(pos.TenderJSAPI, "1101"); !errors.Is(err, apiv1.ErrTender) {
			t.Error(err)
		}
	})
}

func TestSim_ForgedNoticesAreNoMoney(t *testing.T) {
	meet(t, func(t *testing.T, s *shop) {
		_, id := s.order(t, order())
		set(t, s, "notice-forged")
		if err := s.pay(t, id, sim.Act{Kind: sim.PayNow}); err != nil {
			t.Fatal(err)
		}
		bubble.Sleep(time.Minute)
		// A forger without the key, one of another partner, and one who got the key and asks for another amount: that is the till's to judge.
		if len(s.errs) != 4 || pos.CodeOf(s.errs[0]) != pos.CodeBadSign || s.errs[1] == nil || s.errs[2] != nil || s.errs[3] != nil {
			t.Fatalf("%v", s.errs)
		}
		if len(s.notices) != 2 || s.notices[0].Trade.Amount == 600 || s.notices[1].Trade.Amount != 600 {
			t.Errorf("%+v", s.notices)
		}
		raw := string(s.raw[len(s.raw)-1])
		for name, bent := range map[string]string{
			"another amount": strings.Replace(raw, "total_fee=600", "total_fee=1", 1),
			"an entity":      strings.Replace(raw, "<xml>", `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml>`, 1),
			"deep":           strings.Replace(raw, "<xml>", "<xml><a><b/></a>", 1),
			"torn":           raw[:len(raw)-3],
			"another app":    strings.Replace(raw, sim.PracticeV1AppID, "wx0000000000000000", 1),
			"no query":       raw[strings.IndexByte(raw, '\n'):],
			"nothing":        "",
		} {
			if n, err := s.ReadNotice([]byte(bent)); err == nil || bent == raw {
				t.Errorf("%s: %+v", name, n)
			}
		}
	})
}

func TestErrors_HaveNoSecretInThem(t *testing.T) {
	a := sim.PracticeV1()
	config := configOf(a)
	config.Transport = broken{}
	c, err := apiv1.New(config)
	if err != nil {
		t.Fatal(err)
	}
	got := c.Query(t.Context(), no)
	if got.Kind != pos.SigUncertain || got.Code != pos.CodeNoAnswer || strings.Contains(got.Detail, a.Secret) || strings.Contains(got.Detail, a.PaySignKey) {
		t.Errorf("%+v", got)
	}
}

// broken is a line that says in its error what it was asked.
type broken struct{}

func (broken) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, errors.New("lost: " + r.URL.RawQuery + " " + sim.PracticeV1PaySignKey)
}
