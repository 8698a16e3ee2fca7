package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"guitai/assets/shop"
	"guitai/pos/config"
	"guitai/pos/wechat/sim"
)

func TestRun_ExitCodes(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	version = "7.8.9" // as the build sets it
	cases := []struct {
		name           string
		args           []string
		code           int
		stdout, stderr string
	}{
		{"help", []string{"--help"}, exitDone, "--fault NAME=COUNT[@PATH]", ""},
		{"version", []string{"--version"}, exitDone, "wxsim 7.8.9", ""},
		{"unknown flag", []string{"--nothing"}, exitUsage, "", "nothing"},
		{"an argument", []string{"start"}, exitUsage, "", `"start" is not a flag`},
		{"unknown fault", []string{"--fault", "rain=1"}, exitUsage, "", "rain"},
		{"bad count", []string{"--fault", "no-answer=many"}, exitUsage, "", "the count is a number or always"},
		{"open to the network", []string{"--listen", "0.0.0.0:0"}, exitUsage, "", "--listen-anywhere"},
		{"every interface", []string{"--listen", ":0"}, exitUsage, "", "--listen-anywhere"},
		{"not an address", []string{"--listen", "8088"}, exitUsage, "", "HOST:PORT"},
		{"no scale", []string{"--clock-scale", "0"}, exitUsage, "", "--clock-scale"},
		{"negative age", []string{"--close-min-age", "-1m"}, exitUsage, "", "--close-min-age"},
		{"unknown language", []string{"--lang", "fr"}, exitUsage, "", "zh-CN or en"},
		{"negative reverse age", []string{"--reverse-min-age", "-1s"}, exitUsage, "", "--reverse-min-age"},
		{"negative refund time", []string{"--refund-after", "-1s"}, exitUsage, "", "--refund-after"},
		{"state in no folder", []string{"--state", filepath.Join(t.TempDir(), "none", "state")}, exitFailed, "", "simulator state"},
		{"half a set of certificates", []string{"--listen", "127.0.0.1:0", "--tls", halfCertificates(t)}, exitFailed, "", "name an empty folder"},
		{"unknown form of bills", []string{"--bill-form", "bom,xlsx"}, exitUsage, "", "none of old, bom, crlf"},
		{"rate with three decimals", []string{"--rate", "0.385"}, exitUsage, "", "two decimals"},
		{"rate of more than all", []string{"--rate", "100.01"}, exitUsage, "", "a percentage"},
		{"negative rate", []string{"--rate", "-1"}, exitUsage, "", "a percentage"},
		{"a callback that is no address", []string{"--callback", "shop.example"}, exitUsage, "", "not an address of a shop"},
		{"prepay without a key", []string{"--prepay", "http://127.0.0.1/p/x"}, exitUsage, "", "--phone-key FILE"},
		{"a key written out", []string{"--phone-key", "SecretSecret"}, exitUsage, "", "never the key itself"},
		{"a key in no file", []string{"--phone-key", "file:none"}, exitUsage, "", "none"},
		{"address in use", []string{"--listen", taken.Addr().String()}, exitFailed, "", "in use"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			if code := run(t.Context(), c.args, &stdout, &stderr); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if !strings.Contains(stdout.String(), c.stdout) || !strings.Contains(stderr.String(), c.stderr) {
				t.Errorf("stdout %q\nstderr %q", stdout.String(), stderr.String())
			}
			if c.stderr == "" && stderr.Len() > 0 {
				t.Errorf("stderr %q", stderr.String())
			}
		})
	}
}

func TestParse_WhatBillsAreLike(t *testing.T) {
	for args, want := range map[string]sim.BillOptions{
		"": {},
		"--bills-now --payouts --bill-form old,crlf --rate 0.38": {Now: true, Payouts: true, Old: true, CRLF: true, Rate: 38},
		"--bill-form bom --rate 0":                               {BOM: true, Rate: -1},
		"--rate 1":                                               {Rate: 100},
		"--rate 0.6":                                             {Rate: 60},
	} {
		set, err := parse(strings.Fields(args), io.Discard, io.Discard)
		if err != nil || set.options.Bill != want {
			t.Errorf("%q: %+v, %v", args, set.options.Bill, err)
		}
	}
}

func TestRun_NeverSaysAKeyThatWasWrittenOut(t *testing.T) {
	var stdout, stderr bytes.Buffer
	run(t.Context(), []string{"--phone-key", "SecretSecret"}, &stdout, &stderr)
	if strings.Contains(stdout.String()+stderr.String(), "SecretSecret") {
		t.Errorf("it said %s%s", stdout.String(), stderr.String())
	}
}

func TestParse_ReadsWhereTheKeyIs(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte("shop-key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PHONE_KEY", "shop-key")
	for _, text := range []string{file, "file:" + file, "env:PHONE_KEY"} {
		set, err := parse([]string{"--prepay", "http://127.0.0.1/p/x", "--phone-key", text}, io.Discard, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		if key, err := set.phoneKey.Resolve(t.Context(), config.Resolver{}); err != nil || key != "shop-key" {
			t.Errorf("%s: %q, %v", text, key, err)
		}
	}
}

func TestPresets_AreItemsOfThePracticeShop(t *testing.T) {
	for _, p := range sim.Presets() {
		if !bytes.Contains(shop.ItemsCSV, []byte(p.Code)) || !bytes.Contains(shop.ItemsCSV, []byte(p.Name)) {
			t.Errorf("%s %s is not among them", p.Code, p.Name)
		}
	}
}

func TestHelp_NamesEveryFault(t *testing.T) {
	var out bytes.Buffer
	help(&out)
	for _, f := range sim.Faults() {
		if !strings.Contains(out.String(), "  "+f.Name+" ") || !strings.Contains(out.String(), f.En) {
			t.Errorf("%s is missing", f.Name)
		}
	}
}

func TestRun_ServesUntilToldToStopAlsoWithAnAnswerHanging(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, stdout := io.Pipe()
	defer func() { _ = out.Close() }()
	ended := make(chan int, 1)
	var stderr bytes.Buffer
	go func() {
		ended <- run(ctx, []string{"--listen", "127.0.0.1:0", "--fault", "no-answer=always@orderquery"}, stdout, &stderr)
		_ = stdout.Close()
	}()

	greeting, page := readGreeting(t, out)
	for _, want := range []string{sim.PracticeMchID, sim.PracticeAppID, sim.PracticeKey, "practice key", "/api2", "/mini", "/app", sim.PracticeMiniAppID, sim.PracticeAppAppID, "no-answer=always@orderquery", "No real money"} {
		if !strings.Contains(greeting, want) {
			t.Errorf("the greeting lacks %q", want)
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the program
	if text := fetch(t, http.MethodGet, page); !strings.Contains(text, "顾客的手机") {
		t.Errorf("the page is %.100q", text)
	}
	hanging := make(chan error, 1)
	go func() {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, page+"pay/orderquery", strings.NewReader("<xml></xml>"))
		if err != nil {
			hanging <- err
			return
		}
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		hanging <- err
	}()
	waitForCall(t, page)
	stop()
	select {
	case code := <-ended:
		if code != exitDone || stderr.Len() > 0 {
			t.Errorf("exit code %d, stderr %q", code, stderr.String())
		}
	case <-time.After(longEnough):
		t.Fatalf("it did not stop within %v", longEnough)
	}
	if err := <-hanging; err == nil {
		t.Error("the hanging request was answered")
	}
}

// readGreeting reads up to the last line of the greeting and returns it with the address of the page.
func readGreeting(t *testing.T, out io.Reader) (text, page string) {
	t.Helper()
	buf := make([]byte, 4096)
	for !strings.Contains(text, "Ctrl+C") {
		n, err := out.Read(buf)
		if err != nil {
			t.Fatalf("%v after %q", err, text)
		}
		text += string(buf[:n])
	}
	m := regexp.MustCompile(`phone +(http://\S+/)`).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no address in %q", text)
	}
	return text, m[1]
}

// waitForCall returns when the simulator has the request that will hang.
func waitForCall(t *testing.T, page string) {
	t.Helper()
	for !strings.Contains(fetch(t, http.MethodGet, page+"sim/calls"), "orderquery") {
		if t.Context().Err() != nil {
			t.Fatal("the request never came")
		}
	}
}

func fetch(t *testing.T, method, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// halfCertificates is a folder with a real merchant's key, so to say.
func halfCertificates(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, fileClientKey), []byte("real"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestRun_TLSAndStateSurviveARestart runs the program twice on one state file and one folder of certificates: the order of the
// first run is there in the second, and a client that trusted the first trusts the second.
func TestRun_TLSAndStateSurviveARestart(t *testing.T) {
	dir := t.TempDir()
	args := []string{"--listen", "127.0.0.1:0", "--tls", filepath.Join(dir, "certs"), "--state", filepath.Join(dir, "state")}
	var shown string
	for turn := range 2 {
		page, stop := start(t, args)
		client := secureClient(t, filepath.Join(dir, "certs"))
		if turn == 0 {
			resp, err := client.Post(page+"sim/code", "application/json", strings.NewReader(`{"act":"notenough"}`))
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			shown = regexp.MustCompile(`\d{18}`).FindString(string(text))
		}
		resp, err := client.Get(page + "sim/codes")
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || shown == "" || !strings.Contains(string(text), shown) {
			t.Errorf("run %d: %v: %q is not in %s", turn+1, err, shown, text)
		}
		client.CloseIdleConnections()
		stop()
	}
}

// start runs the program until stop is called, which waits for it.
func start(t *testing.T, args []string) (page string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, stdout := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, args, stdout, io.Discard)
		_ = stdout.Close()
	}()
	buf, text := make([]byte, 4096), ""
	for !strings.Contains(text, "Ctrl+C") {
		n, err := out.Read(buf)
		if err != nil {
			t.Fatalf("%v after %q", err, text)
		}
		text += string(buf[:n])
	}
	for _, want := range []string{fileCA, fileClientCert, fileClientKey, "state file", "https://"} {
		if !strings.Contains(text, want) {
			t.Errorf("the greeting lacks %q", want)
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the program
	return regexp.MustCompile(`https://\S+/`).FindString(text), func() {
		cancel()
		if code := <-ended; code != exitDone {
			t.Errorf("exit code %d", code)
		}
	}
}

// secureClient is a client as a till with the merchant's certificate is one.
func secureClient(t *testing.T, dir string) *http.Client {
	t.Helper()
	ca, err := os.ReadFile(filepath.Join(dir, fileCA))
	if err != nil {
		t.Fatal(err)
	}
	own, err := tls.LoadX509KeyPair(filepath.Join(dir, fileClientCert), filepath.Join(dir, fileClientKey))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{own}}}}
}
