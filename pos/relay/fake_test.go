package relay

import (
	"context"
	"time"

	"guitai/pos"
	"guitai/pos/relay/relaytest"
)

// hanging is a database that takes a notice and never says so.
type hanging struct{ *relaytest.Central }

func (h *hanging) Keep(ctx context.Context, _ string, _ pos.RelayRequest) (known, taken bool, err error) {
	<-ctx.Done()
	return false, false, pos.E(pos.CodeUnreachable, "keep notice", ctx.Err())
}

// lingering is a central database that has kept a notice a while before it says so.
type lingering struct{ *relaytest.Central }

func (c *lingering) Keep(ctx context.Context, till string, r pos.RelayRequest) (known, taken bool, err error) {
	known, taken, err = c.Central.Keep(ctx, till, r)
	time.Sleep(time.Second) // the mailbox is read meanwhile
	return known, taken, err
}
