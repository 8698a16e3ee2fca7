package wechat

import (
	"strings"

	"guitai/pos"
)

// Outcome is what an answer means for a payment: which signal it is, and why.
type Outcome struct {
	Kind pos.SignalKind
	Code pos.Code
}

// row says what one code or state means.
type row struct {
	code string
	Outcome
}

// tradeStates: trade_state of orderquery (查询订单), API v2 and v3.
var tradeStates = []row{
	{"NOTPAY", Outcome{pos.SigUnpaid, pos.CodeNone}},        // 未支付; also after a failed attempt
	{"USERPAYING", Outcome{pos.SigPaying, pos.CodeNone}},    // 用户支付中: entering the password
	{"ACCEPT", Outcome{pos.SigPaying, pos.CodeNone}},        // 已接收，等待扣款
	{"SUCCESS", Outcome{pos.SigPaid, pos.CodeNone}},         // 支付成功
	{"REFUND", Outcome{pos.SigReturning, pos.CodeNone}},     // 转入退款: paid, and a refund was asked for
	{"CLOSED", Outcome{pos.SigClosed, pos.CodeNone}},        // 已关闭
	{"REVOKED", Outcome{pos.SigRevoked, pos.CodeNone}},      // 已撤销
	{"PAYERROR", Outcome{pos.SigPayError, pos.CodeRefused}}, // 支付失败
}

// orderErrors: err_code of unifiedorder (统一下单, error codes), verified.
var orderErrors = []row{
	// The number has a history: ask what became of it.
	{"ORDERPAID", Outcome{pos.SigHint, pos.CodeNone}},   // 商户订单已支付
	{"ORDERCLOSED", Outcome{pos.SigHint, pos.CodeNone}}, // 订单已关闭
	// The number is taken by an order with other parameters.
	{"OUT_TRADE_NO_USED", Outcome{pos.SigNumberUsed, pos.CodeNumberUsed}}, // 商户订单号重复
	{"INVALID_REQUEST", Outcome{pos.SigNumberUsed, pos.CodeNumberUsed}},   // 参数错误: 订单重入时参数不一致
	{"201", Outcome{pos.SigNumberUsed, pos.CodeNumberUsed}},               // 201 商户订单号重复
	// A definite no.
	{"NOTENOUGH", Outcome{pos.SigRefused, pos.CodeRefused}},            // 余额不足
	{"NOAUTH", Outcome{pos.SigRefused, pos.CodeConfig}},                // 商户无此接口权限
	{"APPID_NOT_EXIST", Outcome{pos.SigRefused, pos.CodeConfig}},       // APPID不存在
	{"MCHID_NOT_EXIST", Outcome{pos.SigRefused, pos.CodeConfig}},       // MCHID不存在
	{"MCH_NOT_EXISTS", Outcome{pos.SigRefused, pos.CodeConfig}},        // the same, as API v3 spells it
	{"APPID_MCHID_NOT_MATCH", Outcome{pos.SigRefused, pos.CodeConfig}}, // appid和mch_id不匹配
	{"SIGNERROR", Outcome{pos.SigRefused, pos.CodeConfig}},             // 签名错误: in practice another key
	{"PARAM_ERROR", Outcome{pos.SigRefused, pos.CodeRefused}},          // 参数错误
	{"LACK_PARAMS", Outcome{pos.SigRefused, pos.CodeRefused}},          // 缺少参数
	{"XML_FORMAT_ERROR", Outcome{pos.SigRefused, pos.CodeRefused}},     // XML格式错误
	{"POST_DATA_EMPTY", Outcome{pos.SigRefused, pos.CodeRefused}},      // post数据为空
	{"NOT_UTF8", Outcome{pos.SigRefused, pos.CodeRefused}},             // 编码格式错误
	{"REQUIRE_POST_METHOD", Outcome{pos.SigRefused, pos.CodeRefused}},  // 请使用post方法
	// No answer to the question.
	{"SYSTEMERROR", Outcome{pos.SigUncertain, pos.CodeServerFault}},        // 系统错误: the same again
	{"FREQUENCY_LIMITED", Outcome{pos.SigUncertain, pos.CodeTooMany}},      // 频率限制
	{"FREQUENCY_LIMIT_EXCEED", Outcome{pos.SigUncertain, pos.CodeTooMany}}, // another spelling
	{"RATELIMIT_EXCEEDED", Outcome{pos.SigUncertain, pos.CodeTooMany}},     // another spelling
}

// queryErrors: err_code of orderquery (查询订单, error codes), verified. Nothing but "no such order" says anything about
// the trade, so everything else is asked again, with the cause on the screen.
var queryErrors = []row{
	{"ORDERNOTEXIST", Outcome{pos.SigNotExist, pos.CodeNone}},              // 此交易订单号不存在
	{"SYSTEMERROR", Outcome{pos.SigUncertain, pos.CodeServerFault}},        // 系统错误
	{"FREQUENCY_LIMITED", Outcome{pos.SigUncertain, pos.CodeTooMany}},      // 频率限制
	{"FREQUENCY_LIMIT_EXCEED", Outcome{pos.SigUncertain, pos.CodeTooMany}}, // another spelling
	{"RATELIMIT_EXCEEDED", Outcome{pos.SigUncertain, pos.CodeTooMany}},     // another spelling
	{"NOAUTH", Outcome{pos.SigUncertain, pos.CodeConfig}},                  // 商户无此接口权限
	{"APPID_NOT_EXIST", Outcome{pos.SigUncertain, pos.CodeConfig}},         // APPID不存在
	{"MCHID_NOT_EXIST", Outcome{pos.SigUncertain, pos.CodeConfig}},         // MCHID不存在
	{"MCH_NOT_EXISTS", Outcome{pos.SigUncertain, pos.CodeConfig}},          // the same, as API v3 spells it
	{"APPID_MCHID_NOT_MATCH", Outcome{pos.SigUncertain, pos.CodeConfig}},   // appid和mch_id不匹配
	{"SIGNERROR", Outcome{pos.SigUncertain, pos.CodeConfig}},               // 签名错误
}

// closeErrors: err_code of closeorder (关闭订单, error codes), verified. Any other verified FAIL is a denial: the order
// stays as it is, and is watched.
var closeErrors = []row{
	{"ORDERCLOSED", Outcome{pos.SigCloseDone, pos.CodeNone}},               // 订单已关闭
	{"ORDERPAID", Outcome{pos.SigHint, pos.CodeNone}},                      // 订单已支付: ask, then book
	{"TRADE_STATE_ERROR", Outcome{pos.SigCloseDenied, pos.CodeRefused}},    // 订单状态错误: not now, for example too young
	{"ORDERNOTEXIST", Outcome{pos.SigNotExist, pos.CodeNone}},              // 订单不存在
	{"SYSTEMERROR", Outcome{pos.SigUncertain, pos.CodeServerFault}},        // 系统错误
	{"FREQUENCY_LIMITED", Outcome{pos.SigUncertain, pos.CodeTooMany}},      // 频率限制
	{"FREQUENCY_LIMIT_EXCEED", Outcome{pos.SigUncertain, pos.CodeTooMany}}, // another spelling
	{"RATELIMIT_EXCEEDED", Outcome{pos.SigUncertain, pos.CodeTooMany}},     // another spelling
	{"NOAUTH", Outcome{pos.SigCloseDenied, pos.CodeConfig}},                // 商户无此接口权限
	{"APPID_NOT_EXIST", Outcome{pos.SigCloseDenied, pos.CodeConfig}},       // APPID不存在
	{"MCHID_NOT_EXIST", Outcome{pos.SigCloseDenied, pos.CodeConfig}},       // MCHID不存在
	{"MCH_NOT_EXISTS", Outcome{pos.SigCloseDenied, pos.CodeConfig}},        // the same, as API v3 spells it
	{"APPID_MCHID_NOT_MATCH", Outcome{pos.SigCloseDenied, pos.CodeConfig}}, // appid和mch_id不匹配
	{"SIGNERROR", Outcome{pos.SigCloseDenied, pos.CodeConfig}},             // 签名错误
}

// rejections: words of return_msg when return_code is FAIL (API v2, common reply). WeChat has no codes there, only
// sentences, so a row matches when the message contains it. The first match counts. Such an answer is not signed: no row
// may mean more than "not accepted".
var rejections = []row{
	{"系统繁忙", Outcome{pos.SigUncertain, pos.CodeServerFault}},
	{"系统错误", Outcome{pos.SigUncertain, pos.CodeServerFault}},
	{"系统异常", Outcome{pos.SigUncertain, pos.CodeServerFault}},
	{"SYSTEMERROR", Outcome{pos.SigUncertain, pos.CodeServerFault}},
	{"SYSTEM ERROR", Outcome{pos.SigUncertain, pos.CodeServerFault}},
	{"SYSTEM BUSY", Outcome{pos.SigUncertain, pos.CodeServerFault}},
	{"频率", Outcome{pos.SigUncertain, pos.CodeTooMany}},
	{"频繁", Outcome{pos.SigUncertain, pos.CodeTooMany}},
	{"FREQUENCY", Outcome{pos.SigUncertain, pos.CodeTooMany}},
	{"签名", Outcome{pos.SigRejected, pos.CodeConfig}}, // 签名错误, 签名失败: another key
	{"SIGNERROR", Outcome{pos.SigRejected, pos.CodeConfig}},
	{"SIGN ERROR", Outcome{pos.SigRejected, pos.CodeConfig}},
	{"APPID", Outcome{pos.SigRejected, pos.CodeConfig}},
	{"MCH_ID", Outcome{pos.SigRejected, pos.CodeConfig}},
	{"MCHID", Outcome{pos.SigRejected, pos.CodeConfig}},
	{"商户号", Outcome{pos.SigRejected, pos.CodeConfig}},
	{"权限", Outcome{pos.SigRejected, pos.CodeConfig}}, // 产品权限未开通
	{"NOAUTH", Outcome{pos.SigRejected, pos.CodeConfig}},
	{"证书", Outcome{pos.SigRejected, pos.CodeConfig}}, // 证书校验错误: no or another client certificate
	{"CERT", Outcome{pos.SigRejected, pos.CodeConfig}},
}

// TradeState is what a verified trade_state means; ok is false for a state that the documentation does not have.
func TradeState(state string) (o Outcome, ok bool) {
	for _, r := range tradeStates {
		if r.code == state {
			return r.Outcome, true
		}
	}
	return Outcome{}, false
}

// OrderError is what a verified err_code of unifiedorder means.
func OrderError(code string) Outcome {
	return find(orderErrors, code, Outcome{pos.SigUncertain, pos.CodeUncertain})
}

// QueryError is what a verified err_code of orderquery means.
func QueryError(code string) Outcome {
	return find(queryErrors, code, Outcome{pos.SigUncertain, pos.CodeUncertain})
}

// CloseError is what a verified err_code of closeorder means.
func CloseError(code string) Outcome {
	return find(closeErrors, code, Outcome{pos.SigCloseDenied, pos.CodeRefused})
}

// Rejection is what the return_msg of an unsigned return_code FAIL means: at most that our request was not accepted.
func Rejection(message string) Outcome {
	message = strings.ToUpper(message)
	for _, r := range rejections {
		if strings.Contains(message, r.code) {
			return r.Outcome
		}
	}
	return Outcome{pos.SigRejected, pos.CodeRejected}
}

// find looks a code up. WeChat spells one code with and without underscores (ORDERNOTEXIST, ORDER_NOT_EXIST), so they
// and the case do not count.
func find(table []row, code string, unknown Outcome) Outcome {
	code = plain(code)
	for _, r := range table {
		if plain(r.code) == code {
			return r.Outcome
		}
	}
	return unknown
}

func plain(code string) string { return strings.ToUpper(strings.ReplaceAll(code, "_", "")) }
