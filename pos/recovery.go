package pos

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
)

// RecoveryCode is what an owner who forgot the PIN proves with that the shop is his: 16 letters and digits on a paper that is kept
// where the shop keeps its keys. It opens nothing but the choice of a new PIN, once. It never shows in a log, a message or a file; what
// it is proven with is kept as a PIN's is.
//
// It is of 31 signs, none of which is taken for another (no 0, O, 1, I or L); the last is a check, by which one sign that is
// wrong and two that changed places are found before anything is tried.
type RecoveryCode string

const (
	recoverySigns  = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
	recoveryLength = 16
	recoveryGroup  = 4
)

// ErrRecoveryCode is what is no recovery code, or one that was misread. It comes with CodeInvalid.
var ErrRecoveryCode = errors.New("this is no recovery code: 16 letters and digits, the last of which checks the others")

// NewRecoveryCode makes one of random bytes: some 74 bits of them.
func NewRecoveryCode(random io.Reader) (RecoveryCode, error) {
	signs := make([]byte, 0, recoveryLength)
	for one := make([]byte, 1); len(signs) < recoveryLength-1; {
		if _, err := io.ReadFull(random, one); err != nil {
			return "", E(CodeInternal, "make recovery code", err)
		}
		const even = 256 / len(recoverySigns) * len(recoverySigns) // what is above would favour some signs
		if n := int(one[0]); n < even {
			signs = append(signs, recoverySigns[n%len(recoverySigns)])
		}
	}
	return RecoveryCode(append(signs, recoveryCheck(signs))), nil
}

// recoveryCheck is the last sign. The weights are all different and 31 is a prime, so no single sign and no change of places goes unseen.
func recoveryCheck(signs []byte) byte {
	sum := 0
	for i, s := range signs {
		sum += (i + 1) * strings.IndexByte(recoverySigns, s)
	}
	return recoverySigns[sum%len(recoverySigns)]
}

// ReadRecoveryCode reads what a person typed: small letters, blanks, hyphens and the full-width signs of a Chinese keyboard count as what
// is meant. CodeInvalid with [ErrRecoveryCode].
func ReadRecoveryCode(typed string) (RecoveryCode, error) {
	signs := make([]byte, 0, recoveryLength)
	for _, r := range strings.ToUpper(ASCII(typed)) {
		switch {
		case r == ' ' || r == '-' || r == '\u3000':
		case r > 'Z' || strings.IndexByte(recoverySigns, byte(r)) < 0 || len(signs) == recoveryLength:
			return "", E(CodeInvalid, "read recovery code", ErrRecoveryCode)
		default:
			signs = append(signs, byte(r))
		}
	}
	if len(signs) != recoveryLength || recoveryCheck(signs[:recoveryLength-1]) != signs[recoveryLength-1] {
		return "", E(CodeInvalid, "read recovery code", ErrRecoveryCode)
	}
	return RecoveryCode(signs), nil
}

// Groups is the code as it is written down, for paper and glass alone: four by four.
func (c RecoveryCode) Groups() []string {
	var all []string
	for s := string(c); s != ""; {
		n := min(recoveryGroup, len(s))
		all, s = append(all, s[:n]), s[n:]
	}
	return all
}

const recoveryHidden = "···· ···· ···· ····"

// Format keeps a code out of every message, whatever the verb.
func (RecoveryCode) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, recoveryHidden) }

// String implements fmt.Stringer.
func (RecoveryCode) String() string { return recoveryHidden }

// LogValue implements slog.LogValuer.
func (RecoveryCode) LogValue() slog.Value { return slog.StringValue(recoveryHidden) }

// RecoveryState is what is known of the recovery code, which is not the code.
type RecoveryState struct {
	Made time.Time // zero: there is none
	Wait time.Time // none is looked at before this, after too many wrong ones; zero for at once
}

// Recovering is an owner who forgot the PIN, with the code from the paper.
type Recovering struct {
	Code   RecoveryCode
	Person StaffID      // an owner who works here
	PIN    PIN          // the new one
	Next   RecoveryCode // what the code on the next paper will be: the one that was used is void
}
