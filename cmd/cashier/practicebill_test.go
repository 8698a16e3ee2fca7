package main

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/wechat/sim"
)

// A trainee reconciles what was just sold: the practice shop's bill of today is there at once, with what moved on the balance, also after
// the program was started again.
func TestPractice_TodaysBillsAreThereAtOnceAndAfterARestart(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	folder := config.Folder(t.TempDir())
	var day pos.Day // of the sale: midnight may come meanwhile
	// fetched are both bills by the practice shop's own gateway.
	fetched := func(p *practice) (trade, funds string) {
		t.Helper()
		c, _, err := p.config(folder, "zh-CN")
		if err != nil {
			t.Fatal(err)
		}
		gateway, off, err := gatewayOf(t.Context(), c, config.Resolver{Dir: string(folder)}, true, log)
		if err != nil || off != pos.CodeNone {
			t.Fatalf("%q, %v", off, err)
		}
		defer gateway.CloseIdleConnections()
		for text, fetch := range map[*string]func(context.Context, pos.Day) (io.ReadCloser, error){&trade: gateway.TradeBill, &funds: gateway.FundFlow} {
			r, err := fetch(t.Context(), day)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(r)
			if err != nil || r.Close() != nil {
				t.Fatal(err)
			}
			*text = string(b)
		}
		return trade, funds
	}
	p, err := openPractice(folder, "zh-CN", log)
	if err != nil {
		t.Fatal(err)
	}
	day = pos.BillDay(sellInPractice(t, p, folder, log))
	if _, err := p.sim.Plant(sim.Difference{Day: day.Compact(), Kind: sim.WrongForeign, Row: "S001-T1-000000000001", Is: 1350}); err != nil {
		t.Fatal(err)
	}
	trade, funds := fetched(p)
	p.close()
	if p, err = openPractice(folder, "zh-CN", log); err != nil {
		t.Fatal(err)
	}
	defer p.close()
	again, fundsAgain := fetched(p)
	if trade != again || funds != fundsAgain {
		t.Errorf("a restart changed the bills:\n%s\n%s\n%s\n%s", trade, again, funds, fundsAgain)
	}
	if !strings.Contains(trade, "`S001-T1-000000000001,") || !strings.Contains(trade, "`S001-T1-000000000002,") || !strings.Contains(funds, "`4.50,") {
		t.Errorf("%s\n%s", trade, funds)
	}
}

// sellInPractice sells something by the practice shop's gateway, and says when the customer paid it.
func sellInPractice(t *testing.T, p *practice, folder config.Folder, log *slog.Logger) time.Time {
	t.Helper()
	c, _, err := p.config(folder, "zh-CN")
	if err != nil {
		t.Fatal(err)
	}
	gateway, _, err := gatewayOf(t.Context(), c, config.Resolver{Dir: string(folder)}, true, log)
	if err != nil {
		t.Fatal(err)
	}
	defer gateway.CloseIdleConnections()
	o := pos.Order{
		OutTradeNo: "S001-T1-000000000002", Amount: 450, OpenedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour),
		Sale: pos.Sale{Lines: []pos.Line{{Item: 1, Name: "牛肉面", Price: 450, Quantity: 1}}},
	}
	request, err := gateway.Compose(o)
	if err != nil {
		t.Fatal(err)
	}
	if got := gateway.Prepay(t.Context(), o.OutTradeNo, request); got.Kind != pos.SigOrdered {
		t.Fatalf("%+v", got)
	}
	paid, err := p.sim.Pay(o.OutTradeNo, sim.Act{Kind: sim.PayNow})
	if err != nil {
		t.Fatal(err)
	}
	return paid.Payments[0].TimeEnd
}
