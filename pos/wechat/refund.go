package wechat

import (
	"strings"

	"guitai/pos"
)

// RefundOutcome is what an answer means for a refund: which signal it is, and why.
type RefundOutcome struct {
	Kind pos.RefundSignalKind
	Code pos.Code
}

// refundRow says what one code, state or word means for a refund.
type refundRow struct {
	code string
	RefundOutcome
}

// refundErrors: err_code of refund (申请退款, error codes), verified. What no row knows leaves the refund uncertain.
var refundErrors = []refundRow{
	// WeChat may have taken it on: ask, then the same number again.
	{"SYSTEMERROR", RefundOutcome{pos.RefUncertain, pos.CodeServerFault}},       // 接口返回错误: 用相同参数重新调用
	{"BIZERR_NEED_RETRY", RefundOutcome{pos.RefUncertain, pos.CodeServerFault}}, // 退款业务流程错误，需要商户触发重试
	// The number is known with another amount or order.
	{"REFUND_FEE_MISMATCH", RefundOutcome{pos.RefUncertain, pos.CodeNumberUsed}}, // 订单金额或退款金额与之前请求不一致
	// Not taken on now: the same number later.
	{"NOTENOUGH", RefundOutcome{pos.RefLater, pos.CodeRefused}},              // 商户余额不足
	{"ORDER_NOT_READY", RefundOutcome{pos.RefLater, pos.CodeRefused}},        // 订单处理中，暂时无法退款
	{"FREQUENCY_LIMITED", RefundOutcome{pos.RefLater, pos.CodeTooMany}},      // 频率限制: old orders, or one order too fast
	{"FREQUENCY_LIMIT_EXCEED", RefundOutcome{pos.RefLater, pos.CodeTooMany}}, // another spelling
	{"RATELIMIT_EXCEEDED", RefundOutcome{pos.RefLater, pos.CodeTooMany}},     // another spelling
	{"INVALID_REQ_TOO_MUCH", RefundOutcome{pos.RefLater, pos.CodeTooMany}},   // 无效请求过多: pause a minute
	// Not before a person has put our settings right; the same number then.
	{"NOAUTH", RefundOutcome{pos.RefRejected, pos.CodeConfig}},                // 商户无此接口权限
	{"CERT_ERROR", RefundOutcome{pos.RefRejected, pos.CodeConfig}},            // 证书校验错误
	{"APPID_NOT_EXIST", RefundOutcome{pos.RefRejected, pos.CodeConfig}},       // APPID不存在
	{"MCHID_NOT_EXIST", RefundOutcome{pos.RefRejected, pos.CodeConfig}},       // MCHID不存在
	{"MCH_NOT_EXISTS", RefundOutcome{pos.RefRejected, pos.CodeConfig}},        // the same, as API v3 spells it
	{"APPID_MCHID_NOT_MATCH", RefundOutcome{pos.RefRejected, pos.CodeConfig}}, // appid和mch_id不匹配
	{"SIGNERROR", RefundOutcome{pos.RefRejected, pos.CodeConfig}},             // 签名错误
	// A definite no.
	{"TRADE_OVERDUE", RefundOutcome{pos.RefRefused, pos.CodeRefused}},         // 订单已经超过退款期限: a year
	{"USER_ACCOUNT_ABNORMAL", RefundOutcome{pos.RefRefused, pos.CodeRefused}}, // 退款请求失败: 用户帐号注销
	{"ORDERNOTEXIST", RefundOutcome{pos.RefRefused, pos.CodeRefused}},         // 订单号不存在
	{"INVALID_TRANSACTIONID", RefundOutcome{pos.RefRefused, pos.CodeRefused}}, // 无效transaction_id
	{"INVALID_REQUEST", RefundOutcome{pos.RefRefused, pos.CodeRefused}},       // more than is left, or the 51st
	{"TRADE_STATE_ERROR", RefundOutcome{pos.RefRefused, pos.CodeRefused}},     // 订单状态错误: not paid
	{"ERROR", RefundOutcome{pos.RefRefused, pos.CodeRefused}},                 // 业务错误: the words say which
	{"PARAM_ERROR", RefundOutcome{pos.RefRefused, pos.CodeRefused}},           // 参数错误
	{"LACK_PARAMS", RefundOutcome{pos.RefRefused, pos.CodeRefused}},           // 缺少参数
	{"XML_FORMAT_ERROR", RefundOutcome{pos.RefRefused, pos.CodeRefused}},      // XML格式错误
	{"POST_DATA_EMPTY", RefundOutcome{pos.RefRefused, pos.CodeRefused}},       // post数据为空
	{"NOT_UTF8", RefundOutcome{pos.RefRefused, pos.CodeRefused}},              // 编码格式错误
	{"REQUIRE_POST_METHOD", RefundOutcome{pos.RefRefused, pos.CodeRefused}},   // 请使用post方法
}

// refundWords: what err_code_des says where the code of a refusal says little (ERROR, INVALID_REQUEST, PARAM_ERROR). The first
// row that the words contain counts. Each of them only softens a no.
var refundWords = []refundRow{
	{"不一致", RefundOutcome{pos.RefUncertain, pos.CodeNumberUsed}}, // 参数与之前请求不一致: the number is known
	{"单号重复", RefundOutcome{pos.RefUncertain, pos.CodeNumberUsed}},
	{"余额不足", RefundOutcome{pos.RefLater, pos.CodeRefused}},
	{"频率", RefundOutcome{pos.RefLater, pos.CodeTooMany}},
	{"频繁", RefundOutcome{pos.RefLater, pos.CodeTooMany}},
	{"系统", RefundOutcome{pos.RefUncertain, pos.CodeServerFault}}, // 系统错误, 系统繁忙
	{"稍后", RefundOutcome{pos.RefUncertain, pos.CodeServerFault}}, // 请稍后再试
	{"重试", RefundOutcome{pos.RefUncertain, pos.CodeServerFault}},
}

// refundQueryErrors: err_code of refundquery (查询退款, error codes), verified. Nothing but "no such refund" says anything about
// the refund. That there is no such order contradicts what we know of it, so it is not taken for that.
var refundQueryErrors = []refundRow{
	{"REFUNDNOTEXIST", RefundOutcome{pos.RefNotExist, pos.CodeNone}},             // 退款订单查询失败: no such refund
	{"SYSTEMERROR", RefundOutcome{pos.RefUncertain, pos.CodeServerFault}},        // 接口返回错误
	{"FREQUENCY_LIMITED", RefundOutcome{pos.RefUncertain, pos.CodeTooMany}},      // 频率限制
	{"FREQUENCY_LIMIT_EXCEED", RefundOutcome{pos.RefUncertain, pos.CodeTooMany}}, // another spelling
	{"RATELIMIT_EXCEEDED", RefundOutcome{pos.RefUncertain, pos.CodeTooMany}},     // another spelling
	{"INVALID_REQ_TOO_MUCH", RefundOutcome{pos.RefUncertain, pos.CodeTooMany}},   // 无效请求过多
	{"ORDERNOTEXIST", RefundOutcome{pos.RefUncertain, pos.CodeRefused}},          // 订单不存在
	{"INVALID_TRANSACTIONID", RefundOutcome{pos.RefUncertain, pos.CodeRefused}},  // 无效transaction_id
	{"PARAM_ERROR", RefundOutcome{pos.RefUncertain, pos.CodeRefused}},            // 参数错误
	{"LACK_PARAMS", RefundOutcome{pos.RefUncertain, pos.CodeRefused}},            // 缺少参数
	{"XML_FORMAT_ERROR", RefundOutcome{pos.RefUncertain, pos.CodeRefused}},       // XML格式错误
	{"POST_DATA_EMPTY", RefundOutcome{pos.RefUncertain, pos.CodeRefused}},        // post数据为空
	{"NOT_UTF8", RefundOutcome{pos.RefUncertain, pos.CodeRefused}},               // 编码格式错误
	{"REQUIRE_POST_METHOD", RefundOutcome{pos.RefUncertain, pos.CodeRefused}},    // 请使用post方法
	{"NOAUTH", RefundOutcome{pos.RefUncertain, pos.CodeConfig}},                  // 商户无此接口权限
	{"APPID_NOT_EXIST", RefundOutcome{pos.RefUncertain, pos.CodeConfig}},         // APPID不存在
	{"MCHID_NOT_EXIST", RefundOutcome{pos.RefUncertain, pos.CodeConfig}},         // MCHID不存在
	{"MCH_NOT_EXISTS", RefundOutcome{pos.RefUncertain, pos.CodeConfig}},          // the same, as API v3 spells it
	{"APPID_MCHID_NOT_MATCH", RefundOutcome{pos.RefUncertain, pos.CodeConfig}},   // appid和mch_id不匹配
	{"SIGNERROR", RefundOutcome{pos.RefUncertain, pos.CodeConfig}},               // 签名错误
}

// refundStates: refund_status of refundquery (查询退款), API v2, and status of API v3 where it differs.
var refundStates = []refundRow{
	{"SUCCESS", RefundOutcome{pos.RefSuccess, pos.CodeNone}},       // 退款成功
	{"PROCESSING", RefundOutcome{pos.RefProcessing, pos.CodeNone}}, // 退款处理中
	{"REFUNDCLOSE", RefundOutcome{pos.RefClose, pos.CodeRefused}},  // 退款关闭: nothing went back
	{"CLOSED", RefundOutcome{pos.RefClose, pos.CodeRefused}},       // the same, API v3
	{"CHANGE", RefundOutcome{pos.RefChange, pos.CodeRefused}},      // 退款异常: the customer's card does not take it
	{"ABNORMAL", RefundOutcome{pos.RefChange, pos.CodeRefused}},    // the same, API v3
}

// RefundError is what a verified err_code of refund means, with its words (err_code_des). The words count only where the code
// is a refusal of the broad kind: they may make less of it, never more.
func RefundError(code, words string) RefundOutcome {
	o := findRefund(refundErrors, code, RefundOutcome{pos.RefUncertain, pos.CodeUncertain})
	switch plain(code) {
	case "ERROR", "INVALIDREQUEST", "PARAMERROR":
		for _, r := range refundWords {
			if strings.Contains(words, r.code) {
				return r.RefundOutcome
			}
		}
	}
	return o
}

// RefundQueryError is what a verified err_code of refundquery means.
func RefundQueryError(code string) RefundOutcome {
	return findRefund(refundQueryErrors, code, RefundOutcome{pos.RefUncertain, pos.CodeUncertain})
}

// RefundState is what a verified refund_status means; ok is false for a state that the documentation does not have.
func RefundState(state string) (o RefundOutcome, ok bool) {
	for _, r := range refundStates {
		if r.code == state {
			return r.RefundOutcome, true
		}
	}
	return RefundOutcome{}, false
}

// findRefund is find for refunds.
func findRefund(table []refundRow, code string, unknown RefundOutcome) RefundOutcome {
	code = plain(code)
	for _, r := range table {
		if plain(r.code) == code {
			return r.RefundOutcome
		}
	}
	return unknown
}
