package sim

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// lateness is how late notice-late makes a notice, and how long notice-reordered waits at most to be overtaken.
const lateness = time.Minute

// The states of a delivery.
const (
	DeliveryWaiting       = "waiting"       // not answered SUCCESS yet; Next says when it is tried
	DeliveryDone          = "delivered"     // answered SUCCESS
	DeliveryGivenUp       = "given-up"      // every repeat used up
	DeliveryUndeliverable = "undeliverable" // notify_url ends in .invalid: there is nobody to tell
	DeliveryLost          = "lost"          // by notice-lost
)

// The kinds of delivery. Forgeries are sent once.
const (
	NoticeTrue           = "notice"
	NoticeForgedSign     = "forged-sign"     // true content, a signature by another key
	NoticeForgedMerchant = "forged-merchant" // another merchant's, correctly signed by that merchant's key
	NoticeForgedAmount   = "forged-amount"   // correctly signed, another total_fee
)

// The merchant whose notices a forger sends.
const (
	otherAppID = "wx9999999999999999"
	otherMchID = "1900009999"
	otherKey   = "AnotherShopsPracticeKeyForNotice"
)

// Delivery is one notice on its way to the merchant.
type Delivery struct {
	ID            int64     `json:"id"`
	OutTradeNo    string    `json:"out_trade_no"`
	TransactionID string    `json:"transaction_id"`
	Kind          string    `json:"kind"`
	URL           string    `json:"url"`
	State         string    `json:"state"`
	Next          time.Time `json:"next,omitzero"` // when it is tried again, while waiting
	Attempts      []Attempt `json:"attempts"`
}

// Attempt is one try of a delivery.
type Attempt struct {
	At     time.Time `json:"at"`
	Status int       `json:"status,omitempty"` // HTTP status; 0 without an answer
	Answer string    `json:"answer"`           // the return_code of the answer, or what went wrong
}

// Deliveries returns the latest notices, oldest first, at most 1000.
func (s *Sim) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Delivery, len(s.deliveries))
	for i, d := range s.deliveries {
		list[i] = *d
		list[i].Attempts = slices.Clone(d.Attempts)
	}
	return list
}

// sendNotices starts the notice of a payment, as the fault in force bends it. Call with s.mu held.
func (s *Sim) sendNotices(o *order, p Payment) {
	common := []field{
		{"return_code", codeSuccess},
		{"appid", o.request["appid"]},
		{"mch_id", o.request["mch_id"]},
		{"nonce_str", nonce()},
		{"result_code", codeSuccess},
	}
	list := append(common, tradeFields(o, p)...)
	body := writeXML(s.seal(list, o.key, o.signType))

	u, err := url.Parse(o.request["notify_url"])
	if err != nil || u.Hostname() == "invalid" || strings.HasSuffix(u.Hostname(), ".invalid") {
		s.newDelivery(o, p, NoticeTrue).State = DeliveryUndeliverable
		return
	}
	fault := s.takeLocked(func(f Fault) bool { return strings.HasPrefix(f.Name, "notice-") })
	if fault.Name == FaultNoticeLost {
		s.newDelivery(o, p, NoticeTrue).State = DeliveryLost
		return
	}
	var forged []forgery
	if fault.Name == FaultNoticeForged {
		for _, kind := range []string{NoticeForgedSign, NoticeForgedMerchant, NoticeForgedAmount} {
			if fault.Path == "" || strings.HasSuffix(kind, "-"+fault.Path) {
				forged = append(forged, forgery{s.newDelivery(o, p, kind), s.forge(list, o, kind)})
			}
		}
	}
	d := s.newDelivery(o, p, NoticeTrue)
	var start func() bool
	switch fault.Name {
	case FaultNoticeLate:
		d.Next = s.now().Add(s.scaled(lateness))
		start = func() bool { return s.wait(s.scaled(lateness), nil) }
	case FaultNoticeReordered:
		overtaken := make(chan struct{})
		s.held = append(s.held, overtaken)
		start = func() bool { return s.wait(s.scaled(lateness), overtaken) }
	case FaultNoticeDuplicate:
		twin := s.newDelivery(o, p, NoticeTrue)
		s.spawn(func() { s.deliver(twin, body) })
	}
	s.spawn(func() {
		for _, f := range forged {
			s.deliverOnce(f)
		}
		if start == nil || start() {
			s.deliver(d, body)
		}
	})
}

func (s *Sim) newDelivery(o *order, p Payment, kind string) *Delivery {
	s.serial++
	d := &Delivery{
		ID: s.serial, OutTradeNo: o.request["out_trade_no"], TransactionID: p.TransactionID, Kind: kind,
		URL: o.request["notify_url"], State: DeliveryWaiting, Next: s.now(),
	}
	s.deliveries = append(s.deliveries, d)
	if len(s.deliveries) > logLimit {
		s.deliveries = slices.Delete(s.deliveries, 0, len(s.deliveries)-logLimit)
	}
	return d
}

// forgery is a false notice.
type forgery struct {
	d    *Delivery
	body []byte
}

// forge makes a false notice from the fields of a true one.
func (s *Sim) forge(list []field, o *order, kind string) []byte {
	list, key := slices.Clone(list), o.key
	for i := range list {
		f := &list[i]
		switch {
		case kind == NoticeForgedMerchant && f.name == "appid":
			f.value = otherAppID
		case kind == NoticeForgedMerchant && f.name == "mch_id":
			f.value = otherMchID
		case kind == NoticeForgedAmount && f.name == "total_fee":
			fee, _ := strconv.ParseInt(f.value, 10, 64)
			f.value = strconv.FormatInt(fee+1, 10)
		}
	}
	switch kind {
	case NoticeForgedSign:
		key = rand.Text()
	case NoticeForgedMerchant:
		key = otherKey
	}
	return writeXML(s.seal(list, key, o.signType))
}

// deliver sends a notice until it is answered SUCCESS or the schedule is used up.
func (s *Sim) deliver(d *Delivery, body []byte) {
	for try := 0; ; try++ {
		if s.attempt(d, body) {
			s.endDelivery(d, DeliveryDone)
			return
		}
		if try >= len(s.opts.Retries) {
			s.endDelivery(d, DeliveryGivenUp)
			return
		}
		pause := s.scaled(s.opts.Retries[try])
		s.mu.Lock()
		d.Next = s.now().Add(pause)
		s.mu.Unlock()
		if !s.wait(pause, nil) {
			return
		}
	}
}

func (s *Sim) deliverOnce(f forgery) {
	state := DeliveryGivenUp
	if s.attempt(f.d, f.body) {
		state = DeliveryDone
	}
	s.endDelivery(f.d, state)
}

func (s *Sim) endDelivery(d *Delivery, state string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d.State, d.Next = state, time.Time{}
}

// attempt sends a notice once and says whether the answer was SUCCESS. It lets the notices go that waited to be overtaken.
func (s *Sim) attempt(d *Delivery, body []byte) bool {
	fault := s.take(func(f Fault) bool { return f.Path == pathNotify })
	s.mu.Lock()
	at := s.now()
	s.mu.Unlock()
	status, answer := s.post(d.URL, spoil(body, fault.Name))

	s.mu.Lock()
	defer s.mu.Unlock()
	d.Attempts = append(d.Attempts, Attempt{at, status, answer})
	for _, overtaken := range s.held {
		close(overtaken)
	}
	s.held = nil
	return status == http.StatusOK && answer == codeSuccess
}

// post sends a notice and returns what came back: the return_code, or what went wrong.
func (s *Sim) post(to string, body []byte) (status int, answer string) {
	req, err := http.NewRequestWithContext(s.ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return 0, err.Error()
	}
	req.Header.Set("Content-Type", "text/xml")
	req.Header.Set("User-Agent", "Mozilla/4.0")
	resp, err := s.notify.Do(req)
	if err != nil {
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			err = wrapped.Err // the log has the address already
		}
		return 0, err.Error()
	}
	defer func() { _ = resp.Body.Close() }() // only read
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return resp.StatusCode, err.Error()
	}
	fields, err := readXML(text)
	if err != nil {
		return resp.StatusCode, "not XML"
	}
	return resp.StatusCode, fields["return_code"]
}
