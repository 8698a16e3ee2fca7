package sim

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Why a payer is refused. Decide by errors.Is.
var (
	ErrNoOrder     = errors.New("no such order or code")
	ErrCodeDead    = errors.New("this code no longer works: a newer one replaced it or it is older than two hours")
	ErrOrderClosed = errors.New("the order is closed")
	ErrExpired     = errors.New("the order has expired")
	ErrOrderPaid   = errors.New("the order is already paid")
	ErrNotScanned  = errors.New("this order is paid by the customer's own code, not by scanning")
	ErrOtherPayer  = errors.New("this order is another payer's: it was made for one, or one scanned it first")
	ErrInside      = errors.New("this order is paid inside the shop's mini-program or app, not by scanning")
	ErrBadAct      = errors.New("no such thing for a payer to do")
	ErrStopped     = errors.New("the simulator is closed")
)

// The things a payer can do (Act.Kind).
const (
	PayNow        = "pay"
	WrongPassword = "wrong-password"
	WalkAway      = "walk-away"
	PayLate       = "pay-late"
	PayTwice      = "pay-twice"
	OtherAmount   = "other-amount"
	OtherCurrency = "other-currency"
	PayCoupon     = "coupon"
	LetExpire     = "expire"
)

// About describes a name in one line of each language.
type About struct{ Name, En, Zh string }

// Acts lists what payers can do.
func Acts() []About {
	return []About{
		{PayNow, "pay the amount asked", "付款"},
		{WrongPassword, "wrong password first", "先输错密码再付"},
		{WalkAway, "scan and walk away", "扫了不付"},
		{PayLate, "pay after the close", "关单后才付成功"},
		{PayTwice, "pay twice", "重复付款"},
		{OtherAmount, "pay another amount", "付成别的金额"},
		{OtherCurrency, "pay in another currency", "付成别的币种"},
		{PayCoupon, "pay with a coupon", "用代金券付"},
		{LetExpire, "let it expire", "让订单立即过期"},
	}
}

// The types of coupon.
const (
	CouponCash   = "CASH"    // prepaid (充值): the merchant receives the full amount
	CouponNoCash = "NO_CASH" // not prepaid (免充值): the merchant receives less (settlement_total_fee)
)

// Coupon is one coupon used in a payment.
type Coupon struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	Fee  int64  `json:"fee"` // fen
}

// Act is what a payer does with an order. Only Kind is needed.
type Act struct {
	Kind string
	// ScanAfter is how long until the code on the glass is scanned; of a payment code, how long WeChat works before it answers.
	ScanAfter time.Duration
	// TypeFor is how long the password takes, or until a payer walks away; the order is USERPAYING meanwhile. For PayLate it
	// is the time from the end of the order to the payment. Without it, PayNow and its like are immediate, WrongPassword takes
	// 3 s, WalkAway 5 s, PayLate 2 s, and the password of a payment code 8 s.
	TypeFor  time.Duration
	Amount   int64    // OtherAmount: fen; 0 means one fen less than asked (or 2 fen for 1)
	Currency string   // OtherCurrency: fee_type; empty means HKD
	Coupons  []Coupon // PayCoupon: none means one of at most 1 yuan, not prepaid
	OpenID   string   // empty means whom the order was made for, else the practice customer
	Recalls  int      // of a payment code: how often reverse is answered recall=Y before it is done
	BankType string   // empty means OTHERS
}

// secondPaymentAfter is when a payer who pays twice pays again.
const secondPaymentAfter = 2 * time.Second

// isScanAct says whether an act is one for an order that is scanned.
func isScanAct(a Act) bool {
	return slices.ContainsFunc(Acts(), func(k About) bool { return k.Name == a.Kind })
}

func (a Act) withDefaults() (Act, error) {
	if !isScanAct(a) && !isCodeAct(a) {
		return a, fmt.Errorf("%w: %q", ErrBadAct, a.Kind)
	}
	if a.ScanAfter < 0 || a.Recalls < 0 || a.TypeFor < 0 || a.Amount < 0 || a.Amount > maxFee {
		return a, fmt.Errorf("%w: a time or amount is out of range", ErrBadAct)
	}
	if a.TypeFor == 0 {
		a.TypeFor = map[string]time.Duration{
			WrongPassword: 3 * time.Second, WalkAway: 5 * time.Second, PayLate: 2 * time.Second,
			CodePassword: defaultPasswordTime, CodeDecline: defaultPasswordTime, CodePayError: defaultPasswordTime,
		}[a.Kind]
	}
	if a.BankType == "" {
		a.BankType = "OTHERS"
	}
	if a.Currency == "" {
		a.Currency = "HKD"
	}
	return a, nil
}

// Payment is one payment of an order.
type Payment struct {
	TransactionID string    `json:"transaction_id"` // 28 digits
	OpenID        string    `json:"openid"`
	BankType      string    `json:"bank_type"`
	FeeType       string    `json:"fee_type"`
	TotalFee      int64     `json:"total_fee"`            // fen, before coupons
	CashFee       int64     `json:"cash_fee"`             // fen, out of the payer's pocket
	SettlementFee int64     `json:"settlement_total_fee"` // fen, what the merchant receives
	Coupons       []Coupon  `json:"coupons,omitempty"`
	TimeEnd       time.Time `json:"time_end"`
	Reversed      time.Time `json:"reversed,omitzero"` // when a reversal gave the money back
}

// Script tells the payer of a coming order what to do: of the order with this out_trade_no, or of the next order that has no
// script of its own when it is empty. Scripts queue up, one per order. For an order that exists use [Sim.Pay].
func (s *Sim) Script(outTradeNo string, act Act) error {
	act, err := act.withDefaults()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scripts[outTradeNo] = append(s.scripts[outTradeNo], act)
	return nil
}

// startScript sends the payer that was scripted for a new order. Also without a delay the payer comes after the order: the
// merchant must have the code before it can be scanned.
func (s *Sim) startScript(o *order) {
	if o.inside() {
		return // nobody can pay it who has not got what the shop signed
	}
	if act, ok := s.nextScript(o.number(), isScanAct); ok {
		s.plan(o, act.ScanAfter, plan{What: planScan, Act: act})
	}
}

// nextScript takes the script of a number, or else of any, when its next act is a fitting one. Call with s.mu held.
func (s *Sim) nextScript(number string, fits func(Act) bool) (Act, bool) {
	for _, name := range []string{number, ""} {
		if queue := s.scripts[name]; len(queue) > 0 && fits(queue[0]) {
			s.scripts[name] = queue[1:]
			return queue[0], true
		}
	}
	return Act{}, false
}

// Pay acts as a payer on a code_url or on the present code of an out_trade_no, and returns the order as it then is. With a
// delay in the act it returns at once and the payer goes on by themselves; what then fails is an event of the order. The
// errors are the Err values of this package.
func (s *Sim) Pay(what string, act Act) (Order, error) {
	act, err := act.withDefaults()
	if err == nil && !isScanAct(act) {
		err = fmt.Errorf("%w: %q needs a payment code", ErrBadAct, act.Kind)
	}
	if err != nil {
		return Order{}, err
	}
	o, err := s.pay(what, act)
	if kept := s.flush(); err == nil && kept != nil {
		return Order{}, kept
	}
	return o, err
}

func (s *Sim) pay(what string, act Act) (Order, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return Order{}, ErrStopped
	}
	o, err := s.find(what)
	if err != nil {
		return Order{}, err
	}
	code := o.Code
	if strings.HasPrefix(what, "weixin://") {
		code = what
	}
	return s.actOn(o, code, act)
}

// actOn lets a payer act on an order that was found by a code. Call with s.mu held.
func (s *Sim) actOn(o *order, code string, act Act) (Order, error) {
	if act.ScanAfter > 0 {
		s.plan(o, act.ScanAfter, plan{What: planScan, Act: act, Code: code})
		return s.snapshot(o), nil
	}
	if err := s.scan(o, code, act); err != nil {
		return s.snapshot(o), err
	}
	return s.snapshot(o), nil
}

// scan is a payer holding the phone to the code, or paying what a prepay_id stands for.
func (s *Sim) scan(o *order, code string, act Act) error {
	switch act.Kind {
	case LetExpire:
		o.Expires = s.now()
		s.touch(o)
		s.watchLate(o)
		return nil
	case PayLate:
		return s.scanLate(o, act)
	case PayTwice:
		if len(o.Payments) > 0 {
			s.record(o, act)
			return nil
		}
	}
	now, payer := s.now(), s.payerOf(o, act)
	switch {
	case len(o.Payments) > 0:
		return ErrOrderPaid
	case o.Micro:
		return ErrNotScanned
	case o.inside() && code != o.PrepayID:
		return ErrInside
	case s.state(o) == StateClosed:
		return ErrOrderClosed
	case !now.Before(o.Expires):
		return ErrExpired
	case code != o.Code && code != o.PrepayID, now.Sub(o.CodeFrom) >= codeLife:
		return ErrCodeDead
	case o.Request["openid"] != "" && o.Request["openid"] != payer, o.Payer != "" && o.Payer != payer:
		return ErrOtherPayer
	}
	o.Payer = payer
	s.note(o, EventScanned)
	if act.Kind == WrongPassword {
		s.note(o, EventWrong)
	}
	if act.TypeFor == 0 {
		return s.finishTyping(o, act)
	}
	o.Typing++
	s.plan(o, act.TypeFor, plan{What: planTyped, Act: act})
	return nil
}

// finishTyping is the end of the password dialog. Who was in it before the expiry may finish shortly after.
func (s *Sim) finishTyping(o *order, act Act) error {
	switch {
	case act.Kind == WalkAway:
		s.note(o, EventWalked)
		return nil
	case len(o.Payments) > 0:
		return ErrOrderPaid
	case !o.ClosedAt.IsZero(), !o.Revoked.IsZero():
		return ErrOrderClosed
	case s.now().After(o.Expires.Add(max(0, s.opts.Grace))):
		return ErrExpired
	}
	if kind, _ := codeKindOf(act.Kind); o.Micro && kind.then == endGaveUp {
		s.note(o, EventDeclined)
		return nil
	} else if o.Micro && kind.then == endFailed {
		o.Failed = true
		s.note(o, EventFailed)
		return nil
	}
	s.record(o, act)
	if act.Kind == PayTwice || s.takeLocked(func(f Fault) bool { return f.Name == FaultPaidTwice }).Name != "" {
		s.plan(o, secondPaymentAfter, plan{What: planSecond, Act: act})
	}
	return nil
}

// scanLate is the payer whose money arrives although CLOSED was answered. On an open order they wait for the close.
func (s *Sim) scanLate(o *order, act Act) error {
	if s.holdsMoney(o) {
		return ErrOrderPaid
	}
	if state := s.state(o); state == StateClosed || state == StateRevoked {
		s.record(o, act)
		return nil
	}
	o.Late = &act
	s.note(o, EventWaitsForClose)
	s.watchLate(o)
	return nil
}

// watchLate waits for an order to be closed by its expiry and then sends the payer who waits for that, if closeorder has not
// done so before. It is called again when the expiry moves; whoever comes second finds nobody waiting.
func (s *Sim) watchLate(o *order) {
	if o.Late == nil || s.opts.ClosedAfter < 0 {
		return
	}
	left := max(0, o.Expires.Add(s.opts.ClosedAfter).Sub(s.now()))
	s.after(left, func() { s.payAfterClose(o) })
}

// payAfterClose sends the payer who waited for the close. Call with s.mu held.
func (s *Sim) payAfterClose(o *order) {
	if o.Late == nil {
		return
	}
	act := *o.Late
	o.Late = nil
	s.plan(o, act.TypeFor, plan{What: planLate, Act: act})
}

// record books the money and sends the notice. Call with s.mu held.
func (s *Sim) record(o *order, act Act) {
	s.serial++
	now := s.now()
	p := Payment{
		// 28 digits, unique while this simulator lives and, by the seconds in it, very likely beyond.
		TransactionID: fmt.Sprintf("420000%04d%s%06d%04d", now.UnixNano()/1e5%1e4, now.Format("20060102"), now.Unix()%1e6, s.serial%1e4),
		OpenID:        s.payerOf(o, act), BankType: act.BankType, FeeType: "CNY",
		TotalFee: o.Total, CashFee: o.Total, SettlementFee: o.Total, TimeEnd: now,
	}
	for s.byTrade[p.TransactionID] != nil { // more than 10000 payments within one second
		p.TransactionID = fmt.Sprintf("4200009999%018d", s.serial)
	}
	switch act.Kind {
	case OtherAmount:
		p.TotalFee = otherAmount(act.Amount, o.Total)
		p.CashFee, p.SettlementFee = p.TotalFee, p.TotalFee
	case OtherCurrency:
		p.FeeType = act.Currency
	case PayCoupon:
		p.useCoupons(act.Coupons)
	}
	o.Payments = append(o.Payments, p)
	s.byTrade[p.TransactionID] = o
	s.note(o, EventPaid)
	s.sendNotices(o, p)
}

func otherAmount(asked, total int64) int64 {
	switch {
	case asked > 0:
		return asked
	case total > 1:
		return total - 1
	}
	return total + 1
}

// useCoupons takes coupons off what the payer pays, as far as the amount reaches.
func (p *Payment) useCoupons(coupons []Coupon) {
	if len(coupons) == 0 {
		coupons = []Coupon{{ID: "1000099999", Type: CouponNoCash, Fee: max(1, min(100, p.TotalFee-1))}}
	}
	for _, c := range coupons {
		c.Fee = min(c.Fee, p.CashFee)
		if c.Fee <= 0 {
			continue
		}
		p.CashFee -= c.Fee
		if c.Type != CouponCash {
			p.SettlementFee -= c.Fee
		}
		p.Coupons = append(p.Coupons, c)
	}
}
