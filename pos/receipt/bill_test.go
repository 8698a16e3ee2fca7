package receipt

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

// aBill is a match with a finding of every class, one of them decided and one resolved.
func aBill() pos.BillFacts {
	item := func(n int, amount pos.Fen) *pos.BillItem {
		return &pos.BillItem{
			Kind: pos.BillPayment, OutTradeNo: fmt.Sprintf("S001-T1-2611207K3QX9WZ2MA%d", n), TransactionID: fmt.Sprintf("420000123420261120123456789%d", n),
			Amount: amount, Settlement: amount, Currency: pos.Currency, At: closedAt,
		}
	}
	back := item(4, 500)
	back.Kind, back.OutRefundNo = pos.BillRefund, "S001-T1-R2611207K3QX9WZ2MAB"
	return pos.BillFacts{
		Shop: "S001", Till: "T1", By: "李强", At: closedAt.Add(26 * time.Hour), More: 3,
		Summary: pos.BillSummary{
			Kind: pos.BillTrade, Day: 20261120, MchID: "1900000109", Header: "ALL", Match: 120, OursOnly: 1, TheirsOnly: 1, Differs: 2,
			Theirs: pos.BillSums{Payments: 121, Paid: 3013_50, Refunds: 2, Back: 20_00}, Ours: pos.BillSums{Payments: 121, Paid: 3012_40, Refunds: 2, Back: 20_00},
			OnlyOurs: 13_50, OnlyTheirs: 13_50, Differ: 1_10, Fee: 1808100,
			Others:  []pos.OtherTill{{Prefix: "S001-T2-", BillSums: pos.BillSums{Payments: 40, Paid: 900_00, Refunds: 1, Back: 10_00}}, {BillSums: pos.BillSums{Payments: 1, Paid: 5_00}}},
			Payouts: []pos.Payout{{Number: "1234567890", Amount: 2900_00, At: closedAt}},
		},
		Findings: []pos.Finding{
			{Class: pos.FindTheirs, Cause: pos.CauseUnknown, Action: pos.FindBook, Theirs: item(1, 1350)},
			{Class: pos.FindOurs, Cause: pos.CauseCrossDay, Action: pos.FindNote, Ours: item(2, 1350), Resolved: closedAt.Add(30 * time.Hour)},
			{Class: pos.FindDiffer, Cause: pos.CauseAmount, Action: pos.FindAsk, Ours: item(3, 100), Theirs: item(3, 210), Decisions: []pos.FindingDecision{
				{Action: pos.FindNote, By: "李强", Reason: "微信侧补差价，顾客已确认", At: closedAt.Add(27 * time.Hour)},
			}},
			{Class: pos.FindDiffer, Cause: pos.CauseState, Action: pos.FindAsk, Ours: back, Theirs: back},
		},
	}
}

func billCases(t *testing.T) []goldenCase {
	t.Helper()
	clean := pos.BillFacts{Shop: "S001", Till: "T1", At: closedAt, Summary: pos.BillSummary{Kind: pos.BillTrade, Day: 20261120, Match: 7, Theirs: pos.BillSums{Payments: 7, Paid: 100}, Ours: pos.BillSums{Payments: 7, Paid: 100}}}
	fund := pos.BillFacts{Shop: "S001", Till: "T1", At: closedAt, Summary: pos.BillSummary{Kind: pos.BillFund, Day: 20261120, Fee: 1808100, Payouts: aBill().Summary.Payouts}}
	return []goldenCase{
		factsCase(t, "bill", pos.DocBill, aBill()),
		factsCase(t, "bill-clean", pos.DocBill, clean),
		factsCase(t, "bill-fund", pos.DocBill, fund),
	}
}

func TestBill_NamesEveryOrderThatDiffers(t *testing.T) {
	for _, paper := range []Paper{Paper58, Paper80} {
		text, err := Setup{Paper: paper}.Text(shiftJob(t, pos.DocBill, aBill()), pos.SaleRecord{}, shop)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range aBill().Findings {
			if no := f.Item().OutTradeNo; !strings.Contains(text, no) {
				t.Errorf("at %d mm %s is missing", paper, no)
			}
		}
	}
}

func TestBill_RefusesASummaryThatDoesNotAddUp(t *testing.T) {
	f := aBill()
	f.Summary.Ours.Paid++
	if _, err := Bill(f, shop, Options{Words: Chinese, Paper: Paper80}); pos.CodeOf(err) != pos.CodePrinter {
		t.Errorf("%v", err)
	}
}
