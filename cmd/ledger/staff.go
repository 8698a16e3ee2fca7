package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"os"
	"slices"

	"guitai/pos"
	"guitai/store"
)

// fromTerminal is who gives a PIN here, in the journal: no name in the shop, since nobody proved who he is.
const fromTerminal = "ledger staff pin"

// staff lists the people of the shop, or gives one of them a new PIN.
func (p *program) staff(ctx context.Context, args []string) error {
	others, err := p.parse(p.flags("staff"), args)
	switch {
	case err != nil:
		return err
	case len(others) == 0:
		return p.listStaff(ctx)
	case others[0] != "pin":
		return usage("staff-what", others[0])
	case len(others) == 1:
		return usage("staff-who")
	case len(others) > 2:
		return usage("extra", "staff pin", others[2])
	}
	return p.newPIN(ctx, others[1])
}

func (p *program) listStaff(ctx context.Context) error {
	books, at, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = books.Close() }() // it only read
	people, err := books.People(ctx)
	if err != nil {
		return err
	}
	l := p.words()
	printf(p.stdout, "%s\n", plain(l.heading(at.shop, l.label("staff", len(people)))))
	g := &grid{left: []bool{true, true, true}}
	for _, x := range people {
		left := ""
		if !x.Active {
			left = l.label("staff-left")
		}
		g.add(x.Name, l.Role(x.Role), left)
	}
	g.print(p.stdout)
	return nil
}

// newPIN is the way back for an owner who forgot the PIN: whoever may write the data folder may do this, and the journal says so for
// good. The PIN is made here and printed once, so that none is typed where others read it.
func (p *program) newPIN(ctx context.Context, name string) error {
	at, err := p.where()
	if err != nil {
		return err
	}
	if _, err := os.Stat(at.folder.LedgerFile()); err != nil {
		return at.cannotOpen(pos.E(pos.CodeNotFound, "open ledger", err))
	}
	release, err := store.Lock(string(at.folder))
	if pos.CodeOf(err) == pos.CodeInUse { // the till has the end of the journal in its memory
		return fault(exitInUse, "staff-in-use", string(at.folder))
	}
	if err != nil {
		return err
	}
	defer release()
	books, err := store.Open(ctx, at.options())
	if err != nil {
		return at.cannotOpen(err)
	}
	pin, err := p.setPIN(ctx, books, name)
	if closed := books.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	printf(p.stdout, "%s\n", plain(p.words().label("staff-pin", name, string(pin))))
	return nil
}

func (p *program) setPIN(ctx context.Context, books *store.Store, name string) (pos.PIN, error) {
	people, err := books.People(ctx)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(people, func(x pos.Person) bool { return x.Active && x.Name == name })
	if i < 0 {
		return "", fault(exitFailed, "staff-nobody", name)
	}
	pin, err := randomPIN()
	if err == nil {
		err = books.SetPIN(ctx, people[i].ID, pin, fromTerminal, p.now())
	}
	return pin, err
}

// randomPIN is six digits that are not too easy to guess.
func randomPIN() (pos.PIN, error) {
	for {
		n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
		if err != nil {
			return "", err
		}
		if pin := pos.PIN(fmt.Sprintf("%06d", n)); pin.Check() == nil {
			return pin, nil
		}
	}
}
