package sim

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"hash"
	"io"
	"maps"
	"slices"
	"strings"
)

// The values of sign_type.
const (
	signMD5  = "MD5"
	signHMAC = "HMAC-SHA256"
)

// signature is the API v2 signature of fields: every non-empty field but sign, sorted by name bytewise, joined k=v with &,
// then the key. With HMAC-SHA256 the key is both in the text and the key of the HMAC. Upper-case hexadecimal.
func signature(fields map[string]string, key, signType string) string {
	var h hash.Hash
	if signType == signHMAC {
		h = hmac.New(sha256.New, []byte(key))
	} else {
		h = md5.New()
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if value := fields[name]; value != "" && name != "sign" {
			_, _ = io.WriteString(h, name+"="+value+"&")
		}
	}
	_, _ = io.WriteString(h, "key="+key)
	return strings.ToUpper(hex.EncodeToString(h.Sum(nil)))
}

// signed says whether fields carry the signature they should, compared in constant time.
func signed(fields map[string]string, key, signType string) bool {
	want := signature(fields, key, signType)
	return subtle.ConstantTimeCompare([]byte(want), []byte(fields["sign"])) == 1
}
