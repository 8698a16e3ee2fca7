package relay

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
)

// What a relay can do that somebody took over: delay. It fills neither the till's memory nor its disk, and does not keep it from its work.

// streamOf serves a stream that says hello, then what write writes, and stays.
func streamOf(t *testing.T, write func(w http.ResponseWriter)) *road {
	return script(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != PathStream {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "event: hello\ndata: {\"relay\":\"x\",\"heartbeat_ms\":15000}\n\n")
		write(w)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
}

func TestHostileRelay_AFloodOfHeartbeatsIsNotAFloodOfNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := streamOf(t, func(w http.ResponseWriter) { fmt.Fprint(w, strings.Repeat(":\n\n", 50_000)) })
		told := 0
		c, err := NewClient(ClientConfig{URL: "https://relay.test", Token: "x", Transport: r.transport()})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_ = c.Run(ctx, fine, func(pos.Part) { told++ })
		if told < 2 || told > 15 {
			t.Errorf("the till was told %d times in 10 s", told)
		}
	})
}

func TestHostileRelay_TheLogStaysSmall(t *testing.T) {
	long := strings.Repeat("9", 100_000)
	for name, write := range map[string]func(http.ResponseWriter){
		"unreadable requests": func(w http.ResponseWriter) { fmt.Fprint(w, strings.Repeat("event: request\ndata: {\n\n", 20_000)) },
		"a long number":       func(w http.ResponseWriter) { fmt.Fprintf(w, "event: request\ndata: {\"attempt\":%s}\n\n", long) },
		"a long name":         func(w http.ResponseWriter) { fmt.Fprintf(w, "event: hello\ndata: {\"relay\":%q}\n\n", long) },
		"a long hello":        func(w http.ResponseWriter) { fmt.Fprintf(w, "event: hello\ndata: {\"heartbeat_ms\":%s}\n\n", long) },
		"requests that are none": func(w http.ResponseWriter) {
			fmt.Fprint(w, strings.Repeat("event: request\ndata: {}\n\n", 20_000))
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			logs := &logBuffer{}
			till := startTill(t, streamOf(t, write), "x", fine, func(c *ClientConfig) { c.Log = slog.New(slog.NewTextHandler(logs, nil)) })
			bubble.Sleep(30 * time.Second)
			till.stop()
			if n := len(logs.String()); n > 16<<10 {
				t.Errorf("%s: a log of %d bytes in 30 s: %.200s", name, n, logs.String())
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		logs := &logBuffer{}
		r := script(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != PathStream {
				http.Error(w, long, http.StatusBadRequest)
				return
			}
			w.Header().Set("Content-Type", "text/event-stream")
			for range 2000 { // a hello that asks for keys, and a request; neither's answer is taken
				fmt.Fprint(w, "event: hello\ndata: {\"relay\":\"x\",\"keys\":true,\"rotate\":true}\n\n")
				fmt.Fprintf(w, "event: request\ndata: {\"id\":\"%d\",\"kind\":\"notice\",\"method\":\"POST\"}\n\n", time.Now().UnixNano())
				w.(http.Flusher).Flush()
				time.Sleep(time.Millisecond)
			}
			<-r.Context().Done()
		})
		till := startTill(t, r, "x", fine, func(c *ClientConfig) {
			c.Log, c.Keys = slog.New(slog.NewTextHandler(logs, nil)), []Key{{ID: "k", PEM: "p"}}
		})
		bubble.Sleep(10 * time.Second)
		till.stop()
		if n := len(logs.String()); n > 16<<10 {
			t.Errorf("a relay that takes nothing: a log of %d bytes in 10 s", n)
		}
	})
}

// A request is never larger than an honest relay lets in, so that many of them do not matter.
func TestHostileRelay_RequestsBeyondTheBoundsAreNotTaken(t *testing.T) {
	headers := strings.Builder{}
	for i := range maxHeaders + 1 {
		fmt.Fprintf(&headers, `"A%d":"","`, i)
	}
	for name, json := range map[string]string{
		"body":        `{"id":"a","kind":"notice","body":"` + strings.Repeat("AAAA", MaxBody/3+1) + `"}`,
		"query":       `{"id":"a","kind":"notice","query":"` + strings.Repeat("A", maxQuery+1) + `"}`,
		"path":        `{"id":"a","kind":"prepay","path":"` + strings.Repeat("A", maxPath+1) + `"}`,
		"id":          `{"id":"` + strings.Repeat("A", 201) + `","kind":"notice"}`,
		"method":      `{"id":"a","kind":"notice","method":"` + strings.Repeat("A", 17) + `"}`,
		"kind":        `{"id":"a","kind":"` + strings.Repeat("A", 17) + `"}`,
		"headers":     `{"id":"a","kind":"notice","header":{` + strings.TrimSuffix(headers.String(), `,"`) + `}}`,
		"header":      `{"id":"a","kind":"notice","header":{"A":"` + strings.Repeat("A", maxHeaderValue+1) + `"}}`,
		"header name": `{"id":"a","kind":"notice","header":{"` + strings.Repeat("A", 65) + `":""}}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			good := `{"id":"b","kind":"notice","method":"POST","body":"` + strings.Repeat("AAAA", MaxBody/3) + `","query":"` + strings.Repeat("A", maxQuery) + `"}`
			till := startTill(t, streamOf(t, func(w http.ResponseWriter) {
				fmt.Fprintf(w, "event: request\ndata: %s\n\nevent: request\ndata: %s\n\n", json, good)
			}), "x", fine)
			bubble.Sleep(time.Second)
			till.stop()
			if len(till.requests) != 1 || till.requests[0].ID != "b" {
				t.Errorf("%s: %d were taken", name, len(till.requests))
			}
		})
	}
}

// The answer of a long-poll is bounded by how many requests are in it, too: five million empty ones are a small text and a large list.
func TestHostileRelay_ABatchOfTooManyIsNotRead(t *testing.T) {
	body := `{"requests":[` + strings.Repeat("{},", 1_000_000) + `{}]}`
	r := script(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
	c, err := NewClient(ClientConfig{URL: "https://relay.test", Token: "x", Transport: r.transport()})
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = c.pollOnce(t.Context(), 0)
	runtime.ReadMemStats(&after)
	if err == nil {
		t.Error("read all the same")
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 64<<20 {
		t.Errorf("took %d MB for an answer of %d MB", took>>20, len(body)>>20)
	}
}
