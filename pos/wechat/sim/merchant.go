package sim

import (
	"errors"
	"fmt"
	"slices"
)

// The practice merchant. The key is published here on purpose: it protects nothing, and no real merchant may use it.
const (
	PracticeAppID = "wx8888888888888888"
	PracticeMchID = "1900000109"
	PracticeKey   = "PracticeKeyOnlyNotForRealMoney00"

	// The practice merchant's mini-program and app: appids of their own, bound to the same mch_id.
	PracticeMiniAppID  = "wx8888888888880001"
	PracticeMiniSecret = "practice0secret0of0the0mini00000" // AppSecret, for jscode2session
	PracticeAppAppID   = "wx8888888888880002"
)

// Merchant is one account the simulator knows. A mch_id may be listed several times with different appids; its key must be
// the same each time.
type Merchant struct {
	AppID string // appid, 公众账号ID
	MchID string // mch_id, 商户号
	Key   string // API key (API密钥), 32 bytes
	// SignType is the one type accepted, MD5 or HMAC-SHA256; empty accepts both.
	SignType string
	// Secret is the AppSecret of the appid, for jscode2session; empty lets nobody log in.
	Secret string
}

// accepts says whether a merchant may sign in a way.
func (m Merchant) accepts(signType string) bool {
	return (signType == signMD5 || signType == signHMAC) && (m.SignType == "" || m.SignType == signType)
}

// Practice is the practice merchant as it sells at the counter.
func Practice() Merchant {
	return Merchant{AppID: PracticeAppID, MchID: PracticeMchID, Key: PracticeKey}
}

// PracticeApps are Practice and its mini-program and app: what a simulator without Options.Merchants knows, in that order.
func PracticeApps() []Merchant {
	counter, mini, app := Practice(), Practice(), Practice()
	mini.AppID, mini.Secret = PracticeMiniAppID, PracticeMiniSecret
	app.AppID = PracticeAppAppID
	return []Merchant{counter, mini, app}
}

// merchants answers who a request comes from. It is not changed after New.
type merchants []Merchant

func (ms merchants) check() error {
	for i, m := range ms {
		if m.AppID == "" || m.MchID == "" {
			return fmt.Errorf("merchant %d: appid and mch_id are both needed", i+1)
		}
		if len(m.Key) != 32 {
			return fmt.Errorf("merchant %s: the key has %d bytes, an API key has 32", m.MchID, len(m.Key))
		}
		if m.SignType != "" && m.SignType != signMD5 && m.SignType != signHMAC {
			return fmt.Errorf("merchant %s: sign type is MD5, HMAC-SHA256 or empty", m.MchID)
		}
		if first, _ := ms.byMchID(m.MchID); first.Key != m.Key {
			return errors.New("merchant " + m.MchID + ": listed twice with different keys")
		}
	}
	return nil
}

func (ms merchants) byMchID(id string) (Merchant, bool) {
	i := slices.IndexFunc(ms, func(m Merchant) bool { return m.MchID == id })
	if i < 0 {
		return Merchant{}, false
	}
	return ms[i], true
}

func (ms merchants) byAppID(appID string) (Merchant, bool) {
	i := slices.IndexFunc(ms, func(m Merchant) bool { return m.AppID == appID })
	if i < 0 {
		return Merchant{}, false
	}
	return ms[i], true
}

func (ms merchants) knowsAppID(appID string) bool {
	_, ok := ms.byAppID(appID)
	return ok
}

func (ms merchants) match(appID, mchID string) bool {
	_, ok := ms.of(appID, mchID)
	return ok
}

// of is the account of an appid that is bound to a mch_id.
func (ms merchants) of(appID, mchID string) (Merchant, bool) {
	i := slices.IndexFunc(ms, func(m Merchant) bool { return m.AppID == appID && m.MchID == mchID })
	if i < 0 {
		return Merchant{}, false
	}
	return ms[i], true
}
