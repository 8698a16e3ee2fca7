package sim

import (
	_ "embed" // the page's template
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The pages of the shop's mini-program and app.
const (
	pathMini = "/mini"
	pathApp  = "/app"
)

//go:embed phone.html
var phoneText string

var phoneTemplate = template.Must(template.New("phone").Parse(sharedText + phoneText))

// ordersShown bounds the orders on a page.
const ordersShown = 8

// phoneView is everything a page of the mini-program or app shows.
type phoneView struct {
	frame
	Connected bool
	Items     []ItemPreset
	Acts      []actView
	Orders    []shopOrderView
}

type shopOrderView struct {
	ShopOrder
	Yuan, StateWord, Until, When string
	Goods                        []BasketItem // by name, where they are among the presets
	Open, Paid, V1               bool
}

// ItemPreset is an item that the pages offer; any other can be typed.
type ItemPreset struct{ Code, Name string }

// Presets are items of the practice shop.
func Presets() []ItemPreset {
	return []ItemPreset{
		{"6901234567892", "可口可乐 330ml"},
		{"6991348010209", "农夫山泉 550ml"},
		{"6994759010417", "乐事薯片 原味 75g"},
		{"6998307010690", "康师傅红烧牛肉面 桶装"},
		{"10001", "茶叶蛋"},
		{"10002", "鲜肉包"},
	}
}

// showPhone is GET /mini and /app.
func (s *Sim) showPhone(w http.ResponseWriter, r *http.Request) {
	f := s.frame(r, r.URL.Path)
	v := phoneView{frame: f, Items: Presets(), Acts: actViews(f.Lang)}
	s.mu.Lock()
	v.Connected = s.shop.PrepayURL != "" && s.shop.Key != ""
	now := s.now()
	s.mu.Unlock()
	for _, o := range s.ShopOrders() {
		if (o.Way == WayMini) == (f.Path == pathMini) && len(v.Orders) < ordersShown {
			v.Orders = append(v.Orders, s.shopOrderView(o, f.T, now))
		}
	}
	show(w, phoneTemplate, v, f.Nonce)
}

// shopOrderView is an order of the shop as a page shows it: as it stands with WeChat.
func (s *Sim) shopOrderView(o ShopOrder, t map[string]string, now time.Time) shopOrderView {
	v := shopOrderView{ShopOrder: o, When: clock(o.At, now), StateWord: t["not-ordered"], V1: o.Way == WayAppV1}
	for _, it := range o.Items {
		if i := slices.IndexFunc(Presets(), func(p ItemPreset) bool { return p.Code == it.Code }); i >= 0 {
			it.Code = Presets()[i].Name
		}
		v.Goods = append(v.Goods, it)
	}
	known, err := s.Order(o.OutTradeNo)
	if err != nil {
		return v
	}
	var ov orderView
	ov, v.Open = orderViewOf(known, t, now)
	v.Yuan, v.StateWord, v.Paid = ov.Yuan, ov.StateWord, ov.Paid
	if v.Open {
		v.Until = ov.Until
	}
	return v
}

// pressPhone is one button of those pages.
func (s *Sim) pressPhone(form url.Values) error {
	way, ref := form.Get("way"), form.Get("ref")
	switch {
	case form.Get("do") == "order":
		b, way, err := readBasket(form)
		if err != nil {
			return err
		}
		_, err = s.Ask(way, b)
		return err
	case form.Get("again") != "":
		o, err := s.ShopOrder(way, ref)
		if err == nil {
			_, err = s.Ask(way, o.Basket)
		}
		return err
	case form.Get("do") == "pay":
		o, err := s.ShopOrder(way, ref)
		if err == nil {
			_, err = s.PayInside(o, Act{Kind: form.Get("act")})
		}
		return err
	}
	return ErrBadAct
}

// readBasket reads the form of a basket, and by which way it is ordered. Only the mini-program's form knows a login.
func readBasket(form url.Values) (b Basket, way string, err error) {
	way, b.Login = WayMini, form.Get("login") != ""
	if form.Get("from") == pathApp {
		if way = WayApp; form.Get("v1") != "" {
			way = WayAppV1
		}
	}
	for _, p := range Presets() {
		if n, err := strconv.Atoi(form.Get("n-" + p.Code)); err == nil && n > 0 {
			b.Items = append(b.Items, BasketItem{p.Code, n})
		}
	}
	for word := range strings.FieldsSeq(form.Get("codes")) {
		code, count, counted := strings.Cut(word, "*")
		n := 1
		if counted {
			if n, err = strconv.Atoi(count); err != nil {
				return b, way, ErrBadBasket
			}
		}
		b.Items = append(b.Items, BasketItem{code, n})
	}
	return b, way, nil
}
