package relay

import (
	"bytes"
	"strings"
	"testing"

	"guitai/pos"
)

func TestNewCode_ComesBackFromItsText(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		code := NewCode(nil)
		if len(code) != 16 || seen[code] {
			t.Fatalf("code %q: not 16 characters, or the second time", code)
		}
		seen[code] = true
		for _, base := range []string{"https://pay.example.cn", "https://pay.example.cn/", "http://127.0.0.1:8080", "https://example.cn:8443/relay"} {
			got, back, err := ParsePairing(PairingText(base, code))
			if err != nil || back != code || got != strings.TrimRight(base, "/") {
				t.Fatalf("%s of %s came back as %q %q, %v", code, base, got, back, err)
			}
		}
	}
}

func TestNewCode_UsesEveryBitOfTheLetters(t *testing.T) {
	if got := NewCode(bytes.NewReader([]byte{0, 31, 32, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})); got != "0Z0Z123456789ABC" {
		t.Fatal(got)
	}
}

func TestParsePairing(t *testing.T) {
	const base, code = "https://pay.example.cn", "ABCDEFGH1KMNPQR0"
	for name, text := range map[string]string{
		"as printed":         "https://pay.example.cn/pair#ABCD-EFGH-1KMN-PQR0",
		"no dashes":          "https://pay.example.cn/pair#ABCDEFGH1KMNPQR0",
		"lower case":         "https://pay.example.cn/pair#abcd-efgh-1kmn-pqr0",
		"host upper case":    "https://PAY.example.CN/pair#ABCD-EFGH-1KMN-PQR0",
		"broken by the mail": " https://pay.example.cn/pa\r\n ir#ABCD-EF\nGH-1KMN-PQR0\n",
		"look-alikes":        "https://pay.example.cn/pair#ABCD-EFGH-iKMN-PQRo",
		"l":                  "https://pay.example.cn/pair#ABCD-EFGH-lKMN-PQRO",
		"quoted":             "“https://pay.example.cn/pair#ABCD-EFGH-1KMN-PQR0”。",
		"full width":         "https://pay.example.cn/pair＃ＡＢＣＤ-efgh-1KMN-PQR0",
		"other dashes":       "https://pay.example.cn/pair#ABCD—EFGH–1KMN—PQR0",
		"no-break spaces":    "https://pay.example.cn/pair#ABCD\u00a0EFGH\u200b1KMN PQR0",
		"slash at the end":   "https://pay.example.cn/pair/#ABCD-EFGH-1KMN-PQR0",
	} {
		if gotBase, got, err := ParsePairing(text); err != nil || gotBase != base || got != code {
			t.Errorf("%s: %q %q %v", name, gotBase, got, err)
		}
	}
	for name, text := range map[string]string{
		"empty":                "",
		"only the code":        "ABCD-EFGH-1KMN-PQR0",
		"only the address":     "https://pay.example.cn/pair",
		"short":                "https://pay.example.cn/pair#ABCD-EFGH-1KMN-PQR",
		"long":                 "https://pay.example.cn/pair#ABCD-EFGH-1KMN-PQR0-1",
		"a letter that is not": "https://pay.example.cn/pair#ABCD-EFGH-1KMN-PQRU",
		"in the clear":         "http://pay.example.cn/pair#ABCD-EFGH-1KMN-PQR0",
		"clear, looks local":   "http://127.0.0.1.example.cn/pair#ABCD-EFGH-1KMN-PQR0",
		"another scheme":       "ftp://pay.example.cn/pair#ABCD-EFGH-1KMN-PQR0",
		"no host":              "https:///pair#ABCD-EFGH-1KMN-PQR0",
		"user":                 "https://a:b@pay.example.cn/pair#ABCD-EFGH-1KMN-PQR0",
		"query":                "https://pay.example.cn/pair?x=1#ABCD-EFGH-1KMN-PQR0",
		"another page":         "https://pay.example.cn/login#ABCD-EFGH-1KMN-PQR0",
		"huge":                 "https://pay.example.cn/pair#" + strings.Repeat("A", 1<<20),
		"not UTF-8":            "https://pay.example.cn/pair#ABCD-EFGH-1KMN-PQ\xff\xfe",
	} {
		if base, code, err := ParsePairing(text); pos.CodeOf(err) != pos.CodeInvalid || base != "" || code != "" {
			t.Errorf("%s was taken: %q %q %v", name, base, code, err)
		}
	}
	for _, local := range []string{"http://localhost:80", "http://127.9.9.9", "http://[::1]:8080"} {
		if base, _, err := ParsePairing(local + "/pair#ABCDEFGH1KMNPQR0"); err != nil || base != local {
			t.Errorf("%s: %q %v", local, base, err)
		}
	}
}
