package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
	"guitai/pos/config"
	"guitai/pos/goods"
	"guitai/pos/i18n"
	"guitai/pos/wechat/apiv1"
	"guitai/store"
)

// engine is the till without its window: the ledger, the goroutine that sells, the spool that prints, the listener for
// notices. What it starts it stops.
type engine struct {
	shop    pos.Shop
	config  config.Config
	folder  config.Folder
	log     *slog.Logger
	store   *store.Store
	goods   *goods.Catalogue // the catalogue of the books, with searches answered from memory
	till    *checkout.Till
	pole    *poleDesk // the customer's pole display
	bell    *bell     // what is heard
	notices *listener
	relay   *relayLine
	biller  pos.Biller                     // WeChat's own bills; nil without keys
	v1      *apiv1.Client                  // the retired interface; nil without it
	signer  pos.PhoneSigner                // what customers' phones exchange with the till; nil without keys
	codes   func(pos.Item) (string, error) // what customers' phones scan to pay for goods; nil without keys
	bills   *reconciler

	printing *printing

	alive   context.Context // ends when the till stops
	failed  chan error      // gets what kept the till from running, at most once
	stopAll context.CancelFunc
	running sync.WaitGroup
	once    sync.Once
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

// openEngine opens the books and starts everything. The folder is locked. publish gets the snapshots on the till's goroutine and must not block.
func openEngine(ctx context.Context, c config.Config, folder config.Folder, practice bool, log *slog.Logger, publish func(pos.Snapshot)) (_ *engine, err error) {
	e := &engine{shop: shopOf(c, practice), config: c, folder: folder, log: log, failed: make(chan error, 1)}
	defer func() {
		if err != nil {
			e.closeBooks()
		}
	}()
	if e.store, err = store.Open(ctx, store.Options{Dir: string(folder), Shop: e.shop, Clock: systemClock{}}); err != nil {
		return nil, &ledgerError{err}
	}
	if e.store.Size() <= smallLedger { // in the blink of an eye; a larger one is checked while the till sells
		if err := e.store.Sound(ctx); err != nil {
			return nil, &ledgerError{err}
		}
	}
	if practice {
		if err := stock(ctx, e.store); err != nil {
			return nil, fmt.Errorf("stock the practice shop: %w", err)
		}
	}
	return e, e.start(ctx, publish)
}

// smallLedger is the size up to which the whole file is checked before the till opens, in bytes: some 20,000 sales.
const smallLedger = 32 << 20

// ledgerError is a ledger that could not be opened.
type ledgerError struct{ err error }

func (e *ledgerError) Error() string { return e.err.Error() }
func (e *ledgerError) Unwrap() error { return e.err }

func (e *engine) start(ctx context.Context, publish func(pos.Snapshot)) error {
	resolver := config.Resolver{Dir: string(e.folder)}
	e.goods = goods.New(e.store, e.log)
	e.pole = &poleDesk{log: e.log, report: func(p pos.Part) { e.till.DisplayHealth(p) }}
	e.bell = newBell(e.config, e.log)
	shown := func(s pos.Snapshot) {
		e.bell.hear(s)
		e.pole.show(s)
		publish(s)
	}
	cfg := checkout.Config{
		Shop: e.shop, Ledger: e.store, Returns: e.store, Staff: e.store, Recovery: e.store, Shifts: e.store, Catalogue: e.store, Clock: systemClock{}, Random: rand.Reader,
		Life: e.config.WeChat.OrderExpires, AutoRefund: e.config.WeChat.AutoRefundExceptions, Log: e.log, Publish: shown,
		Rules:    rulesOf(e.config),
		AutoLock: e.config.Staff.AutoLock, ShiftsRequired: e.config.Shop.Shifts == "required", VarianceLimit: e.config.Shop.VarianceLimit,
	}
	gateway, off, err := gatewayOf(ctx, e.config, resolver, e.shop.Practice, e.log)
	if err != nil {
		e.log.Error("WeChat Pay is off", "code", off, "err", err)
	}
	if cfg.OffCause = off; gateway != nil { // a nil *Client in the interface would not be nil
		cfg.Gateway, cfg.Notices, cfg.Refunder, cfg.Finder = gateway, gateway, gateway, gateway
		e.biller, e.signer = gateway, gateway
		e.codes = productCode(gateway)
		if cfg.ChargeOff = gateway.CanRefund(); cfg.ChargeOff == pos.CodeNone { // what cannot be reversed must not be charged
			cfg.Charger = gateway
		}
	}
	if e.v1 = v1Of(ctx, e.config, resolver, e.log); e.v1 != nil { // likewise
		cfg.V1, cfg.V1Notices = e.v1, e.v1
	}
	if err := e.openPrinting(); err != nil {
		return err
	}
	house := newHouse(e)
	cfg.Poke, cfg.Drawer, cfg.ShiftClosed, cfg.Rechecks = e.printing.poke, e.printing.drawer, house.shiftClosed, e.store
	cfg.OpenDrawer, cfg.HasDrawer = e.printing.openDrawer, e.printing.hasDrawer
	cfg.Holds, cfg.Goods = e.store, e.store
	cfg.Prints, cfg.HasOther = e.store, e.printing.hasOther
	e.till = checkout.New(cfg)
	if e.config.Printer.URL != "none:" {
		e.till.PrinterHealth(pos.Part{Light: pos.LightOK}) // as far as anybody knows before the first job
	}

	e.bills = &reconciler{
		shop: e.shop, appID: e.config.WeChat.AppID, apps: e.config.OtherApps(), lang: e.config.Shop.Language, books: e.store, cases: e.store.Exceptions, biller: e.biller, off: off,
		till: e.till, poke: e.printing.poke, dir: e.folder.Exports(), free: e.diskFree, log: e.log, now: systemClock{}.Now,
	}

	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	e.alive, e.stopAll = running, cancel
	e.running.Go(func() {
		ownThread("till")
		if err := e.till.Run(running); err != nil {
			e.log.Error("till", "err", err)
			e.failed <- err
		}
	})
	e.running.Go(func() { e.printing.run(running) })
	if e.store.Size() > smallLedger {
		e.running.Go(func() {
			workBehind()
			if err := e.store.Sound(running); err != nil && running.Err() == nil {
				e.till.LedgerTrouble(err)
			}
		})
	}
	e.running.Go(func() {
		workBehind()
		house.run(running)
	})
	e.running.Go(func() {
		workBehind()
		e.findGoods(running)
	})
	e.running.Go(func() { e.bills.run(running) })
	e.running.Go(func() { e.bell.run(running) })
	e.openNotices()
	e.relay = newRelayLine(running, e)
	if err := e.relay.apply(e.config); err != nil {
		e.log.Error("relay", "err", err)
	}
	if err := e.pole.apply(e.config); err != nil { // a configuration that was loaded has a display that can be named
		e.log.Error("pole display", "err", err)
	}
	return nil
}

// goodsAfter is how long the search index waits at the start: the first frame is more urgent.
const goodsAfter = time.Second

// findGoods keeps the search index until ctx ends.
func (e *engine) findGoods(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(goodsAfter):
		e.goods.Run(ctx)
	}
}

// rulesOf is what the shop's settings mean for the till. Layouts that cannot be read were refused when the settings were.
func rulesOf(c config.Config) pos.Rules {
	layouts, _ := pos.ParseLayouts(c.Barcodes.Layouts)
	return pos.Rules{
		Rounding: pos.Rounding(c.Tenders.RoundCash), Others: c.Tenders.Others(), Layouts: layouts, Member: i18n.For(c.Shop.Language).T("rules.member"),
	}
}

// diskFree is what the ledger's disk has left, in bytes, -1 when nobody knows.
func (e *engine) diskFree() int64 {
	v, err := e.store.Vitals(context.Background())
	if err != nil {
		return -1
	}
	return v.DiskFree
}

// openNotices starts the till's own listener, for shops with a public address or a tunnel. Without it polling is enough,
// so a port that is taken keeps nobody from selling.
func (e *engine) openNotices() {
	if e.config.Notify.Listen == "" {
		return
	}
	path := noticePath(e.config.WeChat.NotifyURL)
	only := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path {
			http.NotFound(w, r)
			return
		}
		e.till.ServeHTTP(w, r)
	})
	l, err := listen(e.config.Notify.Listen, only, e.log)
	if err != nil {
		e.log.Error("notices are not taken here", "err", err)
		return
	}
	e.notices = l
}

// stop ends everything in order: no new notice and nothing more from phones, the till, the spool, then the books. Safe to repeat.
func (e *engine) stop() {
	e.once.Do(func() {
		if e.notices != nil {
			e.notices.stop()
		}
		if e.relay != nil {
			e.relay.close()
		}
		if e.stopAll != nil {
			e.stopAll()
		}
		e.running.Wait()
		if e.pole != nil {
			e.pole.stop()
		}
		e.closeBooks()
	})
}

func (e *engine) closeBooks() {
	if e.store != nil {
		if err := e.store.Close(); err != nil {
			e.log.Error("close ledger", "err", err)
		}
	}
}
