package sim

import (
	"cmp"
	"net/http"
)

// billRoutes adds what the merchant platform has to download, the truth beside it, and what was planted.
func (s *Sim) billRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /sim/bill", func(w http.ResponseWriter, r *http.Request) {
		kind := cmp.Or(r.FormValue("type"), BillAll)
		s.apiFile(w, "bill-"+kind, r.FormValue("day"), func(mchID, day string) ([]byte, *refusal) {
			return s.tradeBill(request{fields: map[string]string{"mch_id": mchID, "bill_date": day, "bill_type": kind}}, "")
		}, r.FormValue("mch_id"))
	})
	mux.HandleFunc("GET /sim/fundflow", func(w http.ResponseWriter, r *http.Request) {
		account := cmp.Or(r.FormValue("account"), "Basic")
		s.apiFile(w, "fundflow-"+account, r.FormValue("day"), func(mchID, day string) ([]byte, *refusal) {
			return s.fundFlowOf(mchID, day, account, "")
		}, r.FormValue("mch_id"))
	})
	mux.HandleFunc("GET /sim/bill-rows", func(w http.ResponseWriter, r *http.Request) {
		rows, err := s.BillRows(r.FormValue("mch_id"), r.FormValue("day"))
		writeList(w, "rows", rows, err)
	})
	mux.HandleFunc("GET /sim/fund-rows", func(w http.ResponseWriter, r *http.Request) {
		rows, err := s.FundRows(r.FormValue("mch_id"), r.FormValue("day"))
		writeList(w, "rows", rows, err)
	})
	mux.HandleFunc("GET /sim/differences", func(w http.ResponseWriter, _ *http.Request) {
		writeList(w, "differences", s.Planted(), nil)
	})
	mux.HandleFunc("POST /sim/differences", s.apiPlant)
}

// apiFile sends a bill as the merchant platform would, or says why there is none.
func (s *Sim) apiFile(w http.ResponseWriter, name, day string, file func(mchID, day string) ([]byte, *refusal), mchID string) {
	s.mu.Lock()
	text, no := file(s.merchantOr(mchID), day)
	s.mu.Unlock()
	if err := s.flush(); err != nil { // a fault may have planted something
		writeError(w, err)
		return
	}
	if no != nil {
		status := http.StatusNotFound
		if no.code == codeBillRequest {
			status = http.StatusBadRequest
		}
		writeProblem(w, status, "no-bill", no.text)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+"-"+day+`.csv"`)
	_, _ = w.Write(text) // a client that is gone asks again
}

func writeList[T any](w http.ResponseWriter, name string, list []T, err error) {
	if err != nil {
		writeError(w, err)
		return
	}
	if list == nil {
		list = []T{}
	}
	writeJSON(w, http.StatusOK, map[string][]T{name: list})
}

// apiPlant is POST /sim/differences: make the bill of a day wrong in one thing.
func (s *Sim) apiPlant(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Day   string `json:"day"`
		MchID string `json:"mch_id"`
		Kind  string `json:"kind"`
		Row   string `json:"row"`
		Is    int64  `json:"is"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	d, err := s.Plant(Difference{Day: body.Day, MchID: body.MchID, Kind: body.Kind, Row: body.Row, Is: body.Is})
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"difference": d})
}
