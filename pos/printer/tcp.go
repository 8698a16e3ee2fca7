package printer

import (
	"context"
	"net"
)

// newTCP is a printer on a raw TCP port.
func newTCP(address string, o Options) *line {
	dial := o.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	return newLine("tcp://"+address, o, func(ctx context.Context) (channel, error) {
		return dial(ctx, "tcp", address)
	})
}
