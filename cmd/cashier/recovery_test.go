//go:build !windowless

package main

import (
	"bytes"
	"crypto/rand"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"guitai/pos"
	"guitai/pos/printer/printertest"
)

func TestPrintRecovery_IsOnThePaperAloneAndOnce(t *testing.T) {
	d, folder := openDesk(t)
	var log bytes.Buffer
	d.e.log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	code, err := pos.NewRecoveryCode(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.e.printing.printRecovery(t.Context(), code, "zh-CN"); pos.CodeOf(err) != pos.CodeNotYet { // practice prints into a folder
		t.Errorf("into a folder: %v", err)
	}
	fake := printertest.New(printertest.Manner{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { fake.Serve(conn) })
		}
	})
	defer serving.Wait()
	defer d.e.stop() // lets go of the printer
	defer l.Close()  //nolint:errcheck // nothing was written
	was := d.Config()
	now := was
	now.Printer.URL = "tcp://" + l.Addr().String()
	if err := d.Save(t.Context(), was, now, ""); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"zh-CN", "en"} {
		before := len(fake.Papers())
		if err := d.e.printing.printRecovery(t.Context(), code, lang); err != nil {
			t.Fatal(err)
		}
		papers := fake.Papers()
		if len(papers) != before+1 {
			t.Fatalf("%d papers", len(papers)-before)
		}
		paper := string(papers[before])
		for _, group := range code.Groups() {
			if strings.Count(paper, group) != 1 {
				t.Errorf("%s: a group is %d times on the paper", lang, strings.Count(paper, group))
			}
		}
	}
	d.e.stop()
	all := everything(t, string(folder)) + log.String()
	if strings.Contains(all, string(code)) || strings.Contains(all, strings.Join(code.Groups(), " ")) || strings.Contains(all, code.Groups()[0]+"  "+code.Groups()[1]) {
		t.Errorf("the code is in %s", filepath.Base(string(folder)))
	}
}
