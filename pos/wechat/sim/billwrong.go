package sim

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// What can be wrong in a trade bill (Difference.Kind).
const (
	WrongLacks   = "lacks-row"   // a payment or refund is not there
	WrongForeign = "foreign-row" // a payment is there that was never made
	WrongAmount  = "amount"      // another amount
	WrongFee     = "fee"         // another fee
)

// foreignAmount is what a payment is of that was never made, in fen, when nobody says.
const foreignAmount = 888

// ErrBadDifference is a difference that cannot be planted.
var ErrBadDifference = errors.New("no such difference can be planted")

// Difference is something that the trade bill of a day says otherwise than it is. Every fetch of the bill says it, its sums go along
// with it, and it survives a restart as the orders do. Amounts are fen, fees 1/1000 fen.
type Difference struct {
	Day   string `json:"day"` // yyyyMMdd
	MchID string `json:"mch_id"`
	Kind  string `json:"kind"`
	// Row names what it is about: a transaction_id or out_trade_no for a payment, a refund_id or out_refund_no for a refund. Empty is the
	// first payment of the day in which nothing is wrong yet; for a foreign row it is its out_trade_no, and empty makes one up.
	Row string `json:"row,omitempty"`
	Was int64  `json:"was"` // in truth; 0 for a foreign row
	Is  int64  `json:"is"`  // on the bill; 0 for one that is not there. 0 in Plant lets the simulator choose

	// What the simulator found out about the row, and whether a fault planted it.
	TransactionID string `json:"transaction_id"`
	OutTradeNo    string `json:"out_trade_no"`
	RefundID      string `json:"refund_id,omitempty"`
	OutRefundNo   string `json:"out_refund_no,omitempty"`
	ByFault       bool   `json:"by_fault,omitempty"`
}

// Plant makes the trade bill of a day wrong in one thing, and returns it with all that is known of it. The day must have the row
// already; without MchID the first merchant is meant.
func (s *Sim) Plant(d Difference) (Difference, error) {
	s.mu.Lock()
	planted, err := s.plant(d)
	s.mu.Unlock()
	if err != nil {
		return Difference{}, err
	}
	return planted, s.flush()
}

// Planted returns every difference, in the order in which they were planted.
func (s *Sim) Planted() []Difference {
	_ = s.flush() // nothing is told that a restart could take back; what fails here, the next request says
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []Difference{}
	for _, d := range s.planted {
		list = append(list, *d)
	}
	return list
}

// plant is Plant with s.mu held.
func (s *Sim) plant(d Difference) (Difference, error) {
	from, err := parseBillDay(d.Day)
	if err != nil {
		return Difference{}, err
	}
	if d.MchID = s.merchantOr(d.MchID); d.Is < 0 || d.Is > maxFee {
		return Difference{}, fmt.Errorf("%w: an amount is out of range", ErrBadDifference)
	}
	if d.Kind == WrongForeign {
		s.inventRow(&d)
	} else if err := s.aboutRow(&d, from); err != nil {
		return Difference{}, err
	}
	s.planted = append(s.planted, &d)
	s.mark(&d)
	return d, nil
}

// inventRow gives a foreign row its numbers.
func (s *Sim) inventRow(d *Difference) {
	s.serial++
	if d.OutTradeNo = d.Row; d.Row == "" {
		d.OutTradeNo = fmt.Sprintf("FOREIGN%s%06d", d.Day, s.serial%1e6)
	}
	d.TransactionID = fmt.Sprintf("42009999%s%012d", d.Day, s.serial%1e12)
	if d.Was = 0; d.Is == 0 {
		d.Is = foreignAmount
	}
}

// aboutRow finds the row that a difference is about and says what it has and what it is going to have.
func (s *Sim) aboutRow(d *Difference, from time.Time) error {
	rows := s.billRows(d.MchID, from, from.AddDate(0, 0, 1), s.billAsOf(from))
	i := slices.IndexFunc(rows, func(r BillRow) bool {
		switch {
		case d.Row == "":
			return !r.back() && !slices.ContainsFunc(s.planted, func(p *Difference) bool { return p.about(&r) })
		case r.back():
			return d.Row == r.RefundID || d.Row == r.OutRefundNo
		}
		return d.Row == r.TransactionID || d.Row == r.OutTradeNo
	})
	if i < 0 {
		return fmt.Errorf("%w: the bill of %s has no row %q", ErrBadDifference, d.Day, d.Row)
	}
	r := rows[i]
	d.TransactionID, d.OutTradeNo, d.RefundID, d.OutRefundNo = r.TransactionID, r.OutTradeNo, r.RefundID, r.OutRefundNo
	amount := r.Total
	if r.back() {
		amount = r.RefundTotal
	}
	switch d.Kind {
	case WrongLacks:
		d.Was, d.Is = amount, 0
	case WrongAmount:
		if d.Was = amount; d.Is == 0 {
			d.Is = amount + 100
		}
	case WrongFee:
		if d.Was = r.Fee; d.Is == 0 {
			d.Is = r.Fee + 1000
		}
	default:
		return fmt.Errorf("%w: kind %q", ErrBadDifference, d.Kind)
	}
	return nil
}

// about says whether a difference is about a row.
func (d *Difference) about(r *BillRow) bool {
	return d.Kind != WrongForeign && d.TransactionID == r.TransactionID && d.RefundID == r.RefundID
}

// falsify is what a bill says in the place of the truth. Call with s.mu held.
func (s *Sim) falsify(mchID, day string, from time.Time, rows []BillRow) []BillRow {
	for _, d := range s.planted {
		if d.MchID != mchID || d.Day != day {
			continue
		}
		if d.Kind == WrongForeign {
			rows = append(rows, s.foreignRow(d, from))
			continue
		}
		i := slices.IndexFunc(rows, func(r BillRow) bool { return d.about(&r) })
		if i < 0 {
			continue // another difference took it away
		}
		switch r := &rows[i]; {
		case d.Kind == WrongLacks:
			rows = slices.Delete(rows, i, i+1)
		case d.Kind == WrongFee:
			r.Fee = d.Is
		case r.back():
			r.Refund += d.Is - d.Was
			r.RefundTotal = d.Is
			r.Fee = -s.feeOf(r.Refund)
		default:
			r.Settlement += d.Is - d.Was
			r.Total = d.Is
			r.Fee = s.feeOf(r.Settlement)
		}
	}
	return rows
}

// foreignRow is a payment that was never made, at noon.
func (s *Sim) foreignRow(d *Difference, from time.Time) BillRow {
	return BillRow{
		At: from.Add(12 * time.Hour), AppID: s.appIDOf(d.MchID), MchID: d.MchID, TransactionID: d.TransactionID, OutTradeNo: d.OutTradeNo,
		OpenID: practiceOpenID, TradeType: tradeNative, State: StateSuccess, Bank: "OTHERS", FeeType: "CNY",
		Total: d.Is, Settlement: d.Is, Body: "练习, 别处的`一笔`\"交易\" " + strconv.FormatInt(d.Is, 10), Fee: s.feeOf(d.Is),
	}
}

func (s *Sim) appIDOf(mchID string) string {
	m, _ := merchants(s.opts.Merchants).byMchID(mchID)
	return m.AppID
}

// plantingFaults are the faults that plant a difference in the next bill that is fetched.
var plantingFaults = map[string]string{
	FaultBillLacks: WrongLacks, FaultBillForeign: WrongForeign, FaultBillAmount: WrongAmount, FaultBillFee: WrongFee,
}

// plantByFault plants what faults in force want of a bill that is fetched: one of each kind in the bill of a day, as long as there is a row
// for it. Call with s.mu held.
func (s *Sim) plantByFault(mchID, day string) {
	for _, about := range Faults() {
		kind, plants := plantingFaults[about.Name]
		if !plants || slices.ContainsFunc(s.planted, func(d *Difference) bool {
			return d.ByFault && d.MchID == mchID && d.Day == day && d.Kind == kind
		}) {
			continue
		}
		if !slices.ContainsFunc(s.faults, func(f Fault) bool { return f.Name == about.Name }) {
			continue
		}
		if _, err := s.plant(Difference{Day: day, MchID: mchID, Kind: kind, ByFault: true}); err == nil {
			s.takeLocked(func(f Fault) bool { return f.Name == about.Name })
		}
	}
}
