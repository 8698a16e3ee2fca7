package store

import (
	"context"
	"crypto/sha256"
	"time"

	"guitai/pos"
)

// MaxNotice is how much of a notice's body is kept, in bytes. WeChat's are a few hundred.
const MaxNotice = 64 << 10

const sqlKeepNotice = `INSERT INTO notice (sha256, size, body, out_trade_no, verdict, first_at, last_at, count) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, 1)
	ON CONFLICT (sha256) DO UPDATE SET count = count + 1, last_at = excluded.last_at`

// KeepNotice implements [pos.Ledger]. Of a body longer than [MaxNotice] the beginning is kept; the hash is of all of it.
func (s *Store) KeepNotice(ctx context.Context, at time.Time, body []byte, outTradeNo string, v pos.Verdict) error {
	sum := sha256.Sum256(body)
	kept := body[:min(len(body), MaxNotice)]
	if kept == nil {
		kept = []byte{}
	}
	return s.write(ctx, "keep notice", func(t *tx) error {
		_, err := t.exec(sqlKeepNotice, sum[:], len(body), kept, outTradeNo, string(v), ms(at))
		return err
	})
}
