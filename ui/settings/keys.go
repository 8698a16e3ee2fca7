package settings

import (
	"errors"
	"slices"

	"guitai/pos"
	"guitai/pos/config"
)

// PartKeys is the part where each action gets its key.
const PartKeys Part = "keys"

// keyPart is the part of the keys as the page has it.
type keyPart struct {
	in     bool // the keyboard is at the list of actions
	at     int  // which of pos.KeyActions is chosen
	asking bool // the next key is to be the new one
	chord  pos.KeyChord
	fault  error // why chord cannot be it; nil while another action has it
	done   bool  // the chosen action just got another key
}

// KeyRow is a row of the list: a heading, or an action and its key.
type KeyRow struct {
	Heading string
	Index   int // of the action
	Name    string
	Help    string
	Key     string
	Changed bool // not the key that it came with
	Chosen  bool
}

// KeyRows are all rows, in order.
func (p *Presenter) KeyRows() []KeyRow {
	w, m := p.cfg.Words.With(p.keymap()), p.keymap()
	rows := make([]KeyRow, 0, pos.KeyCount+len(pos.KeyGroups))
	group := pos.KeyGroup("")
	for i, a := range pos.KeyActions() {
		if a.Group() != group {
			group = a.Group()
			rows = append(rows, KeyRow{Heading: w.T("key.group." + string(group)), Index: -1})
		}
		rows = append(rows, KeyRow{
			Index: i, Name: w.KeyAction(a), Help: w.KeyHelp(a), Key: m.Legend(a), Changed: m.Key(a) != a.Default(), Chosen: i == p.keys.at,
		})
	}
	return rows
}

// keymap is the keys as the page has them, saved or not.
func (p *Presenter) keymap() pos.Keymap { return p.d.c.Keys.Map() }

// keyAction is the chosen action.
func (p *Presenter) keyAction() pos.KeyAction { return pos.KeyActions()[p.keys.at] }

// AskingKey reports whether every key belongs to the page: the next one is to be an action's.
func (p *Presenter) AskingKey() bool {
	return p.part == PartKeys && p.keys.asking && p.question == AskNothing && !p.saving
}

// ChooseKey puts the keyboard at an action.
func (p *Presenter) ChooseKey(i int) {
	if p.saving || p.question != AskNothing {
		return
	}
	i = max(0, min(pos.KeyCount-1, i))
	p.keys = keyPart{in: true, at: i}
	p.changed()
}

// AskKey asks for the chosen action's new key.
func (p *Presenter) AskKey() {
	if p.saving {
		return
	}
	p.keys = keyPart{in: true, at: p.keys.at, asking: true}
	p.changed()
}

// KeepKey stops asking for a key, or leaves the list of actions; it reports whether there was something to leave.
func (p *Presenter) KeepKey() bool {
	switch {
	case p.keys.asking:
		p.keys = keyPart{in: true, at: p.keys.at}
	case p.keys.in:
		p.keys.in = false
	default:
		return false
	}
	p.changed()
	return true
}

// PressKey takes the key that was pressed while one was asked for.
func (p *Presenter) PressKey(k pos.KeyChord) {
	a := p.keyAction()
	p.keys.chord, p.keys.fault = k, a.Takes(k)
	if p.keys.fault == nil && p.keymap().Taken(k, a) == "" {
		p.setKeys(p.keymap().With(a, k), a)
		p.keys = keyPart{in: true, at: p.keys.at, done: true}
	}
	p.changed()
}

// MaySwap reports whether the key that was pressed can be had for the one that the chosen action has.
func (p *Presenter) MaySwap() bool {
	if !p.keys.asking || p.keys.fault != nil || p.keys.chord.IsZero() {
		return false
	}
	_, ok := p.keymap().Swapped(p.keys.chord, p.keyAction())
	return ok
}

// SwapKey gives the chosen action the key that was pressed, and the action that had it the chosen one's.
func (p *Presenter) SwapKey() {
	if !p.MaySwap() {
		return
	}
	a := p.keyAction()
	m, _ := p.keymap().Swapped(p.keys.chord, a)
	p.setKeys(m, a, p.keymap().Taken(p.keys.chord, a))
	p.keys = keyPart{in: true, at: p.keys.at, done: true}
	p.changed()
}

// ResetKey gives the chosen action the key that it came with, if nobody has that.
func (p *Presenter) ResetKey() {
	a := p.keyAction()
	if p.keymap().Key(a) == a.Default() {
		return
	}
	p.keys.asking = true
	p.PressKey(a.Default())
}

// ResetKeys gives every action the key that it came with.
func (p *Presenter) ResetKeys() {
	p.setKeys(pos.Keymap{}, pos.KeyActions()...)
	p.keys = keyPart{in: p.keys.in, at: p.keys.at}
	p.changed()
}

// setKeys takes the keys of some actions from a map. What the file says of the others stays as a person wrote it.
func (p *Presenter) setKeys(m pos.Keymap, actions ...pos.KeyAction) {
	if p.saving {
		return
	}
	text := config.KeysOf(m)
	for i, a := range pos.KeyActions() {
		if slices.Contains(actions, a) {
			p.d.c.Keys[i] = text[i]
		}
	}
	p.saved, p.fault, p.back = false, nil, false
	p.judge()
}

// KeyModel is what stands beside the list: the chosen action, and what there is to say about its key.
type KeyModel struct {
	Name, Help, Key, Was string
	Ask                  string // what to do now
	Bad                  string // why the key that was pressed cannot be had; "" for no trouble
	Todo                 string
	Asking, Swap         bool
	Changed, AnyChanged  bool
}

// KeySide is the model of the chosen action.
func (p *Presenter) KeySide() KeyModel {
	a, keys := p.keyAction(), p.keymap()
	w := p.cfg.Words.With(keys)
	m := KeyModel{
		Name: w.KeyAction(a), Help: w.KeyHelp(a), Key: keys.Legend(a), Asking: p.keys.asking, Swap: p.MaySwap(),
		Changed: keys.Key(a) != a.Default(), AnyChanged: keys != pos.Keymap{},
	}
	if m.Changed {
		m.Was = w.T("settings.keys.was", a.Default())
	}
	k := p.keys.chord
	switch other := keys.Taken(k, a); {
	case !p.keys.asking && p.keys.done:
		m.Ask = w.T("settings.keys.done")
	case !p.keys.asking:
		m.Ask = w.T("settings.keys.idle")
	case k.IsZero():
		m.Key, m.Ask = "…", w.T("settings.keys.ask")
	case errors.Is(p.keys.fault, pos.ErrKeyOnPages):
		m.Bad, m.Todo = w.T("settings.keys.on-pages", k), w.T("settings.keys.other")
	case p.keys.fault != nil:
		m.Bad, m.Todo = w.T("settings.keys.fixed", k), w.T("settings.keys.other")
	case m.Swap:
		m.Bad, m.Todo = w.T("settings.keys.taken", k, w.KeyAction(other)), w.T("settings.keys.swap-means", w.KeyAction(other), keys.Key(a))
	default:
		m.Bad, m.Todo = w.T("settings.keys.taken", k, w.KeyAction(other)), w.T("settings.keys.first", w.KeyAction(other))
	}
	return m
}
