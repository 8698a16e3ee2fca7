package main

import (
	"bufio"
	"context"
	"crypto/md5"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guitai/pos/wechat/sim"
)

// longEnough is how long a test waits for what other goroutines, other programs and the system bring. It is no measure of anything, and a
// test that works waits for a small part of it: it is for a machine that does much beside.
const longEnough = 2 * time.Minute

// childArgs makes the test binary be the program, so that it can be killed as one.
const childArgs = "WXSIM_TEST_ARGS"

func TestMain(m *testing.M) {
	if args := os.Getenv(childArgs); args != "" {
		os.Exit(run(context.Background(), strings.Split(args, "\n"), os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// TestRun_AKilledProcessForgetsNothingItSaid kills the program with SIGKILL while payments come in, several times over on one
// state file: every payment that was answered is there afterwards.
func TestRun_AKilledProcessForgetsNothingItSaid(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state")
	answered := make(map[string]bool)
	for round := range 4 {
		child, page := spawn(t, state)
		known := payments(t, page)
		for id := range answered {
			if !known[id] {
				t.Errorf("round %d: %s was answered and is forgotten", round, id)
			}
		}
		if round == 3 {
			kill(t, child)
			break
		}
		ids := make(chan string)
		var payers sync.WaitGroup
		for payer := range 4 {
			payers.Go(func() {
				for n := 0; ; n++ {
					id, err := micropay(t.Context(), page, fmt.Sprintf("K%d-%d-%06d", round, payer, n), fmt.Sprintf("13%02d%04d%08d00", round, payer, n))
					if err != nil {
						return // the program is dead
					}
					ids <- id
				}
			})
		}
		go func() {
			payers.Wait()
			close(ids)
		}()
		count := 0
		for id := range ids {
			answered[id] = true
			if count++; count == 25 {
				kill(t, child) // what is answered from here on was on its way
			}
		}
	}
	if len(answered) < 75 {
		t.Errorf("only %d payments", len(answered))
	}
}

// spawn starts the program on a state file.
func spawn(t *testing.T, state string) (child *exec.Cmd, page string) {
	t.Helper()
	child = exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childArgs+"=--listen\n127.0.0.1:0\n--state\n"+state)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	child.Stderr = os.Stderr
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := regexp.MustCompile(`phone +(http://\S+/)`).FindStringSubmatch(lines.Text()); m != nil {
			page = m[1]
		}
		if strings.Contains(lines.Text(), "Ctrl+C") {
			return child, page
		}
	}
	t.Fatalf("it ended: %v", child.Wait())
	return nil, ""
}

func kill(t *testing.T, child *exec.Cmd) {
	t.Helper()
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed
}

// payments are the transactions that a simulator knows.
func payments(t *testing.T, page string) map[string]bool {
	t.Helper()
	var answer struct {
		Money []sim.Money `json:"money"`
	}
	if err := json.Unmarshal([]byte(fetch(t, http.MethodGet, page+"sim/money")), &answer); err != nil {
		t.Fatal(err)
	}
	known := make(map[string]bool)
	for _, m := range answer.Money {
		known[m.TransactionID] = true
	}
	return known
}

// micropay charges a code and returns the transaction_id.
func micropay(ctx context.Context, page, number, code string) (string, error) {
	fields := map[string]string{
		"appid": sim.PracticeAppID, "mch_id": sim.PracticeMchID, "nonce_str": "n", "body": "b", "out_trade_no": number, "total_fee": "1",
		"spbill_create_ip": "127.0.0.1", "auth_code": code,
	}
	var text, document strings.Builder
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		text.WriteString(name + "=" + fields[name] + "&")
		document.WriteString("<" + name + ">" + fields[name] + "</" + name + ">")
	}
	text.WriteString("key=" + sim.PracticeKey)
	body := fmt.Sprintf("<xml>%s<sign>%X</sign></xml>", document.String(), md5.Sum([]byte(text.String())))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, page+"pay/micropay", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}
	m := regexp.MustCompile(`<transaction_id><!\[CDATA\[(\d+)`).FindSubmatch(answer)
	if m == nil {
		return "", fmt.Errorf("not paid: %s", answer)
	}
	return string(m[1]), nil
}
