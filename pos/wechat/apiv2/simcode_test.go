package apiv2_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/wechat"
	"guitai/pos/wechat/apiv2"
	"guitai/pos/wechat/sim"
)

func (m *meeting) code(t *testing.T, act sim.Act) pos.PaymentCode {
	t.Helper()
	c, err := m.ShowCode(act)
	if err != nil {
		t.Fatal(err)
	}
	return pos.PaymentCode(c.Code)
}

func (m *meeting) chargeRequest(t *testing.T) []byte {
	t.Helper()
	b, err := m.ComposeCharge(order())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Every payer of a payment code: what the charge says, and what a query says of it a while later.
func TestSim_EveryPaymentCode(t *testing.T) {
	type say struct {
		kind pos.SignalKind
		code pos.Code
	}
	paid, paying, unsure := say{pos.SigPaid, ""}, say{pos.SigPaying, ""}, say{pos.SigUncertain, pos.CodeServerFault}
	refused, silence := say{pos.SigRefused, pos.CodeRefused}, say{pos.SigUncertain, pos.CodeNoAnswer}
	unpaid, none := say{pos.SigUnpaid, ""}, say{pos.SigNotExist, ""}
	want := map[string][2]say{
		sim.PayNow: {paid, paid}, sim.CodePassword: {paying, paid}, sim.CodeDecline: {paying, unpaid},
		sim.CodePayError: {paying, {pos.SigPayError, pos.CodeRefused}}, sim.CodeNever: {paying, paying}, sim.PayLate: {paying, paying},
		sim.CodeNotEnough: {refused, unpaid}, sim.CodeNoCard: {refused, unpaid}, sim.CodeTradeError: {refused, unpaid}, sim.CodeRuleLimit: {refused, unpaid},
		sim.CodeExpired: {refused, none}, sim.CodeInvalid: {refused, none}, sim.CodeUsed: {refused, none},
		sim.CodeSystemPaid: {unsure, paid}, sim.CodeSystemUnpaid: {unsure, unpaid}, sim.CodeBankPaid: {unsure, paid},
		sim.CodeBankUnpaid: {unsure, unpaid}, sim.CodeSilentPaid: {silence, paid}, sim.CodeSilentUnpaid: {silence, unpaid},
		sim.PayTwice: {paid, paid}, sim.OtherAmount: {paid, paid}, sim.OtherCurrency: {paid, paid}, sim.PayCoupon: {paid, paid},
	}
	for _, about := range sim.CodeActs() {
		t.Run(about.Name, func(t *testing.T) {
			expect, known := want[about.Name]
			if !known {
				t.Fatal("not tested")
			}
			meet(t, sim.Options{ExtraFields: map[string]string{"new_field": "新"}}, withBackup, func(t *testing.T, m *meeting) {
				charge := m.Charge(t.Context(), no, m.chargeRequest(t), m.code(t, sim.Act{Kind: about.Name}))
				m.wants(t, "charge", charge, expect[0].kind, expect[0].code)
				bubble.Sleep(10 * time.Second)
				query := m.Query(t.Context(), no)
				m.wants(t, "query", query, expect[1].kind, expect[1].code)
				theirs, err := m.Order(no)
				if expect[1] != paid {
					return
				}
				if err != nil || len(theirs.Payments) == 0 {
					t.Fatalf("%d payments, %v", len(theirs.Payments), err)
				}
				for name, s := range map[string]pos.Signal{"charge": charge, "query": query} {
					if s.Kind != pos.SigPaid {
						continue
					}
					p := theirs.Payments[0]
					if last := theirs.Payments[len(theirs.Payments)-1]; last.TransactionID == s.Trade.TransactionID { // paid twice
						p = last
					}
					trade := pos.Trade{
						TransactionID: p.TransactionID, Amount: pos.Fen(p.TotalFee), Settlement: s.Trade.Settlement, Currency: p.FeeType,
						PaidAt: p.TimeEnd.Truncate(time.Second).UTC(), Bank: p.BankType,
					}
					if s.Trade != trade || int64(s.Trade.ToShop()) != p.SettlementFee {
						t.Errorf("%s: got %+v, theirs %+v", name, s.Trade, p)
					}
				}
				its, found := m.QueryTransaction(t.Context(), query.Trade.TransactionID)
				m.wants(t, "query by transaction", found, pos.SigPaid, pos.CodeNone)
				if its != no || found.Trade != query.Trade {
					t.Errorf("found %q %+v", its, found.Trade)
				}
				m.wants(t, "charge again", m.Charge(t.Context(), no, m.chargeRequest(t), m.code(t, sim.Act{Kind: sim.PayNow})), pos.SigHint, pos.CodeNone)
			})
		})
	}
}

func TestSim_ReverseRules(t *testing.T) {
	meet(t, sim.Options{}, nil, func(t *testing.T, m *meeting) {
		ctx := t.Context()
		m.wants(t, "charge", m.Charge(ctx, no, m.chargeRequest(t), m.code(t, sim.Act{Kind: sim.CodeNever, Recalls: 2})), pos.SigPaying, "")
		m.wants(t, "close", m.Client.Close(ctx, no), pos.SigCloseDenied, pos.CodeRefused)
		m.wants(t, "too early", m.Reverse(ctx, no), pos.SigRecall, "")
		bubble.Sleep(15 * time.Second)
		m.wants(t, "come again", m.Reverse(ctx, no), pos.SigRecall, "")
		m.wants(t, "and again", m.Reverse(ctx, no), pos.SigRecall, "")
		m.wants(t, "done", m.Reverse(ctx, no), pos.SigReversed, "")
		m.wants(t, "done before", m.Reverse(ctx, no), pos.SigReversed, "")
		m.wants(t, "query", m.Query(ctx, no), pos.SigRevoked, "")
		m.wants(t, "charge again", m.Charge(ctx, no, m.chargeRequest(t), m.code(t, sim.Act{Kind: sim.PayNow})), pos.SigHint, "")
	})
	meet(t, sim.Options{}, nil, func(t *testing.T, m *meeting) {
		m.wants(t, "charge", m.Charge(t.Context(), no, m.chargeRequest(t), m.code(t, sim.Act{Kind: sim.PayNow})), pos.SigPaid, "")
		bubble.Sleep(8 * 24 * time.Hour)
		m.wants(t, "too late", m.Reverse(t.Context(), no), pos.SigReversed, pos.CodeExpired)
		m.wants(t, "query", m.Query(t.Context(), no), pos.SigPaid, "") // nothing was reversed: the trade says what is true
	})
	meet(t, sim.Options{}, nil, func(t *testing.T, m *meeting) {
		m.wants(t, "never seen", m.Reverse(t.Context(), no), pos.SigNotExist, "")
		m.wants(t, "charge afterwards", m.Charge(t.Context(), no, m.chargeRequest(t), m.code(t, sim.Act{Kind: sim.PayNow})), pos.SigHint, "")
	})
	meet(t, sim.Options{}, nil, func(t *testing.T, m *meeting) {
		m.ordered(t)
		m.wants(t, "an order with a QR", m.Reverse(t.Context(), no), pos.SigUncertain, pos.CodeRefused)
	})
}

func refundOf(transaction, number string, amount pos.Fen) pos.RefundOrder {
	return pos.RefundOrder{OutRefundNo: number, TransactionID: transaction, Total: 1350, Amount: amount, Reason: "退货 <&>"}
}

func (m *meeting) refund(t *testing.T, o pos.RefundOrder) pos.RefundSignal {
	t.Helper()
	b, err := m.ComposeRefund(o)
	if err != nil {
		t.Fatal(err)
	}
	return m.Refund(t.Context(), o.OutRefundNo, b)
}

// paid is an order that was paid by a payment code; its transaction_id.
func (m *meeting) paid(t *testing.T, kind string) string {
	t.Helper()
	s := m.Charge(t.Context(), no, m.chargeRequest(t), m.code(t, sim.Act{Kind: kind}))
	m.wants(t, "charge", s, pos.SigPaid, "")
	return s.Trade.TransactionID
}

func (m *meeting) refundIs(t *testing.T, what string, got pos.RefundSignal, kind pos.RefundSignalKind, code pos.Code) {
	t.Helper()
	if got.Kind != kind || got.Code != code {
		t.Errorf("%s: got %s %q (%s), want %s %q", what, got.Kind, got.Code, got.Detail, kind, code)
	}
}

const (
	one = "S001-T1-261120RFND00000001"
	two = "S001-T1-261120RFND00000002"
)

func TestSim_RefundsFromAskedToBack(t *testing.T) {
	for _, kind := range []string{sim.PayNow, sim.PayCoupon} {
		t.Run(kind, func(t *testing.T) {
			l := &listener{}
			options := sim.Options{Transport: sim.InProcess(l)}
			meet(t, options, func(c *apiv2.Config) { c.NotifyURL = "https://till.example/notify" }, func(t *testing.T, m *meeting) {
				l.client = m.Client
				id := m.paid(t, kind)
				m.refundIs(t, "query before", m.QueryRefund(t.Context(), one, 450), pos.RefNotExist, "")
				all, s := m.Refunds(t.Context(), no)
				if m.refundIs(t, "all before", s, pos.RefNotExist, ""); len(all) != 0 {
					t.Errorf("%d before", len(all))
				}
				first := m.refund(t, refundOf(id, one, 450))
				m.refundIs(t, "refund", first, pos.RefTaken, "")
				again := m.refund(t, refundOf(id, one, 450))
				if again != first {
					t.Errorf("again: got %+v, first %+v", again, first)
				}
				m.refundIs(t, "another amount, same number", m.refund(t, refundOf(id, one, 451)), pos.RefUncertain, pos.CodeNumberUsed)
				m.refundIs(t, "on its way", m.QueryRefund(t.Context(), one, 450), pos.RefProcessing, "")
				m.refundIs(t, "another amount than asked", m.QueryRefund(t.Context(), one, 451), pos.RefUncertain, pos.CodeNotOurs)
				m.refundIs(t, "more than is left", m.refund(t, refundOf(id, two, 901)), pos.RefRefused, pos.CodeRefused)
				bubble.Sleep(time.Minute)
				back := m.QueryRefund(t.Context(), one, 450)
				m.refundIs(t, "back", back, pos.RefSuccess, "")
				theirs, err := m.Order(no)
				if err != nil || len(theirs.Refunds) != 1 {
					t.Fatalf("%d refunds, %v", len(theirs.Refunds), err)
				}
				r := theirs.Refunds[0]
				if back.RefundID != r.RefundID || back.OutRefundNo != one || !back.At.Equal(r.Ended.Truncate(time.Second)) || int64(back.ToShop(450)) != r.Settlement {
					t.Errorf("got %+v\ntheirs %+v", back, r)
				}
				s2 := m.Query(t.Context(), no)
				m.wants(t, "query", s2, pos.SigReturning, "")
				if _, err := m.VendorRefund(id, 100, sim.RefundAct{}); err != nil {
					t.Fatal(err)
				}
				all, s = m.Refunds(t.Context(), no)
				if m.refundIs(t, "all", s, pos.RefSuccess, ""); len(all) != 2 || all[0].OutRefundNo != one || all[1].Amount != 100 || all[1].Kind != pos.RefProcessing {
					t.Errorf("found %+v", all)
				}
				l.mu.Lock()
				defer l.mu.Unlock()
				if len(l.notices) != 1 || !l.notices[0].Refund || l.notices[0].Success || l.notices[0].OutRefundNo != one || l.notices[0].OutTradeNo != no {
					t.Errorf("noticed %+v", l.notices)
				}
			})
		})
	}
}

func TestSim_FiftyRefunds(t *testing.T) {
	meet(t, sim.Options{RefundAfter: -1}, nil, func(t *testing.T, m *meeting) {
		id := m.paid(t, sim.PayCoupon) // with coupons, so that the answers are as long as they get
		for i := range pos.MaxRefunds {
			number := one[:len(one)-2] + string(rune('A'+i/10)) + string(rune('0'+i%10))
			m.refundIs(t, number, m.refund(t, refundOf(id, number, pos.Fen(1+i%9))), pos.RefTaken, "")
			bubble.Sleep(time.Minute)
		}
		m.refundIs(t, "one too many", m.refund(t, refundOf(id, two, 1)), pos.RefRefused, pos.CodeRefused)
		all, s := m.Refunds(t.Context(), no)
		if m.refundIs(t, "all", s, pos.RefSuccess, ""); len(all) != pos.MaxRefunds {
			t.Fatalf("found %d", len(all))
		}
		for i, r := range all {
			if r.Amount != pos.Fen(1+i%9) || r.Kind != pos.RefSuccess {
				t.Errorf("%d: %+v", i, r)
			}
		}
	})
}

// Every fault that is of refunds, of a reversal or of a payment alone.
func TestSim_FaultsOfOneCall(t *testing.T) {
	type step = func(t *testing.T, m *meeting, id string)
	refund := func(kind pos.RefundSignalKind, code pos.Code, after pos.RefundSignalKind) step {
		return func(t *testing.T, m *meeting, id string) {
			m.refundIs(t, "refund", m.refund(t, refundOf(id, one, 450)), kind, code)
			bubble.Sleep(time.Minute)
			m.refundIs(t, "query", m.QueryRefund(t.Context(), one, 450), after, map[pos.RefundSignalKind]pos.Code{
				pos.RefChange: pos.CodeRefused, pos.RefClose: pos.CodeRefused,
			}[after])
		}
	}
	steps := map[string]step{
		sim.FaultRefundNotEnough:  refund(pos.RefLater, pos.CodeRefused, pos.RefNotExist),
		sim.FaultRefundRetry:      refund(pos.RefUncertain, pos.CodeServerFault, pos.RefNotExist),
		sim.FaultRefundRetryActed: refund(pos.RefUncertain, pos.CodeServerFault, pos.RefSuccess),
		sim.FaultRefundFrequent:   refund(pos.RefLater, pos.CodeTooMany, pos.RefNotExist),
		sim.FaultRefundTooMuch:    refund(pos.RefLater, pos.CodeTooMany, pos.RefNotExist),
		sim.FaultRefundAccount:    refund(pos.RefRefused, pos.CodeRefused, pos.RefNotExist),
		sim.FaultRefundChange:     refund(pos.RefTaken, "", pos.RefChange),
		sim.FaultRefundClose:      refund(pos.RefTaken, "", pos.RefClose),
		sim.FaultRefundSlow:       refund(pos.RefTaken, "", pos.RefProcessing),
		sim.FaultRecall: func(t *testing.T, m *meeting, _ string) {
			bubble.Sleep(15 * time.Second)
			m.wants(t, "reverse", m.Reverse(t.Context(), no), pos.SigRecall, "")
			m.wants(t, "again", m.Reverse(t.Context(), no), pos.SigReversed, "")
		},
	}
	for _, about := range sim.Faults() {
		do := steps[about.Name]
		if do == nil {
			family, _, _ := strings.Cut(about.Name, "-")
			ofOthers := slices.Contains([]string{"notice", "bill", "callback", "login", "v1"}, family) // told of by their own tests
			if !(sim.Fault{Name: about.Name}).EveryCall() && !ofOthers && about.Name != sim.FaultCloseTooEarly && about.Name != sim.FaultPaidTwice {
				t.Errorf("%s is not tested", about.Name)
			}
			continue
		}
		t.Run(about.Name, func(t *testing.T) {
			meet(t, sim.Options{}, nil, func(t *testing.T, m *meeting) {
				id := m.paid(t, sim.PayNow)
				if err := m.SetFault(sim.Fault{Name: about.Name, Count: 1}); err != nil {
					t.Fatal(err)
				}
				do(t, m, id)
			})
		})
	}
}

// Every fault of the service at the calls about payment codes and refunds: nothing certain comes of it but by the second host,
// which a charge never sees.
func TestSim_EveryFaultAtChargesAndRefunds(t *testing.T) {
	for _, about := range sim.Faults() {
		if !(sim.Fault{Name: about.Name}).EveryCall() {
			continue
		}
		for name, change := range map[string]func(*apiv2.Config){"one host": nil, "two hosts": withBackup} {
			t.Run(about.Name+", "+name, func(t *testing.T) {
				meet(t, sim.Options{}, change, func(t *testing.T, m *meeting) {
					fault := func(path string) {
						m.ClearFaults()
						if about.Name == sim.FaultHostDown {
							path = ""
						}
						if err := m.SetFault(sim.Fault{Name: about.Name, Count: 1, Path: path}); err != nil {
							t.Fatal(err)
						}
					}
					fault("micropay")
					m.wantsDoubt(t, "charge", m.Charge(t.Context(), no, m.chargeRequest(t), m.code(t, sim.Act{Kind: sim.PayNow})))
					m.ClearFaults()
					bubble.Sleep(30 * time.Second)
					s := m.Query(t.Context(), no)
					if s.Kind == pos.SigNotExist { // it never arrived
						s = m.Charge(t.Context(), no, m.chargeRequest(t), m.code(t, sim.Act{Kind: sim.PayNow}))
					}
					m.wants(t, "paid", s, pos.SigPaid, "")
					fault("refund")
					if s := m.refund(t, refundOf(s.Trade.TransactionID, one, 450)); s.Kind != pos.RefUncertain && (change == nil || s.Kind != pos.RefTaken) {
						t.Errorf("refund: got %+v", s)
					}
					m.ClearFaults()
					bubble.Sleep(time.Minute)
					m.refundIs(t, "the same again", m.refund(t, refundOf(s.Trade.TransactionID, one, 450)), pos.RefTaken, "")
					bubble.Sleep(time.Minute)
					fault("refundquery")
					if s := m.QueryRefund(t.Context(), one, 450); s.Kind != pos.RefUncertain && (change == nil || s.Kind != pos.RefSuccess) {
						t.Errorf("query: got %+v", s)
					}
					m.ClearFaults()
					m.refundIs(t, "query again", m.QueryRefund(t.Context(), one, 450), pos.RefSuccess, "")
					if theirs, _ := m.Order(no); len(theirs.Refunds) != 1 || len(theirs.Payments) != 1 {
						t.Errorf("%d payments, %d refunds", len(theirs.Payments), len(theirs.Refunds))
					}
				})
			})
		}
	}
}

func (m *meeting) wantsDoubt(t *testing.T, what string, got pos.Signal) {
	t.Helper()
	if got.Kind != pos.SigUncertain {
		t.Errorf("%s: got %s %q (%s)", what, got.Kind, got.Code, got.Detail)
	}
}

// Mutual TLS with a service that insists on it, as the real one does.
func TestSim_Certificate(t *testing.T) {
	s, err := sim.New(sim.Options{RequireCert: true, ReverseMinAge: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p := sim.Practice()
	certs, err := sim.NewCertificates(p.MchID)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(s)
	if server.TLS, err = certs.ServerTLS(); err != nil {
		t.Fatal(err)
	}
	server.StartTLS()
	defer server.Close()
	if _, err := wechat.LoadCertificate(certs.ClientCert, certs.ClientKey, time.Now()); err != nil {
		t.Error(err)
	}
	for name, with := range map[string]bool{"with": true, "without": false} {
		security, err := certs.ClientTLS()
		if err != nil {
			t.Fatal(err)
		}
		if !with {
			security.Certificates = nil
		}
		transport := &http.Transport{TLSClientConfig: security}
		client, err := apiv2.New(configOf(s, func(c *apiv2.Config) {
			c.BaseURL, c.Transport = server.URL, transport
		}))
		if err != nil {
			t.Fatal(err)
		}
		got := client.Reverse(t.Context(), "S001-T1-261120"+strings.ToUpper(name))
		switch {
		case with && got.Kind != pos.SigNotExist, !with && (got.Kind != pos.SigRejected || got.Code != pos.CodeConfig):
			t.Errorf("%s: got %+v", name, got)
		}
		transport.CloseIdleConnections()
	}
}
