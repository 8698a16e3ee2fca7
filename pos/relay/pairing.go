package relay

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/netip"
	"net/url"
	"strings"
	"unicode"

	"guitai/pos"
)

// letters are Crockford's base 32: no I, L, O or U, which a person takes for something else.
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const codeLength = 16 // 80 bits

// NewCode makes a pairing code, as it is hashed and sent: without dashes. random is crypto/rand.Reader; nil too.
func NewCode(random io.Reader) string {
	b := randomBytes(random, codeLength)
	for i := range b {
		b[i] = letters[b[i]&31]
	}
	return string(b)
}

// newToken makes a till's token: 256 random bits in 43 characters.
func newToken(random io.Reader) string {
	return base64.RawURLEncoding.EncodeToString(randomBytes(random, 32))
}

// randomBytes panics when there is no randomness, which the system's source never reports: it ends the process itself.
func randomBytes(random io.Reader, n int) []byte {
	if random == nil {
		random = rand.Reader
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(random, b); err != nil {
		panic("relay: no randomness: " + err.Error())
	}
	return b
}

// HashToken is what the relay stores of a token or of a pairing code (without dashes, upper case).
func HashToken(token string) pos.TokenHash { return sha256.Sum256([]byte(token)) }

// PairingText is what a person pastes into the till: https://pay.example.cn/pair#ABCD-EFGH-JKMN-PQRS. The code stands behind the #, so that no
// browser sends it and no proxy logs it.
func PairingText(baseURL, code string) string {
	var b strings.Builder
	b.WriteString(strings.TrimRight(baseURL, "/"))
	b.WriteString("/pair#")
	for i := 0; i < len(code); i++ {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(code[i])
	}
	return b.String()
}

// ParsePairing reads what a person pasted: spaces, line breaks, lower case and missing dashes are no matter, and a letter that is none of the
// code's is read as the digit it looks like. Only https, or http on this machine. CodeInvalid.
func ParsePairing(text string) (baseURL, code string, err error) {
	const op = "read pairing text"
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1 // a line break of the mail it came by, or a mark nobody sees
		}
		return r
	}, text)
	text = strings.Trim(text, `"'<>“”‘’「」《》。，,;；`)
	if len(text) > 512 {
		return "", "", pos.E(pos.CodeInvalid, op, nil)
	}
	address, code, ok := strings.Cut(strings.Replace(text, "＃", "#", 1), "#")
	if !ok {
		return "", "", pos.E(pos.CodeInvalid, op, nil)
	}
	if code, ok = normalCode(code); !ok {
		return "", "", pos.E(pos.CodeInvalid, op, nil)
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Opaque != "" {
		return "", "", pos.E(pos.CodeInvalid, op, nil)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return "", "", pos.E(pos.CodeInvalid, op, nil)
	}
	path, pair := strings.CutSuffix(strings.TrimRight(u.EscapedPath(), "/"), "/pair")
	if !pair {
		return "", "", pos.E(pos.CodeInvalid, op, nil)
	}
	return u.Scheme + "://" + strings.ToLower(u.Host) + strings.TrimRight(path, "/"), code, nil
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// normalCode brings a typed code into the form that is hashed; false when it cannot be one.
func normalCode(typed string) (string, bool) {
	if len(typed) > 4*codeLength {
		return "", false
	}
	b := make([]byte, 0, codeLength)
	for _, r := range typed {
		switch {
		case r >= 'a' && r <= 'z':
			r -= 'a' - 'A'
		case r >= '！' && r <= '～':
			r -= '！' - '!' // typed with a Chinese keyboard's full width
			if r >= 'a' && r <= 'z' {
				r -= 'a' - 'A'
			}
		}
		switch r {
		case '-', '–', '—', '‐', '_', '.', ' ':
			continue
		case 'I', 'L':
			r = '1'
		case 'O':
			r = '0'
		}
		if r > unicode.MaxASCII || !strings.ContainsRune(letters, r) || len(b) == codeLength {
			return "", false
		}
		b = append(b, byte(r))
	}
	return string(b), len(b) == codeLength
}
