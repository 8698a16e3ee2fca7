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

	// CodeCloseTooEarly is the err_code of closeorder on an order younger than Options.CloseMinAge. The documentation names
	// the rule but no code of its own; this is the listed one that fits: ask again later.
	CodeCloseTooEarly = "TRADE_STATE_ERROR"
)

// refusal is a request turned down. bare ones, from before the signature was found good, carry neither code nor signature.
type refusal struct {
	code, text string
	bare       bool
}

func refuse(code, text string) *refusal     { return &refusal{code: code, text: text} }
func refuseBare(code, text string) *refusal { return &refusal{code: code, text: text, bare: true} }

// request is an API request whose sender is proven.
type request struct {
	fields   map[string]string
	key      string
	signType string
}

// action does what one call asks, with s.mu held, and returns the fields of its own that follow the common ones.
type action func(*Sim, request) ([]field, *refusal)

// calls are the API paths. A later call is one more line.
var calls = map[string]action{
	"/pay/unifiedorder": (*Sim).unifiedOrder,
	"/pay/orderquery":   (*Sim).orderQuery,
	"/pay/closeorder":   (*Sim).closeOrder,
}

// commonFields may be in every request.
var commonFields = []string{"appid", "mch_id", "nonce_str", "sign", "sign_type"}

// fieldsOf are the further fields of each call.
var fieldsOf = map[string][]string{
	"/pay/unifiedorder": slices.Collect(maps.Keys(orderFields)),
	"/pay/orderquery":   {"transaction_id", "out_trade_no"},
	"/pay/closeorder":   {"out_trade_no"},
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
	log.OutTradeNo = fields["out_trade_no"]
	log.Unknown = unknownFields(path, fields)
	var body []byte
	log.Code, body = s.answer(fields, no, act, log.Fault)
	s.logCall(log)
	s.writeReply(w, r, body, log.Fault)
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

// answer authenticates, acts and builds the signed reply.
func (s *Sim) answer(fields map[string]string, no *refusal, act action, fault string) (code string, body []byte) {
	req := request{fields: fields}
	if no == nil {
		req, no = s.authenticate(fields)
	}
	if no != nil && no.bare {
		return no.code, bareFail(no.text)
	}
	var own []field
	if no == nil && fault == FaultSystemError {
		no = refuse(codeSystem, "系统超时")
	}
	if no == nil && fault == FaultCloseTooEarly {
		no = refuseTooEarly()
	}
	if no == nil {
		s.mu.Lock()
		own, no = act(s, req)
		s.mu.Unlock()
	}
	code = codeSuccess
	if no != nil {
		code = no.code
	}
	if fault == FaultSystemErrorActed {
		no = refuse(codeSystem, "系统超时")
	}
	return code, s.reply(req, own, no)
}

// authenticate finds the merchant and proves the signature, then the appid.
func (s *Sim) authenticate(fields map[string]string) (request, *refusal) {
	req := request{fields: fields, signType: signMD5}
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
	accepted := req.signType == signMD5 || req.signType == signHMAC
	if m.SignType != "" {
		accepted = req.signType == m.SignType
	}
	if !accepted || !signed(fields, req.key, req.signType) {
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
		{"appid", req.fields["appid"]},
		{"mch_id", req.fields["mch_id"]},
		{"nonce_str", nonce()},
	}
	if no != nil {
		list = append(list, field{"result_code", "FAIL"}, field{"err_code", no.code}, field{"err_code_des", no.text})
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
