package wechat

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	"guitai/pos"
)

// Merchant is who we are at WeChat Pay, and how both sides prove it.
type Merchant struct {
	AppID    string // appid, 公众账号ID
	MchID    string // mch_id, 商户号
	Key      APIKey // API v2 key (API密钥), 32 bytes
	SignType SignType
}

// SignType is how requests and answers of API v2 are signed (sign_type, 签名类型).
type SignType string

// The types WeChat Pay knows. HMAC-SHA256 is the better one and, on machines with SHA instructions, the faster one.
const (
	MD5        SignType = "MD5"
	HMACSHA256 SignType = "HMAC-SHA256"
)

// Reasons a merchant cannot be used. Each comes with CodeConfig and says nothing of the values.
var (
	ErrAppID    = errors.New("appid is 1 to 32 letters and digits")
	ErrMchID    = errors.New("mch_id is 1 to 32 digits")
	ErrKey      = errors.New("the API key is 32 visible characters")
	ErrSignType = errors.New("sign_type is MD5 or HMAC-SHA256")
)

// Check reports the first thing that makes m unusable, nil for none. CodeConfig.
func (m Merchant) Check() error {
	const op = "check merchant"
	switch {
	case !within(m.AppID, 1, 32, letterOrDigit):
		return pos.E(pos.CodeConfig, op, ErrAppID)
	case !within(m.MchID, 1, 32, digit):
		return pos.E(pos.CodeConfig, op, ErrMchID)
	case !within(m.Key.Reveal(), 32, 32, visible):
		return pos.E(pos.CodeConfig, op, ErrKey)
	case m.SignType != MD5 && m.SignType != HMACSHA256:
		return pos.E(pos.CodeConfig, op, ErrSignType)
	}
	return nil
}

func within(s string, shortest, longest int, ok func(byte) bool) bool {
	for i := range len(s) {
		if !ok(s[i]) {
			return false
		}
	}
	return len(s) >= shortest && len(s) <= longest
}

func digit(c byte) bool         { return c >= '0' && c <= '9' }
func letterOrDigit(c byte) bool { return digit(c) || (c|0x20 >= 'a' && c|0x20 <= 'z') }
func visible(c byte) bool       { return c > ' ' && c < 0x7f }

// APIKey is a secret that hides itself: however it is printed, logged or encoded, "[hidden]" comes out. The zero APIKey
// is no key.
type APIKey struct {
	// A pointer, because fmt reaches through unexported fields of an enclosing struct without calling methods: there it
	// finds an address.
	secret *string
}

const hidden = "[hidden]"

// NewAPIKey wraps a secret.
func NewAPIKey(secret string) APIKey { return APIKey{&secret} }

// Reveal gives the secret itself, "" for the zero key. It is for signing and for nothing else.
func (k APIKey) Reveal() string {
	if k.secret == nil {
		return ""
	}
	return *k.secret
}

// String is "[hidden]".
func (APIKey) String() string { return hidden }

// GoString is "[hidden]".
func (APIKey) GoString() string { return hidden }

// Format writes "[hidden]" for every verb.
func (APIKey) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue is "[hidden]".
func (APIKey) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText gives "[hidden]"; JSON and other text encodings use it.
func (APIKey) MarshalText() ([]byte, error) { return []byte(hidden), nil }
