package relay

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"guitai/pos"
)

// Headers of an APIv3 notice.
const (
	headerTimestamp = "Wechatpay-Timestamp"
	headerNonce     = "Wechatpay-Nonce"
	headerSignature = "Wechatpay-Signature"
	headerSerial    = "Wechatpay-Serial"
)

// probe begins the signature of a notice by which WeChat tries out whether signatures are looked at. It is to be answered by 4xx.
const probe = "WECHATPAY/SIGNTEST/"

// freshFor is how far the timestamp of a v3 notice may be from our clock.
const freshFor = 5 * time.Minute

// verdict is what the relay can tell of a v3 notice by the public keys it has.
type verdict string

const (
	unjudged   verdict = "unjudged"    // the shop has uploaded no key: the till judges
	genuine    verdict = "genuine"     // signed by WeChat, now
	stale      verdict = "stale"       // signed by WeChat, some time ago: sent again by somebody else
	forged     verdict = "forged"      // not signed by the key it names
	unknownKey verdict = "unknown-key" // signed by a key that the shop has not uploaded
)

// keySet is a shop's public keys of WeChat Pay by Wechatpay-Serial.
type keySet map[string]*rsa.PublicKey

// judge verifies a v3 notice: RSA-SHA256 over timestamp, nonce and body, a line each.
func (keys keySet) judge(h http.Header, body []byte, now time.Time) verdict {
	if len(keys) == 0 {
		return unjudged
	}
	key := keys[h.Get(headerSerial)]
	if key == nil {
		return unknownKey
	}
	stamp, nonce := h.Get(headerTimestamp), h.Get(headerNonce)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || seconds < 0 || seconds > 1<<40 {
		return forged
	}
	sign, err := base64.StdEncoding.DecodeString(h.Get(headerSignature))
	if err != nil {
		return forged
	}
	sum := sha256.New()
	io.WriteString(sum, stamp+"\n"+nonce+"\n") //nolint:errcheck // a hash takes everything
	sum.Write(body)                            //nolint:errcheck // likewise
	sum.Write([]byte{'\n'})                    //nolint:errcheck // likewise
	if rsa.VerifyPKCS1v15(key, crypto.SHA256, sum.Sum(nil), sign) != nil {
		return forged
	}
	if age := now.Sub(time.Unix(seconds, 0)); age >= freshFor || age <= -freshFor {
		return stale
	}
	return genuine
}

// Bounds of an uploaded key.
const (
	maxKeyID  = 64
	maxPEM    = 16 << 10
	minKeyLen = 2048 // bits
	maxKeyLen = 8192
)

// parseKey reads a PUBLIC KEY or CERTIFICATE.
func parseKey(text []byte) (*rsa.PublicKey, error) {
	if len(text) > maxPEM {
		return nil, errors.New("too long")
	}
	block, rest := pem.Decode(text)
	if block == nil || len(strings.TrimSpace(string(rest))) > 0 {
		return nil, errors.New("not one PEM block")
	}
	var parsed any
	switch block.Type {
	case "PUBLIC KEY":
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			return nil, errors.New("not a public key")
		}
		parsed = key
	case "CERTIFICATE":
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, errors.New("not a certificate")
		}
		parsed = cert.PublicKey
	default:
		return nil, errors.New("neither PUBLIC KEY nor CERTIFICATE")
	}
	key, ok := parsed.(*rsa.PublicKey)
	if !ok {
		return nil, errors.New("not an RSA key")
	}
	if n := key.N.BitLen(); n < minKeyLen || n > maxKeyLen {
		return nil, errors.New("an RSA key of " + strconv.Itoa(n) + " bits")
	}
	return key, nil
}

// validKeyID tells whether an id can be one of WeChat's: PUB_KEY_ID_… or a serial number.
func validKeyID(id string) bool {
	return id != "" && len(id) <= maxKeyID && !strings.ContainsFunc(id, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}

// keySets sorts the keys by shop. One that does not parse is passed over: it was checked when it came.
func keySets(keys []pos.RelayKey) map[string]keySet {
	sets := map[string]keySet{}
	for _, k := range keys {
		key, err := parseKey(k.PEM)
		if err != nil {
			continue
		}
		if sets[k.Shop] == nil {
			sets[k.Shop] = keySet{}
		}
		sets[k.Shop][k.ID] = key
	}
	return sets
}
