package sim

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
)

// practiceOpenID is the practice customer's openid at the first merchant's first appid.
const practiceOpenID = "oPracticeCustomer00000000001"

// practiceCustomer is the person who pays when nobody else is named.
const practiceCustomer = "practice customer"

// OpenID is the openid of a person, named as you like, at an appid: the same each time, another at every appid, as WeChat has it.
func OpenID(appID, person string) string {
	return "o" + openIDTag(appID) + shortHash(appID + "\n" + person)[:21]
}

// openIDTag is the part of an openid that all of an appid share, as they do with WeChat.
func openIDTag(appID string) string { return shortHash(appID)[:6] }

func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// customerAt is the practice customer's openid at an appid.
func (s *Sim) customerAt(appID string) string {
	if appID == s.opts.Merchants[0].AppID {
		return practiceOpenID
	}
	return OpenID(appID, practiceCustomer)
}

// payerOf is who pays an order: whom the act names, else whom the order was made for, else the practice customer.
func (s *Sim) payerOf(o *order, act Act) string {
	switch {
	case act.OpenID != "":
		return act.OpenID
	case o.Request["openid"] != "" && o.tradeType() != tradeApp:
		return o.Request["openid"]
	}
	return s.customerAt(o.Request["appid"])
}

// checkPayer refuses an openid that is known to be of another appid. One that the simulator did not make may be of any.
func (s *Sim) checkPayer(f map[string]string) *refusal {
	openID, appID := f["openid"], f["appid"]
	if openID == "" || f["trade_type"] == tradeApp {
		return nil
	}
	other := openID == practiceOpenID && appID != s.opts.Merchants[0].AppID
	other = other || slices.ContainsFunc(s.opts.Merchants, func(m Merchant) bool {
		return m.AppID != appID && len(openID) == 28 && strings.HasPrefix(openID, "o"+openIDTag(m.AppID))
	})
	if other {
		return refuse(codeParam, "appid和openid不匹配")
	}
	return nil
}
