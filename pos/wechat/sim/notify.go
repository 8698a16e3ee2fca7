package sim

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
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
	NoticeRefund         = "refund-notice"   // of a refund that ended
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
	OutRefundNo   string    `json:"out_refund_no,omitempty"`
	Kind          string    `json:"kind"`
	URL           string    `json:"url"`
	V1            bool      `json:"v1,omitempty"` // of the retired interface: answered success, not SUCCESS
	State         string    `json:"state"`
	Next          time.Time `json:"next,omitzero"` // when it is tried again, while waiting
	Attempts      []Attempt `json:"attempts"`

	body []byte
}

// Attempt is one try of a delivery.
type Attempt struct {
	At     time.Time `json:"at"`
	Status int       `json:"status,omitempty"` // HTTP status; 0 without an answer
	Answer string    `json:"answer"`           // the return_code of the answer, the answer itself (V1), or what went wrong
}

// Deliveries returns the latest notices, oldest first: at most 1000, unless more are waiting.
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

// notice is something to tell the merchant. body writes it as if it came from a merchant, with that merchant's key, and with
// this much more money than is true.
type notice struct {
	order                      *order
	transactionID, outRefundNo string
	kind, url                  string
	body                       func(appID, mchID, key string, more int64) []byte
	query                      func(mchID, key string, more int64) string // of the retired interface: the fields are here
}

// address is where a notice goes that is as if from this merchant.
func (n notice) address(mchID, key string, more int64) string {
	if n.query == nil {
		return n.url
	}
	return n.url + "?" + n.query(mchID, key, more)
}

// sendNotices tells the merchant of a payment. A micropay has no notify_url: nobody is told. Call with s.mu held.
func (s *Sim) sendNotices(o *order, p Payment) {
	if o.Micro {
		return
	}
	if o.V1 {
		s.sendV1Notice(o, p)
		return
	}
	s.send(notice{
		order: o, transactionID: p.TransactionID, kind: NoticeTrue, url: o.Request["notify_url"],
		body: func(appID, mchID, key string, more int64) []byte {
			p := p
			p.TotalFee += more
			list := []field{
				{"return_code", codeSuccess},
				{"appid", appID},
				{"mch_id", mchID},
				{"nonce_str", nonce()},
				{"result_code", codeSuccess},
			}
			return writeXML(s.seal(append(list, tradeFields(o, p)...), key, o.SignType))
		},
	})
}

// send starts a notice, as the fault in force bends it. Call with s.mu held.
func (s *Sim) send(n notice) {
	appID, mchID, key := n.order.Request["appid"], n.order.Request["mch_id"], s.keyOf(n.order)
	u, err := url.Parse(n.url)
	if err != nil || u.Hostname() == "invalid" || strings.HasSuffix(u.Hostname(), ".invalid") {
		s.newDelivery(n, n.kind, n.url, nil).State = DeliveryUndeliverable
		return
	}
	fault := s.takeLocked(func(f Fault) bool { return strings.HasPrefix(f.Name, "notice-") })
	if fault.Name == FaultNoticeLost {
		s.newDelivery(n, n.kind, n.url, nil).State = DeliveryLost
		return
	}
	var forged []*Delivery
	if fault.Name == FaultNoticeForged {
		for _, kind := range []string{NoticeForgedSign, NoticeForgedMerchant, NoticeForgedAmount} {
			if fault.Path != "" && !strings.HasSuffix(kind, "-"+fault.Path) {
				continue
			}
			appID, mchID, key, more := appID, mchID, key, int64(0)
			switch kind {
			case NoticeForgedSign:
				key = rand.Text()
			case NoticeForgedMerchant:
				appID, mchID, key = otherAppID, otherMchID, otherKey
			case NoticeForgedAmount:
				more = 1
			}
			forged = append(forged, s.newDelivery(n, kind, n.address(mchID, key, more), n.body(appID, mchID, key, more)))
		}
	}
	d := s.newDelivery(n, n.kind, n.address(mchID, key, 0), n.body(appID, mchID, key, 0))
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
		twin := s.newDelivery(n, n.kind, d.URL, d.body)
		s.spawn(func() { s.deliver(twin) })
	}
	s.spawn(func() {
		for _, f := range forged {
			s.deliverOnce(f)
		}
		if start == nil || start() {
			s.deliver(d)
		}
	})
}

// keyOf is the API key of the merchant an order is of.
func (s *Sim) keyOf(o *order) string {
	if o.V1 {
		return s.opts.V1.PartnerKey
	}
	m, _ := merchants(s.opts.Merchants).byMchID(o.Request["mch_id"])
	return m.Key
}

func (s *Sim) newDelivery(n notice, kind, to string, body []byte) *Delivery {
	s.serial++
	d := &Delivery{
		ID: s.serial, OutTradeNo: n.order.number(), TransactionID: n.transactionID, OutRefundNo: n.outRefundNo, Kind: kind,
		URL: to, V1: n.query != nil, State: DeliveryWaiting, Next: s.now(), body: body,
	}
	s.keepDelivery(d)
	s.touchDelivery(d)
	return d
}

// keepDelivery takes a delivery in and lets the oldest go that has ended. Call with s.mu held.
func (s *Sim) keepDelivery(d *Delivery) {
	s.deliveries = append(s.deliveries, d)
	if len(s.deliveries) <= logLimit {
		return
	}
	ended := slices.IndexFunc(s.deliveries, func(d *Delivery) bool { return d.State != DeliveryWaiting })
	if ended >= 0 {
		s.let.add(s.deliveries[ended])
		s.deliveries = slices.Delete(s.deliveries, ended, ended+1)
	}
}

// NoticeCount is how many notices there were, by what became of them, and how often they were tried. Forgeries are among them.
type NoticeCount struct {
	Waiting       int `json:"waiting"`
	Delivered     int `json:"delivered"`
	GivenUp       int `json:"given_up"`
	Undeliverable int `json:"undeliverable"`
	Lost          int `json:"lost"`
	Attempts      int `json:"attempts"`
}

func (c *NoticeCount) add(d *Delivery) {
	c.Attempts += len(d.Attempts)
	switch d.State {
	case DeliveryWaiting:
		c.Waiting++
	case DeliveryDone:
		c.Delivered++
	case DeliveryGivenUp:
		c.GivenUp++
	case DeliveryUndeliverable:
		c.Undeliverable++
	case DeliveryLost:
		c.Lost++
	}
}

// CountNotices counts every notice since New, also those that Deliveries has let go; of the time before, those that Options.State kept.
func (s *Sim) CountNotices() NoticeCount {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.let
	for _, d := range s.deliveries {
		c.add(d)
	}
	return c
}

// deliver sends a notice until it is answered SUCCESS or the schedule is used up.
func (s *Sim) deliver(d *Delivery) {
	for {
		done, tries := s.attempt(d)
		if done {
			s.endDelivery(d, DeliveryDone)
			return
		}
		if tries > len(s.opts.Retries) {
			s.endDelivery(d, DeliveryGivenUp)
			return
		}
		pause := s.scaled(s.opts.Retries[tries-1])
		s.mu.Lock()
		d.Next = s.now().Add(pause)
		s.touchDelivery(d)
		s.mu.Unlock()
		_ = s.flush() // the next request says that the state cannot be kept
		if !s.wait(pause, nil) {
			return
		}
	}
}

func (s *Sim) deliverOnce(d *Delivery) {
	state := DeliveryGivenUp
	if done, _ := s.attempt(d); done {
		state = DeliveryDone
	}
	s.endDelivery(d, state)
}

func (s *Sim) endDelivery(d *Delivery, state string) {
	s.mu.Lock()
	d.State, d.Next = state, time.Time{}
	s.touchDelivery(d)
	s.mu.Unlock()
	_ = s.flush() // the next request says that the state cannot be kept
}

// attempt sends a notice once and says whether the answer was SUCCESS, and how many tries there were. It lets the notices go
// that waited to be overtaken. A state that cannot be kept is not told.
func (s *Sim) attempt(d *Delivery) (done bool, tries int) {
	fault := s.take(func(f Fault) bool { return f.Path == pathNotify })
	s.mu.Lock()
	at := s.now()
	s.mu.Unlock()
	status, answer := 0, ""
	if err := s.flush(); err != nil {
		answer = err.Error()
	} else if d.V1 {
		status, answer = s.postPlain(spoilQuery(d.URL, fault.Name), spoil(d.body, fault.Name))
	} else {
		status, answer = s.post(d.URL, spoil(d.body, fault.Name))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d.Attempts = append(d.Attempts, Attempt{at, status, answer})
	s.touchDelivery(d)
	for _, overtaken := range s.held {
		close(overtaken)
	}
	s.held = nil
	return status == http.StatusOK && (answer == codeSuccess && !d.V1 || answer == v1Success && d.V1), len(d.Attempts)
}

// post sends a notice and returns what came back: the return_code, or what went wrong.
func (s *Sim) post(to string, body []byte) (status int, answer string) {
	status, fields, problem := s.postXML(to, body)
	if problem != "" {
		return status, problem
	}
	return status, fields["return_code"]
}

// postXML posts to the merchant and returns the fields of the answer, or what went wrong.
func (s *Sim) postXML(to string, body []byte) (status int, fields map[string]string, problem string) {
	status, text, err := s.postBody(to, body)
	if err != nil {
		return status, nil, err.Error()
	}
	if fields, err = readXML(text); err != nil {
		return status, nil, "not XML"
	}
	return status, fields, ""
}

// postBody posts to the merchant and returns the body of the answer.
func (s *Sim) postBody(to string, body []byte) (status int, text []byte, err error) {
	req, err := http.NewRequestWithContext(s.ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "text/xml")
	req.Header.Set("User-Agent", "Mozilla/4.0")
	resp, err := s.notify.Do(req)
	if err != nil {
		return 0, nil, bareError(err)
	}
	defer func() { _ = resp.Body.Close() }() // only read
	text, err = io.ReadAll(io.LimitReader(resp.Body, maxBody))
	return resp.StatusCode, text, err
}

// bareError is an error of a request without the address, which the log has already.
func bareError(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
