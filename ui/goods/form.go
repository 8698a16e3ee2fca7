package goods

import (
	"context"
	"errors"
	"slices"
	"strings"

	"guitai/pos"
)

// Editing reports whether the form is open.
func (p *Presenter) Editing() bool { return p.form != nil }

// At is the field that the keyboard is at.
func (p *Presenter) At() Field {
	if p.form == nil {
		return ""
	}
	return p.form.at
}

// Text is what a field of the form says.
func (p *Presenter) Text(k Field) string {
	if p.form == nil {
		return ""
	}
	return p.form.texts[k]
}

// Set takes what a field says now.
func (p *Presenter) Set(k Field, text string) {
	f := p.form
	if f == nil || f.saving || f.texts[k] == text {
		return
	}
	f.texts[k] = text
	delete(f.refuse, k)
	p.hush()
	switch k {
	case FieldName:
		p.spell()
	case FieldPinyin:
		f.own = strings.TrimSpace(text) != "" && text != p.initials()
	case FieldPLU:
		delete(f.refuse, FieldCodes)
	}
	p.cfg.Changed()
}

// initials are those of the name as it stands.
func (p *Presenter) initials() string {
	if p.cfg.Initials == nil {
		return ""
	}
	return p.cfg.Initials(strings.TrimSpace(p.form.texts[FieldName]))
}

// spell keeps the pinyin the name's, until a person writes their own.
func (p *Presenter) spell() {
	f := p.form
	if p.cfg.Initials == nil || f.own {
		return
	}
	if was := f.first[FieldPinyin]; was != "" && f.texts[FieldPinyin] == was && was != p.cfg.Initials(f.was.Name) {
		f.own = true // it was somebody's own before
		return
	}
	f.texts[FieldPinyin] = p.initials()
}

// Shift chooses a field's next (1) or previous (-1) value; it stops at either end. Of the tax it is the usual rates.
func (p *Presenter) Shift(k Field, by int) {
	all := Choices(k)
	if k == FieldTax {
		all = taxRates
	}
	if to := slices.Index(all, p.Text(k)) + by; to >= 0 && to < len(all) {
		p.Set(k, all[to])
	}
}

// Arrive takes note that the keyboard has come to a field.
func (p *Presenter) Arrive(k Field) {
	if p.form != nil && p.form.at != k {
		p.form.at = k
		p.cfg.Changed()
	}
}

// Left takes note that the keyboard has left a field: what is wrong with it is said from now on.
func (p *Presenter) Left(k Field) {
	f := p.form
	if f == nil {
		return
	}
	f.left[k] = true
	switch k {
	case FieldCodes:
		p.lookUp(f.codes()...)
	case FieldPLU:
		p.lookUp(pos.ASCII(strings.TrimSpace(f.texts[FieldPLU])))
	}
	p.cfg.Changed()
}

// Next takes the keyboard to the next field (1) or the one before (-1), round and round.
func (p *Presenter) Next(by int) {
	f := p.form
	if f == nil || f.leave || f.saving {
		return
	}
	all := Fields
	p.Left(f.at)
	f.at = all[(slices.Index(all, f.at)+by+len(all))%len(all)]
	p.cfg.Changed()
	p.cfg.Focus()
}

// lookUp asks whose codes are, so that one that is taken is told before anybody tries to save.
func (p *Presenter) lookUp(codes ...string) {
	f := p.form
	for _, code := range codes {
		if code == "" || f.asked[code] {
			continue
		}
		f.asked[code] = true
		p.cfg.Go(func(ctx context.Context) func() {
			it, err := p.cfg.Goods.Item(ctx, pos.Scan{Code: code}.Codes()...)
			return func() {
				delete(f.asked, code)
				f.taken[code] = ""
				if err == nil && it.ID != f.was.ID {
					f.taken[code] = it.Name
				}
				p.cfg.Changed()
			}
		})
	}
}

// addCode takes one more barcode.
func (f *form) addCode(p *Presenter, code string) {
	if f.saving || f.leave {
		return
	}
	if slices.Contains(f.codes(), code) {
		p.say("goods.scan.there", false, code)
		return
	}
	f.texts[FieldCodes] = strings.TrimSpace(strings.TrimSpace(f.texts[FieldCodes]) + " " + code)
	f.left[FieldCodes] = true
	delete(f.refuse, FieldCodes)
	p.say("goods.scan.added", false, code)
	p.lookUp(code)
}

// Problem says what is wrong with a field, once a person has left it.
func (p *Presenter) Problem(k Field) string {
	f := p.form
	if f == nil || !f.left[k] && !f.tried {
		return ""
	}
	if words := f.refuse[k]; words != "" {
		return words
	}
	id, args := f.problem(k)
	if id == "" || id == "goods.bad.no-code" && !f.tried {
		return ""
	}
	return p.cfg.Words.T(id, args...)
}

// Note says something useful about a field with nothing wrong in it.
func (p *Presenter) Note(k Field) string {
	f, w := p.form, p.cfg.Words
	if f == nil {
		return ""
	}
	switch k {
	case FieldPrice:
		if f.texts[FieldSold] == soldOpen {
			return w.T("item-note.open")
		}
		return w.T("item-note.per", p.unit(strings.TrimSpace(f.texts[FieldUnit]), f.texts[FieldSold] == soldWeight))
	case FieldCost:
		if earned, part, ok := f.margin(); ok && earned < 0 {
			return w.T("item-note.loss", -earned)
		} else if ok {
			return w.T("item-note.margin", earned, tenth(part))
		}
	case FieldTax:
		return w.T("item-note.tax", pos.Tax(money(f.texts[FieldPrice]), f.item().TaxRate))
	}
	if id := "item-note." + string(k); w.Has(id) {
		return w.T(id)
	}
	return ""
}

// unit is what a price is for.
func (p *Presenter) unit(unit string, weighed bool) string {
	switch {
	case unit == "" && weighed:
		return "kg"
	case unit == "":
		return p.cfg.Words.T("goods.piece")
	}
	return unit
}

// Save stores the item.
func (p *Presenter) Save() {
	f := p.form
	if f == nil || f.saving || f.photo {
		return
	}
	f.tried, f.leave = true, false
	if k := f.firstBad(); k != "" {
		p.stay(k)
		return
	}
	what := p.cfg.Words.T("goods.save.what", strings.TrimSpace(f.texts[FieldName]))
	p.cfg.Allow(pos.DeedGoods, what, func(by string) {
		if p.form != f || f.saving {
			return
		}
		f.saving = true
		p.hush()
		it, at := f.item(), p.cfg.Now()
		p.cfg.Go(func(ctx context.Context) func() {
			stored, err := p.cfg.Goods.SaveItem(ctx, it, by, at)
			return func() { p.saved(f, stored, err) }
		})
		p.cfg.Changed()
	})
}

// firstBad is the first field with something wrong in it.
func (f *form) firstBad() Field {
	for _, k := range Fields {
		if id, _ := f.problem(k); id != "" || f.refuse[k] != "" {
			return k
		}
	}
	return ""
}

// stay goes to a field with something wrong in it.
func (p *Presenter) stay(k Field) {
	p.form.at = k
	p.cfg.Changed()
	p.cfg.Focus()
}

// saved takes what became of it.
func (p *Presenter) saved(f *form, stored pos.Item, err error) {
	if p.form != f {
		return
	}
	f.saving = false
	if err != nil {
		p.refused(f, err)
		return
	}
	fresh := f.was.ID == 0
	p.form = nil
	p.prices.of = 0
	p.list.stale()
	if fresh {
		p.typed, p.category, p.last = "", "", true
	} else {
		p.want = stored.ID
	}
	p.find()
	p.say("goods.saved", false, stored.Name)
	p.cfg.Changed()
	p.cfg.Focus()
}

// faultField is the field that shows a fault of the catalogue's.
var faultField = map[string]Field{
	"name": FieldName, "price": FieldPrice, "member": FieldMember, "cost": FieldCost, "tax": FieldTax, "colour": FieldColour, "photo": FieldPhoto,
	"weighed-unit": FieldUnit, "no-code": FieldCodes, "code-spreadsheet": FieldCodes, "code-check": FieldCodes, "code-goods": FieldCodes,
	"code-plain": FieldCodes, "code-twice": FieldCodes, "code-taken": FieldCodes, "code-split": FieldCodes, "plu-taken": FieldPLU, "plu-twice": FieldPLU,
}

// refused says why the catalogue did not take it, at the field where it belongs to one.
func (p *Presenter) refused(f *form, err error) {
	faults, ok := errors.AsType[pos.ItemFaults](err)
	if !ok {
		p.trouble(pos.CodeOf(err))
		p.cfg.Changed()
		p.cfg.Focus()
		return
	}
	for _, x := range faults {
		words := p.cfg.Words.ItemFault(x)
		if k := faultField[x.ID]; k != "" {
			f.refuse[k] = words
		} else {
			p.said, p.sour = words, true
		}
	}
	if k := f.firstBad(); k != "" {
		p.stay(k)
		return
	}
	p.cfg.Changed()
	p.cfg.Focus()
}

// quitForm leaves the form; when something would be lost it asks first.
func (p *Presenter) quitForm() {
	f := p.form
	switch {
	case f.saving:
		return
	case f.leave:
		f.leave = false
		p.cfg.Focus()
	case f.dirty():
		f.leave = true
		p.cfg.Focus()
	default:
		p.form = nil
		p.cfg.Focus()
	}
	p.cfg.Changed()
}

// Leaving reports whether it is asked if the form is left without saving.
func (p *Presenter) Leaving() bool { return p.form != nil && p.form.leave }

// Drop leaves the form without saving.
func (p *Presenter) Drop() {
	if p.form != nil && !p.form.saving {
		p.form = nil
		p.hush()
		p.cfg.Changed()
		p.cfg.Focus()
	}
}

// Photo takes a picture for the tile.
func (p *Presenter) Photo(path string) {
	f := p.form
	if f == nil || f.photo || f.saving || p.cfg.TakePhoto == nil {
		return
	}
	f.photo = true
	p.say("goods.photo.taking", false)
	p.cfg.Go(func(ctx context.Context) func() {
		name, err := p.cfg.TakePhoto(ctx, path)
		return func() {
			if f.photo = false; p.form != f {
				return
			}
			p.hush()
			switch c := pos.CodeOf(err); c {
			case pos.CodeNone:
				f.texts[FieldPhoto] = name
			case pos.CodeInvalid:
				p.say("goods.photo.bad", true)
			case pos.CodeNotFound:
				p.say("goods.photo.gone", true)
			default:
				p.trouble(c)
			}
			p.cfg.Changed()
		}
	})
	p.cfg.Changed()
}

// NoPhoto takes the picture off the tile.
func (p *Presenter) NoPhoto() { p.Set(FieldPhoto, "") }
