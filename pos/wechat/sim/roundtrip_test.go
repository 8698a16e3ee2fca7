package sim

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestInProcess_AnswersAsTheNetworkWould(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/silent":
			case "/half":
				_, _ = io.WriteString(w, "half")
				panic(http.ErrAbortHandler)
			case "/hangs":
				<-r.Context().Done()
			default:
				w.Header().Set("X-Host", r.Host)
				w.WriteHeader(http.StatusTeapot)
				w.WriteHeader(http.StatusOK) // too late, as with net/http
				_, _ = io.Copy(w, r.Body)
			}
		})
		client := &http.Client{Transport: InProcess(handler)}
		get := func(path string) (*http.Response, string, error) {
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://shop.example"+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := client.Do(req)
			if err != nil {
				return nil, "", err
			}
			defer func() { _ = resp.Body.Close() }()
			text, err := io.ReadAll(resp.Body)
			return resp, string(text), err
		}
		if resp, _, err := get("/"); err != nil || resp.StatusCode != http.StatusTeapot || resp.Header.Get("X-Host") != "shop.example" {
			t.Errorf("plain: %v, %v", resp, err)
		}
		if resp, text, err := get("/silent"); err != nil || resp.StatusCode != http.StatusOK || text != "" {
			t.Errorf("silent: %v, %q, %v", resp, text, err)
		}
		if _, _, err := get("/half"); err == nil {
			t.Error("a connection that drops in the middle went unnoticed")
		}
		start := time.Now()
		if _, _, err := get("/hangs"); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 3*time.Second {
			t.Errorf("hangs: %v after %v", err, time.Since(start))
		}
	})
}

// TestServeHTTP_OverSockets drives the faults that end connections through the real server, which must do as the in-process
// transport does.
func TestServeHTTP_OverSockets(t *testing.T) {
	s := newSim(t, Options{})
	server := httptest.NewServer(s)
	defer server.Close()
	// Who asks gives up so long after the server has heard him: a fault is used up by the call that it was set for, however busy the machine.
	post := func(fault string, patience time.Duration) (string, error) {
		setFault(t, s, fault)
		ctx, cancel := context.WithCancel(t.Context())
		heard := len(s.Calls())
		var giving sync.WaitGroup
		giving.Go(func() {
			for len(s.Calls()) == heard && ctx.Err() == nil {
				time.Sleep(time.Millisecond)
			}
			select {
			case <-time.After(patience):
				cancel()
			case <-ctx.Done():
			}
		})
		defer giving.Wait()
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/api/pay/unifiedorder", body(orderRequest(nil)))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := server.Client().Do(req)
		if err != nil {
			return "", err
		}
		defer func() { _ = resp.Body.Close() }()
		text, err := io.ReadAll(resp.Body)
		return string(text), err
	}
	for _, fault := range []string{"no-answer", "answer-lost", "not-acted-lost", "slow-body", "host-down"} {
		if text, err := post(fault, 300*time.Millisecond); err == nil {
			t.Errorf("%s: answered %q", fault, text)
		}
	}
	if text, err := post("bad-sign", 2*time.Minute); err != nil || text == "" {
		t.Errorf("bad-sign: %q, %v", text, err)
	}
}
