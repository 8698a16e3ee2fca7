package settings

import (
	"context"
	"errors"

	"guitai/pos"
	"guitai/pos/config"
)

// Save writes the settings when nothing is wrong with them and somebody who may allows it; otherwise it goes to the first field
// that needs a hand.
func (p *Presenter) Save() {
	if p.saving || p.question != AskNothing {
		return
	}
	p.leave()
	p.tried, p.saved, p.fault = true, false, nil
	for _, part := range p.Parts() {
		for _, f := range p.d.fields(part) {
			if p.problems[f] != nil {
				p.part = part
				p.goTo(f)
				return
			}
		}
	}
	if len(p.problems) > 0 || !p.Dirty() {
		p.saved = len(p.problems) == 0
		p.changed()
		return
	}
	if p.holds() {
		p.fault = errOpenPayments
		p.changed()
		return
	}
	p.cfg.Allow(pos.DeedSettings, p.cfg.Words.T("settings.what"), p.write)
}

func (p *Presenter) write(by string) {
	if p.saving || p.closed {
		return
	}
	p.saving = true
	was, now := p.was, p.d.config()
	p.cfg.Go(func(ctx context.Context) func() {
		err := p.desk.Save(ctx, was, now, by)
		return func() {
			p.saving = false
			switch {
			case errors.Is(err, config.ErrChanged):
				p.question, p.at = AskMerge, ""
			case err != nil:
				p.fault = err
			default:
				p.was, p.saved, p.tried, p.left = p.desk.Config(), true, false, map[Field]bool{}
				p.d.c, p.d.typed = p.was, nil // secrets have their places now
				p.forget()
				if p.cfg.Saved != nil {
					p.cfg.Saved()
				}
			}
			p.judge()
			p.changed()
			p.cfg.Focus()
		}
	})
	p.changed()
}

// merge puts what was changed here upon what was changed elsewhere, and saves that.
func (p *Presenter) merge() {
	p.question = AskNothing
	p.reload(func(theirs config.Config) {
		both := config.Merge(p.was, p.d.config(), theirs)
		p.was, p.d = theirs, p.fresh(both)
		p.judge()
		p.redraw()
		p.Save()
	})
}

func (p *Presenter) reload(then func(config.Config)) {
	p.saving = true
	p.cfg.Go(func(ctx context.Context) func() {
		theirs, err := p.desk.Reload(ctx)
		return func() {
			p.saving = false
			if err != nil {
				p.fault = err
			} else {
				then(theirs)
			}
			p.changed()
		}
	})
	p.changed()
}
