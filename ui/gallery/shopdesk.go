package main

import (
	"context"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/ui/settings"
)

// Pending implements [settings.ShopDesk]: of the state anew something waits.
func (c counter) Pending() []string {
	if c.state == "anew" {
		return []string{"shop.name"}
	}
	return nil
}

// Restart implements [settings.ShopDesk].
func (counter) Restart(string) {}

// CheckWeChat implements [settings.ShopDesk].
func (c counter) CheckWeChat(context.Context, config.Config) []settings.Check {
	if c.state == "absent" {
		return []settings.Check{
			{State: settings.CheckBad, Err: pos.E(pos.CodeRejected, "ask", nil)},
			{State: settings.CheckBad, ID: "settings.wechat.cert-soon", Args: []any{"2026-12-01"}},
			{State: settings.CheckBad, Err: pos.E(pos.CodeClock, "look", nil)},
		}
	}
	return []settings.Check{
		{ID: "settings.wechat.answers", Args: []any{"1900000109", 41}},
		{State: settings.CheckNote, ID: "settings.wechat.no-cert"},
		{ID: "settings.wechat.clock", Args: []any{1}},
	}
}

// CheckCopy implements [settings.ShopDesk].
func (counter) CheckCopy(context.Context, config.Config) error { return nil }

// TakePEM implements [settings.ShopDesk].
func (counter) TakePEM(context.Context, string) (settings.Field, string, error) {
	return settings.FieldClientCert, "apiclient_cert.pem", nil
}
