package sim

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos/bubble"
)

func TestCloseOrder(t *testing.T) {
	cases := []struct {
		name   string
		before func(*testing.T, *Sim, string)
		number string
		code   string
	}{
		{"open", nil, "", ""},
		{"paid", pay(PayNow), "", codePaid},
		{"closed", func(t *testing.T, s *Sim, n string) { call(t, s, "/pay/closeorder", numberRequest(n)) }, "", codeClosed},
		{"expired but not closed yet", pay(LetExpire), "", ""},
		{"unknown", nil, "S001T1-999999", codeOrderNotExist},
		{"number too long", nil, strings.Repeat("1", 33), codeParam},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSim(t, Options{})
			number, code := ordered(t, s, nil)
			if c.before != nil {
				c.before(t, s, number)
			}
			if c.number != "" {
				number = c.number
			}
			answer := call(t, s, "/pay/closeorder", numberRequest(number))
			if answer["err_code"] != c.code {
				t.Fatalf("err_code %q, want %q", answer["err_code"], c.code)
			}
			if c.code == "" {
				if got := tradeState(t, s, number); got != StateClosed {
					t.Errorf("state %s", got)
				}
				if _, err := s.Pay(code, Act{Kind: PayNow}); !errors.Is(err, ErrOrderClosed) {
					t.Errorf("paying: %v", err)
				}
			}
		})
	}
	t.Run("no number", func(t *testing.T) {
		if answer := call(t, newSim(t, Options{}), "/pay/closeorder", with(numberRequest(""), nil)); answer["err_code"] != codeLack {
			t.Errorf("answer %v", answer)
		}
	})
}

func TestCloseOrder_RefusedUnderTheMinimumAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{CloseMinAge: 5 * time.Minute})
		number, _ := ordered(t, s, nil)
		bubble.Sleep(5*time.Minute - time.Second)
		if answer := call(t, s, "/pay/closeorder", numberRequest(number)); answer["err_code"] != CodeCloseTooEarly {
			t.Errorf("a second early: %v", answer)
		}
		bubble.Sleep(time.Second)
		if answer := call(t, s, "/pay/closeorder", numberRequest(number)); answer["result_code"] != "SUCCESS" || answer["result_msg"] != "OK" {
			t.Errorf("in time: %v", answer)
		}
	})
}
