package sim

import "net/http"

// phoneRoutes are what a customer's own phone does without a cashier.
func (s *Sim) phoneRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /sim/callbacks", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"callbacks": reversed(s.Callbacks())})
	})
	mux.HandleFunc("GET /sim/shop-orders", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"shop_orders": s.ShopOrders()})
	})
	mux.HandleFunc("POST /sim/scan-product", s.apiScanProduct)
	mux.HandleFunc("POST /sim/login-code", s.apiLoginCode)
	mux.HandleFunc("POST /sim/mini", func(w http.ResponseWriter, r *http.Request) { s.apiBasket(w, r, WayMini) })
	mux.HandleFunc("POST /sim/app", func(w http.ResponseWriter, r *http.Request) { s.apiBasket(w, r, WayApp) })
	mux.HandleFunc("POST /sim/inside", s.apiInside)
	mux.HandleFunc("POST /sim/shop-order", s.apiShopOrder)
}

// apiScanProduct is POST /sim/scan-product: somebody scans a printed product code.
func (s *Sim) apiScanProduct(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Text string `json:"text"`
		payBody
	}
	if !readJSON(w, r, &body) {
		return
	}
	o, err := s.ScanProduct(body.Text, body.act())
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"order": o})
}

// apiLoginCode is POST /sim/login-code: a mini-program calls wx.login.
func (s *Sim) apiLoginCode(w http.ResponseWriter, r *http.Request) {
	var body struct {
		AppID  string `json:"appid"`
		OpenID string `json:"openid"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	code, err := s.LoginCode(body.AppID, body.OpenID)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"code": code})
}

// apiBasket is POST /sim/mini and /sim/app: a customer orders and, unless told otherwise, acts on what comes.
func (s *Sim) apiBasket(w http.ResponseWriter, r *http.Request, way string) {
	var body struct {
		Basket
		V1        bool `json:"v1"`
		OrderOnly bool `json:"order_only"`
		payBody
	}
	if !readJSON(w, r, &body) {
		return
	}
	if body.V1 && way == WayApp {
		way = WayAppV1
	}
	o, err := s.Ask(way, body.Basket)
	if err != nil {
		writeError(w, err)
		return
	}
	answer := map[string]any{"shop_order": o}
	if !body.OrderOnly {
		paid, err := s.PayInside(o, body.act())
		if err != nil {
			writeError(w, err)
			return
		}
		answer["order"] = paid
	}
	writeJSON(w, http.StatusOK, answer)
}

// apiShopOrder is POST /sim/shop-order: the shop's server asks how an order stands.
func (s *Sim) apiShopOrder(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Way string `json:"way"`
		Ref string `json:"ref"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	o, err := s.AskAgain(body.Way, body.Ref)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"shop_order": o})
}

// apiInside is POST /sim/inside: a mini-program or app hands parameters to WeChat, those of an order that was made before, or others.
func (s *Sim) apiInside(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Way string         `json:"way"`
		Ref string         `json:"ref"`
		Pay map[string]any `json:"pay"`
		payBody
	}
	if !readJSON(w, r, &body) {
		return
	}
	o, err := s.ShopOrder(body.Way, body.Ref)
	if err != nil {
		writeError(w, err)
		return
	}
	if body.Pay != nil {
		o.Pay = body.Pay
	}
	paid, err := s.PayInside(o, body.act())
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"order": paid})
}
