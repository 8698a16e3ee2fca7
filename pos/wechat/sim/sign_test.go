package sim

import (
	"maps"
	"testing"
)

func TestSignature_OfficialVectors(t *testing.T) {
	const key = "192006250b4c09247ec02edce69f6a2d"
	base := map[string]string{
		"appid": "wxd930ea5d5a258f4f", "mch_id": "10000100", "device_info": "1000", "body": "test", "nonce_str": "ibuaiVcKdpRxkhJA",
	}
	cases := []struct {
		name, signType string
		more           map[string]string
		want           string
	}{
		{"MD5", signMD5, nil, "9A0A8659F005D6984697E2CA0A9CF3B7"},
		{"HMAC-SHA256", signHMAC, nil, "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6"},
		{"empty fields and sign do not count", signMD5, map[string]string{"attach": "", "detail": "", "sign": "IGNORED"}, "9A0A8659F005D6984697E2CA0A9CF3B7"},
		{"zero counts", signMD5, map[string]string{"coupon_fee": "0"}, "9ABAFC70A6D611A538BAD21F2FD8D9A0"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := maps.Clone(base)
			maps.Copy(f, c.more)
			if got := signature(f, key, c.signType); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			f["sign"] = c.want
			if !signed(f, key, c.signType) {
				t.Error("the official signature is refused")
			}
			f["body"] = "tesu"
			if signed(f, key, c.signType) {
				t.Error("a changed field is accepted")
			}
		})
	}
}
