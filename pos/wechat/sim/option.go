package sim

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"
)

// RetriesNow is how long WeChat waits before each repeat of a notice that was not answered SUCCESS: 15 repeats, 24 h 4 min.
// The first delivery is immediate.
func RetriesNow() []time.Duration {
	const s, m, h = time.Second, time.Minute, time.Hour
	return []time.Duration{15 * s, 15 * s, 30 * s, 3 * m, 10 * m, 20 * m, 30 * m, 30 * m, 30 * m, 60 * m, 3 * h, 3 * h, 3 * h, 6 * h, 6 * h}
}

// RetriesOld is the schedule of the older documentation: 9 repeats, 3 h 4 min.
func RetriesOld() []time.Duration {
	const s = time.Second
	return []time.Duration{15 * s, 15 * s, 30 * s, 180 * s, 1800 * s, 1800 * s, 1800 * s, 1800 * s, 3600 * s}
}

// Options are the account and the temper of the simulated service. The zero value is the practice merchant with the
// documented behaviour.
type Options struct {
	// Merchants known; none means PracticeApps.
	Merchants []Merchant
	// Prefixes are paths under which the whole API answers as well; nil means /api and /api2.
	Prefixes []string

	// CloseMinAge refuses closeorder on younger orders; 0 lets any order be closed. The older documentation says 5 minutes.
	CloseMinAge time.Duration
	// DefaultLife is the life of an order without time_expire; 0 means 7 days.
	DefaultLife time.Duration
	// Grace is how long after its expiry a payer who was typing before it may still finish; 0 means 10 s, negative none.
	Grace time.Duration
	// ClosedAfter is how long after its expiry an unpaid order is reported CLOSED; until then it is NOTPAY. 0 means 1 minute,
	// negative that it stays NOTPAY until closeorder.
	ClosedAfter time.Duration

	// CodeLife is how long a payment code works after it was shown; 0 means 1 minute.
	CodeLife time.Duration
	// ReverseMinAge refuses reverse on younger orders; 0 means 15 s, negative none.
	ReverseMinAge time.Duration
	// RefundAfter is how long an accepted refund is PROCESSING; 0 means 5 s, negative no time at all.
	RefundAfter time.Duration
	// TerseRefund makes orderquery tell no more than the state of a trade that has refunds, as the documentation has it; without
	// it the fields of the payment are there too, as the real service was seen to answer.
	TerseRefund bool
	// RequireCert refuses the calls under /secapi, and the fund-flow bill, that come without a client certificate, or with one whose common name is not
	// the mch_id. See [NewCertificates] and [Sim.RoundTripperWithCert].
	RequireCert bool

	// Bill is how the merchant's bills are made.
	Bill BillOptions

	// Shop is what the shop's own server knows; SetShop changes it.
	Shop Shop

	// V1 is the account of the retired interface; none means PracticeV1.
	V1 V1Account

	// State is a file that keeps orders, refunds, payment codes, notices and what is wrong in bills through a restart; empty keeps them in memory only.
	// Scripts and faults are not kept. One simulator at a time may use it.
	State string

	// Retries is the schedule of notices; nil means RetriesNow.
	Retries []time.Duration
	// NoticeTimeout is how long a notice waits for its answer, unscaled; 0 means 5 s.
	NoticeTimeout time.Duration
	// Transport sends the notices; nil means a plain one without proxies.
	Transport http.RoundTripper

	// Scale makes waiting shorter by this factor; 0 means 1. See the package documentation.
	Scale float64
	// Skew is how far WeChat's clock is ahead of ours.
	Skew time.Duration
	// ExtraFields are added, signed, to every signed reply and notice: fields that WeChat may introduce one day.
	ExtraFields map[string]string

	// AnyHost lets the page and the JSON API answer to any Host, not only loopback. For a bench on a private network.
	AnyHost bool
	// Lang is the language of the page, zh-CN or en; empty follows the browser, Chinese first.
	Lang string
}

// withDefaults replaces zero values by what they mean.
func (o Options) withDefaults() (Options, error) {
	if len(o.Merchants) == 0 {
		o.Merchants = PracticeApps()
	}
	if err := merchants(o.Merchants).check(); err != nil {
		return o, err
	}
	if o.Prefixes == nil {
		o.Prefixes = []string{"/api", "/api2"}
	}
	for _, p := range o.Prefixes {
		if !strings.HasPrefix(p, "/") || strings.HasSuffix(p, "/") {
			return o, fmt.Errorf("prefix %q: it begins with / and does not end with it", p)
		}
	}
	if o.Scale < 0 {
		return o, errors.New("scale: it cannot be negative")
	}
	if o.Scale == 0 {
		o.Scale = 1
	}
	if o.Lang != "" && o.Lang != langZh && o.Lang != langEn {
		return o, fmt.Errorf("lang %q: zh-CN or en", o.Lang)
	}
	if o.Bill.Rate > 10_000 {
		return o, errors.New("rate: it is at most all of it, 10000 hundredths of a percent")
	}
	if o.Bill.Rate == 0 {
		o.Bill.Rate = 60
	}
	o.Bill.Rate = max(0, o.Bill.Rate)
	if o.V1 == (V1Account{}) {
		o.V1 = PracticeV1()
	}
	if err := o.V1.check(); err != nil {
		return o, err
	}
	if err := o.Shop.check(); err != nil {
		return o, err
	}
	orDefault(&o.DefaultLife, 7*24*time.Hour)
	orDefault(&o.Grace, 10*time.Second)
	orDefault(&o.ClosedAfter, time.Minute)
	orDefault(&o.CodeLife, time.Minute)
	orDefault(&o.ReverseMinAge, 15*time.Second)
	orDefault(&o.RefundAfter, 5*time.Second)
	orDefault(&o.NoticeTimeout, 5*time.Second)
	if o.Retries == nil {
		o.Retries = RetriesNow()
	}
	o.ExtraFields = maps.Clone(o.ExtraFields)
	return o, nil
}

func orDefault(d *time.Duration, def time.Duration) {
	if *d == 0 {
		*d = def
	}
}
