package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// post asks something of the simulator and reads its answer into, if it is not nil. What a payer is refused is no error: payers
// are refused when they come too late.
func (s *shop) post(path string, body map[string]any, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	res, err := s.client.Post(s.wxURL+path, "application/json", bytes.NewReader(text))
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // it was read
	said, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		return err
	case res.StatusCode/100 != 2 && res.StatusCode != http.StatusConflict:
		return fmt.Errorf("%s %s: %s %s", path, text, res.Status, said)
	case into != nil:
		return json.Unmarshal(said, into)
	}
	return nil
}

// paymentCode is what a customer's phone shows who will do that when it is charged.
func (s *shop) paymentCode(act string) (string, error) {
	var shown struct {
		Code string `json:"code"`
	}
	err := s.post("/sim/code", map[string]any{"act": act}, &shown)
	return shown.Code, err
}

// pays lets the customer do something with a code or an order, after a while.
// amount is what "other-amount" pays, in fen.
func (s *shop) pays(order, act string, after time.Duration, amount int64) error {
	return s.post("/sim/pay", map[string]any{"order": order, "act": act, "scan_after_ms": after.Milliseconds(), "amount": amount}, nil)
}

// wechatFaults are what WeChat, the network and the notices can do to the till, each a number of times. The rare ones hold a
// call up until it times out.
var wechatFaults = []string{
	"http-502", "http-502-acted", "systemerror", "systemerror-acted", "answer-lost", "not-acted-lost", "bad-sign", "truncated",
	"unsigned-fail", "close-too-early", "notice-duplicate", "notice-lost", "notice-forged", "xxe",
}

// trouble sets one of them, one to three times.
func (s *shop) trouble() error {
	s.faults++
	return s.fault(wechatFaults[s.random.IntN(len(wechatFaults))], 1+s.random.IntN(3))
}

func (s *shop) fault(name string, count int) error {
	return s.post("/sim/faults", map[string]any{"fault": fmt.Sprintf("%s=%d", name, count)}, nil)
}

// calm takes every fault back.
func (s *shop) calm() error {
	for _, name := range wechatFaults {
		if err := s.fault(name, 0); err != nil {
			return err
		}
	}
	return nil
}
