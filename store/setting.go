package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"guitai/pos"
)

// What the ledger knows of itself.
const (
	settingMode     = "mode"               // "real" or "practice", for ever
	settingShop     = "shop"               // the shop's id, for ever: receipts count per shop and till
	settingTill     = "till"               // the till's id, for ever
	settingEpoch    = "epoch"              // 1 until the first restore
	settingRevision = "catalogue_revision" // grows with every import
	settingMadeAt   = "made_at"            // ms
	settingFailed   = "failed_commits"     // how many commits failed and were buried; missing for none
)

const (
	sqlSetting     = `SELECT value FROM setting WHERE key = ?`
	sqlCountFailed = `INSERT INTO setting (key, value) VALUES ('` + settingFailed + `', '1')
		ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)`
	sqlPutSetting = `INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`
)

// setting reads what every ledger has. CodeCorrupt when it is missing.
func setting(ctx context.Context, h handle, key string) (value string, err error) {
	switch err := one(ctx, h, sqlSetting, []any{key}, &value); {
	case errors.Is(err, sql.ErrNoRows):
		return "", pos.E(pos.CodeCorrupt, "read setting", fmt.Errorf("%s is missing", key))
	case err != nil:
		return "", fmt.Errorf("setting %s: %w", key, err)
	}
	return value, nil
}

func settingNumber(ctx context.Context, h handle, key string) (int, error) {
	value, err := setting(ctx, h, key)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 {
		return 0, pos.E(pos.CodeCorrupt, "read setting", fmt.Errorf("%s is not a number", key))
	}
	return n, nil
}

func modeOf(practice bool) string {
	if practice {
		return "practice"
	}
	return "real"
}
