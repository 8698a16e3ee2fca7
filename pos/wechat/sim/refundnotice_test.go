package sim

import (
	"bytes"
	"crypto/aes"
	"encoding/base64"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos/bubble"
)

// The vectors: a published refund notice, one made for a leading zero in the key, and one of our own computation.
func TestEncryptInfo_Vectors(t *testing.T) {
	text, err := os.ReadFile("testdata/refund_notice.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		ID, Plaintext string
		APIKey        string `json:"api_key"`
		AESKey        string `json:"aes_key_ascii"`
		ReqInfo       string `json:"req_info"`
	}
	if err := json.Unmarshal(text, &vectors); err != nil || len(vectors) != 3 {
		t.Fatalf("%d vectors, %v", len(vectors), err)
	}
	for _, v := range vectors {
		if v.ReqInfo == "" { // a key only
			v.Plaintext = "<root>\n</root>"
			v.ReqInfo = base64.StdEncoding.EncodeToString(ecb(t, v.AESKey, v.Plaintext))
		}
		if got := encryptInfo([]byte(v.Plaintext), v.APIKey); got != v.ReqInfo {
			t.Errorf("%s: %s", v.ID, got)
		}
	}
}

// ecb encrypts less than one block, padded, with a key given as characters.
func ecb(t *testing.T, key, plain string) []byte {
	t.Helper()
	block, err := aes.NewCipher([]byte(key))
	if err != nil {
		t.Fatal(err)
	}
	pad := 16 - len(plain)
	text := []byte(plain + strings.Repeat(string(rune(pad)), pad))
	block.Encrypt(text, text)
	return text
}

// decrypt opens a req_info with the key as characters.
func decrypt(t *testing.T, info, key string) string {
	t.Helper()
	text, err := base64.StdEncoding.DecodeString(info)
	if err != nil || len(text)%16 != 0 {
		t.Fatalf("%d bytes, %v", len(text), err)
	}
	block, err := aes.NewCipher([]byte(key))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(text); i += 16 {
		block.Decrypt(text[i:], text[i:])
	}
	return string(text[:len(text)-int(text[len(text)-1])])
}

// practiceAES is the hexadecimal MD5 of PracticeKey, by md5sum.
const practiceAES = "43551fe3e450067131fcccd2f8e06e10"

func TestRefundNotice_SaysHowItEndedAndIsNotSigned(t *testing.T) {
	for _, end := range []string{RefundSuccess, RefundChange, RefundClosed} {
		synctest.Test(t, func(t *testing.T) {
			h := &shop{answer: respond(500, "")}
			s, id := paid(t, Options{Transport: InProcess(h)}, Act{Kind: PayNow})
			if err := s.ScriptRefund("", RefundAct{End: end}); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			call(t, s, pathRefund, refundRequest(map[string]string{"refund_fee": "350", "notify_url": "https://shop.example/wx/refund"}))
			bubble.Sleep(100 * time.Hour)
			if got := h.pauses(); !slices.Equal(got, RetriesNow()) || h.times()[0].Sub(start) != 5*time.Second {
				t.Errorf("first after %v, then %v", h.times()[0].Sub(start), got)
			}
			n := h.notices()[0]
			if len(n) != 5 || n["return_code"] != "SUCCESS" || n["appid"] != PracticeAppID || n["mch_id"] != PracticeMchID || n["nonce_str"] == "" {
				t.Fatalf("notice %v", n)
			}
			plain := decrypt(t, n["req_info"], practiceAES)
			if !strings.HasPrefix(plain, "<root>") || !strings.HasSuffix(plain, "</root>") {
				t.Fatalf("plain %s", plain)
			}
			info, err := readXML([]byte(strings.NewReplacer("<root>", "<xml>", "</root>", "</xml>").Replace(plain)))
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range map[string]string{
				"transaction_id": id, "out_trade_no": "S001T1-000001", "out_refund_no": refundNo, "refund_id": get(t, s, "S001T1-000001").Refunds[0].RefundID,
				"total_fee": "1350", "settlement_total_fee": "1350", "refund_fee": "350", "settlement_refund_fee": "350", "refund_status": end,
				"refund_recv_accout": "支付用户零钱", "refund_account": "REFUND_SOURCE_UNSETTLED_FUNDS", "refund_request_source": FromAPI, "cash_refund_fee": "350",
			} {
				if info[name] != value {
					t.Errorf("%s is %q, want %q", name, info[name], value)
				}
			}
			if (info["success_time"] != "") != (end == RefundSuccess) {
				t.Errorf("success_time %q at %s", info["success_time"], end)
			}
			if d := s.Deliveries()[1]; d.Kind != NoticeRefund || d.OutRefundNo != refundNo || d.State != DeliveryGivenUp {
				t.Errorf("log %+v", d)
			}
		})
	}
}

func TestRefundNotice_Forged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &shop{}
		s, _ := paid(t, Options{Transport: InProcess(h), RefundAfter: -1}, Act{Kind: PayNow})
		setFault(t, s, "notice-forged")
		call(t, s, pathRefund, refundRequest(map[string]string{"refund_fee": "350", "notify_url": "https://shop.example/wx/refund"}))
		synctest.Wait()
		list := h.notices()
		if len(list) != 4 {
			t.Fatalf("%d notices", len(list))
		}
		if plain := decrypt(t, list[3]["req_info"], practiceAES); !strings.Contains(plain, "<refund_fee><![CDATA[350]]>") {
			t.Errorf("true: %s", plain)
		}
		if plain := decrypt(t, list[2]["req_info"], practiceAES); !strings.Contains(plain, "<refund_fee><![CDATA[351]]>") {
			t.Errorf("amount: %s", plain)
		}
		if list[1]["mch_id"] != otherMchID {
			t.Errorf("merchant: %v", list[1])
		}
		if sealed, _ := base64.StdEncoding.DecodeString(list[0]["req_info"]); len(sealed) == 0 || bytes.Contains(sealed, []byte("root")) {
			t.Errorf("sign: %v", list[0])
		}
	})
}
