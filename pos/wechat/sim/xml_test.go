package sim

import (
	"errors"
	"maps"
	"testing"
)

func TestReadXML_TakesTheFlatFormOnly(t *testing.T) {
	cases := []struct {
		name, doc string
		want      error
	}{
		{"plain", "<xml><a>1</a></xml>", nil},
		{"declared UTF-8", `<?xml version="1.0" encoding="utf-8"?><xml><a>1</a></xml>`, nil},
		{"CDATA and blanks between", "<xml>\n <a><![CDATA[1]]></a>\n</xml>\n", nil},
		{"other root", "<root><a>1</a></root>", errXML},
		{"no root", "a=1", errXML},
		{"cut off", "<xml><a>1</a>", errXML},
		{"nested", "<xml><a><b>1</b></a></xml>", errXML},
		{"attribute", `<xml><a x="1">1</a></xml>`, errXML},
		{"twice the same field", "<xml><a>1</a><a>2</a></xml>", errXML},
		{"text beside fields", "<xml>x<a>1</a></xml>", errXML},
		{"two roots", "<xml><a>1</a></xml><xml></xml>", errXML},
		{"DOCTYPE", `<!DOCTYPE xml><xml><a>1</a></xml>`, errXML},
		{"entity", `<xml><a>&x;</a></xml>`, errXML},
		{"processing instruction", `<xml><?php ?><a>1</a></xml>`, errXML},
		{"not UTF-8", "<xml><a>\xb9\xf1</a></xml>", errNotUTF8},
		{"declared GBK", `<?xml version="1.0" encoding="GBK"?><xml><a>1</a></xml>`, errNotUTF8},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			fields, err := readXML([]byte(c.doc))
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if c.want == nil && fields["a"] != "1" {
				t.Errorf("read %v", fields)
			}
		})
	}
}

func TestWriteXML_IsReadBackUnchanged(t *testing.T) {
	list := []field{{"body", "a]]>b <&> 柜台 \"x\""}, {"attach", ""}, {"total_fee", "1350"}}
	got, err := readXML(writeXML(list))
	if err != nil || !maps.Equal(got, fieldMap(list)) {
		t.Errorf("read %v, %v", got, err)
	}
}
