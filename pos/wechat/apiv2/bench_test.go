package apiv2

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"slices"
	"testing"

	"guitai/pos/wechat"
)

// The floor of SignEncode and DecodeVerify is RawHash of the same name: the same bytes through the same algorithm, and
// nothing else. Only the ratios mean anything.

var (
	benchKinds = []wechat.SignType{wechat.MD5, wechat.HMACSHA256}
	benchNonce = []byte("0123456789ABCDEF0123456789ABCDEF")
)

func benchClient(b *testing.B, kind wechat.SignType) *Client {
	b.Helper()
	m := testMerchant()
	m.SignType = kind
	c, err := New(Config{
		Merchant: m, BaseURL: testBase, NotifyURL: "https://notify.invalid/", DeviceInfo: "T1",
		Store: Store{ID: "S001", Name: "柜台便利店", AreaCode: "440305"},
	})
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// benchNotice is a notice with its fields in the order WeChat sends them.
func benchNotice(m wechat.Merchant) []byte {
	type pair struct{ name, value string }
	var pairs []pair
	for i := 0; i < len(notice); i += 2 {
		if notice[i+1] != "-" {
			pairs = append(pairs, pair{notice[i], notice[i+1]})
		}
	}
	pairs = slices.DeleteFunc(pairs, func(p pair) bool { return p.name == "trade_state" || p.name == "trade_state_desc" })
	slices.SortFunc(pairs, func(a, b pair) int {
		if a.name < b.name {
			return -1
		}
		return 1
	})
	var sorted fields
	for _, p := range pairs {
		sorted = append(sorted, p.name, p.value)
	}
	return []byte(signedBy(m, sorted))
}

// BenchmarkSignEncode makes a stored order of two lines ready to send: reads it, adds the nonce, signs, writes.
func BenchmarkSignEncode(b *testing.B) {
	for _, kind := range benchKinds {
		b.Run(string(kind), func(b *testing.B) {
			c := benchClient(b, kind)
			request := composed(b, c, testOrder())
			out := make([]byte, 0, len(request)+160)
			b.ReportAllocs()
			for b.Loop() {
				d := newDocument()
				if err := d.read(request); err != nil {
					b.Fatal(err)
				}
				if _, err := c.signer.seal(out, request, d, benchNonce); err != nil {
					b.Fatal(err)
				}
				d.release()
			}
		})
	}
}

// BenchmarkDecodeVerify reads a notice and proves it.
func BenchmarkDecodeVerify(b *testing.B) {
	for _, kind := range benchKinds {
		b.Run(string(kind), func(b *testing.B) {
			c := benchClient(b, kind)
			body := benchNotice(c.config.Merchant)
			b.ReportAllocs()
			for b.Loop() {
				d := newDocument()
				if d.read(body) != nil || c.prove(d) != "" {
					b.Fatal("the notice does not verify")
				}
				d.release()
			}
		})
	}
}

// BenchmarkRawHash is the floor of both.
func BenchmarkRawHash(b *testing.B) {
	for _, kind := range benchKinds {
		c := benchClient(b, kind)
		sealed, err := c.seal(composed(b, c, testOrder()), c.signer)
		if err != nil {
			b.Fatal(err)
		}
		for name, body := range map[string][]byte{"SignEncode": sealed, "DecodeVerify": benchNotice(c.config.Merchant)} {
			d := newDocument()
			if err := d.read(body); err != nil {
				b.Fatal(err)
			}
			text := slices.Clone(d.textToSign(testKey))
			d.release()
			b.Run(name+"/"+string(kind), func(b *testing.B) {
				b.ReportMetric(float64(len(text)), "bytes")
				if kind == wechat.MD5 {
					for b.Loop() {
						md5.Sum(text)
					}
					return
				}
				mac := hmac.New(sha256.New, []byte(testKey))
				var sum []byte
				for b.Loop() {
					mac.Reset()
					mac.Write(text)
					sum = mac.Sum(sum[:0])
				}
			})
		}
	}
}

// BenchmarkNonce is what the randomness of a request costs.
func BenchmarkNonce(b *testing.B) {
	c := benchClient(b, wechat.MD5)
	for b.Loop() {
		if _, err := c.nonce(); err != nil {
			b.Fatal(err)
		}
	}
}
