package sim

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// v1Success is the answer that a notice of the retired interface waits for.
const v1Success = "success"

// sendV1Notice tells the merchant of a payment: the fields are in the query of notify_url, the payer in the body. Call with s.mu held.
func (s *Sim) sendV1Notice(o *order, p Payment) {
	a := s.opts.V1
	id := fmt.Sprintf("V1N%s%08d", p.TimeEnd.Format("20060102150405"), s.serial%1e8)
	s.send(notice{
		order: o, transactionID: p.TransactionID, kind: NoticeTrue, url: o.Request["notify_url"],
		query: func(mchID, key string, more int64) string {
			p := p
			p.TotalFee += more
			list := append([]field{{"sign_type", signMD5}, {"service_version", "1.0"}, {"input_charset", "UTF-8"}, {"notify_id", id}}, s.v1Trade(o, p)...)
			q := url.Values{}
			for _, f := range list {
				if f.name == "partner" {
					f.value = mchID
				}
				q.Set(f.name, f.value)
			}
			flat := map[string]string{}
			for name := range q {
				flat[name] = q.Get(name)
			}
			q.Set("sign", signature(flat, key, signMD5))
			return q.Encode()
		},
		body: func(appID, _, key string, _ int64) []byte {
			signer := a
			if key != a.PartnerKey {
				signer.PaySignKey = key // a forger's
			}
			f := map[string]string{
				"openid": p.OpenID, "appid": appID, "issubscribe": "0", "timestamp": strconv.FormatInt(p.TimeEnd.Unix(), 10), "noncestr": nonce(),
			}
			return writeXML([]field{
				{"OpenId", f["openid"]},
				{"AppId", f["appid"]},
				{"IsSubscribe", f["issubscribe"]},
				{"TimeStamp", f["timestamp"]},
				{"NonceStr", f["noncestr"]},
				{"AppSignature", signer.sha1(f)},
				{"SignMethod", "sha1"},
			})
		},
	})
}

// postPlain posts a notice of the retired interface and returns what came back as text, or what went wrong.
func (s *Sim) postPlain(to string, body []byte) (status int, answer string) {
	status, text, err := s.postBody(to, body)
	if err != nil {
		return status, err.Error()
	}
	if answer = strings.TrimSpace(string(text)); len(answer) > 64 {
		answer = "neither success nor fail"
	}
	return status, answer
}

// spoilQuery makes the signature in a query wrong, as bad-sign does.
func spoilQuery(to, fault string) string {
	u, err := url.Parse(to)
	if err != nil || fault != FaultBadSign {
		return to
	}
	q := u.Query()
	q.Set("sign", strings.Repeat("0", 32))
	u.RawQuery = q.Encode()
	return u.String()
}
