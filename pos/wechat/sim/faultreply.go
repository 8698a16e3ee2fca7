package sim

import (
	"bytes"
	"net/http"
	"time"
)

// preventsActing says whether the fault keeps a request from being acted on at all.
func preventsActing(fault string) bool {
	switch fault {
	case FaultHostDown, FaultNotActedLost, FaultHTTP502, FaultUnsignedFail:
		return true
	}
	return false
}

// failBefore answers a request that is not acted on. http.ErrAbortHandler is the way net/http offers to drop a connection.
func failBefore(w http.ResponseWriter, fault string) {
	switch fault {
	case FaultHTTP502:
		write502(w)
	case FaultUnsignedFail:
		writeXMLReply(w, bareFail("系统繁忙，请稍后再试"))
	default:
		panic(http.ErrAbortHandler)
	}
}

// writeReply sends a reply, after the fact spoiled as the fault says.
func (s *Sim) writeReply(w http.ResponseWriter, r *http.Request, body []byte, fault string) {
	switch fault {
	case FaultHTTP502Acted:
		write502(w)
	case FaultNoAnswer:
		select {
		case <-r.Context().Done():
		case <-s.ctx.Done():
		}
		panic(http.ErrAbortHandler)
	case FaultAnswerLost:
		panic(http.ErrAbortHandler)
	case FaultSlowBody:
		s.writeSlowly(w, r, body)
	default:
		writeXMLReply(w, spoil(body, fault))
	}
}

func (s *Sim) writeSlowly(w http.ResponseWriter, r *http.Request, body []byte) {
	w.Header().Set("Content-Type", "text/plain")
	flush := http.NewResponseController(w)
	for i := range body {
		if _, err := w.Write(body[i : i+1]); err != nil {
			return
		}
		if err := flush.Flush(); err != nil {
			return
		}
		if !s.wait(time.Second, r.Context().Done()) || r.Context().Err() != nil {
			panic(http.ErrAbortHandler) // a mere return would end the body as if it were whole
		}
	}
}

// spoil changes a document as bad-sign, truncated and xxe do; other faults leave it.
func spoil(body []byte, fault string) []byte {
	switch fault {
	case FaultBadSign:
		const open = "<sign><![CDATA["
		if i := bytes.Index(body, []byte(open)); i >= 0 {
			body = bytes.Clone(body)
			digit := &body[i+len(open)]
			if *digit == '0' {
				*digit = '1'
			} else {
				*digit = '0'
			}
		}
	case FaultTruncated:
		body = body[:len(body)*2/3]
	case FaultXXE:
		body = append([]byte(`<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]>`+"\n"),
			bytes.Replace(body, []byte("</xml>"), []byte("<attach2>&x;</attach2></xml>"), 1)...)
	}
	return body
}

// writeXMLReply sends a document as the real service labels it.
func writeXMLReply(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "text/plain")
	_, _ = w.Write(body) // a client that is gone has its answer by asking again
}

func write502(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(http.StatusBadGateway)
	_, _ = w.Write([]byte("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n" +
		"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"))
}
