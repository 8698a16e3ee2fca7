package relay

import (
	"context"

	"guitai/pos"
	"guitai/pos/relay/relaytest"
)

// hanging is a database that takes a notice and never says so.
type hanging struct{ *relaytest.Central }

func (h *hanging) Keep(ctx context.Context, _ string, _ pos.RelayRequest) (known, taken bool, err error) {
	<-ctx.Done()
	return false, false, pos.E(pos.CodeUnreachable, "keep notice", ctx.Err())
}
