package sim

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"time"
)

// What moves on the balance (业务类型).
const (
	FundTrade   = "交易"
	FundFee     = "扣除交易手续费"
	FundRefund  = "退款"
	FundFeeBack = "退回交易手续费"
	FundClosed  = "退款退回" // a refund was closed: nothing went back
	FundPayout  = "提现"
)

// payoutHour is when the balance of midnight is paid out.
const payoutHour = 4 * time.Hour

// FundRow is one row of the fund-flow bill (资金账单). Fees are taken in whole fen, so that those of a day add up to the fees of its trade
// bill, rounded half away from zero.
type FundRow struct {
	At       time.Time `json:"at"`
	Business string    `json:"business"` // 微信支付业务单号: a transaction_id, a refund_id
	Flow     string    `json:"flow"`     // 资金流水单号
	Kind     string    `json:"kind"`
	Amount   int64     `json:"amount"`  // fen; what goes out is negative
	Balance  int64     `json:"balance"` // fen, afterwards
	Note     string    `json:"note,omitempty"`
	Voucher  string    `json:"voucher"` // 业务凭证号: the merchant's own number
}

// movement is something that moves the balance, with the fee that goes with it in 1/1000 fen. Its row is only made when it is wanted: a
// balance has a long history.
type movement struct {
	at     time.Time
	kind   string
	amount int64
	fee    int64
	order  *order
	p      *Payment
	refund *refund // nil when the payment itself, or its reversal, moves
}

// row is a movement as a row, but for what the balance makes of it.
func (m movement) row() FundRow {
	r := FundRow{At: m.at, Kind: m.kind, Voucher: m.order.number()}
	switch {
	case m.refund != nil:
		r.Business, r.Voucher = m.refund.RefundID, m.refund.OutRefundNo
		if m.kind == FundRefund {
			r.Note = m.refund.Request["refund_desc"]
		}
	case m.kind == FundRefund:
		r.Business, r.Note = "5"+m.p.TransactionID, "撤销"
	default:
		r.Business = m.p.TransactionID
	}
	return r
}

// movements are all of a merchant's until a moment, in the order of their time. Call with s.mu held.
func (s *Sim) movements(mchID string, until time.Time) []movement {
	var list []movement
	add := func(m movement) {
		if m.at.IsZero() || !m.at.Before(until) {
			return
		}
		if m.fee = s.feeOf(max(m.amount, -m.amount)); m.amount < 0 {
			m.fee = -m.fee
		}
		list = append(list, m)
	}
	for _, o := range s.orders {
		if o.Request["mch_id"] != mchID {
			continue
		}
		for i := range o.Payments {
			p := &o.Payments[i]
			add(movement{at: p.TimeEnd, kind: FundTrade, amount: p.SettlementFee, order: o, p: p})
			add(movement{at: p.Reversed, kind: FundRefund, amount: -p.SettlementFee, order: o, p: p})
		}
		for _, r := range o.Refunds {
			add(movement{at: r.Created, kind: FundRefund, amount: -r.Settlement, order: o, refund: r})
			if r.State == RefundClosed {
				add(movement{at: r.Ended, kind: FundClosed, amount: r.Settlement, order: o, refund: r})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b movement) int { return a.at.Compare(b.at) })
	return list
}

// account is a balance on its way through time.
type account struct {
	from    time.Time // rows before it are not kept
	payouts bool
	rows    []FundRow

	day             time.Time // the present one's midnight
	balance         int64
	midnight        int64 // what was on it then
	fee, feeCharged int64 // of the present day: 1/1000 fen, and fen taken for it
}

// book moves the balance and adds a row, when its time is of interest.
func (a *account) book(at time.Time, amount int64, row func() FundRow) {
	if amount == 0 {
		return
	}
	a.balance += amount
	if at.Before(a.from) {
		return
	}
	r := row()
	r.Amount, r.Balance = amount, a.balance
	h := fnv.New64a()
	_, _ = h.Write([]byte(r.Business + r.Kind)) // a hash takes everything
	r.Flow = fmt.Sprintf("19%s%018d", at.In(beijing).Format("20060102"), h.Sum64()%1e18)
	a.rows = append(a.rows, r)
}

// move books a movement and the fee that goes with it.
func (a *account) move(m movement) {
	a.book(m.at, m.amount, m.row)
	a.fee += m.fee
	charged := roundMille(a.fee)
	taken := charged - a.feeCharged
	a.feeCharged = charged
	a.book(m.at, -taken, func() FundRow {
		r := m.row()
		if r.Kind, r.Note = FundFee, ""; taken < 0 {
			r.Kind = FundFeeBack
		}
		return r
	})
}

// passTo lets the time come to t: midnights, and payouts in the mornings.
func (a *account) passTo(t time.Time) {
	if a.day.IsZero() {
		at := t.In(beijing)
		a.day = time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, beijing)
	}
	for {
		if morning := a.day.Add(payoutHour); a.midnight > 0 && t.After(morning) {
			amount := min(a.midnight, a.balance)
			a.midnight = 0
			if amount > 0 {
				number := "PO" + a.day.Format("20060102")
				a.book(morning, -amount, func() FundRow {
					return FundRow{At: morning, Kind: FundPayout, Business: number, Voucher: number, Note: "自动提现"}
				})
			}
		}
		next := a.day.AddDate(0, 0, 1)
		if t.Before(next) {
			return
		}
		a.day, a.fee, a.feeCharged = next, 0, 0
		if a.payouts {
			a.midnight = a.balance
		}
	}
}

// roundMille is thousandths of a fen in whole fen, rounded half away from zero.
func roundMille(v int64) int64 {
	if v < 0 {
		return -roundMille(-v)
	}
	return (v + 500) / 1000
}

// fundRows are the rows of a day. Call with s.mu held.
func (s *Sim) fundRows(mchID string, from, until time.Time) []FundRow {
	if now := s.now(); until.After(now) {
		until = now.Add(1) // what happens now has happened
	}
	a := &account{from: from, payouts: s.opts.Bill.Payouts}
	for _, m := range s.movements(mchID, until) {
		a.passTo(m.at)
		a.move(m)
	}
	if !a.day.IsZero() {
		a.passTo(until.Add(-1))
	}
	return a.rows
}

// FundRows returns what moved on the balance of a merchant on a day (yyyyMMdd, a day in UTC+8). mchID may be empty when there is one
// merchant.
func (s *Sim) FundRows(mchID, day string) ([]FundRow, error) {
	_ = s.flush() // nothing is told that a restart could take back; what fails here, the next request says
	s.mu.Lock()
	defer s.mu.Unlock()
	from, err := parseBillDay(day)
	if err != nil {
		return nil, err
	}
	return s.fundRows(s.merchantOr(mchID), from, from.AddDate(0, 0, 1)), nil
}

// fundFlow is downloadfundflow. The accounts for operation and fees exist and nothing ever moves on them.
func (s *Sim) fundFlow(req request, fault string) ([]byte, *refusal) {
	return s.fundFlowOf(req.fields["mch_id"], req.fields["bill_date"], req.fields["account_type"], fault)
}

func (s *Sim) fundFlowOf(mchID, day, account, fault string) ([]byte, *refusal) {
	if !slices.Contains([]string{"Basic", "Operation", "Fees"}, account) {
		return nil, refuse(codeBillRequest, "invalid account_type")
	}
	from, no := s.billReady(day)
	if no != nil {
		return nil, no
	}
	rows := s.fundRows(mchID, from, from.AddDate(0, 0, 1))
	if len(rows) == 0 || account != "Basic" {
		return nil, refuse(codeNoBill, "No Bill Exist")
	}
	wrong := int64(0)
	if fault == FaultBillSummary {
		wrong = 1
	}
	return s.writeFundFlow(rows, wrong), nil
}

// writeFundFlow is the fund-flow bill as text. wrong is what is wrongly added to the sum of what came in, in fen.
func (s *Sim) writeFundFlow(rows []FundRow, wrong int64) []byte {
	w := newBillWriter(s.opts.Bill, 256*(len(rows)+2))
	w.names([]string{
		"记账时间", "微信支付业务单号", "资金流水单号", "业务名称", "业务类型", "收支类型", "收支金额（元）", "账户结余（元）", "资金变更提交申请人", "备注", "业务凭证号",
	})
	var in, out int64
	var ins, outs int
	for _, r := range rows {
		direction, amount := "收入", r.Amount
		if amount < 0 {
			direction, amount = "支出", -amount
			out, outs = out+amount, outs+1
		} else {
			in, ins = in+amount, ins+1
		}
		w.values([]string{
			billTime(r.At), r.Business, r.Flow, r.Kind, r.Kind, direction, yuan(amount), yuan(r.Balance), "system", oneLine(r.Note), r.Voucher,
		})
	}
	w.names([]string{"资金流水总笔数", "收入笔数", "收入金额", "支出笔数", "支出金额"})
	w.values([]string{strconv.Itoa(len(rows)), strconv.Itoa(ins), yuan(in + wrong), strconv.Itoa(outs), yuan(out)})
	return w.text
}
