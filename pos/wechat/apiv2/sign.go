package apiv2

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"crypto/subtle"
	"hash"
	"slices"
	"sync"

	"guitai/pos/wechat"
)

// signer signs and verifies with one key and one type (签名算法). Safe for concurrent use.
type signer struct {
	kind wechat.SignType
	key  wechat.APIKey
	macs sync.Pool // of hash.Hash, keyed
}

func newSigner(m wechat.Merchant) *signer {
	s := &signer{kind: m.SignType, key: m.Key}
	s.macs.New = func() any { return hmac.New(sha256.New, []byte(m.Key.Reveal())) }
	return s
}

// append appends the signature of d: its text, hashed, in upper-case hex. The type is the configured one whatever d says,
// so that nobody can talk us down to a weaker one.
func (s *signer) append(dst []byte, d *document) []byte {
	text := d.textToSign(s.key.Reveal())
	if s.kind == wechat.MD5 {
		sum := md5.Sum(text)
		return appendHex(dst, sum[:])
	}
	mac := s.macs.Get().(hash.Hash)
	mac.Reset()
	mac.Write(text)
	d.text = mac.Sum(text) // behind the text: no array of its own to allocate
	dst = appendHex(dst, d.text[len(text):])
	s.macs.Put(mac)
	return dst
}

// textToSign is every field that has a value, but for sign itself, in the order of their names, then the key. It is valid
// until d is signed again or released.
func (d *document) textToSign(key string) []byte {
	text := d.text[:0]
	for _, i := range d.order {
		f := &d.fields[i]
		if len(f.value) == 0 || string(f.name) == "sign" {
			continue
		}
		text = append(text, f.name...)
		text = append(text, '=')
		text = append(text, f.value...)
		text = append(text, '&')
	}
	text = append(text, "key="...)
	d.text = append(text, key...)
	return d.text
}

// verify reports whether d carries the signature that this key and type give it.
func (s *signer) verify(d *document) bool {
	var buf [2 * sha256.Size]byte
	return subtle.ConstantTimeCompare(s.append(buf[:0], d), d.get("sign")) == 1
}

func appendHex(dst, sum []byte) []byte {
	const digits = "0123456789ABCDEF"
	n := len(dst)
	dst = slices.Grow(dst, 2*len(sum))[:n+2*len(sum)]
	for i, c := range sum {
		dst[n+2*i], dst[n+2*i+1] = digits[c>>4], digits[c&15]
	}
	return dst
}

var nonceName = []byte("nonce_str")

// Ends of a composed request: seal puts nonce_str and sign between them.
const (
	rootOpen  = "<xml>"
	rootClose = "</xml>"
)

// seal appends a composed request with its nonce_str and sign. Not a byte of the request is rebuilt, so that a repeated
// order is the same order. d is request, as read.
func (s *signer) seal(dst, request []byte, d *document, nonce []byte) ([]byte, error) {
	if err := d.add(nonceName, nonce); err != nil {
		return nil, err
	}
	dst = append(dst, request[:len(request)-len(rootClose)]...)
	dst = append(dst, "<nonce_str>"...)
	dst = append(dst, nonce...)
	dst = append(dst, "</nonce_str><sign>"...)
	dst = s.append(dst, d)
	dst = append(dst, "</sign>"...)
	return append(dst, rootClose...), nil
}
