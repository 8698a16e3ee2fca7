package store

import (
	"guitai/pos"
)

const (
	sqlHead       = `SELECT seq, hash FROM chain WHERE id = 1`
	sqlLink       = `SELECT seq, epoch, kind, body, prev_hash, hash FROM journal WHERE seq = ?`
	sqlStartChain = `INSERT INTO chain (id, seq, hash) VALUES (1, 0, ?)`
	sqlMoveHead   = `UPDATE chain SET seq = ?, hash = ? WHERE id = 1`
	sqlAddLink    = `INSERT INTO journal (seq, epoch, kind, body, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?)`
	sqlAddPosting = `INSERT INTO posting (seq, n, account, fen) VALUES (?, ?, ?, ?)`
	sqlAddTotal   = `INSERT INTO day_total (day, account, fen, n) VALUES (?, ?, ?, ?)
		ON CONFLICT (day, account) DO UPDATE SET fen = fen + excluded.fen, n = n + excluded.n`
)

// book adds an entry to the journal with its postings and the day's totals, and returns its number.
func (t *tx) book(e pos.Entry) (seq int64, err error) {
	head, err := t.end()
	if err != nil {
		return 0, err
	}
	l, err := pos.Chain(head.seq, head.hash, t.s.epoch, e)
	if err != nil {
		return 0, err
	}
	if _, err := t.exec(sqlAddLink, l.Seq, l.Epoch, string(l.Kind), string(l.Body), l.PrevHash, l.Hash); err != nil {
		return 0, err
	}
	for i, p := range e.Postings {
		if _, err := t.exec(sqlAddPosting, l.Seq, i+1, string(p.Account), int64(p.Fen)); err != nil {
			return 0, err
		}
		if err := t.total(e.Day, string(p.Account), p.Fen); err != nil {
			return 0, err
		}
	}
	_, err = t.exec(sqlMoveHead, l.Seq, l.Hash)
	t.known.head = link{l.Seq, l.Hash}
	return l.Seq, err
}

// total adds one to the number and fen to the sum of a day's row.
func (t *tx) total(day pos.Day, account string, fen pos.Fen) error {
	_, err := t.exec(sqlAddTotal, int64(day), account, int64(fen), 1)
	return err
}
