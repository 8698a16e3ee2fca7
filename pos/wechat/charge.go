package wechat

import (
	"strings"

	"guitai/pos"
)

// chargeErrors: err_code of micropay (付款码支付, error codes), verified.
var chargeErrors = []row{
	// The customer is being asked for the password.
	{"USERPAYING", Outcome{pos.SigPaying, pos.CodeNone}}, // 用户支付中，需要输入密码
	// The number has a history: ask what became of it.
	{"ORDERPAID", Outcome{pos.SigHint, pos.CodeNone}},     // 订单已支付
	{"ORDERCLOSED", Outcome{pos.SigHint, pos.CodeNone}},   // 订单已关闭
	{"ORDERREVERSED", Outcome{pos.SigHint, pos.CodeNone}}, // 订单已撤销
	// The number is taken by an order with other parameters, or by another payer.
	{"OUT_TRADE_NO_USED", Outcome{pos.SigNumberUsed, pos.CodeNumberUsed}}, // 商户订单号重复
	{"INVALID_REQUEST", Outcome{pos.SigNumberUsed, pos.CodeNumberUsed}},   // 无效请求: 重入时参数不一致
	{"BUYER_MISMATCH", Outcome{pos.SigNumberUsed, pos.CodeNumberUsed}},    // 支付帐号错误: 换了付款人
	{"201", Outcome{pos.SigNumberUsed, pos.CodeNumberUsed}},               // 201 商户订单号重复
	// A definite no: this code, this customer.
	{"AUTHCODEEXPIRE", Outcome{pos.SigRefused, pos.CodeRefused}},    // 二维码已过期
	{"AUTH_CODE_EXPIRED", Outcome{pos.SigRefused, pos.CodeRefused}}, // another spelling
	{"101", Outcome{pos.SigRefused, pos.CodeRefused}},               // the same as a number
	{"AUTH_CODE_INVALID", Outcome{pos.SigRefused, pos.CodeRefused}}, // 扫描的不是微信支付的条码
	{"AUTH_CODE_ERROR", Outcome{pos.SigRefused, pos.CodeRefused}},   // 每个二维码仅限使用一次
	{"NOTENOUGH", Outcome{pos.SigRefused, pos.CodeRefused}},         // 余额不足
	{"NOTSUPORTCARD", Outcome{pos.SigRefused, pos.CodeRefused}},     // 不支持卡类型 (so spelled)
	{"NOTSUPPORTCARD", Outcome{pos.SigRefused, pos.CodeRefused}},    // should they correct it
	{"TRADE_ERROR", Outcome{pos.SigRefused, pos.CodeRefused}},       // 交易错误: no password given, no card that works
	{"RULELIMIT", Outcome{pos.SigRefused, pos.CodeRefused}},         // 交易金额或次数超出限制
	// A definite no: our settings or our request.
	{"NOAUTH", Outcome{pos.SigRefused, pos.CodeConfig}},                // 商户无权限
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
	// No answer to the question: the money may have moved.
	{"SYSTEMERROR", Outcome{pos.SigUncertain, pos.CodeServerFault}},        // 接口返回错误
	{"BANKERROR", Outcome{pos.SigUncertain, pos.CodeServerFault}},          // 银行系统异常
	{"FREQUENCY_LIMITED", Outcome{pos.SigUncertain, pos.CodeTooMany}},      // 频率限制
	{"FREQUENCY_LIMIT_EXCEED", Outcome{pos.SigUncertain, pos.CodeTooMany}}, // another spelling
	{"RATELIMIT_EXCEEDED", Outcome{pos.SigUncertain, pos.CodeTooMany}},     // another spelling
}

// reverseErrors: err_code of reverse (撤销订单, error codes), verified. No error says that something was reversed: at most that
// it is too late to, and then the trade is asked about.
var reverseErrors = []row{
	{"REVERSE_EXPIRE", Outcome{pos.SigReversed, pos.CodeExpired}}, // 订单无法撤销: older than seven days
	{"ORDERNOTEXIST", Outcome{pos.SigNotExist, pos.CodeNone}},     // 订单不存在
	{"ORDERREVERSED", Outcome{pos.SigHint, pos.CodeNone}},         // 订单已撤销
	{"ORDERCLOSED", Outcome{pos.SigHint, pos.CodeNone}},           // 订单已关闭
	// Not now: the same again.
	{"SYSTEMERROR", Outcome{pos.SigRecall, pos.CodeServerFault}},        // 系统错误
	{"BANKERROR", Outcome{pos.SigRecall, pos.CodeServerFault}},          // 银行系统异常
	{"USERPAYING", Outcome{pos.SigRecall, pos.CodeNone}},                // 用户支付中，不能撤销
	{"FREQUENCY_LIMITED", Outcome{pos.SigRecall, pos.CodeTooMany}},      // 频率限制
	{"FREQUENCY_LIMIT_EXCEED", Outcome{pos.SigRecall, pos.CodeTooMany}}, // another spelling
	{"RATELIMIT_EXCEEDED", Outcome{pos.SigRecall, pos.CodeTooMany}},     // another spelling
	// A no that leaves open what became of the money.
	{"TRADE_ERROR", Outcome{pos.SigUncertain, pos.CodeRefused}},           // 业务错误导致交易失败
	{"TRADE_STATE_ERROR", Outcome{pos.SigUncertain, pos.CodeRefused}},     // 订单状态错误
	{"INVALID_TRANSACTIONID", Outcome{pos.SigUncertain, pos.CodeRefused}}, // 无效订单号
	{"INVALID_REQUEST", Outcome{pos.SigUncertain, pos.CodeRefused}},       // 不是付款码支付的订单
	{"PARAM_ERROR", Outcome{pos.SigUncertain, pos.CodeRefused}},           // 参数错误
	{"LACK_PARAMS", Outcome{pos.SigUncertain, pos.CodeRefused}},           // 缺少参数
	{"XML_FORMAT_ERROR", Outcome{pos.SigUncertain, pos.CodeRefused}},      // XML格式错误
	{"POST_DATA_EMPTY", Outcome{pos.SigUncertain, pos.CodeRefused}},       // post数据为空
	{"NOT_UTF8", Outcome{pos.SigUncertain, pos.CodeRefused}},              // 编码格式错误
	{"REQUIRE_POST_METHOD", Outcome{pos.SigUncertain, pos.CodeRefused}},   // 请使用post方法
	{"NOAUTH", Outcome{pos.SigUncertain, pos.CodeConfig}},                 // 商户无此接口权限
	{"CERT_ERROR", Outcome{pos.SigUncertain, pos.CodeConfig}},             // 证书错误
	{"APPID_NOT_EXIST", Outcome{pos.SigUncertain, pos.CodeConfig}},        // APPID不存在
	{"MCHID_NOT_EXIST", Outcome{pos.SigUncertain, pos.CodeConfig}},        // MCHID不存在
	{"MCH_NOT_EXISTS", Outcome{pos.SigUncertain, pos.CodeConfig}},         // the same, as API v3 spells it
	{"APPID_MCHID_NOT_MATCH", Outcome{pos.SigUncertain, pos.CodeConfig}},  // appid和mch_id不匹配
	{"SIGNERROR", Outcome{pos.SigUncertain, pos.CodeConfig}},              // 签名错误
}

// ChargeError is what a verified err_code of micropay means.
func ChargeError(code string) Outcome {
	return find(chargeErrors, code, Outcome{pos.SigUncertain, pos.CodeUncertain})
}

// ReverseError is what a verified err_code of reverse means, with its words (err_code_des): the documentation has no code for
// "not while the customer is paying" (支付中不能撤销), so the words decide where the code says nothing definite. It never means
// that something was reversed but for an order that is too old for it.
func ReverseError(code, words string) Outcome {
	o := find(reverseErrors, code, Outcome{pos.SigUncertain, pos.CodeUncertain})
	if o.Kind == pos.SigUncertain && o.Code != pos.CodeConfig && strings.Contains(words, "支付中") {
		return Outcome{pos.SigRecall, pos.CodeNone}
	}
	return o
}
