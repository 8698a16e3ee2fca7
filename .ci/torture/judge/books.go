package judge

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Program runs the ledger program on the shop's folder.
type Program func(args ...string) (code int, stdout, stderr string)

// Payment is a row of `ledger export payments`.
type Payment struct {
	Receipt, OutTradeNo, TransactionID, Tender, State, Evidence, Currency string
	Amount, Refunded, Asked                                               int64 // fen
}

// Sale is a row of `ledger export sales`.
type Sale struct {
	Receipt, State, Tenders string
	Lines                   int
	Net                     int64 // fen
}

// Shift is a row of `ledger export shifts`: one that was closed.
type Shift struct {
	Z                           int
	Counted, Expected, Variance int64 // fen; Counted is -1 when nobody counted
}

// Books are what the ledger program says.
type Books struct {
	Payments   []Payment
	Sales      []Sale
	Shifts     []Shift
	Pending    string
	VerifyCode int
	VerifyText string
}

// ReadBooks asks the ledger program for everything. The rows of a few days around now are all there are.
func ReadBooks(run Program) (Books, error) {
	var b Books
	rows, err := export(run, "payments")
	if err != nil {
		return b, err
	}
	for _, r := range rows {
		b.Payments = append(b.Payments, Payment{
			Receipt: r["receipt_no"], OutTradeNo: r["out_trade_no"], TransactionID: r["transaction_id"], Tender: r["tender"],
			State: r["state"], Evidence: r["evidence"], Currency: r["currency"],
			Amount: fen(r["amount_fen"]), Refunded: fen(r["refunded_fen"]), Asked: fen(r["asked_fen"]),
		})
	}
	if rows, err = export(run, "sales"); err != nil {
		return b, err
	}
	for _, r := range rows {
		b.Sales = append(b.Sales, Sale{
			Receipt: r["receipt_no"], State: r["state"], Tenders: r["tenders"], Lines: int(fen(r["lines"])), Net: fen(r["net_fen"]),
		})
	}
	if rows, err = export(run, "shifts"); err != nil {
		return b, err
	}
	for _, r := range rows {
		b.Shifts = append(b.Shifts, Shift{
			Z: int(fen(r["z"])), Counted: fen(r["counted_fen"]), Expected: fen(r["expected_fen"]), Variance: fen(r["variance_fen"]),
		})
	}
	code, out, errs := run("pending")
	if code != 0 {
		return b, fmt.Errorf("ledger pending: exit %d: %s", code, errs)
	}
	b.Pending = out
	b.VerifyCode, out, errs = run("verify")
	b.VerifyText = strings.TrimSpace(out + errs)
	return b, nil
}

func export(run Program, what string) ([]map[string]string, error) {
	day := func(days int) string { return time.Now().AddDate(0, 0, days).Format("2006-01-02") }
	code, out, errs := run("export", what, "--from", day(-3), "--to", day(3))
	if code != 0 {
		return nil, fmt.Errorf("ledger export %s: exit %d: %s", what, code, errs)
	}
	all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out, "\ufeff"))).ReadAll()
	if err != nil || len(all) == 0 {
		return nil, fmt.Errorf("ledger export %s: no table: %w", what, err)
	}
	var rows []map[string]string
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = cells[i]
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// fen reads a whole number; a cell that is none is -1, which equals nothing that is asked for.
func fen(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return -1
	}
	return n
}

func (b Books) sale(receipt string) (found Sale, n int) {
	for _, s := range b.Sales {
		if s.Receipt == receipt {
			found, n = s, n+1
		}
	}
	return found, n
}

func (b Books) transactions(id string) (rows []Payment) {
	for _, r := range b.Payments {
		if r.TransactionID == id {
			rows = append(rows, r)
		}
	}
	return rows
}

func (b Books) order(no string) Payment {
	for _, r := range b.Payments {
		if r.OutTradeNo == no {
			return r
		}
	}
	return Payment{}
}
