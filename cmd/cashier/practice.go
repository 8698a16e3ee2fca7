package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"guitai/assets/shop"
	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/wechat/sim"
	"guitai/store"
)

// practice is WeChat's side of the practice shop: the simulator on loopback, and the customer with a phone.
type practice struct {
	sim    *sim.Sim
	server *listener
	relay  *practiceRelay // nil when it could not be started
	log    *slog.Logger
}

// openPractice starts it. What it has taken survives a restart, as it would at WeChat; a state file that cannot be read is
// put aside, since it is play money.
func openPractice(folder config.Folder, lang string, log *slog.Logger) (*practice, error) {
	o := sim.Options{
		CloseMinAge: pos.CloseAge, Lang: lang, State: filepath.Join(string(folder), "wechat-practice.jsonl"),
		// Today's bill is there at once: nobody learns to reconcile by waiting for tomorrow.
		Bill: sim.BillOptions{Now: true, Payouts: true, BOM: true, CRLF: true},
	}
	s, err := sim.New(o)
	if err != nil {
		log.Error("the simulator's books are put aside", "err", err)
		if err := os.Rename(o.State, o.State+".bad"); err != nil {
			return nil, err
		}
		if s, err = sim.New(o); err != nil {
			return nil, err
		}
	}
	server, err := listen("127.0.0.1:0", s, log)
	if err != nil {
		s.Close()
		return nil, err
	}
	p := &practice{sim: s, server: server, log: log}
	if p.relay, err = openPracticeRelay(string(folder), log); err != nil {
		log.Error("practice goes on without a relay", "err", err)
		return p, nil
	}
	err = s.SetShop(sim.Shop{CallbackURL: p.relay.callbackURL, PrepayURL: p.relay.prepayURL, Key: p.relay.key})
	return p, err
}

// close ends it, after the till has stopped.
func (p *practice) close() {
	if p.relay != nil {
		p.relay.close(p.log)
	}
	p.sim.Close()
	p.server.stop()
}

// page is the customer's phone as a web page.
func (p *practice) page() string { return "http://" + p.server.addr + "/" }

// config is the practice shop's configuration, with what stands on the counter as it was set there: base is without that. The real
// one on disk is not looked at.
func (p *practice) config(folder config.Folder, lang string) (c, base config.Config, err error) {
	if base, err = p.base(folder, lang); err != nil {
		return c, base, err
	}
	set, err := config.LoadOver(folder.ConfigFile(), base)
	if err != nil {
		return c, base, err
	}
	return counterOf(base, set), base, nil
}

// counterOf is a configuration with what stands on the counter of another.
func counterOf(c, counter config.Config) config.Config {
	c.Printer, c.Receipt, c.Scanner, c.Display, c.Sound = counter.Printer, counter.Receipt, counter.Scanner, counter.Display, counter.Sound
	c.Backup, c.Staff, c.Tenders, c.Barcodes = counter.Backup, counter.Staff, counter.Tenders, counter.Barcodes
	c.Shop.DayStarts, c.Shop.Timezone, c.Shop.Shifts, c.Shop.VarianceLimit = counter.Shop.DayStarts, counter.Shop.Timezone, counter.Shop.Shifts, counter.Shop.VarianceLimit
	set := counter.WeChat
	c.WeChat.OrderExpires, c.WeChat.AutoRefundExceptions, c.WeChat.LimitPay, c.WeChat.Receipt = set.OrderExpires, set.AutoRefundExceptions, set.LimitPay, set.Receipt
	c.WeChat.GoodsTag, c.WeChat.StoreArea, c.WeChat.StoreAddress = set.GoodsTag, set.StoreArea, set.StoreAddress
	return c
}

// base is the practice shop as it is without any settings.
func (p *practice) base(folder config.Folder, lang string) (config.Config, error) {
	c := config.Default()
	c.Shop.Name, c.Shop.ID, c.Shop.Till = "柜台便利店", "S001", "T1"
	if lang != "" {
		c.Shop.Language = lang
	}
	c.WeChat.BaseURL, c.WeChat.BackupURL = p.page()+"api", p.page()+"api2"
	c.WeChat.AppID, c.WeChat.MchID = sim.PracticeAppID, sim.PracticeMchID
	c.WeChat.APIKey = config.GivenSecret(sim.PracticeKey)
	c.Phone.MiniAppID, c.Phone.MiniSecret = sim.PracticeMiniAppID, config.GivenSecret(sim.PracticeMiniSecret)
	c.Phone.AppAppID, c.Phone.LoginURL = sim.PracticeAppAppID, p.page()+"api"
	c.APIv1 = config.APIv1{
		AppID: sim.PracticeV1AppID, AppSecret: config.GivenSecret(sim.PracticeV1Secret), PartnerID: sim.PracticeV1PartnerID,
		PartnerKey: config.GivenSecret(sim.PracticeV1PartnerKey), PaySignKey: config.GivenSecret(sim.PracticeV1PaySignKey), BaseURL: p.page() + "api",
	}
	if r := p.relay; r != nil {
		c.Relay.URL, c.Relay.Token = r.base, config.GivenSecret(r.token)
		c.WeChat.NotifyURL, c.Phone.Key = r.notifyURL, config.GivenSecret(r.key)
	}
	c.Printer.URL = "file:" + folder.Receipts()
	if err := c.Check(); err != nil {
		return c, fmt.Errorf("practice settings: %w", err)
	}
	return c, nil
}

// stock fills an empty practice catalogue with the demo shop's goods.
func stock(ctx context.Context, s *store.Store) error {
	if rev, err := s.Revision(ctx); err != nil || rev > 0 {
		return err
	}
	items, err := store.ReadItems(bytes.NewReader(shop.ItemsCSV))
	if err != nil {
		return err
	}
	_, _, err = s.ImportFile(ctx, items)
	return err
}
