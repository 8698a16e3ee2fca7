package sim

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestRequireCert_InProcess(t *testing.T) {
	s := newSim(t, Options{RequireCert: true})
	for name, c := range map[string]struct {
		transport http.RoundTripper
		path      string
		code      string
	}{
		"none, refund":           {s.RoundTripper(), pathRefund, codeCert},
		"none, reverse":          {s.RoundTripper(), pathReverse, codeCert},
		"none, query":            {s.RoundTripper(), "/pay/refundquery", codeOrderNotExist},
		"another merchant's":     {s.RoundTripperWithCert("1"), pathReverse, codeCert},
		"the merchant's":         {s.RoundTripperWithCert(PracticeMchID), pathReverse, codeOrderNotExist},
		"the merchant's, refund": {s.RoundTripperWithCert(PracticeMchID), pathRefund, codeOrderNotExist},
	} {
		t.Run(name, func(t *testing.T) {
			if got := postTo(t, &http.Client{Transport: c.transport}, apiHost+c.path); lastCall(s).Code != c.code || (got["return_code"] == "FAIL") != (c.code == codeCert) || c.code == codeCert && got["sign"] != "" {
				t.Errorf("%s: %v", lastCall(s).Code, got)
			}
		})
	}
}

// postTo sends what refund, reverse and the queries all understand.
func postTo(t *testing.T, client *http.Client, url string) map[string]string {
	t.Helper()
	f := refundRequest(map[string]string{"out_trade_no": "no-order-" + url[len(url)-5:]})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, body(with(f, map[string]string{"out_refund_no": ""})))
	if strings.HasSuffix(url, "/refund") {
		req, err = http.NewRequestWithContext(t.Context(), http.MethodPost, url, body(f))
	}
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var text strings.Builder
	if _, err := io.Copy(&text, resp.Body); err != nil {
		t.Fatal(err)
	}
	fields, err := readXML([]byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	return fields
}

// TestCertificates_OverTLS speaks real mutual TLS with the certificates that NewCertificates makes.
func TestCertificates_OverTLS(t *testing.T) {
	s := newSim(t, Options{RequireCert: true})
	certs, err := NewCertificates(PracticeMchID)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(s)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the refused handshake is what we want
	if server.TLS, err = certs.ServerTLS(); err != nil {
		t.Fatal(err)
	}
	server.StartTLS()
	defer server.Close()
	tlsConfig, err := certs.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: tlsConfig}}
	defer client.CloseIdleConnections()
	postTo(t, client, server.URL+"/api"+pathReverse)
	if got := lastCall(s).Code; got != codeOrderNotExist {
		t.Errorf("with the certificate: %s", got)
	}
	bare := tlsConfig.Clone()
	bare.Certificates = nil
	plain := &http.Client{Transport: &http.Transport{TLSClientConfig: bare}}
	defer plain.CloseIdleConnections()
	postTo(t, plain, server.URL+"/api"+pathReverse)
	if got := lastCall(s).Code; got != codeCert {
		t.Errorf("without: %s", got)
	}
	foreign, err := NewCertificates(PracticeMchID)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := foreign.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	theirs.RootCAs = tlsConfig.RootCAs
	stranger := &http.Client{Transport: &http.Transport{TLSClientConfig: theirs}}
	defer stranger.CloseIdleConnections()
	if resp, err := stranger.Get(server.URL + "/sim/orders"); err == nil {
		_ = resp.Body.Close()
		t.Error("a certificate of another authority was taken")
	}
}
