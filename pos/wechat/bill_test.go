package wechat

import (
	"testing"

	"guitai/pos"
)

func TestBillError_IsReadLooselyAndNeverMeansSuccess(t *testing.T) {
	for _, c := range []struct {
		code, message string
		want          pos.Code
	}{
		{"20002", "No Bill Exist", pos.CodeNotFound}, // as the service says it
		{"20002", "NO Bill Exist", pos.CodeNotFound}, // as the documentation says it
		{"", "no bill exist", pos.CodeNotFound},
		{"NO_BILL_EXIST", "", pos.CodeNotFound},
		{"NO_STATEMENT_EXIST", "请求的账单文件不存在", pos.CodeNotFound},
		{"20002", "Bill Creating", pos.CodeNotYet},
		{"", "bill  creating", pos.CodeNotYet},
		{"BILL_CREATING", "", pos.CodeNotYet},
		{"STATEMENT_CREATING", "账单生成中", pos.CodeNotYet},
		{"20002", "", pos.CodeNotYet},
		{"20002", "something new", pos.CodeNotYet},
		{"20001", "SIGN ERROR", pos.CodeConfig},
		{"20001", "签名错误", pos.CodeConfig},
		{"20001", "invalid bill_date", pos.CodeRejected},
		{"20001", "invalid bill_type", pos.CodeRejected},
		{"20001", "data format error", pos.CodeRejected},
		{"20001", "missing parameter", pos.CodeRejected},
		{"20003", "CompressGZip Error", pos.CodeServerFault},
		{"20100", "UnCompressGZip Error", pos.CodeServerFault},
		{"20100", "SYSTEMERROR", pos.CodeServerFault},
		{"SYSTEMERROR", "", pos.CodeServerFault},
		{"", "系统繁忙，请稍后再试", pos.CodeServerFault},
		{"", "频率限制", pos.CodeTooMany},
		{"20007", "it is closed", pos.CodeConfig},
		{"20001", "证书验证失败", pos.CodeConfig},
		{"", "商户号不存在", pos.CodeConfig},
		{"", "", pos.CodeRejected},
		{"99999", "who knows", pos.CodeRejected},
	} {
		if got := BillError(c.code, c.message); got != c.want {
			t.Errorf("%q %q: got %q, want %q", c.code, c.message, got, c.want)
		}
	}
}
