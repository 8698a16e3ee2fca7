package store

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"guitai/pos"
)

// How much work a PIN is: argon2id over 64 MiB, once. That takes a twentieth of a second here and a tenth on the small machine that a
// till is, so who has the file tries some tens a second, and not millions. The parameters stand with each proof: those of tomorrow may be more.
const (
	pinMemory  = 64 << 10 // KiB
	pinPasses  = 1
	pinThreads = 1
	pinKey     = 32
)

// pinWork is the memory that new proofs take, in KiB. Tests make it less: they prove hundreds of PINs.
var pinWork uint32 = pinMemory

var errProof = errors.New("what a PIN is proven with cannot be read")

// proof is what a PIN is proven with, in argon2's own notation.
func proof(pin pos.PIN) string {
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // it never fails: the program would have ended
	key := argon2.IDKey([]byte(pin), salt[:], pinPasses, pinWork, pinThreads, pinKey)
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, pinWork, pinPasses, pinThreads, b.EncodeToString(salt[:]), b.EncodeToString(key))
}

// proves reports whether a PIN is the one that a proof was made of. It takes as long for a wrong one as for the right one.
func proves(pin pos.PIN, proof string) (bool, error) {
	parts := strings.Split(proof, "$")
	var version int
	var memory, passes uint32
	var threads uint8
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errProof
	}
	_, err := fmt.Sscanf(parts[2], "v=%d", &version)
	if _, e := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &threads); err != nil || e != nil || version != argon2.Version ||
		memory < 8 || memory > 1<<20 || passes < 1 || passes > 64 || threads < 1 {
		return false, errProof
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	key, e := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || e != nil || len(salt) < 8 || len(key) < 16 || len(key) > 64 {
		return false, errProof
	}
	return subtle.ConstantTimeCompare(argon2.IDKey([]byte(pin), salt, passes, memory, threads, uint32(len(key))), key) == 1, nil
}
