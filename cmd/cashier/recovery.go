//go:build !windowless

package main

import (
	"context"
	"errors"
	"time"

	"guitai/pos"
	"guitai/pos/printer"
)

// errNoPaper is a till whose paper is a folder: a code that was printed there would lie on the disk.
var errNoPaper = errors.New("no printer that could print it and keep nothing")

// recoveryTime is how long the printer gets.
const recoveryTime = 20 * time.Second

// printRecovery prints a recovery code, once, between two jobs: there is no job for it, so nothing of it is in the ledger or on the disk.
// CodeNotYet where there is no printer that keeps nothing.
func (p *printing) printRecovery(ctx context.Context, code pos.RecoveryCode, lang string) error {
	c := p.config()
	if !printer.TakesCommands(c.Printer.URL) {
		return pos.E(pos.CodeNotYet, "print recovery code", errNoPaper)
	}
	setup := p.setup(c, c.Printer.URL)
	setup.Language = lang
	job, err := setup.Recovery(code, time.Now().In(c.Shop.Location()), p.e.shop)
	if err != nil {
		return err
	}
	defer clear(job)
	ctx, cancel := context.WithTimeout(ctx, recoveryTime)
	defer cancel()
	return p.print(ctx, c, job)
}
