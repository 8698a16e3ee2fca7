package apiv1

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// fields are what is signed: names as they are sent, values as they are before anything is escaped.
type fields map[string]string

// md5 is the signature by partnerKey: MD5 over name=value joined by &, sorted by name, without what is empty and without sign, then
// &key=. Upper-case hexadecimal.
func (f fields) md5(partnerKey string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if name != "sign" && f[name] != "" {
			b.WriteString(name + "=" + f[name] + "&")
		}
	}
	sum := md5.Sum([]byte(b.String() + "key=" + partnerKey))
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// sha1 is the signature by paySignKey (app_signature): SHA-1 over name=value joined by &, names in small letters and sorted, with the key
// among them as appkey. Nothing is escaped. Lower-case hexadecimal.
func (f fields) sha1(paySignKey string) string {
	lower := make(map[string]string, len(f)+1)
	for name, value := range f {
		lower[strings.ToLower(name)] = value
	}
	lower["appkey"] = paySignKey
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(lower)) {
		parts = append(parts, name+"="+lower[name])
	}
	sum := sha1.Sum([]byte(strings.Join(parts, "&")))
	return hex.EncodeToString(sum[:])
}

// signed reports whether the fields carry the signature that partnerKey gives them.
func (f fields) signed(partnerKey string) bool {
	return subtle.ConstantTimeCompare([]byte(f.md5(partnerKey)), []byte(f["sign"])) == 1
}

// pack writes fields as a package: sorted by name, values escaped, the signature over the raw values at the end.
func (f fields) pack(partnerKey string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if f[name] != "" {
			b.WriteString(name + "=" + escape(f[name]) + "&")
		}
	}
	return b.String() + "sign=" + f.md5(partnerKey)
}

// escape escapes every byte but the unreserved ones of RFC 3986: %20 for a blank and no +, large hexadecimal digits.
func escape(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte("-_.~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

var errFields = errors.New("not name=value joined by &, each name once")

// maxFields is how many there may be; a real notice has about twenty.
const maxFields = 64

// readFields reads a package, or the query of a notice: a blank may be + or %20.
func readFields(text string) (fields, error) {
	f := fields{}
	for part := range strings.SplitSeq(text, "&") {
		name, value, ok := strings.Cut(part, "=")
		value, err := url.QueryUnescape(value)
		if _, twice := f[name]; !ok || err != nil || twice || name == "" || len(f) == maxFields {
			return nil, errFields
		}
		f[name] = value
	}
	return f, nil
}
