package sim

import (
	"bytes"
	"crypto/aes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
)

// sendRefundNotice tells the merchant that a refund has ended, at the notify_url of the refund; without one nobody is told.
// The notice is not signed: what it says is encrypted with a key made of the API key. Call with s.mu held.
func (s *Sim) sendRefundNotice(r *refund) {
	to := r.Request["notify_url"]
	if to == "" {
		return
	}
	n := notice{
		order: r.order, transactionID: r.TransactionID, outRefundNo: r.OutRefundNo, kind: NoticeRefund, url: to,
		body: func(appID, mchID, key string, more int64) []byte {
			return writeXML([]field{
				{"return_code", codeSuccess},
				{"appid", appID},
				{"mch_id", mchID},
				{"nonce_str", nonce()},
				{"req_info", encryptInfo(refundInfo(r, more), key)},
			})
		},
	}
	s.send(n)
}

// refundInfo is what a refund notice says; more is what a forger adds to the amount.
func refundInfo(r *refund, more int64) []byte {
	p := r.order.payment(r.TransactionID)
	list := []field{
		{"out_refund_no", r.OutRefundNo},
		{"out_trade_no", r.order.number()},
		{"refund_account", r.account()},
		{"refund_fee", fen(r.Fee + more)},
		{"refund_id", r.RefundID},
		{"refund_recv_accout", r.receiver(p)},
		{"refund_request_source", r.Source},
		{"refund_status", r.State},
		{"settlement_refund_fee", fen(r.Settlement + more)},
		{"settlement_total_fee", fen(p.SettlementFee)},
		{"total_fee", fen(p.TotalFee)},
		{"transaction_id", r.TransactionID},
		{"cash_refund_fee", fen(r.CashFee + more)},
	}
	if r.State == RefundSuccess {
		list = append(list, field{"success_time", r.Ended.In(beijing).Format(refundLayout)})
	}
	var b bytes.Buffer
	b.WriteString("<root>\n")
	for _, f := range list {
		b.WriteString("<" + f.name + "><![CDATA[" + f.value + "]]></" + f.name + ">\n")
	}
	b.WriteString("</root>")
	return b.Bytes()
}

// encryptInfo is req_info: AES-256 in ECB mode with PKCS#7 padding, in base64. The key is the 32 characters of the lower-case
// hexadecimal MD5 of the API key, as characters.
func encryptInfo(plain []byte, apiKey string) string {
	sum := md5.Sum([]byte(apiKey))
	block, err := aes.NewCipher([]byte(hex.EncodeToString(sum[:])))
	if err != nil {
		panic(err) // 32 bytes are always a key
	}
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	text := append(bytes.Clone(plain), bytes.Repeat([]byte{byte(pad)}, pad)...)
	for i := 0; i < len(text); i += aes.BlockSize {
		block.Encrypt(text[i:i+aes.BlockSize], text[i:i+aes.BlockSize])
	}
	return base64.StdEncoding.EncodeToString(text)
}
