package sim

import (
	"crypto/rand"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Error codes (err_code) as the documentation spells them.
const (
	codeSuccess       = "SUCCESS"
	codeSystem        = "SYSTEMERROR"
	codeMethod        = "REQUIRE_POST_METHOD"
	codeEmpty         = "POST_DATA_EMPTY"
	codeXML           = "XML_FORMAT_ERROR"
	codeUTF8          = "NOT_UTF8"
	codeLack          = "LACK_PARAMS"
	codeParam         = "PARAM_ERROR"
	codeSign          = "SIGNERROR"
	codeAppID         = "APPID_NOT_EXIST"
	codeMchID         = "MCHID_NOT_EXIST"
	codeMismatch      = "APPID_MCHID_NOT_MATCH"
	codeNoAuth        = "NOAUTH"
	codePaid          = "ORDERPAID"
	codeClosed        = "ORDERCLOSED"
	codeUsed          = "OUT_TRADE_NO_USED"
	codeOrderNotExist = "ORDERNOTEXIST"
	codeRequest       = "INVALID_REQUEST"
	codeCert          = "CERT_ERROR"

	// Of micropay and reverse.
	codeTyping      = "USERPAYING"
	codeReversed    = "ORDERREVERSED"
	codeExpired     = "AUTHCODEEXPIRE"
	codeInvalid     = "AUTH_CODE_INVALID"
	codeAuthError   = "AUTH_CODE_ERROR"
	codeBank        = "BANKERROR"
	codeNotEnough   = "NOTENOUGH"
	codeNoCard      = "NOTSUPORTCARD" // as the documentation spells it
	codeTrade       = "TRADE_ERROR"
	codeRule        = "RULELIMIT"
	codeReverseLate = "REVERSE_EXPIRE"
	codeBadTrade    = "INVALID_TRANSACTIONID"

	// Of refund and refundquery.
	codeRefundSum = "REFUND_FEE_MISMATCH"
	codeOverdue   = "TRADE_OVERDUE"
	codeNoRefund  = "REFUNDNOTEXIST"
	codeRetry     = "BIZERR_NEED_RETRY"
	codeFrequent  = "FREQUENCY_LIMITED"
	codeTooMuch   = "INVALID_REQ_TOO_MUCH"
	codeAccount   = "USER_ACCOUNT_ABNORMAL"

	// CodeCloseTooEarly is the err_code of closeorder on an order younger than Options.CloseMinAge. The documentation names
	// the rule but no code of its own; this is the listed one that fits: ask again later.
	CodeCloseTooEarly = "TRADE_STATE_ERROR"

	// CodeOnlyReverse is the err_code of closeorder on a micropay order, which only reverse can end. The documentation names
	// the rule for API v3 and no code for v2.
	CodeOnlyReverse = "INVALID_REQUEST"

	// CodeReverseTooEarly is the err_code of reverse on an order younger than Options.ReverseMinAge, with recall=Y: whichever of
	// the two a client reads, it says to come again. The documentation names the rule but no code.
	CodeReverseTooEarly = "USERPAYING"
)

// refusal is a request turned down, or one that is answered otherwise than by SUCCESS and fields. bare ones, from before the
// signature was found good, carry neither code nor signature.
type refusal struct {
	code, text string
	bare       bool
	own        []field // the call's own fields that stand beside the code
	fault      string  // the fault under which the answer goes out

	// until, when not nil, is closed when the answer is known; answer then tells it, with s.mu held.
	until  <-chan struct{}
	answer func() ([]field, *refusal)
}

func refuse(code, text string) *refusal     { return &refusal{code: code, text: text} }
func refuseBare(code, text string) *refusal { return &refusal{code: code, text: text, bare: true} }

// request is an API request whose sender is proven.
type request struct {
	fields   map[string]string
	key      string
	signType string
	appID    *string // of the answer: the request's, or that of the order it is about
}

// action does what one call asks, with s.mu held, and returns the fields of its own that follow the common ones.
type action func(*Sim, request) ([]field, *refusal)

// calls are the API paths. A later call is one more line.
var calls = map[string]action{
	"/pay/unifiedorder": (*Sim).unifiedOrder,
	"/pay/orderquery":   (*Sim).orderQuery,
	"/pay/closeorder":   (*Sim).closeOrder,
	pathMicroPay:        (*Sim).microPay,
	pathReverse:         (*Sim).reverse,
	pathRefund:          (*Sim).refundCall,
	"/pay/refundquery":  (*Sim).refundQuery,
}

const (
	pathMicroPay = "/pay/micropay"
	pathReverse  = "/secapi/pay/reverse"
	pathRefund   = "/secapi/pay/refund"
)

// secure is the beginning of the paths that ask for the merchant's certificate.
const secure = "/secapi/"

// commonFields may be in every request.
var commonFields = []string{"appid", "mch_id", "nonce_str", "sign", "sign_type"}

// fieldsOf are the further fields of each call.
var fieldsOf = map[string][]string{
	"/pay/unifiedorder": slices.Collect(maps.Keys(orderFields)),
	"/pay/orderquery":   {"transaction_id", "out_trade_no"},
	"/pay/closeorder":   {"out_trade_no"},
	pathMicroPay:        slices.Collect(maps.Keys(microFields)),
	pathReverse:         {"transaction_id", "out_trade_no"},
	pathRefund:          slices.Collect(maps.Keys(refundFields)),
	"/pay/refundquery":  {"transaction_id", "out_trade_no", "out_refund_no", "refund_id", "offset", "device_info"},
	pathBill:            {"device_info", "bill_date", "bill_type", "tar_type"},
	pathFundFlow:        {"bill_date", "account_type", "tar_type"},
}

// serveCall answers one API request, as well as the fault in force lets it.
func (s *Sim) serveCall(w http.ResponseWriter, r *http.Request, prefix, path string, act action) {
	log := Call{Host: r.Host, Prefix: prefix, Path: path}
	log.Fault = s.takeFault(path, hostName(r.Host), prefix)
	if preventsActing(log.Fault) {
		s.logCall(log)
		failBefore(w, log.Fault)
		return
	}
	fields, no := readRequest(r)
	if no == nil {
		no = s.checkCert(r, path, fields)
	}
	log.OutTradeNo, log.OutRefundNo = fields["out_trade_no"], fields["out_refund_no"]
	log.Unknown = unknownFields(path, fields)
	work := func() ([]byte, string) {
		a := s.answer(fields, no, act, log.Fault)
		log.Code = a.code
		s.logCall(log)
		return a.body, a.fault
	}
	if log.Fault == FaultArrivesLate {
		s.actLate(work)
		panic(http.ErrAbortHandler)
	}
	body, fault := work()
	if err := s.flush(); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	s.writeReply(w, r, body, fault)
}

// actLate does a request's work, whose sender is gone, when it has found its way.
func (s *Sim) actLate(work func() ([]byte, string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	wait := s.scaled(arrivesAfter)
	s.spawn(func() {
		if s.wait(wait, nil) {
			_, _ = work()
			_ = s.flush() // the next request says that the state cannot be kept
		}
	})
}

// readRequest reads the fields of a request, also of one it refuses where it can.
func readRequest(r *http.Request) (map[string]string, *refusal) {
	if r.Method != http.MethodPost {
		return nil, refuseBare(codeMethod, "请使用post方法")
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		return nil, refuseBare(codeXML, "XML格式错误")
	}
	if len(body) == 0 {
		return nil, refuseBare(codeEmpty, "post数据为空")
	}
	fields, err := readXML(body)
	switch {
	case errors.Is(err, errNotUTF8):
		return nil, refuseBare(codeUTF8, "编码格式错误,请使用UTF-8编码格式")
	case err != nil:
		return nil, refuseBare(codeXML, "XML格式错误")
	}
	return fields, nil
}

// answered is what came of a request: the code for the log, the reply, and the fault under which it goes out.
type answered struct {
	code, fault string
	body        []byte
}

// answer authenticates, acts and builds the signed reply.
func (s *Sim) answer(fields map[string]string, no *refusal, act action, fault string) answered {
	req := request{fields: fields}
	if no == nil {
		req, no = s.authenticate(fields)
	}
	if no != nil && no.bare {
		return answered{no.code, fault, bareFail(no.text)}
	}
	refusing, instead := refusingFaults[fault]
	var own []field
	if no == nil && instead && !refusing.acted {
		no = refuse(refusing.code, refusing.text)
	}
	if no == nil {
		own, no = s.act(act, req)
	}
	a := answered{code: codeSuccess, fault: fault}
	if no != nil {
		a.code = no.code
		if no.fault != "" {
			a.fault = no.fault
		}
	}
	if instead && refusing.acted {
		no = refuse(refusing.code, refusing.text)
	}
	a.body = s.reply(req, own, no)
	return a
}

// act does what a call asks, and waits for what takes time.
func (s *Sim) act(act action, req request) ([]field, *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	own, no := act(s, req)
	if no == nil || no.until == nil {
		return own, no
	}
	s.mu.Unlock()
	select {
	case <-no.until:
	case <-s.ctx.Done():
	}
	s.mu.Lock()
	return no.answer()
}

// authenticate finds the merchant and proves the signature, then the appid.
func (s *Sim) authenticate(fields map[string]string) (request, *refusal) {
	appID := fields["appid"]
	req := request{fields: fields, signType: signMD5, appID: &appID}
	for _, name := range []string{"appid", "mch_id", "nonce_str", "sign"} {
		if fields[name] == "" {
			return req, refuseBare(codeLack, "缺少参数"+name)
		}
	}
	known := merchants(s.opts.Merchants)
	m, ok := known.byMchID(fields["mch_id"])
	if !ok {
		return req, refuseBare(codeMchID, "商户号不存在")
	}
	req.key = m.Key
	if t := fields["sign_type"]; t != "" {
		req.signType = t
	}
	if !m.accepts(req.signType) || !signed(fields, req.key, req.signType) {
		return req, refuseBare(codeSign, "签名错误")
	}
	switch appID := fields["appid"]; {
	case known.match(appID, m.MchID):
	case known.knowsAppID(appID):
		return req, refuse(codeMismatch, "appid和mch_id不匹配")
	default:
		return req, refuse(codeAppID, "appid不存在")
	}
	if len(fields["nonce_str"]) > 32 {
		return req, refuse(codeParam, "nonce_str参数长度有误")
	}
	return req, nil
}

// reply is the signed answer: the common fields, then the call's own or the refusal.
func (s *Sim) reply(req request, own []field, no *refusal) []byte {
	list := []field{
		{"return_code", codeSuccess},
		{"return_msg", "OK"},
		{"appid", *req.appID},
		{"mch_id", req.fields["mch_id"]},
		{"nonce_str", nonce()},
	}
	if no != nil {
		list = append(list, field{"result_code", "FAIL"}, field{"err_code", no.code}, field{"err_code_des", no.text})
		list = append(list, no.own...)
	} else {
		list = append(list, field{"result_code", codeSuccess})
		list = append(list, own...)
	}
	return writeXML(s.seal(list, req.key, req.signType))
}

// seal adds the extra fields and the signature.
func (s *Sim) seal(list []field, key, signType string) []field {
	for _, name := range slices.Sorted(maps.Keys(s.opts.ExtraFields)) {
		list = append(list, field{name, s.opts.ExtraFields[name]})
	}
	return append(list, field{"sign", signature(fieldMap(list), key, signType)})
}

func bareFail(text string) []byte {
	return writeXML([]field{{"return_code", "FAIL"}, {"return_msg", text}})
}

// nonce is a nonce_str: 26 letters and digits.
func nonce() string { return rand.Text() }

// hostName is a Host header without its port.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

func unknownFields(path string, fields map[string]string) []string {
	var unknown []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(commonFields, name) && !slices.Contains(fieldsOf[path], name) {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

// stamp writes a time as yyyyMMddHHmmss, Beijing time.
func stamp(t time.Time) string { return t.In(beijing).Format(stampLayout) }
