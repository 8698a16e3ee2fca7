package settings

import (
	"context"
	"errors"
	"slices"

	"guitai/pos"
	"guitai/pos/config"
)

// What can be tried of the shop, and the new start that some of its settings wait for.
const (
	ActWeChat  Act = "wechat"  // a signed question to WeChat, the certificate, the clock
	ActCopyTo  Act = "copy-to" // writes a file where backups are copied to, and takes it away
	ActRestart Act = "restart"
)

// Check is one thing that was looked at in a trial of several.
type Check struct {
	State CheckState
	ID    string // of its words; "" has those of Err
	Args  []any
	Err   error
}

// CheckLine is a check in words.
type CheckLine struct {
	State CheckState
	Words string
	Todo  string // "" where nothing has to be done
}

// CheckState is what came of it.
type CheckState int

// The states of a check.
const (
	CheckGood CheckState = iota
	CheckBad
	CheckNote // neither: nothing is set up there, or nobody can tell
)

// ShopDesk is a [Desk] that has the shop's settings, too. Methods with a context may take a while and are called elsewhere than on the
// goroutine that draws; all are safe for concurrent use.
type ShopDesk interface {
	// Pending names the keys that were saved and are in force only once the till starts anew.
	Pending() []string
	// Restart ends the till and starts it anew, with the window: what is open goes on there. It does not wait. by is whose leave it is
	// done by, for the log.
	Restart(by string)
	// CheckWeChat asks WeChat about an order that nobody made, which proves network, merchant and key, and looks at the certificate and
	// at the clock; c may hold secrets that were typed and not stored. Nothing is ordered, and no money moves.
	CheckWeChat(ctx context.Context, c config.Config) []Check
	// CheckCopy writes a file into the folder that backups are copied to, and takes it away again.
	CheckCopy(ctx context.Context, c config.Config) error
	// TakePEM copies a file of the merchant platform into the data folder, readable by its owner alone, and says which setting it is for;
	// the text is what the setting says then. [*Fault] for a file that is none.
	TakePEM(ctx context.Context, path string) (f Field, text string, err error)
}

// errOpenPayments keeps the merchant as it is while payments are watched: another merchant cannot ask about them.
var errOpenPayments = errors.New("payments are not at an end")

// merchant are the keys that say whose orders there are.
var merchant = []string{string(FieldAPI), string(FieldBaseURL), string(FieldAppID), string(FieldMchID)}

// holds reports whether a change has to wait for the payments that are not at an end.
func (p *Presenter) holds() bool {
	if p.cfg.Open == nil || p.cfg.Open() == 0 {
		return false
	}
	return slices.ContainsFunc(config.Differences(p.was, p.d.config()), func(key string) bool { return slices.Contains(merchant, key) })
}

func (p *Presenter) shopDesk() ShopDesk {
	d, _ := p.desk.(ShopDesk)
	return d
}

// Pending reports whether something that was saved waits for a new start.
func (p *Presenter) Pending() bool {
	d := p.shopDesk()
	return d != nil && len(d.Pending()) > 0
}

// actsOfShop lists what a part of the shop's can try.
func (p *Presenter) actsOfShop() (all []Act) {
	if p.shopDesk() == nil {
		return nil
	}
	switch {
	case p.part == PartWeChat:
		all = append(all, ActWeChat)
	case p.part == PartBackup && p.d.c.Backup.CopyTo != "":
		all = append(all, ActCopyTo)
	}
	return all
}

// tryShop does it.
func (p *Presenter) tryShop(a Act) {
	d, c := p.shopDesk(), p.d.config()
	if d == nil {
		return
	}
	w := p.cfg.Words
	switch a {
	case ActWeChat:
		p.try(a, func(ctx context.Context) func() {
			checks := d.CheckWeChat(ctx, c)
			return func() { p.trial.answer = p.verdict(checks) }
		})
	case ActCopyTo:
		p.try(a, func(ctx context.Context) func() {
			err := d.CheckCopy(ctx, c)
			return func() { p.told(err) }
		})
	case ActRestart:
		if p.Dirty() {
			p.Quit() // asks what is to become of the changes
			return
		}
		p.cfg.Allow(pos.DeedSettings, w.T("settings.restart.what"), d.Restart)
	}
}

// verdict is the answer to several checks.
func (p *Presenter) verdict(checks []Check) Answer {
	w := p.cfg.Words
	a := Answer{Good: true, Words: w.T("settings.wechat.works")}
	for _, c := range checks {
		line := CheckLine{State: c.State}
		if c.ID != "" {
			line.Words = w.T(c.ID, c.Args...)
			if w.Has(c.ID + ".todo") {
				line.Todo = w.T(c.ID + ".todo")
			}
		} else {
			told := p.trouble(c.Err)
			line.Words, line.Todo = told.Words, told.Todo
		}
		a.Checks = append(a.Checks, line)
		if c.State == CheckBad {
			a.Good, a.Words = false, w.T("settings.wechat.fails")
		}
	}
	return a
}

// Kept says of a secret where it is, without showing it; "" for a field that is none.
func (p *Presenter) Kept(f Field) string {
	if !secretField(f) {
		return ""
	}
	w := p.cfg.Words
	switch s := ways[f].at(&p.was).(*config.Secret); {
	case s.IsZero():
		return w.T("settings.secret.none")
	case s.Given():
		return w.T("settings.phone.given")
	default:
		return w.T("settings.secret.kept", s.String())
	}
}

// Dropped takes a file that was dropped on the page: a logo, or what the merchant platform gave out.
func (p *Presenter) Dropped(path string) {
	if p.saving || p.question != AskNothing || p.trial.reading {
		return
	}
	d := p.shopDesk()
	if p.part != PartWeChat && p.part != PartOldAPIs || d == nil {
		p.Turn(PartReceipt)
		p.Set(FieldLogo, path)
		p.Left(FieldLogo)
		return
	}
	p.leave()
	p.try(ActTake, func(ctx context.Context) func() {
		f, text, err := d.TakePEM(ctx, path)
		return func() {
			if err != nil {
				p.trial.answer = p.trouble(err)
				return
			}
			if p.part == PartOldAPIs && f == FieldClientKey { // the same file is the key of v3
				f = FieldMerchantKey
			}
			p.d.set(f, text)
			p.saved, p.fault, p.back = false, nil, false
			p.judge()
			p.trial.answer = Answer{Good: true, Words: p.cfg.Words.T("settings.taken", p.cfg.Words.T("settings."+string(f))), Todo: p.cfg.Words.T("settings.save-it")}
		}
	})
}

// ActTake is that a file is being copied into the data folder.
const ActTake Act = "take"

// shopFacts are what of the shop stays as it is.
func (p *Presenter) shopFacts() []Fact {
	w := p.cfg.Words
	return []Fact{
		{Name: w.T("settings.shop.id"), Value: p.was.Shop.ID},
		{Name: w.T("settings.shop.till"), Value: p.was.Shop.Till, Hint: w.T("settings.shop.fixed")},
	}
}
