package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"guitai/pos"
)

// What a restored ledger knows of its restore. Both are missing in one that was never restored.
const (
	settingRestored = "restored_payment" // the newest payment of the backup
	settingRecheck  = "recheck_below"    // WeChat was asked about every order from this one on
	settingUntold   = "restored_untold"  // the entries of the backup, while nobody was told that it was restored; else 0
)

const (
	sqlNewestPayment = `SELECT coalesce(max(id), 0) FROM payment`
	sqlRechecksLeft  = `SELECT count(*) FROM payment p WHERE p.id < ? AND ` + rechecked
	sqlNextRecheck   = `SELECT ` + paymentColumns + ` FROM payment p WHERE p.id < ? AND ` + rechecked + ` ORDER BY p.id DESC LIMIT 1`

	rechecked = `p.tender GLOB 'wechat-*' AND NOT ` + live
)

var _ pos.Rechecks = (*Store)(nil)

// beginRecheck writes down, with a new epoch, up to which payment the backup knew, and that people are to be told.
func (t *tx) beginRecheck(entries int) error {
	var newest int64
	if err := t.one(sqlNewestPayment, nil, &newest); err != nil {
		return err
	}
	if _, err := t.exec(sqlPutSetting, settingRestored, strconv.FormatInt(newest, 10)); err != nil {
		return err
	}
	if _, err := t.exec(sqlPutSetting, settingUntold, strconv.Itoa(entries)); err != nil {
		return err
	}
	_, err := t.exec(sqlPutSetting, settingRecheck, strconv.FormatInt(newest+1, 10))
	return err
}

// mark reads a setting that is a number, 0 for none.
func mark(ctx context.Context, h handle, key string) (int64, error) {
	var value string
	err := one(ctx, h, sqlSetting, []any{key}, &value)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < 0 {
		return 0, pos.E(pos.CodeCorrupt, "read setting", errors.New(key+" is not a number"))
	}
	return n, nil
}

// Restored implements [pos.Rechecks].
func (s *Store) Restored(ctx context.Context) (r pos.Restoration, err error) {
	err = s.view(ctx, "look what was restored", func(v handle) error {
		below, err := mark(ctx, v, settingRecheck)
		if err != nil || below == 0 {
			return err
		}
		newest, err := mark(ctx, v, settingRestored)
		if err != nil {
			return err
		}
		entries, err := mark(ctx, v, settingUntold)
		if err != nil {
			return err
		}
		r = pos.Restoration{Newest: pos.PaymentID(newest), Epoch: s.epoch, Entries: int(entries), Told: entries == 0}
		return one(ctx, v, sqlRechecksLeft, []any{below}, &r.Left)
	})
	return r, err
}

// RestoreTold implements [pos.Rechecks].
func (s *Store) RestoreTold(ctx context.Context) error {
	return s.write(ctx, "note who was told", func(t *tx) error {
		_, err := t.exec(sqlPutSetting, settingUntold, "0")
		return err
	})
}

// NextRecheck implements [pos.Rechecks].
func (s *Store) NextRecheck(ctx context.Context) (next *pos.Payment, err error) {
	err = s.view(ctx, "find order to ask about", func(v handle) error {
		below, err := mark(ctx, v, settingRecheck)
		if err != nil || below == 0 {
			return err
		}
		var p pos.Payment
		switch err := one(ctx, v, sqlNextRecheck, []any{below}, paymentFields(&p)...); {
		case errors.Is(err, sql.ErrNoRows):
			return nil
		case err != nil:
			return err
		}
		next = &p
		return nil
	})
	return next, err
}

// Rechecked implements [pos.Rechecks].
func (s *Store) Rechecked(ctx context.Context, id pos.PaymentID) error {
	return s.write(ctx, "note what was asked about", func(t *tx) error {
		below, err := mark(t.ctx, t, settingRecheck)
		if err != nil || below <= int64(id) {
			return err
		}
		_, err = t.exec(sqlPutSetting, settingRecheck, strconv.FormatInt(int64(id), 10))
		return err
	})
}
