package apiv2

import (
	"encoding/json"
	"os"
	"sort"
	"strings"
	"testing"

	"guitai/pos/wechat"
)

type vector struct {
	ID        string            `json:"id"`
	SignType  wechat.SignType   `json:"sign_type"`
	Fields    map[string]string `json:"fields"`
	Key       string            `json:"key"`
	Text      string            `json:"string_to_sign"`
	Expected  string            `json:"expected"`
	Published string            `json:"published"`
	Verified  bool              `json:"verified"`
}

func vectors(t *testing.T) []vector {
	t.Helper()
	raw, err := os.ReadFile("testdata/sign_vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vs []vector
	if err := json.Unmarshal(raw, &vs); err != nil {
		t.Fatal(err)
	}
	return vs
}

// documentOf makes a document of fields as WeChat would send them, with this signature.
func documentOf(t *testing.T, fields map[string]string, sign string) *document {
	t.Helper()
	b := []byte(rootOpen)
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	sort.Sort(sort.Reverse(sort.StringSlice(names))) // never the order that is signed
	for _, name := range names {
		if name != "sign" {
			b = appendField(b, name, fields[name])
		}
	}
	b = append(appendField(b, "sign", sign), rootClose...)
	d := newDocument()
	t.Cleanup(d.release)
	if err := d.read(b); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestSign_PublishedVectors(t *testing.T) {
	verified, placeholders := 0, 0
	for _, v := range vectors(t) {
		t.Run(v.ID, func(t *testing.T) {
			s := newSigner(wechat.Merchant{Key: wechat.NewAPIKey(v.Key), SignType: v.SignType})
			d := documentOf(t, v.Fields, v.Expected)
			if text := string(d.textToSign(v.Key)); text != v.Text {
				t.Errorf("text %q\nwant %q", text, v.Text)
			}
			got := string(s.append(nil, d))
			if got != v.Expected {
				t.Errorf("sign %s, want %s", got, v.Expected)
			}
			if !s.verify(d) {
				t.Error("the right signature does not verify")
			}
			if v.Verified {
				verified++
				if v.Published != "" && v.Published != got {
					t.Errorf("published %s, got %s", v.Published, got)
				}
				return
			}
			placeholders++
			// A signature that was printed as an example but is none: it must be refused.
			if v.Published == "" || s.verify(documentOf(t, v.Fields, v.Published)) {
				t.Errorf("the published placeholder %q verifies", v.Published)
			}
		})
	}
	if verified != 9 || placeholders != 7 {
		t.Errorf("%d verified vectors and %d placeholders, want 9 and 7", verified, placeholders)
	}
}

func TestVerify_RefusesEverythingElse(t *testing.T) {
	fields := map[string]string{"appid": "wxd930ea5d5a258f4f", "total_fee": "1350", "coupon_fee_0": "0", "attach": ""}
	for _, kind := range []wechat.SignType{wechat.MD5, wechat.HMACSHA256} {
		other := wechat.HMACSHA256
		if kind == other {
			other = wechat.MD5
		}
		signOf := func(kind wechat.SignType, key string, change func(map[string]string)) string {
			m := map[string]string{}
			for k, v := range fields {
				m[k] = v
			}
			change(m)
			s := newSigner(wechat.Merchant{Key: wechat.NewAPIKey(key), SignType: kind})
			return string(s.append(nil, documentOf(t, m, "")))
		}
		same := func(map[string]string) {}
		right := signOf(kind, testKey, same)
		s := newSigner(wechat.Merchant{Key: wechat.NewAPIKey(testKey), SignType: kind})
		if !s.verify(documentOf(t, fields, right)) {
			t.Fatalf("%s: the right signature does not verify", kind)
		}
		for name, sign := range map[string]string{
			"none":               "",
			"lower case":         strings.ToLower(right),
			"cut":                right[:len(right)-1],
			"longer":             right + "0",
			"space":              right + " ",
			"another type":       signOf(other, testKey, same),
			"another key":        signOf(kind, strings.Repeat("k", 32), same),
			"a field less":       signOf(kind, testKey, func(m map[string]string) { delete(m, "coupon_fee_0") }),
			"a field more":       signOf(kind, testKey, func(m map[string]string) { m["x"] = "1" }),
			"another value":      signOf(kind, testKey, func(m map[string]string) { m["total_fee"] = "1351" }),
			"empty value signed": signOf(kind, testKey, func(m map[string]string) { m["attach"] = " " }),
		} {
			if s.verify(documentOf(t, fields, sign)) {
				t.Errorf("%s: a signature with %s verifies", kind, name)
			}
		}
	}
}

// A sign_type field in an answer changes nothing: only the configured type counts, so nobody can talk us down to MD5.
func TestVerify_NoDowngrade(t *testing.T) {
	fields := map[string]string{"appid": "wxd930ea5d5a258f4f", "sign_type": "MD5", "total_fee": "1"}
	weak := newSigner(wechat.Merchant{Key: wechat.NewAPIKey(testKey), SignType: wechat.MD5})
	strong := newSigner(wechat.Merchant{Key: wechat.NewAPIKey(testKey), SignType: wechat.HMACSHA256})
	sign := string(weak.append(nil, documentOf(t, fields, "")))
	if !weak.verify(documentOf(t, fields, sign)) || strong.verify(documentOf(t, fields, sign)) {
		t.Error("an answer chooses its own signature type")
	}
}
