//go:build !windowless

package main

import (
	"context"

	"guitai/pos/wechat/sim"
	"guitai/ui/phone"
)

// Pay scans the code and pays at once.
func (p *practice) Pay(ctx context.Context, codeURL string) error {
	return p.PayAs(ctx, phone.Pay, codeURL)
}

// PayAs does one of the things a customer can do with a code. The phone names them as the simulator does.
func (p *practice) PayAs(_ context.Context, kind phone.Kind, codeURL string) error {
	_, err := p.sim.Pay(codeURL, sim.Act{Kind: string(kind)})
	return err
}

// ShowCode is a customer who shows a payment code.
func (p *practice) ShowCode(_ context.Context, kind phone.CodeKind) (string, error) {
	c, err := p.sim.ShowCode(sim.Act{Kind: string(kind)})
	return c.Code, err
}
