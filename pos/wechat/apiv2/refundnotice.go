package apiv2

import (
	"crypto/aes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"errors"

	"guitai/pos"
)

var (
	errReqInfo  = errors.New("req_info cannot be read")
	errRefundNo = errors.New("out_refund_no is missing or makes no sense")
)

// readRefundNotice reads a refund notice (退款结果通知). It is encrypted with our key and not signed, and its cipher lets anybody
// who has seen some notices put together new ones, so it proves nothing and brings no money: only that a refund is to be asked
// about. Everything outside of req_info could be written by anybody; it is compared and not used.
//
// Whatever does not decrypt has one and the same error: how far it got must not help somebody who tries.
func (c *Client) readRefundNotice(d *document) (pos.Notice, error) {
	const op = "read refund notice"
	if !c.aboutUs(d) {
		return pos.Notice{}, pos.E(pos.CodeNotOurs, op, errOurs)
	}
	plain, ok := decrypt(d.get("req_info"), c.config.Merchant.Key.Reveal())
	inside := newDocument()
	defer inside.release()
	if !ok || inside.readAs([]byte("root"), plain) != nil {
		return pos.Notice{}, pos.E(pos.CodeBadAnswer, op, errReqInfo)
	}
	n := pos.Notice{
		Refund: true, OutTradeNo: string(inside.get("out_trade_no")), OutRefundNo: string(inside.get("out_refund_no")),
		Detail: c.tell(string(inside.get("refund_status"))),
	}
	switch {
	case !validNo(n.OutTradeNo):
		return pos.Notice{}, pos.E(pos.CodeBadAnswer, op, errNumber)
	case !validRefundNo(n.OutRefundNo):
		return pos.Notice{}, pos.E(pos.CodeBadAnswer, op, errRefundNo)
	}
	return n, nil
}

// decrypt opens req_info: base64 of AES-256 in ECB mode with PKCS#7 padding. The key is the 32 characters of the lower-case
// hexadecimal MD5 of the API key, as characters.
func decrypt(info []byte, apiKey string) (plain []byte, ok bool) {
	text := make([]byte, base64.StdEncoding.DecodedLen(len(info)))
	n, err := base64.StdEncoding.Decode(text, info)
	text = text[:n]
	if err != nil || n == 0 || n%aes.BlockSize != 0 {
		return nil, false
	}
	sum := md5.Sum([]byte(apiKey))
	block, err := aes.NewCipher([]byte(hex.EncodeToString(sum[:])))
	if err != nil { // 32 bytes are a key
		return nil, false
	}
	for i := 0; i < n; i += aes.BlockSize {
		block.Decrypt(text[i:], text[i:])
	}
	pad := int(text[n-1])
	if pad < 1 || pad > aes.BlockSize {
		return nil, false
	}
	for _, b := range text[n-pad:] {
		if int(b) != pad {
			return nil, false
		}
	}
	return text[:n-pad], true
}
