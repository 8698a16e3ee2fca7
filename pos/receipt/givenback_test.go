package receipt

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"guitai/pos"
)

var aGivenBack = pos.GivenBackFacts{Sale: 42, At: closedAt, By: "王芳", Itself: true, Parts: []pos.BackPart{
	{OutTradeNo: "S001-T1-2611207K3QX9WZ2MAB", Tender: pos.TenderCash, Amount: 500},
	{OutTradeNo: "S001-T1-2611207K3QX9WZ2MAC", Tender: alipay, Amount: 100},
	{OutTradeNo: "S001-T1-2611207K3QX9WZ2MAD", Tender: pos.TenderNative, Amount: 200},
	{OutTradeNo: "S001-T1-2611207K3QX9WZ2MAE", Tender: pos.TenderCash, Amount: 50},
}}

func givenBackCases(t *testing.T) []goldenCase {
	t.Helper()
	held := aGivenBack
	held.Itself, held.Parts = false, held.Parts[1:3]
	again := aGivenBack
	again.Parts, again.By = again.Parts[:1], ""
	twice := factsCase(t, "money-back-again", pos.DocGivenBack, again)
	twice.job.Copy = 1
	return []goldenCase{factsCase(t, "money-back", pos.DocGivenBack, aGivenBack), factsCase(t, "money-back-held", pos.DocGivenBack, held), twice}
}

// Whatever was paid how: the parts on the paper come to its sum, and so do what is handed over in cash, outside, and what WeChat gives back.
func TestGivenBack_ThePaperAddsUp(t *testing.T) {
	r := rand.New(rand.NewPCG(20261128, 9))
	for range 200 {
		f := aGivenBack
		f.Itself, f.Parts = r.IntN(2) == 0, nil
		want := map[pos.Tender]pos.Fen{}
		for range 1 + r.IntN(9) {
			tender := []pos.Tender{pos.TenderCash, alipay, "other:POS", pos.TenderNative, pos.TenderCode}[r.IntN(5)]
			p := pos.BackPart{OutTradeNo: "S001-T1-X", Tender: tender, Amount: 1 + pos.Fen(r.Int64N(int64(pos.MaxAmount)/10))}
			f.Parts = append(f.Parts, p)
			switch {
			case tender.WeChat():
				tender = pos.TenderNative
			case tender != pos.TenderCash:
				tender = alipay
			}
			want[tender] += p.Amount
		}
		if want[pos.TenderCash]+want[alipay] == 0 {
			continue // no paper
		}
		for _, lang := range []string{"zh-CN", "en"} {
			for _, p := range []Paper{Paper58, Paper80} {
				text, err := Setup{Language: lang, Paper: p}.Text(shiftJob(t, pos.DocGivenBack, f), pos.SaleRecord{}, shop)
				if err != nil {
					t.Fatal(err)
				}
				w := WordsOf(lang)
				pieces := strings.Split(text, strings.Repeat("-", p.Columns())+"\n")
				if len(pieces) != 3 {
					t.Fatalf("%d pieces:\n%s", len(pieces), text)
				}
				var parts, all pos.Fen
				for l := range strings.Lines(pieces[1]) {
					switch label, amount, ok := figure(l); {
					case ok && label == w.Sum:
						all = amount
					case ok:
						parts += amount
					}
				}
				got := map[pos.Tender]pos.Fen{}
				for l := range strings.Lines(pieces[2]) {
					if label, amount, ok := figure(l); ok {
						got[map[string]pos.Tender{w.Slip.HandCash: pos.TenderCash, w.Slip.HandOutside: alipay, w.WeChat: pos.TenderNative}[label]] += amount
					}
				}
				if parts != all || got[pos.TenderCash] != want[pos.TenderCash] || got[alipay] != want[alipay] || got[pos.TenderNative] != want[pos.TenderNative] ||
					all != want[pos.TenderCash]+want[alipay]+want[pos.TenderNative] {
					t.Fatalf("parts %v, sum %v, %v, want %v:\n%s", parts, all, got, want, text)
				}
				if itself := strings.Contains(text, w.Slip.BackItself); want[pos.TenderNative] > 0 && itself != f.Itself || strings.Count(text, "非付款凭证") != 2 || !strings.Contains(text, w.Signature) {
					t.Fatalf("by itself %v:\n%s", f.Itself, text)
				}
			}
		}
	}
}

// figure reads a row that ends with an amount.
func figure(row string) (label string, amount pos.Fen, ok bool) {
	fields := strings.Fields(row)
	if len(fields) < 2 {
		return "", 0, false
	}
	amount, err := pos.ParseYuan(strings.TrimPrefix(fields[len(fields)-1], "￥"))
	return strings.Join(fields[:len(fields)-1], " "), amount, err == nil
}

func TestGivenBack_OfAnyFactsFitsAndOfNothingIsNone(t *testing.T) {
	r := rand.New(rand.NewPCG(20261128, 10))
	for range 6 {
		f := aGivenBack
		f.By, f.Parts = randomText(r, 40), []pos.BackPart{
			{OutTradeNo: randomText(r, 32), Tender: pos.TenderCash, Amount: pos.MaxAmount}, {Tender: "other:" + pos.Tender(randomText(r, 30)), Amount: 1}, {Tender: "new", Amount: 2},
		}
		check(t, pos.SaleRecord{}, shop, shiftJob(t, pos.DocGivenBack, f), randomHead(r))
	}
	for name, parts := range map[string][]pos.BackPart{
		"none": nil, "WeChat's alone": aGivenBack.Parts[2:3], "of nothing": {{Tender: pos.TenderCash}, {Tender: alipay, Amount: 5}}, "less than nothing": {{Tender: pos.TenderCash, Amount: -1}},
	} {
		f := aGivenBack
		f.Parts = parts
		if _, err := GivenBack(f, shop, Options{Words: Chinese, Paper: Paper80}); pos.CodeOf(err) != pos.CodePrinter || !errors.Is(err, ErrSum) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
