//go:build e2e

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos/wechat/sim"
)

// relayed is a shop with a relay: WeChat reaches the relay, the till reaches it through a network that the test can cut.
type relayed struct {
	*world
	shop    string // what the relay's keeper calls it
	db      string // the relay's
	base    string // where WeChat reaches it
	relay   *process
	network *network
}

func newRelayed(t *testing.T) *relayed {
	t.Helper()
	w := &relayed{world: newWorld(t), shop: "People Road"}
	w.db = filepath.Join(t.TempDir(), "relay.db")
	w.base = fmt.Sprintf("http://127.0.0.1:%d", freePort(t))
	w.serve()
	w.network = newNetwork(t, strings.TrimPrefix(w.base, "http://"))
	t.Setenv("GUITAI_TEST_MINI", sim.PracticeMiniSecret)
	t.Setenv("GUITAI_TEST_V1_SECRET", sim.PracticeV1Secret)
	t.Setenv("GUITAI_TEST_V1_PARTNER", sim.PracticeV1PartnerKey)
	t.Setenv("GUITAI_TEST_V1_SIGN", sim.PracticeV1PaySignKey)
	file := filepath.Join(w.data, "config.toml")
	w.write(file, fmt.Appendf([]byte(w.config()), `
[phone]
mini_appid  = %q
mini_secret = "env:GUITAI_TEST_MINI"
app_appid   = %q
login_url   = %q

[apiv1]
appid        = %q
app_secret   = "env:GUITAI_TEST_V1_SECRET"
partner_id   = %q
partner_key  = "env:GUITAI_TEST_V1_PARTNER"
pay_sign_key = "env:GUITAI_TEST_V1_SIGN"
base_url     = %q
`, sim.PracticeMiniAppID, sim.PracticeAppAppID, w.sim, sim.PracticeV1AppID, sim.PracticeV1PartnerID, w.sim+"/api"))
	return w
}

// fill makes the folder of a till with this configuration, which has no relay yet.
func (w *relayed) fill(config string) {
	w.t.Helper()
	if err := os.MkdirAll(w.data, 0o700); err != nil {
		w.t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(config) {
		if name, _, _ := strings.Cut(line, "="); !slices.Contains([]string{"url", "token", "notify_url"}, strings.TrimSpace(name)) || strings.Contains(line, "tcp:") {
			lines = append(lines, line)
		}
	}
	w.write(filepath.Join(w.data, "config.toml"), []byte(strings.Join(lines, "")))
}

func (w *relayed) config() string {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.data, "config.toml"))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// serve starts the relay, or starts it again.
func (w *relayed) serve() {
	w.t.Helper()
	w.relay = w.spawn("relay", "--listen", strings.TrimPrefix(w.base, "http://"), "--db", w.db, "--log", "json", "--lang", "en")
	w.t.Cleanup(w.relay.kill)
	w.eventually("the relay works", func() bool {
		res, err := http.Get(w.base + "/healthz")
		if err != nil {
			return false
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
}

// keeper runs a command of the relay's keeper and returns what it printed.
func (w *relayed) keeper(args ...string) string {
	w.t.Helper()
	code, out, errs := w.run("relay", append([]string{"till", args[0], "--db", w.db}, args[1:]...)...)
	if code != 0 {
		w.t.Fatalf("relay till %v: exit %d\n%s%s", args, code, out, errs)
	}
	return strings.TrimSpace(out)
}

// listed is what "relay till list" says of a till.
type listed struct {
	Shop, State string
	Waiting     int    // notices that the relay keeps for it
	NotifyURL   string `json:"notify_url"`
	CallbackURL string `json:"callback_url"`
	PrepayURL   string `json:"prepay_url"`
}

// row is the till of a shop; zero when it is revoked.
func (w *relayed) row(shop string) (found listed) {
	w.t.Helper()
	var all []listed
	if err := json.Unmarshal([]byte(w.keeper("list", "--format", "json")), &all); err != nil {
		w.t.Fatal(err)
	}
	for _, r := range all {
		if r.Shop == shop {
			found = r
		}
	}
	return found
}

// settings opens the settings at the part of the relay, the last but one of the list.
func (w *relayed) settings() {
	w.t.Helper()
	w.keys("", "ctrl+g")
	w.eventually("the settings are open", w.inSettings)
	w.keys("", "Prior", "Prior")
}

// inSettings reports whether the settings are in front: the ground, where the selling screen has the white of its search.
func (w *relayed) inSettings() bool {
	r, _, _ := w.pixel("settings", 600, 90)
	return r > 230 && r < 250
}

// leave closes the settings.
func (w *relayed) leave() {
	w.t.Helper()
	w.keys("", "Escape")
	w.eventually("the settings are closed", func() bool {
		if !w.inSettings() {
			return true
		}
		w.keys("", "Escape") // out of a field first
		return false
	})
}

// pair does what a manager does with the line that the keeper gave him, in the settings. The line leads through the network.
func (w *relayed) pair(line string) {
	w.t.Helper()
	w.eventually("the settings ask for a line", func() bool { return w.coloured("40x8+330+352", 1, 0) }) // by the button
	w.keys(strings.Replace(line, w.base, w.network.url(), 1))
	w.keys("", "F5")
	w.eventually("the relay knows the till", func() bool { return w.row(w.shop).State == "paired" })
	w.eventually("config.toml has the relay", func() bool { return strings.Contains(w.config(), w.row(w.shop).NotifyURL) })
	w.eventually("the line stands", w.lineGreen)
	w.eventually("the settings say that it is done", func() bool { return w.coloured("200x24+966+184", 1, 0) })
}

// lineGreen reports whether the settings show the line as good.
func (w *relayed) lineGreen() bool { return w.coloured("24x60+322+170", 1, 0) }

// topLine is where the line on top says how the till is, without the clock.
const topLine = "460x40+580+8"

// waits is the picture of what that line says of what is pending, and of nothing else there: a till that may not ask WeChat shows that its line
// is bad once it has tried.
func (w *relayed) waits() string { return w.cut("84x40+882+8") }

// cut is a part of the screen, three bytes a point.
func (w *relayed) cut(place string) string {
	out, err := exec.Command("import", "-window", "root", "-crop", place, "-depth", "8", "rgb:-").Output()
	if err != nil {
		w.t.Logf("a picture of %s: %v", place, err)
	}
	return string(out)
}

// coloured reports whether a part of the screen has a point with much more of one colour than of another: 0 is red, 1 green.
func (w *relayed) coloured(place string, more, less int) bool {
	for b := w.cut(place); len(b) >= 3; b = b[3:] {
		if int(b[more]) > int(b[less])+50 {
			return true
		}
	}
	return false
}

// phoneKey makes the shop key in the settings and returns it.
func (w *relayed) phoneKey() string {
	w.t.Helper()
	file := filepath.Join(w.data, "phone_key")
	w.keys("", "Next", "F7")
	w.eventually("the shop key is made", func() bool {
		_, err := os.Stat(file)
		return err == nil && strings.Contains(w.config(), "phone_key")
	})
	key, err := os.ReadFile(file)
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.TrimSpace(string(key))
}

// token is the till's at the relay.
func (w *relayed) token() string {
	w.t.Helper()
	token, err := os.ReadFile(filepath.Join(w.data, "relay_token"))
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.TrimSpace(string(token))
}

// titles are the names of all windows.
func (w *relayed) titles() string {
	w.t.Helper()
	out, err := exec.Command("xdotool", "search", "--name", ".", "getwindowname", "%@").Output()
	if err != nil {
		w.t.Fatal(err)
	}
	return string(out)
}

// blind keeps the till from hearing anything of an order but by notice.
func (w *relayed) blind() {
	w.post("/sim/faults", map[string]any{"fault": "http-502=always@orderquery"})
}

// glass sells a can of cola as far as its QR and returns that and its number.
func (w *relayed) glass() (code, number string) {
	w.t.Helper()
	w.keys("6901234567892", "Return", "F9")
	w.eventually("a QR stands on the glass", func() bool { code = w.qr(); return code != "" })
	for _, o := range w.orders() {
		if o.CodeURL == code {
			number = o.OutTradeNo
		}
	}
	if number == "" {
		w.t.Fatalf("the QR %q is of no order", code)
	}
	return code, number
}

// green waits until the screen says paid and returns how long that took. The picture of a screen takes some tenths of a second itself.
func (w *relayed) green() time.Duration {
	w.t.Helper()
	began := time.Now()
	w.eventually("the screen says paid", w.paidOnScreen)
	return time.Since(began)
}

// tell posts to the simulator and reads what it answers.
func (w *relayed) tell(path string, body, into any) error {
	w.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	res, err := http.Post(w.sim+path, "application/json", strings.NewReader(string(raw)))
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("%s: %s %s", path, res.Status, text)
	}
	return json.Unmarshal(text, into)
}

// notices are the true notices of an order.
func (w *relayed) notices(number string) (found []sim.Delivery) {
	w.t.Helper()
	res, err := http.Get(w.sim + "/sim/deliveries")
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	var all struct{ Deliveries []sim.Delivery }
	if err := json.NewDecoder(res.Body).Decode(&all); err != nil {
		w.t.Fatal(err)
	}
	for _, d := range all.Deliveries {
		if d.OutTradeNo == number && d.Kind == sim.NoticeTrue {
			found = append(found, d)
		}
	}
	return found
}

// told waits until WeChat takes its notices of an order for delivered.
func (w *relayed) told(number string) {
	w.t.Helper()
	w.eventually("WeChat's notice was answered with success", func() bool {
		all := w.notices(number)
		for _, d := range all {
			if d.State != sim.DeliveryDone {
				return false
			}
		}
		return len(all) > 0
	})
}

// booked waits until an order is in the books as paid, and on paper, and makes sure that it is there once.
func (w *relayed) booked(number, tender, evidence, fen string) {
	w.t.Helper()
	row := func() (found map[string]string, n int) {
		for _, r := range w.payments() {
			if r["out_trade_no"] == number {
				found = r
				n++
			}
		}
		return found, n
	}
	w.eventually(number+" is paid in the books", func() bool { r, _ := row(); return r["state"] == "paid" })
	w.eventually("its receipt is on paper", func() bool { return w.printed(number) > 0 })
	r, n := row()
	if n != 1 || r["tender"] != tender || r["evidence"] != evidence || r["amount_fen"] != fen || r["asked_fen"] != fen || r["receipt_no"] == "" {
		w.t.Errorf("%d payments in the books, the last %v; want %s of %s by %s", n, r, fen, tender, evidence)
	}
	if n := w.printed(number); n != 1 {
		w.t.Errorf("%s was printed %d times", number, n)
	}
}

func (w *relayed) printed(number string) (n int) {
	for _, paper := range w.receipts() {
		if strings.Contains(paper, number) {
			n++
		}
	}
	return n
}

// kept makes sure that secrets are in their own files, which nobody else can read, and nowhere else.
func (w *relayed) kept(secrets ...string) {
	w.t.Helper()
	for _, secret := range secrets {
		if len(secret) < 40 {
			w.t.Errorf("%d characters are no secret", len(secret))
		}
		err := filepath.Walk(w.data, func(path string, info os.FileInfo, err error) error {
			if err != nil || info.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			own := filepath.Base(path) == "relay_token" || filepath.Base(path) == "phone_key"
			if has := strings.Contains(string(raw), secret); has && !own {
				w.t.Errorf("%s has a secret in it", path)
			} else if has && info.Mode().Perm() != 0o600 {
				w.t.Errorf("%s is %v", path, info.Mode())
			}
			return err
		})
		if err != nil {
			w.t.Error(err)
		}
		for _, said := range []string{w.till.out.String(), w.relay.out.String()} {
			if strings.Contains(said, secret) {
				w.t.Error("a secret was printed")
			}
		}
		if state, err := os.ReadFile(w.db); err == nil && strings.Contains(string(state), secret) {
			w.t.Error("the relay has a secret in its database")
		}
	}
}
