package sim

import (
	"bytes"
	"crypto/subtle"
	_ "embed" // the page's template
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	qrcode "github.com/skip2/go-qrcode"
)

var (
	//go:embed shared.html
	sharedText string
	//go:embed page.html
	pageText string
)

var pageTemplate = template.Must(template.New("page").Parse(sharedText + pageText))

// endedShown and noticesShown bound the two logs on the page.
const (
	endedShown   = 12
	noticesShown = 20
)

// frame is what every page shows.
type frame struct {
	Path, Title                            string
	Lang, OtherLang, Token, Nonce, Problem string
	T                                      map[string]string
	Places                                 []placeView
}

// placeView is a link to a page.
type placeView struct{ Path, Text string }

// frame begins a page.
func (s *Sim) frame(r *http.Request, path string) frame {
	lang := s.language(r)
	t := words[lang]
	f := frame{Path: path, Lang: lang, OtherLang: langEn, T: t, Token: s.token, Nonce: nonce(), Problem: t[r.FormValue("problem")]}
	if lang == langEn {
		f.OtherLang = langZh
	}
	for _, p := range []placeView{{"/", "phone"}, {pathMini, "mini"}, {pathApp, "app"}} {
		p.Text = t[p.Text]
		if f.Places = append(f.Places, p); p.Path == path {
			f.Title = p.Text
		}
	}
	if path == "/" {
		f.Title = t["title"]
	}
	return f
}

// show answers with a page.
func show(w http.ResponseWriter, page *template.Template, v any, nonce string) {
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-"+nonce+
		"'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	_, _ = w.Write(b.Bytes()) // a browser that is gone asks again
}

// view is everything the page shows.
type view struct {
	frame
	Scanned        string // what the phone said of the last product code
	Merchants      []Merchant
	Now            string
	Open, Ended    []orderView
	Acts, CodeActs []actView
	Code           *codeView // the payment code on the phone, if there is one
	Faults         []faultView
	AnyFault       bool
	Notices        []noticeView
	Bills          []billView
}

type orderView struct {
	Order
	Yuan, StateWord, Until, When string
	Paid, Scanned                bool
	How                          string // it is paid, unless a code of the order is scanned
	Place                        string // where it is paid then
	Back                         string // yuan that went back
	RefundViews                  []refundView
	QR                           template.HTML
}

type codeView struct {
	Groups     []string // the 18 digits in fours
	Act, Until string
	QR         template.HTML
}

type refundView struct{ Yuan, StateWord string }

type actView struct{ Name, Text string }

type faultView struct {
	Name, Text, State, Full string
	On                      bool
}

type noticeView struct {
	Number, At, KindWord, State, StateWord, Next, Answer string
	Tries                                                int
}

// showPage is GET /, the customer's phone.
func (s *Sim) showPage(w http.ResponseWriter, r *http.Request) {
	f := s.frame(r, "/")
	show(w, pageTemplate, s.view(f), f.Nonce)
}

// view gathers what the page shows.
func (s *Sim) view(f frame) view {
	lang, t := f.Lang, f.T
	v := view{frame: f, Merchants: s.opts.Merchants}
	s.mu.Lock()
	now := s.now()
	v.Scanned = s.scanned
	s.mu.Unlock()
	v.Now = now.Format("15:04:05")
	for _, o := range s.Orders() {
		ov, open := orderViewOf(o, t, now)
		switch {
		case open:
			v.Open = append(v.Open, ov)
		case len(v.Ended) < endedShown:
			v.Ended = append(v.Ended, ov)
		}
	}
	v.Code = s.codeView(lang, now)
	v.Acts = actViews(lang)
	for _, a := range CodeActs() {
		if a.Name != PayNow {
			v.CodeActs = append(v.CodeActs, actView{a.Name, a.in(lang)})
		}
	}
	for _, f := range s.faultStates(lang) {
		fv := faultView{Name: f.Name, Text: f.About, On: f.Count != 0, Full: Fault{Name: f.Name, Path: f.Path}.String()}
		switch {
		case f.Count == Always:
			fv.State = t["always"]
		case f.Count > 0:
			fv.State = fmt.Sprintf(t["left"], f.Count)
		}
		if f.Path != "" {
			fv.State += " @" + f.Path
		}
		v.AnyFault = v.AnyFault || fv.On
		v.Faults = append(v.Faults, fv)
	}
	v.Notices = s.noticeViews(t)
	v.Bills = s.billViews()
	return v
}

// actViews are what a payer can do but simply pay.
func actViews(lang string) (list []actView) {
	for _, a := range Acts() {
		if a.Name != PayNow {
			list = append(list, actView{a.Name, a.in(lang)})
		}
	}
	return list
}

// billView is a day whose bills can be downloaded, as 2026-11-20 and as the links have it.
type billView struct{ Day, Compact string }

// billsShown is how many days back the page has bills.
const billsShown = 7

// billViews are the latest days on which something happened to the first merchant's money, newest first.
func (s *Sim) billViews() []billView {
	s.mu.Lock()
	defer s.mu.Unlock()
	happened := map[string]bool{}
	note := func(at time.Time) {
		if !at.IsZero() {
			happened[at.In(beijing).Format("20060102")] = true
		}
	}
	for _, o := range s.orders {
		if o.Request["mch_id"] != s.merchantOr("") {
			continue
		}
		for i := range o.Payments {
			note(o.Payments[i].TimeEnd)
			note(o.Payments[i].Reversed)
		}
		for _, r := range o.Refunds {
			note(r.Created)
		}
	}
	var list []billView
	for at, n := s.now(), 0; n < billsShown; at, n = at.AddDate(0, 0, -1), n+1 {
		day := at.Format("20060102")
		if _, no := s.billReady(day); no == nil && happened[day] {
			list = append(list, billView{at.Format(time.DateOnly), day})
		}
	}
	return list
}

// orderViewOf is an order as the page shows it, and whether somebody may still pay it.
func orderViewOf(o Order, t map[string]string, now time.Time) (v orderView, open bool) {
	v = orderView{
		Order: o, Yuan: yuan(o.TotalFee), StateWord: t[o.State], Paid: o.Taken > 0, Scanned: o.CodeURL != "",
		How:   t["by-"+o.TradeType],
		Until: clock(o.Expires, now), When: clock(o.Created, now),
	}
	if o.GivenBack > 0 {
		v.Back = yuan(o.GivenBack)
	}
	switch o.TradeType {
	case tradeJSAPI:
		v.Place = pathMini
	case tradeApp:
		v.Place = pathApp
	}
	for _, r := range o.Refunds {
		v.RefundViews = append(v.RefundViews, refundView{yuan(r.Fee), t["refund-"+r.State]})
	}
	switch expired := !now.Before(o.Expires); {
	case o.State == StateNotPay && o.TradeType == microType:
		v.StateWord = t["unpaid"]
	case o.State == StateNotPay && expired:
		v.StateWord = t["expired"]
	case o.State == StateNotPay, o.State == StateTyping:
		open = true
		if v.Scanned {
			v.QR = qrSVG(o.CodeURL)
		}
	}
	return v, open
}

// codeView is the newest payment code while it can be charged.
func (s *Sim) codeView(lang string, now time.Time) *codeView {
	list := s.Codes()
	if len(list) == 0 || list[0].UsedBy != "" || !now.Before(list[0].Expires) {
		return nil
	}
	c := list[0]
	kind, _ := codeKindOf(c.Act)
	v := &codeView{Act: kind.in(lang), Until: clock(c.Expires, now), QR: qrSVG(c.Code)}
	for group := range slices.Chunk([]byte(c.Code), 4) {
		v.Groups = append(v.Groups, string(group))
	}
	return v
}

func (s *Sim) noticeViews(t map[string]string) []noticeView {
	var list []noticeView
	for _, d := range reversed(s.Deliveries()) {
		n := noticeView{
			Number: d.OutTradeNo, KindWord: t[d.Kind], State: d.State, StateWord: t[d.State], Tries: len(d.Attempts),
		}
		if n.Tries > 0 {
			last := d.Attempts[n.Tries-1]
			n.At, n.Answer = last.At.Format("15:04:05"), last.Answer
		}
		if d.State == DeliveryWaiting {
			n.Next = d.Next.Format("15:04:05")
		}
		if list = append(list, n); len(list) == noticesShown {
			break
		}
	}
	return list
}

// pressButton is POST /, /mini or /app: one button of the page. It answers with the page again, so that a reload presses nothing twice.
func (s *Sim) pressButton(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "the form cannot be read", http.StatusBadRequest)
		return
	}
	if subtle.ConstantTimeCompare([]byte(r.PostForm.Get("token")), []byte(s.token)) != 1 {
		http.Error(w, "this form is of an earlier run: reload the page", http.StatusForbidden)
		return
	}
	back := url.Values{"lang": {s.language(r)}}
	press := s.press
	if r.URL.Path != "/" {
		press = s.pressPhone
	}
	if err := press(r.PostForm); err != nil {
		code, _ := errorCode(err)
		back.Set("problem", code)
	}
	http.Redirect(w, r, r.URL.Path+"?"+back.Encode(), http.StatusSeeOther)
}

func (s *Sim) press(form url.Values) error {
	switch form.Get("do") {
	case "pay":
		_, err := s.Pay(form.Get("order"), Act{Kind: form.Get("act")})
		return err
	case "scan":
		_, err := s.ScanProduct(strings.TrimSpace(form.Get("text")), Act{Kind: form.Get("act")})
		s.mu.Lock()
		s.scanned = wordsOf(err)
		s.mu.Unlock()
		return err
	case "code":
		_, err := s.ShowCode(Act{Kind: form.Get("act")})
		return err
	case "refund":
		_, err := s.VendorRefund(form.Get("order"), 0, RefundAct{})
		return err
	case "fault":
		f, err := ParseFault(form.Get("fault"))
		if err != nil {
			return err
		}
		return s.SetFault(f)
	case "clear":
		s.ClearFaults()
		return nil
	}
	return ErrBadAct
}

// clock writes a time of today as such and any other with its day.
func clock(at, now time.Time) string {
	at = at.In(beijing)
	if at.YearDay() == now.YearDay() && at.Year() == now.Year() {
		return at.Format("15:04:05")
	}
	return at.Format("2006-01-02 15:04")
}

// qrSVG draws a code with its quiet zone, one unit per module, one path for all dark modules.
func qrSVG(text string) template.HTML {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return "" // only a text beyond the capacity of a code, which a code_url is far from
	}
	bitmap := code.Bitmap()
	var path strings.Builder
	for y, row := range bitmap {
		for x, dark := range row {
			if dark {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	n := len(bitmap)
	return template.HTML(fmt.Sprintf(`<svg class="qr" viewBox="0 0 %d %d" shape-rendering="crispEdges" role="img" aria-label="QR">`+
		`<rect width="%d" height="%d" fill="#fff"/><path d="%s" fill="#111"/></svg>`, n, n, n, n, path.String()))
}

// refreshEvery is how often the page asks for news; the template says it in seconds for browsers without scripts.
const refreshEvery = 2 * time.Second

// RefreshMS is refreshEvery for the script of a page.
func (frame) RefreshMS() int64 { return refreshEvery.Milliseconds() }
