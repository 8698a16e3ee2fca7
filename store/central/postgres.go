package central

import (
	"context"

	"guitai/pos"
)

func openPostgres(context.Context, string) (*Central, error) {
	return nil, pos.E(pos.CodeInternal, opOpen, nil)
}
