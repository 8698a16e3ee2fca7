package store_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/store"
)

// TestCrash_FeesAreBookedWholeAndOnce kills a program that keeps one corrected bill after another, and holds the books to the newest that
// they have: reading it again books nothing more.
func TestCrash_FeesAreBookedWholeAndOnce(t *testing.T) {
	if dir := os.Getenv("STORE_TEST_BILL"); dir != "" {
		keepForEver(t, dir)
		return
	}
	t.Parallel()
	const kills = 12
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(3, 4))
	acked := 0
	for round := range kills {
		cmd := exec.Command(os.Args[0], "-test.run=^TestCrash_FeesAreBookedWholeAndOnce$")
		cmd.Env = append(os.Environ(), "STORE_TEST_BILL="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines, left := bufio.NewScanner(out), random.IntN(20)+1
		for left > 0 && lines.Scan() {
			if n, ok := strings.CutPrefix(lines.Text(), "ack "); ok {
				left--
				if acked, err = strconv.Atoi(n); err != nil {
					t.Fatal(err)
				}
			}
		}
		if left > 0 {
			t.Fatalf("round %d: it stopped by itself", round)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it said before it died
			if n, ok := strings.CutPrefix(lines.Text(), "ack "); ok {
				if more, err := strconv.Atoi(n); err == nil {
					acked = max(acked, more)
				}
			}
		}
		_ = cmd.Wait() // it was killed

		s := mustOpen(t, dir)
		mustVerify(t, s)
		kept, err := s.Bills(context.Background(), 1)
		if err != nil || len(kept) != 1 || kept[0].Fee < pos.Mille(acked)*1000 {
			t.Fatalf("round %d: acknowledged %d, kept %+v %v", round, acked, kept, err)
		}
		mustKeep(t, s, numbered(int(kept[0].Fee/1000)))
		if sum, _ := booked(t, dir, pos.EntryFees, pos.WeChatFees); pos.Fen(sum) != kept[0].Fee.Fen() {
			t.Fatalf("round %d: fees of %d booked, the bill has %s", round, sum, kept[0].Fee)
		}
		mustVerify(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// numbered is a bill with fees of n fen and a finding of its own.
func numbered(n int) pos.BillResult {
	b := summary('a', pos.Mille(n)*1000)
	b.SHA256 = fmt.Sprintf("%064d", n)
	return withFindings(b, lacks(pos.BillItem{Kind: pos.BillPayment, OutTradeNo: no(n), Amount: 5, Currency: pos.Currency, State: "paid"}))
}

// keepForEver keeps bills until it is killed. It acknowledges one when the ledger says that it is stored.
func keepForEver(t *testing.T, dir string) {
	s := mustOpen(t, dir)
	from := 0
	if kept, err := s.Bills(context.Background(), 1); err == nil && len(kept) == 1 {
		from = int(kept[0].Fee / 1000)
	}
	for n := from + 1; ; n++ {
		mustKeep(t, s, numbered(n))
		fmt.Printf("ack %d\n", n)
	}
}

var _ pos.BillBook = (*store.Store)(nil)
