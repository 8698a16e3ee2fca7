package deals

import (
	"fmt"
	"strings"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// kind says what a promotion does: "3 件 10.00 元", "第二件半价".
func (p *Presenter) kind(d pos.Deal) string {
	w := p.cfg.Words
	switch d.Kind {
	case pos.DealBundle:
		return w.T("deals.says.bundle", d.N, d.Price)
	case pos.DealNth:
		switch {
		case d.Percent == 0:
			return w.T("deals.says.free", d.N)
		case d.N == 2 && d.Percent == 50_00:
			return w.T("deals.says.half")
		}
		return w.T("deals.says.nth", d.N, p.part(d.Percent))
	case pos.DealPrice:
		return w.T("deals.says.price", d.Price)
	case pos.DealCut:
		return w.T("deals.says.cut", p.part(100_00-d.Percent))
	case pos.DealMember:
		return w.T("deals.says.member")
	}
	return string(d.Kind)
}

// part writes a part of a price as people say it: 8.5 折, 85 %.
func (p *Presenter) part(percent int) string {
	n := hundredths(percent)
	if p.cfg.Words.Lang() == i18n.Chinese {
		n = tenths(percent)
	}
	return p.cfg.Words.T("deals.part", n)
}

// tenths writes a part of a price as Chinese shops do: 8500 is 8.5 折.
func tenths(percent int) string { return trimmed(fmt.Sprintf("%d.%03d", percent/1000, percent%1000)) }

// hundredths writes a part of a price in percent: 8550 is 85.5.
func hundredths(percent int) string { return trimmed(fmt.Sprintf("%d.%02d", percent/100, percent%100)) }

func trimmed(s string) string { return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") }

// goods says what a promotion is for.
func (p *Presenter) goods(d pos.Deal) string {
	w := p.cfg.Words
	if len(d.Items) == 0 {
		if d.Category != "" {
			return w.T("deals.for.category", d.Category)
		}
		return w.T("deals.for.all")
	}
	var names []string
	for _, id := range d.Items[:min(2, len(d.Items))] {
		if it, ok := p.item(id); ok {
			names = append(names, it.Name)
		}
	}
	if len(names) == 0 || len(d.Items) > len(names) {
		return w.T("deals.for.items", strings.Join(names, w.T("deals.and")), len(d.Items))
	}
	return strings.Join(names, w.T("deals.and"))
}

// when says on which days and at what time a promotion runs, "" for always.
func (p *Presenter) when(d pos.Deal) string {
	w := p.cfg.Words
	var parts []string
	switch {
	case d.From != 0 && d.From == d.To:
		parts = append(parts, d.From.String())
	case d.From != 0 && d.To != 0:
		parts = append(parts, w.T("deals.when.span", d.From, d.To))
	case d.From != 0:
		parts = append(parts, w.T("deals.when.from", d.From))
	case d.To != 0:
		parts = append(parts, w.T("deals.when.to", d.To))
	}
	if d.Days != 0 && d.Days != everyDay {
		var names []string
		for _, x := range week {
			if d.Days&(1<<x) != 0 {
				names = append(names, w.T("deals.week", w.T(weekWords[x])))
			}
		}
		parts = append(parts, strings.Join(names, w.T("deals.and")))
	}
	if d.Starts != d.Ends {
		parts = append(parts, clock(d.Starts)+"–"+clock(d.Ends))
	}
	return strings.Join(parts, " · ")
}

// everyDay has the bits of all seven.
const everyDay = 1<<7 - 1

// week is its days from Monday.
var week = [7]time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

var weekWords = [7]string{"deals.sun", "deals.mon", "deals.tue", "deals.wed", "deals.thu", "deals.fri", "deals.sat"}

// clock writes a minute of the day.
func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// state says whether a promotion runs.
func (p *Presenter) state(d pos.Deal) (words string, on bool) {
	w, at := p.cfg.Words, p.moment()
	switch {
	case d.Runs(at):
		return w.T("deals.state.on"), true
	case p.over(d):
		return w.T("deals.state.over"), false
	case d.From > at.Day:
		return w.T("deals.state.soon"), false
	}
	return w.T("deals.state.rests"), false
}

// Row is a promotion of the list in words.
type Row struct {
	N, Name, Says, When, State string
	On, Chosen                 bool
}

// Len is how many promotions there are.
func (p *Presenter) Len() int { return len(p.list) }

// Row gives entry i.
func (p *Presenter) Row(i int) Row {
	if i < 0 || i >= len(p.list) {
		return Row{}
	}
	d := p.list[i]
	r := Row{N: fmt.Sprint(i + 1), Name: d.Name, Says: p.kind(d) + " · " + p.goods(d), When: p.when(d), Chosen: i == p.at}
	r.State, r.On = p.state(d)
	if d.Member && d.Kind != pos.DealMember {
		r.Says += " · " + p.cfg.Words.T("deals.members")
	}
	if r.When == "" {
		r.When = p.cfg.Words.T("deals.when.always")
	}
	return r
}

// Trial is what a promotion takes off some goods: "2 × 可口可乐", "6.00 → 4.50".
type Trial struct{ Goods, Prices string }

// mostTrials is how many goods it is tried on.
const mostTrials = 3

// Try tries a promotion on the first of its goods, as if it ran now and the customer were a member. What it takes nothing off says so.
func (p *Presenter) Try(d pos.Deal) (all []Trial) {
	d.From, d.To, d.Starts, d.Ends, d.Days = 0, 0, 0, 0, 0
	if d.Name == "" {
		d.Name = "?"
	}
	if d.Check() != nil {
		return nil
	}
	at := p.moment()
	for _, it := range p.samples(d) {
		if len(all) == mostTrials {
			break
		}
		cart := pos.Cart{Member: true}
		n := 1
		if d.Kind == pos.DealBundle || d.Kind == pos.DealNth {
			n = d.N
		}
		cart, err := cart.Add(it, "", n)
		if err != nil {
			continue
		}
		priced := cart.Priced([]pos.Deal{d}, at)
		words := fmt.Sprintf("%s → %s", cart.Total(), priced.Total())
		if priced.Total() == cart.Total() {
			words = p.cfg.Words.T("deals.try.nothing", cart.Total())
		}
		all = append(all, Trial{fmt.Sprintf("%d × %s", n, it.Name), words})
	}
	return all
}

// samples are some of a promotion's goods. Of the members' price they are goods that have one.
func (p *Presenter) samples(d pos.Deal) (some []pos.Item) {
	if len(d.Items) > 0 {
		for _, id := range d.Items[:min(mostTrials, len(d.Items))] {
			if it, ok := p.item(id); ok {
				some = append(some, it)
			}
		}
		return some
	}
	for _, it := range p.sample(d.Category) {
		if !it.Weighed && !it.Open && (d.Kind != pos.DealMember || it.Member > 0) {
			some = append(some, it)
		}
	}
	return some
}

// Detail is the chosen promotion in words.
type Detail struct {
	There             bool
	Name, Says, Goods string
	When, State       string
	On                bool
	Trials            []Trial
	Stop              string
}

// Detail gives it.
func (p *Presenter) Detail() Detail {
	d, ok := p.Current()
	if !ok {
		return Detail{}
	}
	w := p.cfg.Words
	m := Detail{There: true, Name: d.Name, Says: p.kind(d), Goods: p.goods(d), When: p.when(d), Trials: p.Try(d), Stop: w.T("deals.stop")}
	m.State, m.On = p.state(d)
	if m.When == "" {
		m.When = w.T("deals.when.always")
	}
	if d.Member && d.Kind != pos.DealMember {
		m.Goods += " · " + w.T("deals.members")
	}
	if p.over(d) {
		m.Stop = w.T("deals.goes")
	}
	return m
}

// Model is the screen in words.
type Model struct {
	None, Todo string
	Said       string
	Sour       bool
	Busy       bool
}

// Model gives it.
func (p *Presenter) Model() Model {
	w := p.cfg.Words
	m := Model{Said: p.said, Sour: p.sour, Busy: p.busy}
	switch {
	case p.cfg.Goods == nil:
		m.None = w.T("goods.closed")
	case p.bad != pos.CodeNone && !p.known:
		m.None, _, m.Todo = w.Trouble(p.bad)
	case !p.known:
		m.None = w.T("goods.reading")
	case len(p.list) == 0:
		m.None, m.Todo = w.T("deals.none"), w.T("deals.none.todo")
	}
	return m
}
