package wechat

import (
	"strings"

	"guitai/pos"
)

// billErrors: what downloadbill and downloadfundflow answer instead of a file (下载交易账单, 下载资金账单, error codes). The answer is not
// signed, its numbers mean several things, and its words come in several spellings (the documentation has "NO Bill Exist", the
// service says "No Bill Exist"), so a row matches when code or message contains it, blanks, underscores and case aside. The first
// match counts.
var billErrors = []struct {
	words string
	code  pos.Code
}{
	{"NOBILLEXIST", pos.CodeNotFound},      // 账单不存在: no trade on that day, or older than three months
	{"NOSTATEMENTEXIST", pos.CodeNotFound}, // the same, as API v3 spells it
	{"账单不存在", pos.CodeNotFound},
	{"账单文件不存在", pos.CodeNotFound},
	{"BILLCREATING", pos.CodeNotYet}, // 账单生成中
	{"STATEMENTCREATING", pos.CodeNotYet},
	{"账单生成中", pos.CodeNotYet},
	{"账单未生成", pos.CodeNotYet},
	{"SIGNERROR", pos.CodeConfig}, // 签名错误: in practice another key
	{"签名", pos.CodeConfig},
	{"20007", pos.CodeConfig},             // 当前商户号账单API权限已经关闭
	{"COMPRESSGZIP", pos.CodeServerFault}, // also UnCompressGZip Error: 账单压缩失败, 解压失败
	{"20003", pos.CodeServerFault},
	{"20100", pos.CodeServerFault},
	{"20001", pos.CodeRejected}, // a bad date, type or request
	{"20002", pos.CodeNotYet},   // with words that nobody knows: asked again, for to take a day for empty would be worse
}

// BillError is what an answer means that is not a bill, by its error_code (or err_code) and its message. Never CodeNone.
func BillError(code, message string) pos.Code {
	said := strings.NewReplacer(" ", "", "_", "").Replace(strings.ToUpper(message + "\n" + code))
	for _, r := range billErrors {
		if strings.Contains(said, r.words) {
			return r.code
		}
	}
	return Rejection(message + " " + code).Code
}
