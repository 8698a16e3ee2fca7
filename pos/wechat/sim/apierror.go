package sim

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
)

// ErrNoApp is an appid that is not known here.
var ErrNoApp = errors.New("no such appid")

// apiError is how api.weixin.qq.com refuses: HTTP 200 and a number.
type apiError struct {
	Code int    `json:"errcode"`
	Text string `json:"errmsg"`
}

// name is the number, for the log of calls.
func (e *apiError) name() string { return strconv.Itoa(e.Code) }

// apiErrors are what the faults of api.weixin.qq.com answer.
var apiErrors = map[string]*apiError{
	FaultLoginBusy:    {errBusy, "system error"},
	FaultLoginTooMany: {errTooOften, wordsTooOften},
	FaultV1Quota:      {errV1Quota, "reach max api daily quota limit"},
	FaultV1BadToken:   {errV1Credential, "invalid credential"},
	FaultV1OldToken:   {errV1Expired, "access_token expired"},
	FaultV1Busy:       {errBusy, "system error"},
}

// writeAPI answers as api.weixin.qq.com does, which labels its JSON as text.
func writeAPI(w http.ResponseWriter, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	_, _ = w.Write(text) // a client that is gone asks again
}
