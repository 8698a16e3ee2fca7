package wechat

import (
	"strings"

	"guitai/pos"
)

// billRow is one row about what is answered in a bill's place.
type billRow struct {
	words string
	code  pos.Code
}

// billWords: what downloadbill and downloadfundflow say instead of a file (下载交易账单, 下载资金账单, error codes). The answer is not
// signed, one number means several things, and the words come in several spellings (the documentation has "NO Bill Exist", the
// service says "No Bill Exist"), so a row matches when the message or the code contains it, blanks, underscores and case aside. The
// first match counts.
var billWords = []billRow{
	{"NOBILLEXIST", pos.CodeNotFound},      // no trade on that day, or older than three months
	{"NOSTATEMENTEXIST", pos.CodeNotFound}, // the same, as API v3 spells it
	{"账单不存在", pos.CodeNotFound},
	{"账单文件不存在", pos.CodeNotFound},
	{"BILLCREATING", pos.CodeNotYet},
	{"STATEMENTCREATING", pos.CodeNotYet},
	{"账单生成中", pos.CodeNotYet},
	{"账单未生成", pos.CodeNotYet},
	{"COMPRESSGZIP", pos.CodeServerFault}, // also UnCompressGZip Error: 账单压缩失败, 解压失败
}

// billNumbers: what the numbers mean (error_code) where the words say nothing that anybody knows.
var billNumbers = []billRow{
	{"20007", pos.CodeConfig},      // 当前商户号账单API权限已经关闭
	{"20003", pos.CodeServerFault}, // 账单压缩失败
	{"20100", pos.CodeServerFault}, // 系统错误
	{"20002", pos.CodeNotYet},      // no bill, or not yet: asked again, for to take a day for empty would be worse
}

// BillError is what an answer means that is not a bill, by its error_code (or err_code) and its message. Never CodeNone.
func BillError(code, message string) pos.Code {
	said := strings.NewReplacer(" ", "", "_", "").Replace(strings.ToUpper(message + "\n" + code))
	for _, r := range billWords {
		if strings.Contains(said, r.words) {
			return r.code
		}
	}
	if o := Rejection(message + "\n" + code); o.Code != pos.CodeRejected {
		return o.Code
	}
	for _, r := range billNumbers {
		if r.words == code {
			return r.code
		}
	}
	return pos.CodeRejected
}
