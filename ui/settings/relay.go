package settings

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"guitai/pos"
	"guitai/pos/config"
)

// FieldPairing is where the line of a relay's keeper is put in. It is no setting: it works once.
const FieldPairing Field = "relay.pairing"

// What can be done about the relay and about phone orders.
const (
	ActPair     Act = "pair"
	ActRelay    Act = "relay" // asks the relay who this till is there
	ActUnpair   Act = "unpair"
	ActCallback Act = "callback" // copies where WeChat asks what a scanned product costs
	ActPrepay   Act = "prepay"   // copies where the shop's mini-program or app orders
	ActPhoneKey Act = "phone-key"
	ActCopyKey  Act = "copy-key"
)

// relay is the till's relay as the page knows it.
type relay struct {
	pairing string    // what is put in
	info    RelayInfo // as far as it was told
	health  pos.Part  // of the line, as it was drawn last
	key     string    // that was just made: it is shown once
}

// relayDesk is the desk as one that can pair; nil where this build has none.
func (p *Presenter) relayDesk() RelayDesk {
	d, _ := p.desk.(RelayDesk)
	return d
}

// Parts lists the parts that this till has.
func (p *Presenter) Parts() []Part {
	all := Parts
	if p.relayDesk() == nil {
		all = Parts[:len(Parts)-2] // the last two are about the relay
	}
	if p.shopDesk() != nil && !p.cfg.Practice {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(part Part) bool {
		switch part {
		case PartWeChat, PartOldAPIs:
			return true // practice has its own WeChat
		case PartShop, PartOrders, PartTenders, PartLabels, PartBackup:
			return p.shopDesk() == nil
		}
		return false
	})
}

// Paired reports whether the till has a relay.
func (p *Presenter) Paired() bool { return p.was.Relay.URL != "" }

// Pairing reports whether a pairing line is asked for.
func (p *Presenter) Pairing() bool { return p.part == PartRelay && !p.Paired() }

// TakesLine reports whether what is put in on the part in front is a pairing line. While the till is being unpaired it is one already,
// and seen as soon as its field is there.
func (p *Presenter) TakesLine() bool {
	return p.Pairing() || p.part == PartRelay && p.trial.busy && p.trial.act == ActUnpair
}

// Update takes note of how the line to the relay is now.
func (p *Presenter) Update() {
	if now := p.cfg.Health(); now != p.relay.health {
		p.relay.health = now
		if p.part == PartRelay || p.part == PartPhone {
			p.changed()
		}
	}
}

// meetRelay asks the relay who this till is there, for what the page shows of it.
func (p *Presenter) meetRelay() {
	d := p.relayDesk()
	if d == nil || !p.Paired() {
		return
	}
	p.cfg.Go(func(ctx context.Context) func() {
		info, _ := d.RelayInfo(ctx) // why it is not told is seen of the line
		return func() { p.meet(info) }
	})
}

// meet takes what the relay says of this till. What is known only in part, because nobody answers, takes nothing away that it said before.
func (p *Presenter) meet(info RelayInfo) {
	if p.Paired() && info.URL != "" && (info.Name != "" || info.URL != p.relay.info.URL) {
		p.relay.info = info
		p.changed()
	}
}

// rebase takes note that the desk has changed what is in force: what was changed here and not saved stays changed.
func (p *Presenter) rebase() {
	theirs, typed := p.desk.Config(), p.d.typed
	p.d.typed = nil // secrets that are not stored have no place in it
	both := config.Merge(p.was, p.d.config(), theirs)
	p.was, p.d = theirs, p.fresh(both)
	p.d.typed = typed
	p.judge()
}

// tryRelay does what is asked about the relay, once somebody who may allows it.
func (p *Presenter) tryRelay(a Act) {
	d := p.relayDesk()
	if d == nil {
		return
	}
	w := p.cfg.Words
	switch a {
	case ActPair:
		if p.relay.pairing == "" {
			p.goTo(FieldPairing)
			return
		}
		p.cfg.Allow(pos.DeedSettings, w.T("settings.relay.what"), p.pair)
	case ActRelay:
		p.try(a, func(ctx context.Context) func() {
			info, err := d.RelayInfo(ctx)
			return func() {
				p.meet(info)
				if p.toldRelay(err) {
					p.trial.answer.Words = w.T("settings.relay.works", nameThere(info))
				}
			}
		})
	case ActCallback:
		p.copyOut(a, p.relay.info.CallbackURL)
	case ActPrepay:
		p.copyOut(a, p.relay.info.PrepayURL)
	case ActCopyKey:
		p.copyOut(a, p.relay.key)
	case ActUnpair:
		p.ask(AskUnpair)
	case ActPhoneKey:
		if p.was.Phone.Key.IsZero() {
			p.newKey()
			return
		}
		p.ask(AskKey)
	case ActStatus, ActTestPage, ActDrawer, ActCalibrate, ActPole, ActSounds, ActWeChat, ActCopyTo, ActRestart, ActTake:
	}
}

func (p *Presenter) ask(q Question) {
	p.question, p.at = q, ""
	p.changed()
	p.cfg.Focus()
}

func (p *Presenter) copyOut(a Act, text string) {
	p.cfg.Copy(text)
	p.trial.asked++ // an answer that is on its way is to nothing that is asked any more
	p.trial.act, p.trial.part, p.trial.busy = a, p.part, false
	p.told(nil)
	p.changed()
}

func (p *Presenter) pair(by string) {
	d, text := p.relayDesk(), p.relay.pairing
	p.try(ActPair, func(ctx context.Context) func() {
		info, err := d.Pair(ctx, text, by)
		var theirs error // of reading a file that was changed meanwhile
		if errors.Is(err, config.ErrChanged) {
			_, theirs = p.desk.Reload(ctx)
		}
		return func() {
			if err == nil || errors.Is(err, config.ErrChanged) && theirs == nil {
				p.rebase()
			}
			if !p.toldRelay(err) {
				return
			}
			p.relay.pairing, p.relay.info, p.saved = "", info, false
			p.trial.answer.Words = p.cfg.Words.T("settings.relay.paired", nameThere(info))
			p.trial.answer.Todo = p.cfg.Words.T("settings.relay.paired.todo")
			if p.part == PartRelay { // its field is gone; elsewhere the keyboard stays where it is
				p.at = ""
				p.cfg.Focus()
			}
		}
	})
}

func (p *Presenter) unpair(by string) {
	d := p.relayDesk()
	p.try(ActUnpair, func(ctx context.Context) func() {
		err := d.Unpair(ctx, by)
		return func() {
			if p.toldRelay(err) {
				p.relay.info = RelayInfo{}
				p.rebase()
				if p.Pairing() && p.relay.pairing != "" && p.question == AskNothing { // put in meanwhile
					p.at = FieldPairing
					p.cfg.Focus()
				}
			}
		}
	})
}

func (p *Presenter) newKey() {
	p.cfg.Allow(pos.DeedSettings, p.cfg.Words.T("settings.phone.what"), func(by string) {
		d := p.relayDesk()
		p.try(ActPhoneKey, func(ctx context.Context) func() {
			key, err := d.NewPhoneKey(ctx, by)
			return func() {
				if p.toldRelay(err) {
					p.rebase()
					if p.part == PartPhone && !p.closed { // nobody is there to see it: better make another
						p.relay.key = key
					}
				}
			}
		})
	})
}

// unreached are the codes of the network that mean no more here than that the relay is not reached.
var unreached = map[pos.Code]bool{
	pos.CodeNoAnswer: true, pos.CodeUnreachable: true, pos.CodeServerFault: true, pos.CodeBadAnswer: true, pos.CodeUncertain: true, pos.CodeDNS: true,
	pos.CodeIntercepted: true, pos.CodeIPv6: true, pos.CodeClock: true, pos.CodeRefused: true, pos.CodeRejected: true,
}

// toldRelay says that something about the relay went well, or why not and that money has nothing to do with it. It reports which.
func (p *Presenter) toldRelay(err error) bool {
	if err == nil {
		return p.told(nil)
	}
	w := p.cfg.Words
	a := Answer{}
	var setting *config.Error
	switch code := pos.CodeOf(err); {
	case errors.Is(err, config.ErrChanged):
		a.Words, a.Todo = w.T("settings.ask.merge"), w.T("settings.relay.again")
	case errors.As(err, &setting) && setting.Key == "relay.url", code == pos.CodeInvalid:
		a.Words, a.Todo = w.T("settings.relay.line"), w.T("settings.relay.line.todo")
	case code == pos.CodeMode:
		a.Words, a.Todo = w.T("settings.relay.practice"), w.T("settings.relay.practice.todo")
	case code == pos.CodeTooMany:
		a.Words, a.Todo = w.T("settings.relay.slow"), w.T("settings.relay.slow.todo")
	case code == pos.CodeRelay, unreached[code]:
		a.Words, _, _ = w.Trouble(pos.CodeRelay)
		a.Todo = w.T("settings.relay.unreached.todo", p.host())
	case code == pos.CodeRelayToken, code == pos.CodePairing:
		a.Words, _, a.Todo = w.Trouble(code)
	default:
		a = p.trouble(err)
	}
	a.More = w.T("settings.relay.money")
	p.trial.answer = a
	return false
}

// host is the relay's name on the network: of the one that is paired, else of what is put in, as far as it can be made out.
func (p *Presenter) host() string {
	at := p.was.Relay.URL
	if at == "" {
		at, _, _ = strings.Cut(strings.TrimSpace(p.relay.pairing), " ")
	}
	if u, err := url.Parse(at); err == nil && u.Host != "" {
		return u.Host
	}
	return at
}

// Fact is something that the page says of the relay or of phone orders, and what can be done about it.
type Fact struct {
	Name  string
	Value string
	Good  bool // the value is what it should be
	Bad   bool // it is trouble
	Hint  string
	Act   Act // "" for nothing
}

// Intro is what the part in front is good for; "" where that is plain.
func (p *Presenter) Intro() string {
	if p.Pairing() {
		return p.cfg.Words.T("settings.relay.intro")
	}
	return ""
}

// Facts are what the part in front says beside what it asks for.
func (p *Presenter) Facts() []Fact {
	switch {
	case p.Pairing():
		return []Fact{{Hint: p.cfg.Words.T("settings.relay.keeper"), Act: ActPair}}
	case p.part == PartRelay:
		return p.relayFacts()
	case p.part == PartPhone:
		return p.phoneFacts()
	case p.part == PartShop:
		return p.shopFacts()
	}
	return nil
}

func (p *Presenter) relayFacts() []Fact {
	w, r := p.cfg.Words, p.relay
	line := Fact{Name: w.T("settings.relay.line-state"), Act: ActRelay}
	switch r.health.Light {
	case pos.LightOK:
		line.Value, line.Good = "● "+w.T("settings.relay.up"), true
	case pos.LightBad:
		what, money, todo := w.RelayTrouble(r.health.Cause)
		line.Value, line.Hint, line.Bad = "× "+what, money, true
		if r.health.Cause == pos.CodeRelayToken { // nothing that is on this page so helps
			line.Hint = todo
		}
	default: // paired a moment ago
		line.Value = "… " + w.Light(pos.LightBusy)
	}
	host := Fact{Name: w.T("settings.relay.host"), Value: p.host()}
	if r.info.Name != "" {
		host.Hint = w.T("settings.relay.who", nameThere(r.info))
	}
	facts := []Fact{host, line}
	if r.info.CallbackURL != "" {
		facts = append(facts, Fact{Name: w.T("settings.relay.callback"), Value: r.info.CallbackURL, Hint: w.T("settings.relay.callback.hint"), Act: ActCallback})
	}
	return append(facts, Fact{Act: ActUnpair})
}

// nameThere is what the relay calls this till: a relay of one shop has no name for the shop.
func nameThere(info RelayInfo) string {
	if info.Shop == "" {
		return info.Name
	}
	return info.Shop + " · " + info.Name
}

// kept says where a secret is: by its reference, or that practice mode brings it along and there is none.
func (p *Presenter) kept(s config.Secret) string {
	if s.Given() {
		return p.cfg.Words.T("settings.phone.given")
	}
	return p.cfg.Words.T("settings.phone.kept", s.String())
}

func (p *Presenter) phoneFacts() []Fact {
	w, c := p.cfg.Words, p.was.Phone
	at := Fact{Name: w.T("settings.phone.prepay"), Value: w.T("settings.phone.unpaired")}
	switch {
	case p.Paired() && p.relay.info.PrepayURL == "" && p.relay.health.Light == pos.LightBad: // it does not answer
		at.Value, at.Hint, _ = w.RelayTrouble(p.relay.health.Cause)
	case p.Paired() && p.relay.info.PrepayURL == "":
		at.Value = w.T("settings.phone.unknown")
	case p.Paired():
		at = Fact{Name: at.Name, Value: p.relay.info.PrepayURL, Hint: w.T("settings.phone.prepay.hint"), Act: ActPrepay}
	}
	key := Fact{Name: w.T("settings.phone.key"), Value: w.T("settings.phone.none"), Hint: w.T("settings.phone.key.hint"), Act: ActPhoneKey}
	switch {
	case p.relay.key != "":
		key.Value, key.Hint, key.Act = p.relay.key, w.T("settings.phone.key.once"), ActCopyKey
	case !c.Key.IsZero():
		key.Value = p.kept(c.Key)
	}
	return []Fact{at, key}
}

// actsOfFacts are what can be done in the part in front, where that is about its facts.
func (p *Presenter) actsOfFacts() (all []Act) {
	for _, f := range p.Facts() {
		if f.Act != "" {
			all = append(all, f.Act)
		}
	}
	return all
}

// scannedPairing takes a scan as the pairing line, where one is asked for. It reports whether it was.
func (p *Presenter) scannedPairing(text string) bool {
	if !p.TakesLine() || p.saving || p.question != AskNothing {
		return false
	}
	p.Set(FieldPairing, strings.TrimSpace(text))
	if !p.Pairing() {
		return true
	}
	p.at = FieldPairing
	p.changed()
	p.cfg.Focus()
	return true
}
