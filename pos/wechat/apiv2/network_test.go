package apiv2

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"guitai/pos"
)

func TestNetwork_IsShownAsWhatItIs(t *testing.T) {
	const day = 24 * time.Hour
	ours, other := newAuthority(t), newAuthority(t)
	answer := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, signed(trade)) }
	serve := func(a *authority, name string, from, until time.Duration, h http.HandlerFunc) string {
		return secure(t, a.issue(t, name, from, until), nil, h)
	}
	to := func(location string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", location)
			w.WriteHeader(http.StatusFound)
		}
	}
	says := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status); _, _ = io.WriteString(w, body) }
	}
	login := says(200, "\n<!DOCTYPE HTML><html><body>欢迎使用免费无线网</body></html>")
	good := serve(ours, wechatHost, -day, day, answer)
	wrongName := serve(ours, "login.hotel.example", -day, day, answer)
	selfMade := serve(other, wechatHost, -day, day, answer)
	hotel := plainServer(t, to("http://login.hotel.example/"))
	v6 := []string{"::1/128", "fe80::1/64", "2001:db8::20/64"}
	alone := []string{"127.0.0.1/8", "::1/128", "169.254.3.4/16", "fe80::1/64"}
	notFound := dialError(&net.DNSError{Err: "no such host", Name: wechatHost, IsNotFound: true})
	silentDNS := dialError(&net.DNSError{Err: "i/o timeout", Name: wechatHost + ".", IsTimeout: true})

	for _, c := range []struct {
		name   string
		in     place
		kind   pos.SignalKind
		code   pos.Code
		unsent bool
	}{
		{"all is well", place{tls: good}, pos.SigPaid, "", false},
		{"refused", place{}, pos.SigUncertain, pos.CodeUnreachable, true},
		{"nobody speaks TLS there", place{tls: plainServer(t, answer)}, pos.SigUncertain, pos.CodeUnreachable, true},

		{"a page in WeChat's place", place{tls: serve(ours, wechatHost, -day, day, login)}, pos.SigUncertain, pos.CodeCaptive, false},
		{"a redirect in WeChat's place", place{tls: serve(ours, wechatHost, -day, day, to("http://login.hotel.example/"))}, pos.SigUncertain, pos.CodeCaptive, false},
		{"another's certificate, and a redirect", place{tls: wrongName, web: hotel}, pos.SigUncertain, pos.CodeCaptive, true},
		{"a self-made certificate, and a redirect", place{tls: selfMade, web: hotel}, pos.SigUncertain, pos.CodeCaptive, true},
		{"refused, and a redirect", place{web: hotel}, pos.SigUncertain, pos.CodeCaptive, true},
		{"refused, and a page", place{web: plainServer(t, login)}, pos.SigUncertain, pos.CodeCaptive, true},
		{"refused, and a log-in wanted", place{web: plainServer(t, says(511, ""))}, pos.SigUncertain, pos.CodeCaptive, true},

		{"another's certificate", place{tls: wrongName}, pos.SigUncertain, pos.CodeIntercepted, true},
		{"a self-made certificate", place{tls: selfMade}, pos.SigUncertain, pos.CodeIntercepted, true},
		{"intercepted, WeChat answers the rest", place{tls: selfMade, web: plainServer(t, to("https://"+wechatHost+"/"))}, pos.SigUncertain, pos.CodeIntercepted, true},
		{"intercepted, the rest is not found", place{tls: selfMade, web: plainServer(t, says(404, "<html>"))}, pos.SigUncertain, pos.CodeIntercepted, true},
		{"intercepted, the rest is XML", place{tls: selfMade, web: plainServer(t, answer)}, pos.SigUncertain, pos.CodeIntercepted, true},
		{"self-made and expired", place{tls: serve(other, wechatHost, -3*day, -day, answer)}, pos.SigUncertain, pos.CodeIntercepted, true},
		{"another's and expired", place{tls: serve(ours, "login.hotel.example", -3*day, -day, answer)}, pos.SigUncertain, pos.CodeIntercepted, true},

		{"our clock is years behind", place{tls: good, clock: -3650 * day}, pos.SigUncertain, pos.CodeClock, true},
		{"our clock is a year ahead", place{tls: good, clock: 365 * day}, pos.SigUncertain, pos.CodeClock, true},

		{"no route", place{fails: dialError(syscall.ENETUNREACH)}, pos.SigUncertain, pos.CodeOffline, true},
		{"no route, as Windows says", place{fails: dialError(syscall.Errno(10051))}, pos.SigUncertain, pos.CodeOffline, true},
		{"the network is down", place{fails: dialError(syscall.ENETDOWN)}, pos.SigUncertain, pos.CodeOffline, true},
		{"no address of our own", place{fails: silentDNS, addresses: alone}, pos.SigUncertain, pos.CodeOffline, true},
		{"no address of our own, refused", place{addresses: alone}, pos.SigUncertain, pos.CodeOffline, true},
		{"their host is gone", place{fails: dialError(syscall.EHOSTUNREACH)}, pos.SigUncertain, pos.CodeUnreachable, true},
		{"nobody knows our addresses", place{fails: dialError(syscall.ECONNREFUSED), addresses: []string{"?"}}, pos.SigUncertain, pos.CodeUnreachable, true},

		{"IPv6 only", place{fails: dialError(syscall.ENETUNREACH), addresses: v6}, pos.SigUncertain, pos.CodeIPv6, true},
		{"IPv6 only, no address is told", place{fails: notFound, addresses: v6}, pos.SigUncertain, pos.CodeIPv6, true},
		{"IPv6 only, refused", place{addresses: v6}, pos.SigUncertain, pos.CodeUnreachable, true},

		{"name not found", place{fails: notFound}, pos.SigUncertain, pos.CodeDNS, true},
		{"nobody answers for names", place{fails: silentDNS}, pos.SigUncertain, pos.CodeDNS, true},
		{"a proxy's name not found", place{fails: dialError(&net.DNSError{Err: "no such host", Name: "proxy", IsNotFound: true})}, pos.SigUncertain, pos.CodeUnreachable, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.in.roots = ours.pool()
			client := c.in.client(t)
			s := client.Query(t.Context(), testNo)
			if s.Kind != c.kind || s.Code != c.code {
				t.Errorf("got %s %q (%s), want %s %q", s.Kind, s.Code, s.Detail, c.kind, c.code)
			}
			if a := client.exchange(t.Context(), &client.lines.plain, "/pay/orderquery", client.question("out_trade_no", testNo)); a.unsent != c.unsent {
				t.Errorf("unsent is %v", a.unsent)
			}
			if c.kind == pos.SigUncertain {
				if s := client.Charge(t.Context(), testNo, composedCharge(t, client), testCode); s.Kind != pos.SigUncertain || s.Code != c.code {
					t.Errorf("a charge: got %s %q (%s), want uncertain %q", s.Kind, s.Code, s.Detail, c.code)
				}
			}
		})
	}
}

// WeChat's clock, where it is known, decides whether a certificate that does not hold is our clock's fault.
func TestNetwork_TheClockByWeChats(t *testing.T) {
	const day = 24 * time.Hour
	ours := newAuthority(t)
	answer := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, signed(trade)) }
	for _, c := range []struct {
		name               string
		from, until, ahead time.Duration
		known              time.Duration
		code               pos.Code
	}{
		{"they say that ours is ahead", -day, day, 30 * day, 30 * day, pos.CodeClock},
		{"they say that ours is behind", -day, day, -30 * day, -30 * day, pos.CodeClock},
		{"they say that ours is right", -30 * day, -day, 0, 0, pos.CodeUnreachable},
	} {
		p := place{tls: secure(t, ours.issue(t, wechatHost, c.from, c.until), nil, answer), roots: ours.pool(), clock: c.ahead}
		client := p.client(t)
		client.skew.ahead, client.skew.known = c.known, true
		if s := client.Query(t.Context(), testNo); s.Kind != pos.SigUncertain || s.Code != c.code {
			t.Errorf("%s: got %s %q (%s), want %q", c.name, s.Kind, s.Code, s.Detail, c.code)
		}
	}
}

// A name server in the way that leads WeChat's name to itself, and one that knows no such name.
func TestNetwork_NameServers(t *testing.T) {
	_, port, err := net.SplitHostPort(nobody)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, host string
		leads      netip.Addr
		code       pos.Code
	}{
		{"to loopback", wechatHost, netip.MustParseAddr("127.0.0.1"), pos.CodeDNS},
		{"nowhere", wechatHost, netip.Addr{}, pos.CodeDNS},
		{"a shop's own proxy at home", "proxy.shop.example", netip.MustParseAddr("127.0.0.1"), pos.CodeUnreachable},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, err := New(Config{Merchant: testMerchant(), BaseURL: "https://" + c.host + ":" + port, NotifyURL: "https://notify.invalid/"})
			if err != nil {
				t.Fatal(err)
			}
			dialer := &net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
				here, there := net.Pipe()
				go nameServer(there, c.leads) // ends when the resolver closes its end
				return here, nil
			}}}
			client.lines = dialled(dialer, &tls.Config{MinVersion: tls.VersionTLS12}, nil)
			client.lines.plain.Transport.(*http.Transport).Proxy = nil
			client.lines.web.Transport = nil
			client.addresses = addressesOf(nil)
			if s := client.Query(t.Context(), testNo); s.Kind != pos.SigUncertain || s.Code != c.code {
				t.Errorf("got %s %q (%s), want %q", s.Kind, s.Code, s.Detail, c.code)
			}
		})
	}
	for text, impossible := range map[string]bool{
		"0.0.0.0": true, "127.0.0.1": true, "10.0.0.1": true, "192.168.1.1": true, "172.16.0.1": true, "169.254.1.1": true, "::1": true, "::": true,
		"fd00::1": true, "fe80::1": true, "140.207.54.10": false, "198.18.0.7": false, "2402:4e00::1": false,
	} {
		w := &trace{found: wechatHost, addresses: []netip.Addr{netip.MustParseAddr(text)}}
		if w.misled(wechatHost) != impossible || w.misled("other.example") {
			t.Errorf("%s: misled is %v", text, w.misled(wechatHost))
		}
	}
	if (&trace{found: wechatHost}).misled(wechatHost) {
		t.Error("misled by nothing")
	}
}

// The look at the network is short, rare, and asks nobody but WeChat's own host; nothing of ours is in it.
func TestNetwork_TheLookIsModest(t *testing.T) {
	var looks atomic.Int32
	web := plainServer(t, func(w http.ResponseWriter, r *http.Request) {
		looks.Add(1)
		if r.Method != http.MethodGet || r.URL.Path != "/" || r.ContentLength > 0 || r.URL.RawQuery != "" {
			t.Errorf("asked %s %s", r.Method, r.URL)
		}
		w.Header().Set("Location", "http://login.hotel.example/")
		w.WriteHeader(http.StatusFound)
	})
	client := place{web: web}.client(t)
	for range 5 {
		if s := client.Query(t.Context(), testNo); s.Code != pos.CodeCaptive {
			t.Errorf("got %q", s.Code)
		}
	}
	if looks.Load() != 1 {
		t.Errorf("looked %d times", looks.Load())
	}
	if wechats("weixin.qq.com.evil.example") || wechats("evilweixin.qq.com") || !wechats(wechatHost) || !wechats("api2.mch.weixin.qq.com") {
		t.Error("asks others than WeChat")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	client.seen.at = time.Time{}
	if client.Query(ctx, testNo); looks.Load() != 1 {
		t.Error("looks for somebody who has left")
	}
}

// An error behind a connection that was used is no proof that nothing left, whatever it says.
func TestTrace_Unsent(t *testing.T) {
	for _, c := range []struct {
		asked, connected bool
		err              error
		want             bool
	}{
		{true, false, errors.New("x"), true},
		{true, true, dialError(syscall.ECONNREFUSED), false},
		{true, true, &net.DNSError{}, false},
		{false, false, dialError(syscall.ECONNREFUSED), true},
		{false, false, &net.DNSError{}, true},
		{false, false, &net.OpError{Op: "read", Err: syscall.ECONNRESET}, false},
		{false, false, errors.New("x"), false},
	} {
		if got := (&trace{asked: c.asked, connected: c.connected}).unsent(c.err); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	if !isPage([]byte("<HTML>")) || isPage([]byte("<xml>")) || isPage(nil) || isPage([]byte(strings.Repeat(" ", 300)+"<html>")) {
		t.Error("takes something else for a page")
	}
}
