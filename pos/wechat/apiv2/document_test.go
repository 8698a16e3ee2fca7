package apiv2

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"guitai/pos/wechat"
)

// readAll reads a document and gives its fields as text, in order of arrival.
func readAll(body string) ([][2]string, error) {
	d := newDocument()
	defer d.release()
	if err := d.read([]byte(body)); err != nil {
		return nil, err
	}
	var out [][2]string
	for _, f := range d.fields {
		out = append(out, [2]string{string(f.name), string(f.value)})
	}
	return out, nil
}

// readByTheBook reads the same with encoding/xml, the reader we are compared with.
func readByTheBook(body []byte) ([][2]string, error) {
	body = bytes.TrimPrefix(body, []byte("\xEF\xBB\xBF"))
	dec := xml.NewDecoder(bytes.NewReader(body))
	var out [][2]string
	depth := 0
	for {
		token, err := dec.Token()
		if err == io.EOF && depth == 0 {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			if depth > 2 || len(t.Attr) > 0 || t.Name.Space != "" || (depth == 1 && t.Name.Local != "xml") {
				return nil, errors.New("not flat")
			}
			if depth == 2 {
				out = append(out, [2]string{t.Name.Local, ""})
			}
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth == 2 {
				out[len(out)-1][1] += string(t)
			} else if len(bytes.TrimSpace(t)) > 0 {
				return nil, errors.New("text outside")
			}
		case xml.ProcInst:
			if t.Target != "xml" {
				return nil, errors.New("instruction")
			}
		default:
			return nil, fmt.Errorf("a %T", t)
		}
	}
}

var readable = []struct{ name, body, want string }{
	{"empty", `<xml></xml>`, ``},
	{"text", `<xml><a>1</a></xml>`, `a=1`},
	{"CDATA", `<xml><a><![CDATA[<b>&amp;]]></a></xml>`, `a=<b>&amp;`},
	{"empty CDATA", `<xml><a><![CDATA[]]></a></xml>`, `a=`},
	{"empty element", `<xml><a></a><b/><c /></xml>`, `a=|b=|c=`},
	{"white space between", "\n <xml>\r\n\t<a>1</a>\n</xml>\n", `a=1`},
	{"white space in tags", "<xml ><a >1</a\n></xml\t>", `a=1`},
	{"white space in values stays", `<xml><a> 1 </a></xml>`, `a= 1 `},
	{"entities", `<xml><a>&lt;&gt;&amp;&quot;&apos;</a></xml>`, `a=<>&"'`},
	{"character references", `<xml><a>&#65;&#x42;&#x5fae;&#38;lt;</a></xml>`, `a=AB微&lt;`},
	{"pieces", `<xml><a>x<![CDATA[y]]>&amp;<![CDATA[]]]]><![CDATA[>]]>z</a></xml>`, `a=xy&]]>z`},
	{"brackets in CDATA", `<xml><a><![CDATA[[{"a":[1]}]]]></a></xml>`, `a=[{"a":[1]}]`},
	{"brackets in text", `<xml><a>[[1]] ></a></xml>`, `a=[[1]] >`},
	{"line ends", "<xml><a>1\r\n2\r3\n4</a><b><![CDATA[1\r\n2]]></b><c>&#13;\n</c></xml>", "a=1\n2\n3\n4|b=1\n2|c=\r\n"},
	{"Chinese", `<xml><body>可口可乐 330ml等3件</body></xml>`, `body=可口可乐 330ml等3件`},
	{"full width, whose bytes begin like U+FFFE", `<xml><a>１２：￥</a><b><![CDATA[（）]]></b></xml>`, `a=１２：￥|b=（）`},
	{"emoji", `<xml><a>😀</a></xml>`, `a=😀`},
	{"BOM", "\xEF\xBB\xBF<xml><a>1</a></xml>", `a=1`},
	{"declaration", `<?xml version="1.0" encoding="UTF-8"?><xml><a>1</a></xml>`, `a=1`},
	{"declaration, other quotes and case", `<?xml version='1.0' encoding='utf-8' standalone='yes' ?>` + "\n<xml><a>1</a></xml>", `a=1`},
	{"BOM and declaration", "\xEF\xBB\xBF<?xml version=\"1.0\"?><xml><a>1</a></xml>", `a=1`},
	{"names", `<xml><A_b-c.1>1</A_b-c.1><_>2</_></xml>`, `A_b-c.1=1|_=2`},
	{"a field named like the root", `<xml><xml>1</xml></xml>`, `xml=1`},
}

var unreadable = []struct{ name, body string }{
	{"nothing", ``},
	{"white space", "  \n"},
	{"text", `SUCCESS`},
	{"JSON", `{"return_code":"SUCCESS"}`},
	{"HTML", `<html><body>502 Bad Gateway</body></html>`},
	{"another root", `<root><a>1</a></root>`},
	{"upper case root", `<XML><a>1</a></XML>`},
	{"empty root element", `<xml/>`},
	{"truncated", `<xml><a>1</a>`},
	{"truncated in value", `<xml><a>1`},
	{"truncated in tag", `<xml><a>1</`},
	{"truncated in CDATA", `<xml><a><![CDATA[1`},
	{"truncated after CDATA", `<xml><a><![CDATA[1]]>`},
	{"two roots", `<xml></xml><xml></xml>`},
	{"text after", `<xml></xml>x`},
	{"text before", `x<xml></xml>`},
	{"text between", `<xml>x<a>1</a></xml>`},
	{"CDATA between", `<xml><![CDATA[x]]><a>1</a></xml>`},
	{"reference between", `<xml>&amp;<a>1</a></xml>`},
	{"wrong end", `<xml><a>1</b></xml>`},
	{"end with more", `<xml><a>1</ab></xml>`},
	{"nested", `<xml><a><b>1</b></a></xml>`},
	{"nested twice the same", `<xml><a><a>1</a></a></xml>`},
	{"duplicate", `<xml><total_fee>1</total_fee><b>2</b><total_fee>100</total_fee></xml>`},
	{"duplicate empty", `<xml><total_fee>1</total_fee><total_fee/></xml>`},
	{"attribute", `<xml><a b="1">1</a></xml>`},
	{"attribute of the root", `<xml xmlns="x"><a>1</a></xml>`},
	{"namespace", `<xml><x:a>1</x:a></xml>`},
	{"DOCTYPE with a system entity", `<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><a>&x;</a></xml>`},
	{"DOCTYPE after a declaration", `<?xml version="1.0"?><!DOCTYPE xml SYSTEM "http://x.invalid/x.dtd"><xml><a>1</a></xml>`},
	{"billion laughs", `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><xml><a>&b;</a></xml>`},
	{"DOCTYPE inside", `<xml><!DOCTYPE x><a>1</a></xml>`},
	{"entity declaration inside", `<xml><!ENTITY x "1"><a>1</a></xml>`},
	{"unknown entity", `<xml><a>&nbsp;</a></xml>`},
	{"bare ampersand", `<xml><a>A&B</a></xml>`},
	{"ampersand at the end", `<xml><a>&</a></xml>`},
	{"no such reference", `<xml><a>&#;</a></xml>`},
	{"no such hex reference", `<xml><a>&#x;</a></xml>`},
	{"upper case hex reference", `<xml><a>&#X41;</a></xml>`},
	{"signed reference", `<xml><a>&#-65;</a></xml>`},
	{"reference to zero", `<xml><a>&#0;</a></xml>`},
	{"reference to a control character", `<xml><a>&#1;</a></xml>`},
	{"reference to a surrogate", `<xml><a>&#xD800;</a></xml>`},
	{"reference to U+FFFE", `<xml><a>&#xFFFE;</a></xml>`},
	{"reference beyond Unicode", `<xml><a>&#x110000;</a></xml>`},
	{"reference that overflows", `<xml><a>&#99999999999;</a></xml>`},
	{"comment", `<xml><!-- x --><a>1</a></xml>`},
	{"comment in a value", `<xml><a>1<!-- x -->2</a></xml>`},
	{"comment before", `<!-- x --><xml><a>1</a></xml>`},
	{"instruction", `<xml><?php x ?><a>1</a></xml>`},
	{"instruction in a value", `<xml><a>1<?x?></a></xml>`},
	{"instruction before", `<?xml-stylesheet href="x"?><xml></xml>`},
	{"declaration not first", ` <?xml version="1.0"?><xml></xml>`},
	{"second declaration", `<?xml version="1.0"?><?xml version="1.0"?><xml></xml>`},
	{"XML 1.1", `<?xml version="1.1"?><xml></xml>`},
	{"declaration without version", `<?xml encoding="utf-8"?><xml></xml>`},
	{"declaration with more", `<?xml version="1.0" x="1"?><xml></xml>`},
	{"bare declaration", `<?xml?><xml></xml>`},
	{"open declaration", `<?xml version="1.0"`},
	{"GBK", `<?xml version="1.0" encoding="GBK"?><xml><a>1</a></xml>`},
	{"unknown encoding", `<?xml version="1.0" encoding="x-evil"?><xml><a>1</a></xml>`},
	{"not UTF-8", "<xml><a>\xB9\xFA</a></xml>"},
	{"UTF-16", "\xFF\xFE<\x00x\x00m\x00l\x00>\x00"},
	{"zero byte", "<xml><a>1\x002</a></xml>"},
	{"control character", "<xml><a>1\x0B2</a></xml>"},
	{"control character in CDATA", "<xml><a><![CDATA[1\x1B2]]></a></xml>"},
	{"U+FFFF", "<xml><a>\uFFFF</a></xml>"},
	{"U+FFFE in CDATA", "<xml><a><![CDATA[\uFFFE]]></a></xml>"},
	{"]]> in text", `<xml><a>1]]>2</a></xml>`},
	{"two BOMs", "\xEF\xBB\xBF\xEF\xBB\xBF<xml></xml>"},
	{"name with a digit first", `<xml><1>1</1></xml>`},
	{"no name", `<xml><>1</></xml>`},
	{"Chinese name", `<xml><金额>1</金额></xml>`},
	{"name too long", `<xml><` + strings.Repeat("a", 65) + `/></xml>`},
	{"space before name", `<xml>< a>1</a></xml>`},
	{"end tag of an empty element", `<xml><a/></a></xml>`},
	{"end tag that is empty", `<xml><a>1</a/></xml>`},
}

func TestRead_TheFlatForm(t *testing.T) {
	for _, c := range readable {
		t.Run(c.name, func(t *testing.T) {
			got, err := readAll(c.body)
			if err != nil {
				t.Fatal(err)
			}
			var parts []string
			for _, f := range got {
				parts = append(parts, f[0]+"="+f[1])
			}
			if s := strings.Join(parts, "|"); s != c.want {
				t.Errorf("got %q, want %q", s, c.want)
			}
		})
	}
}

func TestRead_NothingElse(t *testing.T) {
	for _, c := range unreadable {
		t.Run(c.name, func(t *testing.T) {
			if got, err := readAll(c.body); err == nil {
				t.Errorf("accepted: %q", got)
			} else if strings.Contains(err.Error(), "passwd") {
				t.Errorf("the error tells the content: %v", err)
			}
		})
	}
}

func TestRead_Limits(t *testing.T) {
	fields := func(n int) string {
		var b strings.Builder
		b.WriteString("<xml>")
		for i := range n {
			fmt.Fprintf(&b, "<f%d>1</f%d>", n-i, n-i) // the worst order for sorting
		}
		return b.String() + "</xml>"
	}
	got, err := readAll(fields(256))
	if err != nil || len(got) != 256 {
		t.Errorf("256 fields: %d read, %v", len(got), err)
	}
	if _, err := readAll(fields(257)); !errors.Is(err, errTooMany) {
		t.Errorf("201 fields: %v", err)
	}
	fill := func(size int) string {
		const around = len("<xml><a></a></xml>")
		return "<xml><a>" + strings.Repeat("x", size-around) + "</a></xml>"
	}
	if _, err := readAll(fill(64 << 10)); err != nil {
		t.Errorf("64 KiB: %v", err)
	}
	if _, err := readAll(fill(64<<10 + 1)); !errors.Is(err, errTooLarge) {
		t.Errorf("a byte more than 64 KiB: %v", err)
	}
}

func TestRead_SigningOrderIsBytewise(t *testing.T) {
	d := newDocument()
	defer d.release()
	body := "<xml><coupon_fee_10/><b/><coupon_fee/><a/><coupon_fee_1/><B/><coupon_count/><coupon_fee_0/><A/><a1/><a_/></xml>"
	if err := d.read([]byte(body)); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, i := range d.order {
		names = append(names, string(d.fields[i].name))
	}
	want := "A B a a1 a_ b coupon_count coupon_fee coupon_fee_0 coupon_fee_1 coupon_fee_10"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// FuzzReadXML compares with encoding/xml: whatever our reader accepts, that one reads as the same fields.
func FuzzReadXML(f *testing.F) {
	for _, c := range readable {
		f.Add([]byte(c.body))
	}
	for _, c := range unreadable {
		f.Add([]byte(c.body))
	}
	f.Add([]byte(sampleNotice))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := readAll(string(body))
		if err != nil {
			return
		}
		want, err := readByTheBook(body)
		if err != nil {
			t.Fatalf("accepted what encoding/xml refuses (%v): %q", err, body)
		}
		if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
			t.Fatalf("read %q\nencoding/xml reads %q", got, want)
		}
	})
}

// FuzzSignRoundTrip: whatever value goes into a request comes out of the reader as it went in, and its signature holds.
func FuzzSignRoundTrip(f *testing.F) {
	f.Add("body", "可口可乐 330ml等3件", "<&>'\"]]>", true)
	f.Add("a", "\r\n", "&#13;&amp;", false)
	f.Add("A", "", "0", true)
	f.Fuzz(func(t *testing.T, name, first, second string, md5 bool) {
		first, second = wechat.Clean(first), wechat.Clean(second)
		m := testMerchant()
		if md5 {
			m.SignType = "MD5"
		}
		s := newSigner(m)
		request := appendField([]byte(rootOpen), "x"+name, first)
		request = append(appendField(request, "y", second), rootClose...)
		d := newDocument()
		defer d.release()
		if d.read(request) != nil {
			if wechat.Wordy("x"+name, 1, maxName, "_-.") {
				t.Fatalf("our own request is not readable: %q", request)
			}
			return
		}
		if string(d.fields[0].value) != first || string(d.fields[1].value) != second {
			t.Fatalf("read %q and %q, wrote %q and %q", d.fields[0].value, d.fields[1].value, first, second)
		}
		sealed, err := s.seal(nil, request, d, []byte("NONCE"))
		if err != nil {
			if name == "" || strings.Contains("nonce_str sign", "x"+name) {
				return
			}
			t.Fatal(err)
		}
		back := newDocument()
		defer back.release()
		if err := back.read(sealed); err != nil || !s.verify(back) {
			t.Fatalf("what we signed does not verify (%v): %q", err, sealed)
		}
		if !bytes.HasPrefix(sealed, request[:len(request)-len(rootClose)]) {
			t.Fatal("sealing rebuilt a byte of the request")
		}
	})
}
