package export

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

var picture = []byte("\x89PNG\r\n\x1a\n<script>alert(3)</script>")

func dayReport() pos.DayReport {
	r := pos.DayReport{
		DayTakings: pos.DayTakings{
			Day: 20261120, Sales: 3, Gross: 10_500, Discount: 500, Net: 10_000, Refunds: 1, Refunded: 300, Excepted: 1_350,
			Tenders: []pos.TenderTakings{{Tender: pos.TenderCash, Count: 1, Fen: 4_000}, {Tender: `other:<b onload="x()">支付宝</b>`, Count: 2, Fen: 6_000}},
		},
		Before:   pos.DayTakings{Day: 20261113, Sales: 4, Gross: 12_000, Net: 12_000},
		Cashiers: []pos.CashierTakings{{Cashier: `"><script>alert(1)</script>`, Count: 3, Net: 10_000}},
		Top:      []pos.ItemTakings{{Item: 1, Name: `可乐 & </td><td>{{.Net}}`, Pieces: 9, Fen: 2_700}},
	}
	r.Hours[9], r.Hours[23] = pos.HourTakings{Count: 1, Net: 4_000}, pos.HourTakings{Count: 2, Net: 6_000}
	return r
}

func reportOf(t *testing.T, lang string, change func(*Report)) string {
	t.Helper()
	day := dayReport()
	r := Report{
		Shop: pos.Shop{Name: "柜台<便利>店", ID: "S001", Till: "T1"}, Made: time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC), Day: &day, Chart: picture,
	}
	if change != nil {
		change(&r)
	}
	var b bytes.Buffer
	if err := ReportHTML(&b, r, i18n.For(lang)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// elements reads a page as XML after what HTML leaves open, and returns how many elements of each name it has and its words.
func elements(t *testing.T, page string) (count map[string]int, words string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	count = map[string]int{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return count, words
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			count[x.Name.Local]++
			for _, a := range x.Attr {
				if strings.HasPrefix(a.Name.Local, "on") {
					t.Errorf("an attribute %s", a.Name.Local)
				}
			}
		case xml.CharData:
			words += string(x) + "\n"
		}
	}
}

func TestReport_NamesAreWordsAndNothingElse(t *testing.T) {
	page := reportOf(t, i18n.Chinese, nil)
	count, words := elements(t, page)
	if count["script"] != 0 || count["b"] != 0 || count["img"] != 1 || count["便利"] != 0 {
		t.Errorf("the page has %v", count)
	}
	for _, want := range []string{`"><script>alert(1)</script>`, `<b onload="x()">支付宝</b>`, `可乐 & </td><td>{{.Net}}`, "柜台<便利>店 · S001 T1"} {
		if !strings.Contains(words, want) {
			t.Errorf("it does not say %s", want)
		}
	}
}

func TestReport_NeedsNoOtherFile(t *testing.T) {
	page := reportOf(t, i18n.English, nil)
	if !strings.Contains(page, `src="data:image/png;base64,`+template64(picture)+`"`) {
		t.Error("the chart is not in it")
	}
	for _, outside := range []string{"http:", "https:", "//", "<link", "url(", "@import"} {
		if strings.Contains(strings.ReplaceAll(page, template64(picture), ""), outside) {
			t.Errorf("it has %s", outside)
		}
	}
}

// template64 is base64 as it stands in an attribute.
func template64(b []byte) string {
	return strings.ReplaceAll(base64.StdEncoding.EncodeToString(b), "+", "&#43;")
}

func TestReport_SaysTheSumsAndAgainstWhat(t *testing.T) {
	_, words := elements(t, reportOf(t, i18n.English, func(r *Report) { r.Unsettled, r.Shop.Practice = Open{Payments: 1, Refunds: 2, Exceptions: 3}, true }))
	flat := strings.Join(strings.Fields(words), " ")
	for _, want := range []string{
		"Takings 2026-11-20", "¥100.00", "Now 2026-11-13 Difference",
		"Gross 105.00 120.00 -15.00", "Net takings 100.00 120.00 -20.00", "Refunds 3.00 0.00 +3.00", "Net after refunds 97.00 120.00 -23.00",
		"Sales 3 4 -1", "Average 33.33 30.00 +3.33", "Total 3 100.00", "09:00 1 40.00 23:00 2 60.00 Total 3 100.00",
		"¥13.50", "payments 1, refunds 2, exceptions to decide 3", "Practice",
	} {
		if !strings.Contains(flat, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if t.Failed() {
		t.Log(flat)
	}
}

func TestReport_OfAMonthHasItsDays(t *testing.T) {
	m := pos.MonthReport{Month: 202611}
	for d := pos.Day(20261101); d <= 20261130; d++ {
		m.Days = append(m.Days, pos.DayTakings{Day: d, Sales: 1, Gross: 100, Net: 100})
	}
	m.Total = Sum(m.Days)
	m.Before = pos.DayTakings{Sales: 10, Gross: 1_000, Net: 1_000}
	page := reportOf(t, i18n.Chinese, func(r *Report) {
		shop, made := r.Shop, r.Made
		*r = MonthOf(m, i18n.For(i18n.Chinese))
		r.Shop, r.Made = shop, made
	})
	_, words := elements(t, page)
	flat := strings.Join(strings.Fields(words), " ")
	for _, want := range []string{"营业额报表 2026-11-01 至 2026-11-30", "本期 上月 相差", "净收款 30.00 10.00 +20.00", "2026-11-30 1 1.00 0.00 1.00 0.00 总计 30 30.00"} {
		if !strings.Contains(flat, want) {
			t.Errorf("it does not say %q: %s", want, flat)
		}
	}
	none := reportOf(t, i18n.Chinese, func(r *Report) { r.Day, r.Days, r.Total = nil, m.Days, m.Total })
	if strings.Contains(none, "相差") {
		t.Error("it compares with nothing")
	}
}
