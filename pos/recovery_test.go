package pos

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestRecoveryCode_FindsEveryWrongSignAndEveryChangeOfPlaces(t *testing.T) {
	code, err := NewRecoveryCode(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := string(code)
	if got, err := ReadRecoveryCode(strings.ToLower(strings.Join(code.Groups(), " - "))); err != nil || got != code {
		t.Fatalf("its own groups are not read: %v", err)
	}
	for i := range s {
		for _, sign := range recoverySigns {
			if other := s[:i] + string(sign) + s[i+1:]; other != s {
				if _, err := ReadRecoveryCode(other); !errors.Is(err, ErrRecoveryCode) || CodeOf(err) != CodeInvalid {
					t.Fatalf("sign %d wrong, and it is read", i)
				}
			}
		}
		for j := i + 1; j < len(s); j++ {
			swapped := []byte(s)
			swapped[i], swapped[j] = swapped[j], swapped[i]
			if _, err := ReadRecoveryCode(string(swapped)); string(swapped) != s && err == nil && j < len(s)-1 {
				t.Fatalf("signs %d and %d changed places, and it is read", i, j)
			}
		}
	}
}

func TestRecoveryCode_IsReadAsItIsMeant(t *testing.T) {
	body := []byte("23456789ABCDEFG")
	good := string(body) + string(recoveryCheck(body))
	for _, typed := range []string{good, strings.ToLower(good), " " + good[:4] + " " + good[4:8] + "-" + good[8:] + " ", "２３４５" + good[4:], good[:4] + "　" + good[4:]} {
		if got, err := ReadRecoveryCode(typed); err != nil || string(got) != good {
			t.Errorf("%q: %v", typed, err)
		}
	}
	for _, typed := range []string{"", good[:15], good + "2", strings.Replace(good, "2", "0", 1), strings.Replace(good, "2", "O", 1), strings.Replace(good, "2", "一", 1), strings.Replace(good, "2", "ǲ", 1)} {
		if _, err := ReadRecoveryCode(typed); !errors.Is(err, ErrRecoveryCode) {
			t.Errorf("%q is read: %v", typed, err)
		}
	}
}

func TestRecoveryCode_IsOfAllSignsAndNeverTwiceTheSame(t *testing.T) {
	seen, signs := map[RecoveryCode]bool{}, map[rune]int{}
	for range 2000 {
		code, err := NewRecoveryCode(rand.Reader)
		if err != nil || seen[code] || len(code) != recoveryLength {
			t.Fatalf("%d signs, %v", len(code), err)
		}
		seen[code] = true
		for _, s := range string(code)[:recoveryLength-1] {
			signs[s]++
		}
	}
	for _, s := range recoverySigns { // 967 of each are to be expected; a sign that is favoured by one in eight would show
		if n := signs[s]; n < 800 || n > 1140 {
			t.Errorf("%c %d times of 30,000", s, n)
		}
	}
	if _, err := NewRecoveryCode(bytes.NewReader(nil)); err == nil {
		t.Error("made of nothing")
	}
}

func TestRecoveryCode_ShowsInNoMessage(t *testing.T) {
	code, err := NewRecoveryCode(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "code", code, "all", Recovering{Code: code, Next: code, PIN: "8642"})
	for _, s := range []string{
		fmt.Sprint(code), fmt.Sprintf("%s %q %v %+v %#v %x %d", code, code, code, code, code, code, code), fmt.Sprintf("%+v %#v", Recovering{Code: code}, Recovering{Next: code}), log.String(),
	} {
		if strings.Contains(s, string(code)) || strings.Contains(strings.ToLower(s), fmt.Sprintf("%x", []byte(string(code)))) {
			t.Errorf("shown as %s", s)
		}
	}
}
