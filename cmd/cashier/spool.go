package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"guitai/assets/fonts"
	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/printer"
	"guitai/pos/receipt"
)

// printing is what the till prints on: the two printers of the settings, each with a spool of its own, and the drawer on the first.
// The second spool waits for a printer when there is none, and the first does its jobs meanwhile. Safe for concurrent use.
type printing struct {
	e           *engine
	face        *receipt.Face
	main, other *printer.Spool

	mu    sync.Mutex
	now   config.Config // as applied
	trial *trial        // what the next opening of the drawer tries out
}

// trial is settings that a person tries the drawer with before they are saved.
type trial struct {
	config config.Config
	until  time.Time
}

// trialTime is how long the drawer may be asked for after the settings for it were.
const trialTime = 2 * time.Minute

// openPrinting makes the spools. Nothing is printed before they run.
func (e *engine) openPrinting() (err error) {
	p := &printing{e: e, now: e.config}
	if p.face, err = receipt.ParseFace(fonts.Regular()); err != nil {
		return err
	}
	first, second, err := p.outputs(e.config)
	if err != nil {
		return err
	}
	recovery := new(printer.Recovery)
	spool := func(out printer.Output, other bool) *printer.Spool {
		return printer.NewSpool(printer.SpoolOptions{
			Outbox: e.store, Other: other, Recover: recovery,
			Printer: out.Printer, Render: out.Render, Name: out.Name, Drawer: out.Drawer, Both: out.Both,
			Clock: systemClock{}, Log: e.log.With("printer", map[bool]string{false: "first", true: "second"}[other]),
			OnState:   func(job pos.PrintJob) { e.till.Printed(job) },
			OnRecover: func() { e.till.PrintsMoved() },
			OnHealth: func(part pos.Part) {
				if !other { // how the second does is said by the jobs that were moved to it
					e.till.PrinterHealth(part)
				}
			},
		})
	}
	p.main, p.other = spool(first, false), spool(second, true)
	e.printing = p
	return nil
}

// outputs are what the two spools print on by some settings: the sale as the ledger committed it, rendered for each printer.
func (p *printing) outputs(c config.Config) (first, second printer.Output, err error) {
	if first, err = p.output(c, c.Printer.URL); err != nil {
		return first, second, err
	}
	if hasDrawer(c) {
		first.Drawer = receipt.Kick(c.Printer.DrawerPin, c.Printer.DrawerPulse)
	}
	first.Both = c.Printer.Other == ""
	if first.Both {
		return first, printer.Output{}, nil
	}
	if second, err = p.output(c, c.Printer.Other); c.Printer.Other == c.Printer.URL {
		second.Printer = first.Printer // one device, which does one thing at a time
	}
	return first, second, err
}

func (p *printing) output(c config.Config, url string) (printer.Output, error) {
	device, err := p.device(c, url)
	if err != nil {
		return printer.Output{}, err
	}
	setup := p.setup(c, url)
	if setup.Letterhead, err = p.letterhead(c); err != nil { // a receipt without its logo is better than none
		p.e.log.Warn("receipts go without their logo", "err", err)
	}
	encode := setup.Bytes
	if printer.WantsPDF(url) {
		encode = setup.PDF
	}
	return printer.Output{
		Printer: device,
		Render: func(ctx context.Context, job pos.PrintJob) ([]byte, error) {
			rec, err := p.record(ctx, job)
			if err != nil {
				return nil, err
			}
			return encode(job, rec, p.e.shop)
		},
		Name: func(ctx context.Context, job pos.PrintJob) string {
			rec, err := p.record(ctx, job)
			if err != nil {
				return "" // then it is named after the job
			}
			return jobName(job, rec)
		},
	}, nil
}

func (p *printing) device(c config.Config, url string) (pos.Printer, error) {
	return printer.Open(url, printer.Options{
		Dir: string(p.e.folder), Ask: printer.Ask(c.Printer.Status), Sensor: printer.Sensor(c.Printer.DrawerSensor),
	})
}

// setup is how documents look on the printer of a url.
func (p *printing) setup(c config.Config, url string) receipt.Setup {
	paper := receipt.Paper(c.Printer.Paper)
	profile := receipt.ProfileOf(c.Printer.Profile, paper)
	return receipt.Setup{
		Language: c.Shop.Language, Paper: paper, Copies: c.Printer.Copies, Tax: c.Receipt.Tax,
		Device: receipt.ESCPOS{
			Profile: profile, Cut: receipt.CutMode(c.Printer.Cut), QR: receipt.QRMode(c.Printer.QR), Face: p.face,
			Acknowledge: printer.Answers(url) && (c.Printer.Status == "require" || c.Printer.Status == "auto" && profile.Ack == receipt.AckGSr),
		},
	}
}

// letterhead is what the shop has on its paper. The error is about the logo alone, and the rest is there.
func (p *printing) letterhead(c config.Config) (receipt.Letterhead, error) {
	r := c.Receipt
	head := receipt.Letterhead{Header: r.Header, Footer: r.Footer, Link: r.Link, Hint: r.Hint}
	if r.Logo == "" {
		return head, nil
	}
	path := r.Logo
	if !filepath.IsAbs(path) {
		path = filepath.Join(string(p.e.folder), path)
	}
	file, err := os.Open(path)
	if err != nil {
		return head, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	head.Logo, err = receipt.LoadLogo(file, receipt.Paper(c.Printer.Paper))
	return head, err
}

func (p *printing) record(ctx context.Context, job pos.PrintJob) (pos.SaleRecord, error) {
	if job.Sale == 0 { // it brings its facts with it
		return pos.SaleRecord{}, nil
	}
	return p.e.store.Record(ctx, job.Sale)
}

// run works both spools until ctx ends.
func (p *printing) run(ctx context.Context) {
	ownThread("spool")
	var both sync.WaitGroup
	both.Go(func() {
		if err := p.other.Run(ctx); err != nil {
			p.e.log.Error("second spool", "err", err)
		}
	})
	if err := p.main.Run(ctx); err != nil {
		p.e.log.Error("spool", "err", err)
	}
	both.Wait()
}

// poke tells both that there may be a job. It never waits.
func (p *printing) poke() {
	p.main.Poke()
	p.other.Poke()
}

// apply puts settings into force: printers, drawer, and how paper looks. No job is lost; the one in hand goes on where it began. An
// error says that a url names no printer, and then nothing changed. It does not wait.
func (p *printing) apply(c config.Config) error {
	first, second, err := p.outputs(c)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now, p.trial = c, nil
	p.main.Switch(first)
	p.other.Switch(second)
	return nil
}

// config is what is in force.
func (p *printing) config() config.Config {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

// hasOther reports whether there is a second printer.
func (p *printing) hasOther() bool { return p.config().Printer.Other != "" }

// with does something with the printer of some settings, which need not be in force: between two jobs when it is one of ours, so that
// nothing is mixed.
func (p *printing) with(ctx context.Context, c config.Config, do func(ctx context.Context, device pos.Printer) error) error {
	device, err := p.device(c, c.Printer.URL)
	if err != nil {
		return err
	}
	now := p.config().Printer
	switch c.Printer.URL {
	case now.URL:
		return p.main.Do(ctx, func(ctx context.Context, _ pos.Printer) error { return do(ctx, device) })
	case now.Other:
		return p.other.Do(ctx, func(ctx context.Context, _ pos.Printer) error { return do(ctx, device) })
	}
	return do(ctx, device)
}

// status asks the printer of some settings how it is, within two seconds of its turn.
func (p *printing) status(ctx context.Context, c config.Config) (status pos.PrinterStatus, err error) {
	err = p.with(ctx, c, func(ctx context.Context, device pos.Printer) (err error) {
		status, err = device.Status(ctx)
		return err
	})
	return status, err
}

// print prints bytes by some settings, a test page for one, and says what came of it.
func (p *printing) print(ctx context.Context, c config.Config, job []byte) error {
	return p.with(ctx, c, func(ctx context.Context, device pos.Printer) error {
		_, err := device.Print(ctx, job)
		return err
	})
}

// kick opens the drawer by some settings, once.
func (p *printing) kick(ctx context.Context, c config.Config) error {
	ctx, cancel := context.WithTimeout(ctx, printer.KickLife)
	defer cancel()
	return p.with(ctx, c, func(ctx context.Context, device pos.Printer) error {
		return printer.Kick(ctx, device, receipt.Kick(c.Printer.DrawerPin, c.Printer.DrawerPulse))
	})
}

// tryDrawer makes the next opening of the drawer one by these settings: who opens it, and that he may, is on record by then.
func (p *printing) tryDrawer(c config.Config) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trial = &trial{c, time.Now().Add(trialTime)}
}

// openDrawer opens the drawer without a sale. It does not wait.
func (p *printing) openDrawer() {
	p.mu.Lock()
	trial := p.trial
	p.trial = nil
	p.mu.Unlock()
	if trial == nil || time.Now().After(trial.until) {
		p.main.PostKick()
		return
	}
	p.e.running.Go(func() {
		if err := p.kick(p.e.alive, trial.config); err != nil {
			p.e.log.Warn("drawer not opened by the settings that are tried", "err", err)
		}
	})
}

// drawer opens the cash drawer for the tenders that the setting names.
func (p *printing) drawer(t pos.Tender) {
	c := p.config()
	if hasDrawer(c) && (c.Printer.Drawer == "always" || c.Printer.Drawer == "cash" && t == pos.TenderCash) {
		p.main.PostKick()
	}
}

// hasDrawer reports whether there is a drawer to open, now or to be tried.
func (p *printing) hasDrawer() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return hasDrawer(p.now) || p.trial != nil && time.Now().Before(p.trial.until)
}

// hasDrawer reports whether there may be a drawer that the till can open: one hangs on a printer, not on a folder. That it is
// never kicked for a sale says that there is none.
func hasDrawer(c config.Config) bool {
	return printer.TakesCommands(c.Printer.URL) && c.Printer.Drawer != "never"
}

// jobName is what a job's file is called: the receipt's number, and which refund of it; the Z report's number; else the kind
// of document and the job.
func jobName(job pos.PrintJob, rec pos.SaleRecord) string {
	no := rec.Sale.Receipt.String()
	switch job.Document {
	case pos.DocZ:
		var p pos.ShiftPaper
		if err := json.Unmarshal(job.Facts, &p); err == nil && p.Report.Z > 0 {
			return "Z" + p.Report.ZNo()
		}
		fallthrough
	case pos.DocX, pos.DocCash, pos.DocBill, pos.DocGivenBack:
		return string(job.Document) + "-" + strconv.FormatInt(job.ID, 10)
	case pos.DocRefund:
	default:
		return no
	}
	if no == "" { // money that came in for a sale that never was
		return "refund-" + strconv.FormatInt(int64(job.Refund), 10)
	}
	return no + "-refund-" + strconv.FormatInt(int64(job.Refund), 10)
}
