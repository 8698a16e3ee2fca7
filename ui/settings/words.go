package settings

import (
	"errors"

	"guitai/pos"
	"guitai/pos/config"
)

func (p *Presenter) judge() {
	p.problems = map[Field]*config.Error{}
	c := p.d.config()
	if all, ok := c.Check().(config.Errors); ok {
		for _, e := range all {
			p.problems[fieldOf(e.Key)] = e
		}
	}
	for f := range p.d.typed {
		if e := p.d.odd(f); e != nil {
			p.problems[f] = e
		}
	}
	for _, f := range []Field{FieldAddress, FieldOtherAddress, FieldPort, FieldPole} {
		if e := p.problems[f]; e != nil && p.d.get(f) == "" {
			p.problems[f] = &config.Error{Key: e.Key, Problem: config.Missing, Want: e.Want}
		}
	}
}

// Problem says what is wrong with a field, "" while there is nothing to say: a field is not judged before it was left.
func (p *Presenter) Problem(f Field) string {
	e := p.problems[f]
	if e == nil || !p.tried && (!p.left[f] || p.d.get(f) == "") {
		return ""
	}
	w := p.cfg.Words
	if e.Problem == config.Missing {
		return w.T("settings.missing")
	}
	if e.Problem == config.Format && e.Want == form32 {
		return w.T("settings.form.key")
	}
	if at := p.d.place(f); at != nil && e.Problem == config.Format && w.Has("settings.format."+at.kind) {
		return w.T("settings.format." + at.kind)
	}
	return p.cfg.Problem(w, e)
}

// Notice is the line beside the buttons; trouble tells how it is meant.
func (p *Presenter) Notice() (words string, trouble bool) {
	w := p.cfg.Words
	switch {
	case p.saving:
		return w.T("settings.saving"), false
	case p.fault != nil:
		return w.T("settings.not-saved", p.cause(p.fault)), true
	case p.tried && len(p.problems) > 0:
		for f, e := range p.problems {
			if _, shown := p.d.partOf(f); !shown { // of a part of the settings that this page does not have
				return e.Key + ": " + p.cfg.Problem(w, e), true
			}
		}
		return w.T("settings.left", len(p.problems)), true
	case p.saved && p.Pending():
		return w.T("settings.saved.restart"), false
	case p.saved:
		return w.T("settings.saved"), false
	case p.back:
		return w.T("settings.back"), false
	case p.scans.elsewhere != "":
		return w.T("settings.scan.elsewhere", p.scans.elsewhere), false
	case p.Dirty():
		return w.T("settings.dirty"), false
	}
	return "", false
}

// cause says an error in words.
func (p *Presenter) cause(err error) string {
	w := p.cfg.Words
	if errors.Is(err, errOpenPayments) {
		return w.T("settings.wechat.open")
	}
	var fault *Fault
	if errors.As(err, &fault) {
		return w.T(fault.ID, fault.Args...)
	}
	var setting *config.Error
	if errors.As(err, &setting) {
		words := p.cfg.Problem(w, setting)
		if setting.Key != "" {
			words = setting.Key + ": " + words
		}
		return words
	}
	if code := pos.CodeOf(err); code != pos.CodeInternal {
		what, _, todo := w.Trouble(code)
		return w.T("settings.then", what, todo)
	}
	return err.Error()
}
