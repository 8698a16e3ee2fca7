package main

import (
	"context"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui"
)

// beginningOf is how far the shop of a state is; every shop but a new one has sold before.
func beginningOf(state string) func(context.Context) ui.Beginning {
	if state != "new-shop" {
		return nil
	}
	return func(context.Context) ui.Beginning { return ui.Beginning{Goods: true} }
}

// printRecovery prints no code and says that it did.
func printRecovery(context.Context, pos.RecoveryCode, *i18n.Words) error { return nil }
