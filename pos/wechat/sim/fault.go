package sim

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The faults by name.
const (
	FaultHostDown         = "host-down"
	FaultNotActedLost     = "not-acted-lost"
	FaultHTTP502          = "http-502"
	FaultUnsignedFail     = "unsigned-fail"
	FaultSystemError      = "systemerror"
	FaultCloseTooEarly    = "close-too-early"
	FaultSystemErrorActed = "systemerror-acted"
	FaultHTTP502Acted     = "http-502-acted"
	FaultNoAnswer         = "no-answer"
	FaultAnswerLost       = "answer-lost"
	FaultBadSign          = "bad-sign"
	FaultSlowBody         = "slow-body"
	FaultTruncated        = "truncated"
	FaultXXE              = "xxe"
	FaultArrivesLate      = "arrives-late"
	FaultRefundNotEnough  = "refund-notenough"
	FaultRefundRetry      = "refund-retry"
	FaultRefundRetryActed = "refund-retry-acted"
	FaultRefundFrequent   = "refund-frequent"
	FaultRefundTooMuch    = "refund-too-much"
	FaultRefundAccount    = "refund-account"
	FaultRecall           = "recall"
	FaultRefundChange     = "refund-change"
	FaultRefundClose      = "refund-close"
	FaultRefundSlow       = "refund-slow"
	FaultPaidTwice        = "paid-twice"
	FaultNoticeDuplicate  = "notice-duplicate"
	FaultNoticeLate       = "notice-late"
	FaultNoticeReordered  = "notice-reordered"
	FaultNoticeForged     = "notice-forged"
	FaultNoticeLost       = "notice-lost"
	FaultCallbackTwice    = "callback-duplicate"
	FaultCallbackLate     = "callback-late"
	FaultCallbackForged   = "callback-forged"
	FaultLoginBusy        = "login-busy"
	FaultLoginTooMany     = "login-too-many"
	FaultLoginLost        = "login-lost"
	FaultV1Quota          = "v1-quota"
	FaultV1BadToken       = "v1-bad-token"
	FaultV1OldToken       = "v1-old-token"
	FaultV1Busy           = "v1-busy"
	FaultV1Lost           = "v1-lost"
	FaultBillLacks        = "bill-lacks-row"
	FaultBillForeign      = "bill-foreign-row"
	FaultBillAmount       = "bill-amount"
	FaultBillFee          = "bill-fee"
	FaultBillSummary      = "bill-summary"
	FaultBillCut          = "bill-cut"
	FaultBillPacking      = "bill-gzip"
	FaultBillDrop         = "bill-drop"
	FaultBillPage         = "bill-page"
	FaultBillCreating     = "bill-creating"
)

// Faults lists every fault in the order in which they are tried: at most one meets a request, and at most one of the
// notice-* ones a notice.
func Faults() []About {
	return []About{
		{FaultHostDown, "one host is unreachable: @HOST by Host header or path prefix (default: the first of two)", "一个域名连不上"},
		{FaultNotActedLost, "the request is lost before anything is done", "请求丢失，未处理"},
		{FaultHTTP502, "a gateway answers 502 with an HTML page; nothing is done", "网关 502，未处理"},
		{FaultUnsignedFail, "an unsigned return_code FAIL; nothing is done", "未签名的 FAIL，未处理"},
		{FaultSystemError, "SYSTEMERROR, signed; nothing is done", "SYSTEMERROR，未处理"},
		{FaultCloseTooEarly, "too early for closeorder: it is refused as before five minutes", "关单太早被拒"},
		{FaultSystemErrorActed, "SYSTEMERROR, signed, although it was done", "SYSTEMERROR，其实已处理"},
		{FaultHTTP502Acted, "a gateway answers 502 with an HTML page although it was done", "网关 502，其实已处理"},
		{FaultNoAnswer, "it is done, but no answer ever comes", "已处理，一直不回答"},
		{FaultAnswerLost, "it is done, then the connection drops", "已处理，回答丢失"},
		{FaultBadSign, "the answer's signature is wrong", "回答的签名不对"},
		{FaultSlowBody, "the answer comes one byte a second", "回答每秒一个字节"},
		{FaultTruncated, "the answer ends in the middle", "回答不完整"},
		{FaultXXE, "the answer carries a DOCTYPE with an external entity", "回答带外部实体"},
		{FaultArrivesLate, "the connection drops; the request arrives all the same, 20 s later", "连接断开，请求20秒后才到达"},
		{FaultRefundNotEnough, "refund: NOTENOUGH; nothing is done", "退款：商户余额不足"},
		{FaultRefundRetry, "refund: BIZERR_NEED_RETRY; nothing is done", "退款：需要重试，未受理"},
		{FaultRefundRetryActed, "refund: BIZERR_NEED_RETRY although it was accepted", "退款：需要重试，其实已受理"},
		{FaultRefundFrequent, "refund: FREQUENCY_LIMITED; nothing is done", "退款：频率限制"},
		{FaultRefundTooMuch, "refund: INVALID_REQ_TOO_MUCH; nothing is done", "退款：无效请求过多"},
		{FaultRefundAccount, "refund: USER_ACCOUNT_ABNORMAL; nothing is done", "退款：用户帐号注销"},
		{FaultRecall, "reverse: recall=Y; nothing is done yet", "撤销：要求再次调用"},
		{FaultRefundChange, "the next refund ends as CHANGE: the card is dead", "退款异常（CHANGE）"},
		{FaultRefundClose, "the next refund ends as REFUNDCLOSE: nothing goes back", "退款关闭（REFUNDCLOSE）"},
		{FaultRefundSlow, "the next refund is PROCESSING for a day", "退款一天才到账"},
		{FaultPaidTwice, "the next payment is taken twice, two seconds apart", "下一笔被扣两次"},
		{FaultNoticeDuplicate, "each notice is sent twice at the same time", "通知重复"},
		{FaultNoticeLate, "the notice comes a minute late", "通知迟到一分钟"},
		{FaultNoticeReordered, "the notice waits until a later one has overtaken it", "通知乱序"},
		{FaultNoticeForged, "false notices come first: @sign, @merchant, @amount, or all three", "先来伪造的通知"},
		{FaultNoticeLost, "the notice is never sent", "通知丢失"},
		{FaultCallbackTwice, "a scanned product is asked about twice at the same time", "商品码回调重复"},
		{FaultCallbackLate, "a scanned product is asked about when the payer has given up", "商品码回调迟到，顾客已看到超时"},
		{FaultCallbackForged, "false callbacks come first: @sign, @merchant, or both", "先来伪造的商品码回调"},
		{FaultLoginBusy, "a mini-program's login: -1, WeChat is busy; the code is not used up", "小程序登录：系统繁忙"},
		{FaultLoginTooMany, "a mini-program's login: 45011, too often; the code is not used up", "小程序登录：频率限制"},
		{FaultLoginLost, "a mini-program's login: the code is used up, then the connection drops", "小程序登录：回答丢失"},
		{FaultV1Quota, "retired interface: no more tokens today, 45009", "旧接口：今天的 access_token 次数用完"},
		{FaultV1BadToken, "retired interface: the token is not known, 40001; nothing is done", "旧接口：access_token 无效，未处理"},
		{FaultV1OldToken, "retired interface: the token is too old, 42001; nothing is done", "旧接口：access_token 过期，未处理"},
		{FaultV1Busy, "retired interface: -1, WeChat is busy; nothing is done", "旧接口：系统繁忙，未处理"},
		{FaultV1Lost, "retired interface: it is done, then the connection drops", "旧接口：已处理，回答丢失"},
		{FaultBillLacks, "the next bill lacks a payment, and goes on lacking it", "账单少一笔"},
		{FaultBillForeign, "the next bill has a payment that was never made", "账单多一笔"},
		{FaultBillAmount, "the next bill has a payment with another amount", "账单金额不对"},
		{FaultBillFee, "the next bill has a payment with another fee", "账单手续费不对"},
		{FaultBillSummary, "a bill whose sums are wrong", "账单合计不对"},
		{FaultBillCut, "a bill that ends in the middle", "账单不完整"},
		{FaultBillPacking, "a bill whose packing is damaged", "账单压缩包损坏"},
		{FaultBillDrop, "the connection drops in the middle of a bill", "下载账单时断线"},
		{FaultBillPage, "a log-in page in a bill's place", "账单变成登录网页"},
		{FaultBillCreating, "Bill Creating, whatever the time is", "账单还在生成"},
	}
}

// Always is the Count of a fault that does not wear out.
const Always = -1

// Fault is a fault in force.
type Fault struct {
	Name  string
	Count int // how many times it still happens, or Always; 0 in SetFault turns it off
	// Path limits it: for calls to one of them ("orderquery", "/pay/orderquery", "refund"); bad-sign, truncated and xxe also apply
	// to notices where Path is "notify"; for host-down it is the host name or path prefix; for notice-forged and
	// callback-forged the kind of forgery. Empty means every call (never notices).
	Path string
}

// String is the form that ParseFault reads.
func (f Fault) String() string {
	text := f.Name + "=" + strconv.Itoa(f.Count)
	if f.Count == Always {
		text = f.Name + "=always"
	}
	if f.Path != "" {
		text += "@" + f.Path
	}
	return text
}

// ErrBadFault is a fault that cannot be understood.
var ErrBadFault = errors.New("no such fault")

// ParseFault reads NAME, NAME=COUNT or NAME=COUNT@PATH; COUNT is a number or "always", and 1 when left out.
func ParseFault(text string) (Fault, error) {
	rest, path, _ := strings.Cut(text, "@")
	name, count, counted := strings.Cut(rest, "=")
	f := Fault{Name: name, Count: 1, Path: path}
	switch {
	case count == "always":
		f.Count = Always
	case counted:
		n, err := strconv.Atoi(count)
		if err != nil || n < 0 {
			return Fault{}, fmt.Errorf("%w: %q: the count is a number or always", ErrBadFault, text)
		}
		f.Count = n
	}
	return f, f.check()
}

func (f Fault) check() error {
	if !slices.ContainsFunc(Faults(), func(a About) bool { return a.Name == f.Name }) {
		return fmt.Errorf("%w: %q", ErrBadFault, f.Name)
	}
	if f.Count < Always {
		return fmt.Errorf("%w: %q: the count is negative", ErrBadFault, f.Name)
	}
	path, good := strings.Trim(f.Path, "/"), true
	switch {
	case f.Path == "" || f.Name == FaultHostDown:
	case f.Name == FaultNoticeForged:
		good = path == "sign" || path == "merchant" || path == "amount"
	case f.Name == FaultCallbackForged:
		good = path == "sign" || path == "merchant"
	case f.Name == FaultRecall:
		good = strings.HasSuffix(pathReverse, "/"+path)
	case slices.Contains(refundEndFaults, f.Name):
		good = strings.HasSuffix(pathRefund, "/"+path)
	case plantingFaults[f.Name] != "":
		good = strings.HasSuffix(pathBill, "/"+path)
	case !meetsRequests(f.Name):
		good = false
	case path == pathNotify:
		good = f.Name == FaultBadSign || f.Name == FaultTruncated || f.Name == FaultXXE
	default:
		good = slices.ContainsFunc(prefixesOfCalls, func(p string) bool {
			return calls[p+path] != nil && !ofBills(f.Name) || bills[p+path] != nil && refusingFaults[f.Name].path == ""
		})
		if r, only := refusingFaults[f.Name]; good && only && r.path != "" {
			good = strings.HasSuffix(r.path, "/"+path)
		}
	}
	if !good {
		return fmt.Errorf("%w: %q does not apply to %q", ErrBadFault, f.Name, f.Path)
	}
	return nil
}

// SetFault puts a fault in force, in the place of one of the same name and path. A Count of 0 takes it away.
func (s *Sim) SetFault(f Fault) error {
	if err := f.check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.DeleteFunc(s.faults, func(g Fault) bool { return g.Name == f.Name && g.Path == f.Path })
	if f.Count != 0 {
		s.faults = append(s.faults, f)
	}
	return nil
}

// ClearFaults takes every fault away. What already hangs goes on hanging.
func (s *Sim) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// ActiveFaults returns the faults in force.
func (s *Sim) ActiveFaults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.faults)
}

// prefixesOfCalls are what a Path may leave out.
var prefixesOfCalls = []string{"/", "/pay/", "/secapi/pay/"}

// refundEndFaults decide how the next refund ends.
var refundEndFaults = []string{FaultRefundChange, FaultRefundClose, FaultRefundSlow}

// otherFamilies are the first words of faults that do not meet calls of API v2.
var otherFamilies = []string{"notice", "callback", "login", "v1"}

// meetsRequests says whether a fault is one of requests and their answers. The others bend notices, callbacks, payments, refunds
// and reversals, wherever these come from.
func meetsRequests(name string) bool {
	family, _, _ := strings.Cut(name, "-")
	return !slices.Contains(otherFamilies, family) && !slices.Contains(refundEndFaults, name) && name != FaultRecall && name != FaultPaidTwice &&
		plantingFaults[name] == ""
}

// ofBills says whether a fault is one of bills.
func ofBills(name string) bool { return strings.HasPrefix(name, "bill-") }

// EveryCall says whether a fault can meet each call of the API. The others are of one call, or bend notices, callbacks, payments,
// refunds and reversals.
func (f Fault) EveryCall() bool {
	return meetsRequests(f.Name) && refusingFaults[f.Name].path == "" && !ofBills(f.Name)
}

// refusingFault is what a fault answers in the place of the truth: what is answered, at which call (every one when empty), and whether the request was acted on all the same.
type refusingFault struct {
	path, code, text string
	acted            bool
}

var refusingFaults = map[string]refusingFault{
	FaultSystemError:      {"", codeSystem, "系统超时", false},
	FaultSystemErrorActed: {"", codeSystem, "系统超时", true},
	FaultCloseTooEarly:    {"/pay/closeorder", CodeCloseTooEarly, textTooEarly, false},
	FaultRefundNotEnough:  {pathRefund, codeNotEnough, "商户余额不足", false},
	FaultRefundRetry:      {pathRefund, codeRetry, "退款业务流程错误，需要商户触发重试来解决", false},
	FaultRefundRetryActed: {pathRefund, codeRetry, "退款业务流程错误，需要商户触发重试来解决", true},
	FaultRefundFrequent:   {pathRefund, codeFrequent, "频率限制，该笔退款未受理，请降低频率后重试", false},
	FaultRefundTooMuch:    {pathRefund, codeTooMuch, "无效请求过多", false},
	FaultRefundAccount:    {pathRefund, codeAccount, "用户帐号注销", false},
}

// arrivesAfter is how late arrives-late is.
const arrivesAfter = 20 * time.Second

// pathNotify is the Path of faults that meet notices.
const pathNotify = "notify"

// takeFault uses up and returns the fault that meets a request, or "".
func (s *Sim) takeFault(path, host, prefix string) string {
	return s.take(func(f Fault) bool {
		switch {
		case !meetsRequests(f.Name):
			return false
		case f.Name == FaultHostDown:
			return s.hostMatches(f.Path, host, prefix)
		case ofBills(f.Name) && bills[path] == nil:
			return false
		case refusingFaults[f.Name].path != "" && path != refusingFaults[f.Name].path:
			return false
		case f.Path == "":
			return true
		}
		p := strings.Trim(f.Path, "/")
		return slices.ContainsFunc(prefixesOfCalls, func(pre string) bool { return path == pre+p })
	}).Name
}

// hostMatches says whether a request came to the host that is down: its name, the first label of its name, or the prefix that
// stands for it. Without a name the first is down: prefix /api, or any host name that begins with "api.".
func (s *Sim) hostMatches(down, host, prefix string) bool {
	down = strings.ToLower(strings.TrimPrefix(down, "/"))
	if down == "" {
		down = "api"
	}
	label, _, _ := strings.Cut(host, ".")
	return down == host || down == label || down == strings.TrimPrefix(prefix, "/")
}

// take finds the first fault, in the order of Faults, that matches, and uses it up once; the zero Fault is none.
func (s *Sim) take(matches func(Fault) bool) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.takeLocked(matches)
}

// takeLocked is take with s.mu held.
func (s *Sim) takeLocked(matches func(Fault) bool) Fault {
	for _, about := range Faults() {
		i := slices.IndexFunc(s.faults, func(f Fault) bool { return f.Name == about.Name && matches(f) })
		if i < 0 {
			continue
		}
		f := s.faults[i]
		if f.Count > 0 {
			s.faults[i].Count--
		}
		if s.faults[i].Count == 0 {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		return f
	}
	return Fault{}
}
