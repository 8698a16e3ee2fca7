//go:build e2e

package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/text/encoding/simplifiedchinese"

	"guitai/assets/shop"
	"guitai/pos/wechat/sim"
)

// The end-to-end tests start the programs as a shop does and touch them only from outside: keys into the window, a
// screenshot and an independent decoder for the QR, HTTP for the customer, a TCP port for the printer, the ledger program
// for the books. They wait for real processes, so they poll with a limit; nothing in them is timed.

var programs = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "guitai-e2e-")
	if err != nil {
		return "", err
	}
	for _, p := range []string{"cashier", "ledger", "wxsim", "relay"} {
		cmd := exec.Command("go", "build", "-tags", "migrated_fynedo", "-o", filepath.Join(dir, p), "guitai/cmd/"+p)
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("build %s: %w\n%s", p, err, out)
		}
	}
	unix.Sync() // else the books of the first tests wait on the disk for what was built
	return dir, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := programs(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

const testKey = sim.PracticeKey

// world is one shop with its customer and its printer.
type world struct {
	t    *testing.T
	bin  string
	data string
	sim  string // http://127.0.0.1:port
	wx   *process
	till *process

	mu    sync.Mutex
	paper [][]byte // one for each connection
}

func newWorld(t *testing.T) *world {
	t.Helper()
	bin, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, bin: bin, data: filepath.Join(t.TempDir(), "shop")}
	if err := os.MkdirAll(w.data, 0o700); err != nil {
		t.Fatal(err)
	}
	w.sim = fmt.Sprintf("http://127.0.0.1:%d", freePort(t))
	w.simulate()
	w.configure(w.printer())
	goods := filepath.Join(w.data, "goods.csv")
	w.write(goods, shop.ItemsCSV)
	w.ledger("import", "items", goods)
	return w
}

// simulate starts WeChat, or starts it again as another: what it knew is forgotten.
func (w *world) simulate(flags ...string) {
	w.t.Helper()
	if w.wx != nil {
		w.wx.kill()
	}
	w.wx = w.spawn("wxsim", append([]string{"--listen", strings.TrimPrefix(w.sim, "http://")}, flags...)...)
	w.t.Cleanup(w.wx.kill)
	w.eventually("the simulator answers", func() bool {
		res, err := http.Get(w.sim + "/sim/orders")
		if err == nil {
			res.Body.Close()
		}
		return err == nil
	})
}

func (w *world) configure(printer string) {
	w.write(filepath.Join(w.data, "config.toml"), fmt.Appendf(nil, `
[shop]
name = "柜台便利店"
id   = "S001"
till = "T1"
day_starts = "%[5]s"

[wechat]
base_url   = "%[1]s/api"
backup_url = "%[1]s/api2"
appid      = "%[2]s"
mch_id     = "%[3]s"
api_key    = "env:GUITAI_TEST_KEY"

[printer]
url = "%[4]s"
`, w.sim, sim.PracticeAppID, sim.PracticeMchID, printer, dayStarts()))
}

// dayStarts is a time at which a shop's day may begin, hours away from now: whenever the tests run, they run within one day.
var dayStarts = sync.OnceValue(func() string {
	if h := time.Now().In(beijing).Hour(); 8 <= h && h < 20 {
		return "00:00"
	}
	return "12:00"
})

var beijing = time.FixedZone("Beijing", 8*60*60)

func (w *world) write(name string, body []byte) {
	w.t.Helper()
	if err := os.WriteFile(name, body, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// printer is a receipt printer on a TCP port: it takes what comes and closes when the sender has.
func (w *world) printer() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			job, _ := io.ReadAll(c)
			c.Close()
			w.mu.Lock()
			w.paper = append(w.paper, job)
			w.mu.Unlock()
		}
	}()
	return "tcp://" + l.Addr().String()
}

// receipts are the jobs that are paper, not the drawer's.
func (w *world) receipts() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for _, job := range w.paper {
		if len(job) > 20 {
			text, _ := simplifiedchinese.GBK.NewDecoder().Bytes(job)
			out = append(out, string(text))
		}
	}
	return out
}

type process struct {
	cmd  *exec.Cmd
	out  *lockedBuffer
	done chan struct{}
	err  error
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (w *world) spawn(name string, args ...string) *process {
	w.t.Helper()
	p := &process{cmd: exec.Command(filepath.Join(w.bin, name), args...), out: &lockedBuffer{}, done: make(chan struct{})}
	p.cmd.Env = w.env()
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	if err := p.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	return p
}

// env is what the programs are started with: no window that waits for a person, an installation id and a look of the tests' own, and no
// keyring, so that secrets are in files of the shop's folder and nothing is left in the keyring of whoever runs the tests.
func (w *world) env() []string {
	return append(os.Environ(), "GUITAI_TEST_KEY="+testKey, noWindowEnv+"=1", installationEnv+"="+w.data+"-installation",
		"XDG_CONFIG_HOME="+w.data+"-config", "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent")
}

func (p *process) kill() {
	p.cmd.Process.Kill() //nolint:errcheck // it may have ended
	<-p.done
}

// end sends SIGTERM and returns the exit code.
func (p *process) end(t *testing.T) int {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-p.done:
	case <-time.After(longEnough):
		p.kill()
		t.Fatalf("it did not stop within %v of SIGTERM", longEnough)
	}
	return p.cmd.ProcessState.ExitCode()
}

// run runs a program to its end.
func (w *world) run(name string, args ...string) (code int, stdout, stderr string) {
	w.t.Helper()
	cmd := exec.Command(filepath.Join(w.bin, name), args...)
	cmd.Env = w.env()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		if _, exited := errors.AsType[*exec.ExitError](err); !exited {
			w.t.Fatal(err)
		}
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

// ledger runs the ledger program and insists that it succeeds.
func (w *world) ledger(args ...string) string {
	w.t.Helper()
	code, out, errs := w.run("ledger", append([]string{"--data", w.data}, args...)...)
	if code != 0 {
		w.t.Fatalf("ledger %v: exit %d\n%s%s", args, code, out, errs)
	}
	return out
}

// payments reads `ledger export payments` of the last days.
func (w *world) payments() []map[string]string {
	w.t.Helper()
	file := filepath.Join(w.t.TempDir(), "payments.csv")
	w.ledger("export", "payments", "--from", time.Now().AddDate(0, 0, -2).Format("2006-01-02"), "--to",
		time.Now().AddDate(0, 0, 2).Format("2006-01-02"), "-o", file)
	raw, err := os.ReadFile(file)
	if err != nil {
		w.t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")))).ReadAll()
	if err != nil {
		w.t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			m[name] = row[i]
		}
		out = append(out, m)
	}
	return out
}

func (w *world) eventually(what string, f func() bool) {
	w.t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(longEnough)
	for !f() {
		select {
		case <-tick.C:
		case <-limit:
			if w.till != nil {
				w.t.Logf("the till said:\n%s\nits window, coarsely:\n%s", w.till.out, w.sketch())
			}
			w.t.Fatalf("never happened: %s", what)
		}
	}
}

// open starts the till and waits until its window has been drawn, and the steps of a new shop, which dim it, have been put away. A shop
// is sure to be new when its till is opened first; later, the steps may come a moment after the window.
func (w *world) open() {
	w.t.Helper()
	steps := w.till == nil
	w.till = w.spawn("cashier", "--data", w.data)
	w.t.Cleanup(w.till.kill)
	w.eventually("the window is drawn", func() bool { return w.ground() > 100 }) // the empty display is black
	if steps {
		w.eventually("a new shop is shown what to do first", w.dimmed)
	}
	w.focus()
	w.eventually("nothing stands over the window", func() bool {
		if !w.dimmed() {
			return true
		}
		w.xdotool("key", "Escape")
		return false
	})
}

// ground is how light the ground of the cart is, 0 to 255. Its colour has next to no tint.
func (w *world) ground() int {
	r, g, b := w.pixel("ground", 1300, 300)
	return min(r, g, b)
}

// dimmed reports whether a question stands over the window. What is black is no window, or no picture of one.
func (w *world) dimmed() bool {
	g := w.ground()
	return 50 < g && g < 200
}

// focus gives the keyboard to the till; without a window manager nobody else does.
func (w *world) focus() {
	w.t.Helper()
	w.eventually("the till has the keyboard", func() bool { // a window that goes away in the middle of the search ends it
		return exec.Command("xdotool", "search", "--onlyvisible", "--name", "Guitai 柜台", "windowfocus", "--sync").Run() == nil
	})
}

// keys types text and then keys, as a scanner or a person would.
func (w *world) keys(text string, keys ...string) {
	w.t.Helper()
	w.focus()
	if text != "" {
		w.xdotool("type", "--delay", "2", text)
	}
	for _, k := range keys {
		w.xdotool("key", k)
	}
}

func (w *world) xdotool(args ...string) {
	w.t.Helper()
	if out, err := exec.Command("xdotool", args...).CombinedOutput(); err != nil {
		w.t.Fatalf("xdotool %v: %v %s", args, err, out)
	}
}

// shoot takes a picture of the whole screen.
func (w *world) shoot(name string) string {
	file := filepath.Join(w.t.ArtifactDir(), name+".png")
	if out, err := exec.Command("import", "-window", "root", file).CombinedOutput(); err != nil {
		w.t.Logf("screenshot: %v %s", err, out)
	}
	return file
}

// sketch is the screen in letters, for a log that holds no pictures: the lighter, the denser.
func (w *world) sketch() string {
	out, err := exec.Command("convert", w.shoot("failed"), "-resize", "120x34!", "-colorspace", "gray", "-depth", "8", "gray:-").Output()
	if err != nil || len(out) != 120*34 {
		return fmt.Sprint("no picture: ", err)
	}
	for i, light := range out {
		out[i] = " .:-=+*#"[light/32]
	}
	return string(bytes.Join(slices.Collect(slices.Chunk(out, 120)), []byte("\n")))
}

// qr reads the QR on the screen with a decoder that is not ours; "" for none.
func (w *world) qr() string {
	out, err := exec.Command("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", w.shoot("qr")).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// orders asks the simulator.
func (w *world) orders() []sim.Order {
	w.t.Helper()
	res, err := http.Get(w.sim + "/sim/orders")
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	var all struct{ Orders []sim.Order }
	if err := json.NewDecoder(res.Body).Decode(&all); err != nil {
		w.t.Fatal(err)
	}
	return all.Orders
}

func (w *world) post(path string, body any) {
	w.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	res, err := http.Post(w.sim+path, "application/json", bytes.NewReader(raw))
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		text, _ := io.ReadAll(res.Body)
		w.t.Fatalf("%s: %s %s", path, res.Status, text)
	}
}

func (w *world) pay(order string) { w.post("/sim/pay", map[string]any{"order": order, "act": "pay"}) }

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// pixel is the colour of one point of the screen, 0 to 255 each; black when there is no picture.
func (w *world) pixel(name string, x, y int) (r, g, b int) {
	f, err := os.Open(w.shoot(name))
	if err != nil {
		return 0, 0, 0
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		return 0, 0, 0
	}
	r16, g16, b16, _ := picture.At(x, y).RGBA()
	return int(r16 >> 8), int(g16 >> 8), int(b16 >> 8)
}

// paidOnScreen finds out whether the screen shows the paid panel: its middle left is the accent colour.
func (w *world) paidOnScreen() bool {
	r, g, b := w.pixel("paid", 60, 300)
	return g > r+60 && g > b
}

// noSecrets looks for the API key in everything the till wrote.
func (w *world) noSecrets() {
	w.t.Helper()
	err := filepath.Walk(w.data, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if bytes.Contains(raw, []byte(testKey)) {
			w.t.Errorf("%s has the API key in it", path)
		}
		return err
	})
	if err != nil {
		w.t.Error(err)
	}
	if strings.Contains(w.till.out.String(), testKey) {
		w.t.Error("the API key was printed")
	}
}
