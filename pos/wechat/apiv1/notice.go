package apiv1

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"

	"guitai/pos"
	"guitai/pos/wechat"
)

var (
	errXML    = errors.New("the body is no flat XML")
	errSign   = errors.New("the signature is wrong or missing")
	errOurs   = errors.New("signed, but of another partner or app")
	errNumber = errors.New("out_trade_no is missing or makes no sense")
)

// Raw is a notice as [Client.ReadNotice] takes it, and as it is kept: the query that it came with, a line feed, its body.
func Raw(query string, body []byte) []byte {
	return append(append([]byte(query), '\n'), body...)
}

// ReadNotice verifies a notice as WeChat posted it, by [Raw]. Pure. CodeBadAnswer when it does not parse, CodeBadSign, CodeNotOurs; no error
// says anything of what is in it.
//
// What is signed by partnerKey, and what counts, is the query. The body names the payer, by another key and another rule; of it the app must
// be ours where it is named, and nothing else is believed.
func (c *Client) ReadNotice(raw []byte) (pos.Notice, error) {
	const op = "read notice"
	query, body, _ := bytes.Cut(raw, []byte{'\n'})
	f, err := readFields(string(query))
	if err != nil {
		return pos.Notice{}, pos.E(pos.CodeBadAnswer, op, err)
	}
	appID, err := appOf(body)
	switch {
	case err != nil:
		return pos.Notice{}, pos.E(pos.CodeBadAnswer, op, err)
	case !f.signed(c.config.PartnerKey.Reveal()):
		return pos.Notice{}, pos.E(pos.CodeBadSign, op, errSign)
	case f["partner"] != c.config.PartnerID, appID != "" && appID != c.config.AppID:
		return pos.Notice{}, pos.E(pos.CodeNotOurs, op, errOurs)
	case !wechat.Wordy(f["out_trade_no"], 6, 32, "_-"):
		return pos.Notice{}, pos.E(pos.CodeBadAnswer, op, errNumber)
	}
	n := pos.Notice{OutTradeNo: f["out_trade_no"]}
	trade, whole := readTrade(f)
	switch {
	case f["trade_mode"] != "1", f["trade_state"] != paid:
		n.Detail = c.tell("trade_mode " + f["trade_mode"] + ", trade_state " + f["trade_state"])
	case !whole, f["notify_id"] == "": // a package is signed by the same key, and says nothing of money that moved
		n.Detail = "total_fee, fee_type, transaction_id, time_end or notify_id is missing or makes no sense"
	default:
		n.Success, n.Trade = true, trade
	}
	return n, nil
}

// appOf is the app that the body of a notice names, "" for none.
func appOf(body []byte) (string, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return "", nil
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	var appID, name string
	depth := 0
	for {
		token, err := d.Token()
		if err == io.EOF && depth == 0 {
			return appID, nil
		}
		if err != nil {
			return "", errXML
		}
		switch t := token.(type) {
		case xml.Directive: // no DOCTYPE, and so no entities
			return "", errXML
		case xml.StartElement:
			if depth++; depth > 2 {
				return "", errXML
			}
			name = t.Name.Local
		case xml.EndElement:
			depth--
			name = ""
		case xml.CharData:
			if depth == 2 && name == "AppId" {
				appID += string(t)
			}
		}
	}
}

// Reply is the answer to a notice. With ok false WeChat sends it again.
func (c *Client) Reply(ok bool, _ string) (contentType string, body []byte) {
	if ok {
		return "text/plain; charset=utf-8", []byte("success")
	}
	return "text/plain; charset=utf-8", []byte("fail")
}
