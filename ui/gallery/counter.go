package main

import (
	"context"
	"errors"
	"image"
	"image/color"
	"strings"
	"time"

	"guitai/assets/fonts"
	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/receipt"
	"guitai/ui/settings"
)

// counter is a counter with a printer that is as its state says.
type counter struct {
	state string // ready, narrow, no-paper, silent, absent, logo, changed, full, bare, paired or cut-off
	lang  string
}

func (c counter) Config() config.Config {
	s := config.Default()
	s.Shop.Name, s.Shop.ID, s.Shop.Till = shop.Name, shop.ID, shop.Till
	s.WeChat.AppID, s.WeChat.MchID, s.WeChat.APIKey = "wx8888888888888888", shop.MchID, config.GivenSecret("gallery")
	s.Printer.URL, s.Printer.DrawerSensor = "tcp://192.168.1.50:9100", "high"
	s.Receipt.Header, s.Receipt.Footer = "电话 020-12345678\n人民路 1 号", "七日内凭票退换\n谢谢惠顾"
	s.Receipt.Link, s.Receipt.Hint = "https://shop.example/r/{receipt}", "扫码开票"
	switch c.state {
	case "narrow":
		s.Printer.URL, s.Printer.Paper, s.Printer.Cut = "usb:///dev/usb/lp0", 58, "none"
	case "logo":
		s.Receipt.Logo = "/home/shop/logo.jpg"
	case "bare":
		s.Printer.URL = "none:"
	}
	return c.withRelay(s)
}

func (c counter) Save(context.Context, config.Config, config.Config, string) error {
	switch c.state {
	case "full":
		return pos.E(pos.CodeFull, "save settings", nil)
	case "changed":
		return config.ErrChanged
	}
	return nil
}
func (c counter) Reload(context.Context) (config.Config, error) { return c.Config(), nil }

func (c counter) Devices(context.Context) []settings.Device {
	if c.state == "bare" {
		return nil
	}
	return []settings.Device{
		{URL: "usb:///dev/usb/lp0", Name: "XP-58IIH (lp0)"},
		{URL: "usb:///dev/usb/lp1", Name: "EPSON TM-T82III (lp1)"},
		{URL: "serial:///dev/ttyUSB0?baud=9600", Name: "ttyUSB0"},
		{URL: "serial:///dev/ttyACM0?baud=9600", Name: "ttyACM0"},
		{URL: "queue:XP-80C", Name: "XP-80C"},
	}
}

func (c counter) Preview(_ context.Context, s config.Config) (image.Image, error) {
	face, err := receipt.ParseFace(fonts.Regular())
	if err != nil {
		return nil, err
	}
	paper := receipt.Paper(s.Printer.Paper)
	how := receipt.Setup{Language: c.lang, Paper: paper, Tax: s.Receipt.Tax, Device: receipt.ESCPOS{Profile: receipt.ProfileOf(s.Printer.Profile, paper), Face: face}}
	how.Letterhead = receipt.Letterhead{Header: s.Receipt.Header, Footer: s.Receipt.Footer, Link: s.Receipt.Link, Hint: s.Receipt.Hint}
	bits, err := how.Raster(pos.PrintJob{Document: pos.DocSale}, receipt.Sample(shop, c.lang, shownAt), shop)
	if err != nil {
		return nil, err
	}
	picture := image.NewPaletted(image.Rect(0, 0, bits.W, bits.H), color.Palette{color.White, color.Black})
	for y := range bits.H {
		for x := range bits.W {
			if bits.Black(x, y) {
				picture.SetColorIndex(x, y, 1)
			}
		}
	}
	if s.Receipt.Logo != "" && !strings.HasSuffix(s.Receipt.Logo, ".png") {
		return picture, &settings.Fault{ID: "settings.logo.not-png", Args: []any{s.Receipt.Logo}}
	}
	return picture, nil
}

func (c counter) Status(_ context.Context, s config.Config) (pos.PrinterStatus, error) {
	switch c.state {
	case "no-paper":
		return pos.PrinterStatus{Code: pos.CodePaper, Drawer: pos.DrawerShut, Checked: shownAt}, nil
	case "absent":
		return pos.PrinterStatus{}, pos.E(pos.CodePrinterOff, "status", errors.New("no route to host"))
	case "silent":
		return pos.PrinterStatus{Silent: true, Checked: shownAt}, nil
	}
	return pos.PrinterStatus{Drawer: pos.DrawerShut, Checked: shownAt}, nil
}

func (c counter) TestPage(context.Context, config.Config) error {
	if c.state == "absent" {
		return pos.E(pos.CodePrinterOff, "print", errors.New("no route to host"))
	}
	return nil
}
func (counter) Letters() string { return receipt.Answers }
func (counter) Diagnose(read string) (settings.Printer, bool) {
	d, ok := receipt.Diagnose(read)
	return settings.Printer{Profile: d.Family, Paper: int(d.Paper), Cut: string(d.Cut), QR: string(d.QR)}, ok
}
func (counter) TryDrawer(config.Config)                       {}
func (counter) ShowPole(context.Context, config.Config) error { return nil }
func (counter) PlaySounds(ctx context.Context, _ config.Config) error {
	select { // long enough to be looked at
	case <-time.After(time.Minute):
	case <-ctx.Done():
	}
	return nil
}
func (counter) Settle() {}
