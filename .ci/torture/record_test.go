package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestRecording_IsReadCallByCall(t *testing.T) {
	hexed := func(s string) string {
		const digits = "0123456789abcdef"
		out := ""
		for _, b := range []byte(s) {
			out += `\x` + string(digits[b>>4]) + string(digits[b&15])
		}
		return out
	}
	wal, dir := hexed("/shop/ledger.db-wal"), hexed("/shop")
	log := filepath.Join(t.TempDir(), "log")
	text := `7  open("` + wal + `", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 5<` + wal + `>
7  pwrite64(5<` + wal + `>, "` + hexed("ab") + `", 2, 32) = 2
8  pwrite64(5<` + wal + `>, "` + hexed("cd") + `", 2, 34 <unfinished ...>
7  fsync(5<` + wal + `>)  = -1 EIO (Input/output error)
8  <... pwrite64 resumed>)             = 2
7  --- SIGURG {si_signo=SIGURG} ---
7  fsync(6<` + dir + `>) = 0
7  write(1<` + hexed("pipe:[1]") + `>, "` + hexed(`{"Done":{"Amount":5},"Receipt":"S001-T1-20261120-0001"}`+"\n") + `", 56) = 56
9  write(8<` + hexed("socket:[2]") + `>, "` + hexed("POST /api/pay/unifiedorder <out_trade_no>n1</out_trade_no>") + `", 58) = 58
7  ftruncate(5<` + wal + `>, 0) = 0
7  unlink("` + wal + `") = 0
`
	if err := os.WriteFile(log, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ops, err := readRecording(log, "/shop", ledgerFile, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []opKind{opCreate, opWrite, opWrite, opSync, opAck, opOrder, opTruncate, opUnlink}
	if len(ops) != len(want) {
		t.Fatalf("%d ops: %+v", len(ops), ops)
	}
	for i, o := range ops {
		if o.kind != want[i] {
			t.Errorf("op %d is %+v", i, o)
		}
	}
	if string(ops[2].data) != "cd" || ops[2].off != 34 || ops[3].path != "/shop" || ops[4].ack.Receipt == "" || ops[5].path != "n1" {
		t.Errorf("%+v", ops)
	}
}
