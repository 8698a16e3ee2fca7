package sim

import "net/http"

// phoneRoutes are what a customer's own phone does without a cashier.
func (s *Sim) phoneRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /sim/callbacks", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"callbacks": reversed(s.Callbacks())})
	})
	mux.HandleFunc("POST /sim/scan-product", s.apiScanProduct)
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
