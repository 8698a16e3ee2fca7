package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sync"

	"guitai/.ci/torture/judge"
	"guitai/pos/wechat/sim"
)

// shop is one data folder with its customer, its printer and what was seen of it.
type shop struct {
	bin    programs
	data   string
	random *rand.Rand
	seed   string // what reproduces it
	keep   bool   // its folder, to look at

	wx      *exec.Cmd
	wxURL   string
	client  *http.Client // to the simulator, of whose certificate it knows
	printer *judge.Printer
	port    int // of the till's notice listener

	mu      sync.Mutex
	acks    []judge.Ack
	closes  []judge.Close
	totals  map[int64]bool
	excused int
	faults  int
	sold    int // sales that the script began
}

// goods are priced so that any amount can be made from two lines, which makes each sale's total its own.
const (
	goodsCSV  = "barcode,name,price_yuan\n1000000001,一元,1.00\n1000000002,一分,0.01\n"
	yuanCode  = "1000000001"
	fenCode   = "1000000002"
	testKey   = sim.PracticeKey
	keyInEnv  = "GUITAI_TORTURE_KEY"
	firstSale = 101 // fen
)

// newShop makes a shop below dir: the simulator, the printer, the configuration, and the ledger with its goods, if wanted;
// without it the till makes its own.
func newShop(bin programs, dir string, random *rand.Rand, seed string, ledger bool) (*shop, error) {
	s := &shop{bin: bin, data: filepath.Join(dir, "shop"), random: random, seed: seed, totals: map[int64]bool{}}
	err := os.MkdirAll(s.data, 0o700)
	if err == nil {
		err = s.startSimulator()
	}
	if err == nil {
		s.printer, err = judge.NewPrinter()
	}
	if err == nil {
		s.port, err = freePort()
	}
	if err == nil {
		err = s.configure()
	}
	if err == nil && ledger {
		err = s.stock()
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// close ends what the shop started and removes its folder.
func (s *shop) close() {
	if s.client != nil {
		s.client.CloseIdleConnections()
	}
	if s.wx != nil {
		_ = s.wx.Process.Kill()
		_ = s.wx.Wait()
	}
	if s.printer != nil {
		s.printer.Close()
	}
	if !s.keep {
		_ = os.RemoveAll(filepath.Dir(s.data))
	}
}

var baseURL = regexp.MustCompile(`https://127\.0\.0\.1:\d+`)

func (s *shop) startSimulator() error {
	cmd := exec.Command(s.bin.path("wxsim"), "--listen", "127.0.0.1:0", "--tls", s.bin.path("certificates"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.wx = cmd
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if s.wxURL = baseURL.FindString(lines.Text()); s.wxURL != "" {
			go io.Copy(io.Discard, out) //nolint:errcheck // ends with the simulator
			s.client, err = trusting(s.bin.authority())
			return err
		}
	}
	return errors.New("the simulator did not say where it is")
}

// trusting is a client that trusts an authority.
func trusting(authority string) (*http.Client, error) {
	raw, err := os.ReadFile(authority)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(raw) {
		return nil, fmt.Errorf("%s has no certificate", authority)
	}
	return &http.Client{Timeout: longEnough, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}, nil
}

// secrets are what the till finds in its environment: the API key, and whose certificates to trust.
func (s *shop) secrets() []string {
	return []string{
		keyInEnv + "=" + testKey, "SSL_CERT_FILE=" + s.bin.authority(),
		"GUITAI_NO_WINDOW=1", "GUITAI_INSTALLATION=" + s.data + "-installation", // this machine is nobody's till
	}
}

func (s *shop) configure() error {
	text := fmt.Sprintf(`
[shop]
name = "柜台便利店"
id   = "S001"
till = "T1"

[wechat]
base_url   = "%[1]s/api"
backup_url = "%[1]s/api2"
appid      = "%[2]s"
mch_id     = "%[3]s"
api_key    = "env:%[4]s"
notify_url = "http://127.0.0.1:%[5]d/notice"
order_expires = "2m"
client_cert = "%[7]s"
client_key  = "file:%[8]s"

[notify]
listen = "127.0.0.1:%[5]d"

[printer]
url = "%[6]s"
`, s.wxURL, sim.PracticeAppID, sim.PracticeMchID, keyInEnv, s.port, s.printer.URL(),
		filepath.Join(s.bin.path("certificates"), "apiclient_cert.pem"), filepath.Join(s.bin.path("certificates"), "apiclient_key.pem"))
	return os.WriteFile(filepath.Join(s.data, "config.toml"), []byte(text), 0o600)
}

// stock brings the goods into the ledger.
func (s *shop) stock() error {
	file := filepath.Join(filepath.Dir(s.data), "goods.csv")
	if err := os.WriteFile(file, []byte(goodsCSV), 0o600); err != nil {
		return err
	}
	if code, _, errs := s.ledger("import", "items", file); code != 0 {
		return fmt.Errorf("ledger import: exit %d: %s", code, errs)
	}
	return nil
}

// ledger runs the ledger program on this shop's books.
func (s *shop) ledger(args ...string) (code int, stdout, stderr string) {
	ctx, cancel := context.WithTimeout(context.Background(), longEnough)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.bin.path("ledger"), append([]string{"--data", s.data}, args...)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		return -1, "", err.Error()
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

// look reads everything that the judge knows.
func (s *shop) look() (judge.Case, error) {
	s.mu.Lock()
	acks, closes := slices.Clone(s.acks), slices.Clone(s.closes)
	s.mu.Unlock()
	c := judge.Case{Acks: acks, Closes: closes, Totals: s.totals, Excused: s.excused, Paper: s.printer.Paper()}
	var err error
	if c.Books, err = judge.ReadBooks(s.ledger); err != nil {
		return c, err
	}
	c.Truth, err = judge.ReadTruth(s.client, s.wxURL)
	return c, err
}

// acknowledged keeps what the till showed as done.
func (s *shop) acknowledged(a judge.Ack) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acks = append(s.acks, a)
}

// closed keeps the close of a shift that the till showed.
func (s *shop) closed(z judge.Close) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closes = append(s.closes, z)
}

// nextTotal is an amount that no other sale of this shop has, in fen.
func (s *shop) nextTotal() int64 {
	total := int64(firstSale + s.sold)
	s.sold++
	s.totals[total] = true
	return total
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close() //nolint:errcheck // it was only asked for its number
	return l.Addr().(*net.TCPAddr).Port, nil
}
