package main

import (
	"errors"
	"testing"

	"guitai/pos"
)

// picky signs only codes without a slash.
type picky struct{ pos.PhoneSigner }

func (picky) ProductCode(id string) (string, error) {
	for _, r := range id {
		if r == '/' {
			return "", pos.E(pos.CodeInvalid, "sign", errors.New("no such code"))
		}
	}
	return "weixin://" + id, nil
}

func TestProductCode_NamesGoodsByTheFirstCodeThatWeChatTakes(t *testing.T) {
	codes := productCode(picky{})
	for _, c := range []struct {
		item pos.Item
		want string
	}{
		{pos.Item{Barcodes: []string{"690", "691"}, PLU: "12"}, "weixin://690"},
		{pos.Item{Barcodes: []string{"A/1", "691"}, PLU: "12"}, "weixin://691"},
		{pos.Item{PLU: "12"}, "weixin://12"},
		{pos.Item{ID: 7, Barcodes: []string{"A/1"}}, "weixin://item-7"},
		{pos.Item{ID: 8}, "weixin://item-8"},
	} {
		got, err := codes(c.item)
		if got != c.want || err != nil {
			t.Errorf("%+v: %q, %v", c.item, got, err)
		}
	}
}
