package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
	"guitai/pos/wechat"
	"guitai/pos/wechat/apiv2"
	"guitai/pos/wechat/sim"
	"guitai/store"
)

// noticeBody is a signed payment notice as WeChat posts it.
func noticeBody(no string, fen pos.Fen) []byte {
	fields := map[string]string{
		"return_code": "SUCCESS", "result_code": "SUCCESS", "appid": sim.PracticeAppID, "mch_id": sim.PracticeMchID,
		"nonce_str": "5d2b6c2a8db53831", "openid": "oUpF8uMEb4qRXf22hE3X68TekukE", "trade_type": "NATIVE", "bank_type": "OTHERS",
		"total_fee": fmt.Sprint(int64(fen)), "cash_fee": fmt.Sprint(int64(fen)), "fee_type": "CNY", "transaction_id": "42" + no,
		"out_trade_no": no, "time_end": "20261120200000",
	}
	var plain, xml bytes.Buffer
	xml.WriteString("<xml>")
	for _, k := range slices.Sorted(maps.Keys(fields)) {
		fmt.Fprintf(&plain, "%s=%s&", k, fields[k])
		fmt.Fprintf(&xml, "<%s>%s</%s>", k, fields[k], k)
	}
	plain.WriteString("key=" + sim.PracticeKey)
	mac := hmac.New(sha256.New, []byte(sim.PracticeKey))
	mac.Write(plain.Bytes())
	fmt.Fprintf(&xml, "<sign>%s</sign></xml>", strings.ToUpper(hex.EncodeToString(mac.Sum(nil))))
	return xml.Bytes()
}

// awaiting fills a ledger with n orders whose customers have just paid, and returns their notices.
func awaiting(b *testing.B, s *store.Store, n int) [][]byte {
	b.Helper()
	lines := []pos.Line{{Item: 1, Barcode: "6901234567892", Name: "可口可乐 330ml", Price: 300, Quantity: 1}}
	bodies := make([][]byte, n)
	for i := range n {
		at := time.Now()
		no, err := pos.NewOutTradeNo(testShop, 20261120, rand.Reader)
		if err != nil {
			b.Fatal(err)
		}
		p := pos.Payment{
			OutTradeNo: no, Tender: pos.TenderNative, State: pos.Opened, Asked: 300, Request: []byte("<xml/>"), OpenedAt: at, ExpiresAt: at.Add(time.Hour),
		}
		if _, _, err := s.BeginSale(b.Context(), pos.Sale{State: pos.SaleOpen, Lines: lines, Gross: 300, OpenedAt: at}, p); err != nil {
			b.Fatal(err)
		}
		bodies[i] = noticeBody(no, 300)
	}
	return bodies
}

// BenchmarkNotice is a payment notice from the raw body to the answer for WeChat: verified, judged, the sale closed and on
// disk. One at a time, and 64 at once. Its floor is BenchmarkNoticeFloor.
func BenchmarkNotice(b *testing.B) {
	for _, at := range []int{1, 64} {
		b.Run(fmt.Sprint(at), func(b *testing.B) {
			s, err := store.Open(b.Context(), store.Options{Dir: b.TempDir(), Shop: testShop, Clock: systemClock{}})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = s.Close() })
			bodies := awaiting(b, s, b.N)
			wx, err := apiv2.New(apiv2.Config{
				Merchant: wechat.Merchant{AppID: sim.PracticeAppID, MchID: sim.PracticeMchID, Key: wechat.NewAPIKey(sim.PracticeKey), SignType: wechat.HMACSHA256},
				BaseURL:  "http://127.0.0.1:1", NotifyURL: "https://notify.invalid/",
			})
			if err != nil {
				b.Fatal(err)
			}
			till := checkout.New(checkout.Config{
				Shop: testShop, Ledger: s, Returns: s, Catalogue: s, Notices: wx, OffCause: pos.CodeSecret, Clock: systemClock{}, Random: rand.Reader,
				Life: 5 * time.Minute, Log: slog.New(slog.DiscardHandler), Poke: func() {}, Publish: func(pos.Snapshot) {},
			})
			ctx, stop := context.WithCancel(b.Context())
			over := make(chan error)
			go func() { over <- till.Run(ctx) }()
			till.Notice(ctx, []byte("<xml/>")) // it has read what was open
			b.ResetTimer()
			var senders sync.WaitGroup
			for w := range at {
				senders.Go(func() {
					for i := w; i < len(bodies); i += at {
						if _, reply := till.Notice(ctx, bodies[i]); !bytes.Contains(reply, []byte("SUCCESS")) {
							b.Errorf("answered %s", reply)
							return
						}
					}
				})
			}
			senders.Wait()
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "notices/s")
			stop()
			if err := <-over; err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkNoticeFloor is the bare limit: as many bytes as such a notice leaves in the log, written and made durable twice,
// for the notice itself and for what it moves.
func BenchmarkNoticeFloor(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "floor"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	data := make([]byte, 8*4120)
	for i := 0; b.Loop(); i++ {
		for range 2 {
			if _, err := f.WriteAt(data, int64(i%64)*int64(len(data))); err != nil {
				b.Fatal(err)
			}
			if err := f.Sync(); err != nil {
				b.Fatal(err)
			}
		}
	}
}
