package apiv1

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"guitai/pos"
)

// complaint is what an answer says went wrong.
type complaint struct {
	Code    int    `json:"errcode"`
	Message string `json:"errmsg"`
}

func (c complaint) String() string { return "errcode " + strconv.Itoa(c.Code) + ": " + c.Message }

// spent reports whether the access_token is no good any more.
func (c complaint) spent() bool {
	switch c.Code {
	case 40001, 40014, 41001, 42001: // 无效, 不合法, 缺失, 过期
		return true
	}
	return false
}

// answers is what every answer can say.
type answers interface{ said() complaint }

func (c complaint) said() complaint { return c }

// call posts signed fields and reads what is answered. A token that WeChat does not take is renewed once.
func call[T answers](ctx context.Context, c *Client, path string, f fields) (answer T, fail *failure) {
	body, err := json.Marshal(c.sealed(path, f))
	if err != nil {
		return answer, &failure{pos.CodeInternal, "the request cannot be written"}
	}
	spent := ""
	for {
		token, fail := c.token(ctx, spent)
		if fail != nil {
			return answer, fail
		}
		text, fail := c.do(ctx, http.MethodPost, path+"?access_token="+url.QueryEscape(token), bytes.NewReader(body))
		if fail != nil {
			return answer, fail
		}
		var said T // a new one each time: what one answer leaves out, the one before must not say
		if json.Unmarshal(text, &said) != nil {
			return answer, &failure{pos.CodeBadAnswer, "the answer is not JSON of the documented form"}
		}
		switch {
		case !said.said().spent():
			return said, nil
		case spent != "":
			c.refuse(token)
			return said, nil
		}
		spent = token
	}
}

// sealed is the body of a call: the fields, who asks, and the signature over them all.
func (c *Client) sealed(path string, f fields) map[string]any {
	f = maps.Clone(f)
	f["appid"] = c.config.AppID
	signature := f.sha1(c.config.PaySignKey.Reveal())
	body := map[string]any{"app_signature": signature, "sign_method": "sha1"}
	for name, value := range f {
		body[name] = value
	}
	if path == pathPrepay { // the one call whose example has a number there
		body["timestamp"] = json.Number(f["timestamp"])
	}
	return body
}
