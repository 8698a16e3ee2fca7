//go:build e2e

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos/wechat/sim"
)

func TestE2E_FromBarcodeToPaidInTheBooksAndOnPaper(t *testing.T) {
	w := newWorld(t)
	w.open()
	w.keys("6901234567892", "Return")
	w.keys("2*")
	w.keys("6901234567892", "Return")
	w.keys("", "F9")
	var code string
	w.eventually("a QR stands on the glass", func() bool { code = w.qr(); return code != "" })
	orders := w.orders()
	if len(orders) != 1 || orders[0].CodeURL != code || orders[0].TotalFee != 900 {
		t.Fatalf("the QR says %q, WeChat has %+v", code, orders)
	}
	w.pay(code)
	w.eventually("the screen says paid", w.paidOnScreen)
	w.eventually("the receipt is on paper", func() bool { return len(w.receipts()) > 0 })
	paper := w.receipts()[0]
	for _, want := range []string{"柜台便利店", "可口可乐 330ml", "9.00", orders[0].OutTradeNo, "S001-T1-"} {
		if !strings.Contains(paper, want) {
			t.Errorf("the receipt lacks %q:\n%s", want, paper)
		}
	}
	w.ledger("verify") // while the till is open
	if code := w.till.end(t); code != 0 {
		t.Errorf("SIGTERM: exit %d\n%s", code, w.till.out)
	}
	w.ledger("verify")
	rows := w.payments()
	if len(rows) != 1 {
		t.Fatalf("%d payments in the books", len(rows))
	}
	orders = w.orders()
	for column, want := range map[string]string{
		"out_trade_no": orders[0].OutTradeNo, "transaction_id": orders[0].Payments[0].TransactionID, "tender": "wechat-native",
		"state": "paid", "amount_fen": "900", "amount_yuan": "9.00", "asked_fen": "900", "refunded_fen": "0", "currency": "CNY",
		"evidence": "poll",
	} {
		if rows[0][column] != want {
			t.Errorf("%s is %q, want %q", column, rows[0][column], want)
		}
	}
	if out := w.ledger("pending"); strings.Contains(out, orders[0].OutTradeNo) {
		t.Errorf("a paid order is pending:\n%s", out)
	}
	w.noSecrets()
}

// rest waits until nothing on the screen has changed for a while.
func (w *world) rest() {
	w.t.Helper()
	var last []byte
	same := 0
	w.eventually("the window has come to rest", func() bool {
		now, err := exec.Command("import", "-window", "root", "rgb:-").Output()
		if same++; err != nil || !bytes.Equal(now, last) {
			same = 0
		}
		last = now
		return same >= 15
	})
}

func TestE2E_Cash(t *testing.T) {
	w := newWorld(t)
	w.open()
	w.rest()                          // or what else is drawn brings what was said with it
	w.keys("6901028075832", "Return") // misread: the check digit is wrong
	said := time.Now()                // what is said is gone by itself long before the 15 s are over: seen later it was never seen
	w.eventually("the first thing that the till says is seen", func() bool {
		if time.Since(said) > 15*time.Second {
			t.Fatal("the first thing that the till says is not seen before something else is drawn")
		}
		r, g, _ := w.pixel("misread", 600, 610)
		return r > g+10
	})
	w.keys("6901234567892", "Return")
	w.keys("", "F8")
	w.keys("5", "Return")
	w.eventually("the receipt is on paper", func() bool { return len(w.receipts()) > 0 })
	if paper := w.receipts()[0]; !strings.Contains(paper, "5.00") || !strings.Contains(paper, "2.00") {
		t.Errorf("tendered and change are not on paper:\n%s", paper)
	}
	w.till.end(t)
	if rows := w.payments(); len(rows) != 1 || rows[0]["tender"] != "cash" || rows[0]["amount_fen"] != "300" || rows[0]["evidence"] != "cashier" {
		t.Errorf("%v", rows)
	}
	w.ledger("verify")
}

func TestE2E_KilledAfterTheCustomerPaid(t *testing.T) {
	w := newWorld(t)
	w.open()
	w.keys("6901234567892", "Return", "F9")
	var code string
	w.eventually("a QR stands on the glass", func() bool { code = w.qr(); return code != "" })
	w.post("/sim/faults", map[string]any{"fault": "http-502=always@orderquery"}) // the till cannot hear of it
	w.pay(code)
	w.till.kill()
	if rows := w.payments(); len(rows) != 1 || rows[0]["state"] != "waiting" {
		t.Fatalf("before the restart: %v", rows)
	}
	w.post("/sim/faults", map[string]any{"fault": "http-502=0@orderquery"})
	w.open()
	w.eventually("the sale is settled by itself", func() bool {
		rows := w.payments()
		return len(rows) == 1 && rows[0]["state"] == "paid" && rows[0]["amount_fen"] == "300"
	})
	w.eventually("its receipt is on paper", func() bool { return len(w.receipts()) > 0 })
	w.till.end(t)
	w.open() // and not printed again
	w.eventually("a second start finds nothing to do", func() bool { return !strings.Contains(w.ledger("pending"), "S001-T1-") })
	w.till.end(t)
	if n := len(w.receipts()); n != 1 {
		t.Errorf("printed %d times", n)
	}
	w.ledger("verify")
}

func TestE2E_EscAsksAndEnterCancels(t *testing.T) {
	w := newWorld(t)
	w.open()
	w.keys("6901234567892", "Return", "F9")
	w.eventually("a QR stands on the glass", func() bool { return w.qr() != "" })
	w.keys("", "Escape", "Escape")
	w.eventually("Esc goes back to the QR", func() bool { return w.qr() != "" })
	w.keys("", "Escape", "Return")
	w.eventually("WeChat has closed the order", func() bool { return w.orders()[0].State == sim.StateClosed })
	w.keys("", "F8", "Return") // the cart has kept its items: exact cash
	w.eventually("sold for cash", func() bool {
		return slices.ContainsFunc(w.payments(), func(r map[string]string) bool { return r["tender"] == "cash" && r["state"] == "paid" })
	})
	w.till.end(t)
	for _, r := range w.payments() {
		if r["tender"] == "wechat-native" && r["state"] != "closed" {
			t.Errorf("%v", r)
		}
	}
	w.ledger("verify")
}

func TestE2E_StartTroubleHasWordsAndExitCodes(t *testing.T) {
	w := newWorld(t)
	conf := filepath.Join(w.data, "config.toml")
	good, err := os.ReadFile(conf)
	if err != nil {
		t.Fatal(err)
	}
	if code, out, errs := w.run("cashier", "--data", w.data, "--check-config"); code != 0 {
		t.Errorf("a good configuration: exit %d\n%s%s", code, out, errs)
	}
	w.write(conf, bytes.Replace(good, []byte(`id   = "S001"`), []byte(`id   = "s 1"`), 1))
	if code, _, errs := w.run("cashier", "--data", w.data); code != 2 || !strings.Contains(errs, "shop.id") || !strings.Contains(errs, "4") {
		t.Errorf("a broken configuration: exit %d\n%s", code, errs)
	}
	w.write(conf, bytes.Replace(good, []byte("env:GUITAI_TEST_KEY"), []byte(testKey), 1))
	if code, _, errs := w.run("cashier", "--data", w.data); code != 2 || strings.Contains(errs, testKey) {
		t.Errorf("a secret written out: exit %d\n%s", code, errs)
	}
	w.write(conf, good)
	w.open()
	if code, _, errs := w.run("cashier", "--data", w.data); code != 3 || errs == "" {
		t.Errorf("a second till: exit %d\n%s", code, errs)
	}
	w.till.end(t)
	db := filepath.Join(w.data, "ledger.db")
	whole, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	w.write(db, append([]byte("this is no ledger"), whole[17:]...))
	if code, _, errs := w.run("cashier", "--data", w.data); code != 4 || errs == "" {
		t.Errorf("a damaged ledger: exit %d\n%s", code, errs)
	}
	w.write(db, whole)
	if code, _, _ := w.run("cashier", "--nonsense"); code != 2 {
		t.Errorf("an unknown option: exit %d", code)
	}
	if err := os.WriteFile(filepath.Join(w.data, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := w.run("cashier", "--practice", "--data", filepath.Join(w.data, "file", "x")); code != 1 || errs == "" {
		t.Errorf("a folder that cannot be: exit %d\n%s", code, errs)
	}
}
