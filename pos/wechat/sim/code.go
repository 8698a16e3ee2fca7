package sim

import (
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// What else a payer can do whose payment code is charged (Act.Kind); PayNow, PayCoupon, OtherAmount, OtherCurrency, PayTwice
// and PayLate are as for an order that is scanned.
const (
	CodePassword        = "password"
	CodeDecline         = "decline"
	CodePayError        = "payerror"
	CodeNever           = "never"
	CodeNotEnough       = "notenough"
	CodeNoCard          = "no-card"
	CodeTradeError      = "trade-error"
	CodeRuleLimit       = "rule-limit"
	CodeExpired         = "code-expired"
	CodeInvalid         = "code-invalid"
	CodeUsed            = "code-used"
	CodeSystemPaid      = "systemerror-paid"
	CodeSystemUnpaid    = "systemerror-unpaid"
	CodeBankPaid        = "bankerror-paid"
	CodeBankUnpaid      = "bankerror-unpaid"
	CodeSilentPaid      = "timeout-paid"
	CodeSilentUnpaid    = "timeout-unpaid"
	defaultPasswordTime = 8 * time.Second
)

// codeKind is what comes of charging a code: what is answered, and what becomes of the order.
type codeKind struct {
	About
	code, text string // the err_code answered; none is SUCCESS
	then       codeEnd
	silent     bool // no answer ever comes
}

// codeEnd is what becomes of a micropay order.
type codeEnd int

const (
	endUnpaid codeEnd = iota // the try is over and nothing was taken
	endPaid                  // paid, at once unless the act has a TypeFor
	endTyped                 // a password is typed, then paid
	endGaveUp                // a password is asked for and not given
	endFailed                // a password is typed, then the bank says no: PAYERROR
	endOpen                  // a password is asked for, and nothing more happens
	endLate                  // the same; the money comes after the reversal or the expiry
	endAbsent                // there is no trade
)

// codeKinds are all of them. An 18-digit code that was never shown does the one at the place its last two digits name, counted
// from 00; a higher number pays.
func codeKinds() []codeKind {
	const (
		asks    = "需要用户输入支付密码"
		system  = "系统超时"
		bank    = "银行系统异常"
		noMoney = "余额不足"
	)
	return []codeKind{
		{About{PayNow, "pay at once", "付款"}, "", "", endPaid, false},
		{About{CodePassword, "type the password, then pay", "输密码后付款"}, codeTyping, asks, endTyped, false},
		{About{CodeDecline, "do not type the password", "不输密码"}, codeTyping, asks, endGaveUp, false},
		{About{CodePayError, "type the password, the bank says no", "输密码后银行拒绝"}, codeTyping, asks, endFailed, false},
		{About{CodeNever, "leave the password open for ever", "一直停在输密码"}, codeTyping, asks, endOpen, false},
		{About{PayLate, "pay although it was reversed", "撤销后才付成功"}, codeTyping, asks, endLate, false},
		{About{CodeNotEnough, "not enough money", "余额不足"}, codeNotEnough, noMoney, endUnpaid, false},
		{About{CodeNoCard, "a card that does not work here", "不支持的卡"}, codeNoCard, "不支持卡类型", endUnpaid, false},
		{About{CodeTradeError, "the trade fails", "交易错误"}, codeTrade, "用户账户支付已达上限或没有可用的卡", endUnpaid, false},
		{About{CodeRuleLimit, "refused by risk control", "风控限制"}, codeRule, "交易金额或次数超出限制", endUnpaid, false},
		{About{CodeExpired, "the code is out of date", "付款码已过期"}, codeExpired, "二维码已过期，请用户在微信上刷新后再试", endAbsent, false},
		{About{CodeInvalid, "not a WeChat code", "不是微信付款码"}, codeInvalid, "收银员扫描的不是微信支付的条码", endAbsent, false},
		{About{CodeUsed, "the code was used before", "付款码已用过"}, codeAuthError, "每个二维码仅限使用一次，请刷新再试", endAbsent, false},
		{About{CodeSystemPaid, "SYSTEMERROR, but paid", "SYSTEMERROR，其实已付"}, codeSystem, system, endPaid, false},
		{About{CodeSystemUnpaid, "SYSTEMERROR, not paid", "SYSTEMERROR，没付"}, codeSystem, system, endUnpaid, false},
		{About{CodeBankPaid, "BANKERROR, but paid", "BANKERROR，其实已付"}, codeBank, bank, endPaid, false},
		{About{CodeBankUnpaid, "BANKERROR, not paid", "BANKERROR，没付"}, codeBank, bank, endUnpaid, false},
		{About{CodeSilentPaid, "no answer, but paid", "没有回答，其实已付"}, "", "", endPaid, true},
		{About{CodeSilentUnpaid, "no answer, not paid", "没有回答，没付"}, codeSystem, system, endUnpaid, true},
		{About{PayTwice, "pay twice", "重复付款"}, "", "", endPaid, false},
		{About{OtherAmount, "pay another amount", "付成别的金额"}, "", "", endPaid, false},
		{About{OtherCurrency, "pay in another currency", "付成别的币种"}, "", "", endPaid, false},
		{About{PayCoupon, "pay with a coupon", "用代金券付"}, "", "", endPaid, false},
	}
}

// CodeActs lists what payers can do whose payment code is charged.
func CodeActs() []About {
	var list []About
	for _, k := range codeKinds() {
		list = append(list, k.About)
	}
	return list
}

func codeKindOf(name string) (codeKind, bool) {
	kinds := codeKinds()
	i := slices.IndexFunc(kinds, func(k codeKind) bool { return k.Name == name })
	if i < 0 {
		return codeKind{}, false
	}
	return kinds[i], true
}

// isCodeAct says whether an act is one for a payment code.
func isCodeAct(act Act) bool {
	_, ok := codeKindOf(act.Kind)
	return ok
}

// authCode is the form of a payment code: prefix 10 to 15, 18 digits.
var authCode = regexp.MustCompile(`^1[0-5]\d{16}$`)

// ErrNotForCodes is an act that only a payer can do who scans an order.
var ErrNotForCodes = errors.New("this cannot be done with a payment code")

// payCode is a payment code (付款码) that was shown or used. Guarded by Sim.mu.
type payCode struct {
	Code    string
	Act     *Act      `json:",omitempty"` // nil for a code that was used without having been shown
	Expires time.Time `json:",omitzero"`
	UsedBy  string    `json:",omitempty"` // out_trade_no
}

// PaymentCode is a payment code on a customer's phone, a copy.
type PaymentCode struct {
	Code    string    `json:"code"` // 18 digits
	Act     string    `json:"act"`
	Expires time.Time `json:"expires"`
	UsedBy  string    `json:"used_by,omitempty"` // the out_trade_no it was charged under; it works once
}

// ShowCode is a customer who shows a payment code, and what they do when it is charged: one of CodeActs. The code works for
// Options.CodeLife, once. Act.ScanAfter is how long WeChat works on the charge before it answers.
func (s *Sim) ShowCode(act Act) (PaymentCode, error) {
	act, err := act.withDefaults()
	if err != nil {
		return PaymentCode{}, err
	}
	if !isCodeAct(act) {
		return PaymentCode{}, fmt.Errorf("%w: %q", ErrNotForCodes, act.Kind)
	}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return PaymentCode{}, ErrStopped
	}
	c := &payCode{Code: s.freshCode(), Act: &act, Expires: s.now().Add(s.opts.CodeLife)}
	s.codes[c.Code] = c
	s.shown = append(s.shown, c)
	s.touchCode(c)
	s.mu.Unlock()
	return c.public(), s.flush()
}

// freshCode makes a payment code that nobody shows. Call with s.mu held.
func (s *Sim) freshCode() string {
	for {
		n, err := rand.Int(rand.Reader, big.NewInt(1e16))
		if err != nil {
			panic(err) // crypto/rand never fails
		}
		code := fmt.Sprintf("13%016d", n)
		if s.codes[code] == nil {
			return code
		}
	}
}

func (c *payCode) public() PaymentCode {
	return PaymentCode{Code: c.Code, Act: c.Act.Kind, Expires: c.Expires, UsedBy: c.UsedBy}
}

// Codes returns the payment codes that were shown, newest first, at most 1000.
func (s *Sim) Codes() []PaymentCode {
	_ = s.flush() // nothing is told that a restart could take back; what fails here, the next request says
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []PaymentCode
	for _, c := range slices.Backward(s.shown) {
		if list = append(list, c.public()); len(list) == logLimit {
			break
		}
	}
	return list
}

// actOf decides what the owner of a payment code does: what was told when the code was shown; else what a script tells for the
// number, or for any; else what the last two digits name. Call with s.mu held.
func (s *Sim) actOf(code, number string) (Act, *refusal) {
	c := s.codes[code]
	switch {
	case c != nil && c.UsedBy != "":
		return Act{}, refuse(codeAuthError, "每个二维码仅限使用一次，请刷新再试")
	case c != nil && !s.now().Before(c.Expires):
		return Act{}, refuse(codeExpired, "二维码已过期，请用户在微信上刷新后再试")
	case c != nil:
		return *c.Act, nil
	}
	if act, ok := s.nextScript(number, isCodeAct); ok {
		return act, nil
	}
	act := Act{Kind: PayNow}
	if n, err := strconv.Atoi(code[len(code)-2:]); err == nil && n < len(codeKinds()) {
		act.Kind = codeKinds()[n].Name
	}
	act, _ = act.withDefaults() // the kinds are known to be good
	return act, nil
}

// useCode binds a payment code to an order. Call with s.mu held.
func (s *Sim) useCode(code, number string) {
	c := s.codes[code]
	if c == nil {
		c = &payCode{Code: code}
		s.codes[code] = c
	}
	c.UsedBy = number
	s.touchCode(c)
}
