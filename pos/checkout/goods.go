package checkout

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"guitai/pos"
)

// maxWeight is the most that one piece may weigh, in g.
const maxWeight = 1_000_000

// addScanned puts what a code is of into the cart: what the catalogue knows by that very code, else what the shop's own code says.
func (t *Till) addScanned(s pos.Scan) {
	defer t.dropped(t.takeQuestion())
	it, err := t.cfg.Catalogue.Item(t.book, s.Codes()...)
	switch {
	case err == nil:
		t.add(it, s.Code)
	case pos.CodeOf(err) != pos.CodeNotFound:
		t.ledgerTrouble("find item", err)
	case s.Kind == pos.ScanInStore && t.addInStore(s):
	case s.Collides():
		t.alipayCode()
	case s.Kind == pos.ScanInStore:
		t.say(pos.MsgWarn, "in-store-code", s.Code)
	default:
		t.unknown(s.Code)
	}
}

// unknown says that nobody knows a code, and asks what it is of. The message has the code as long as nothing else is said.
func (t *Till) unknown(code string) {
	shown := pos.Mask(code)
	if t.onGlass() || t.tender != nil || len(t.parts) > 0 || shown != code {
		t.say(pos.MsgWarn, "unknown-code", shown)
		return
	}
	t.wants(pos.WantItem, pos.Item{}, code)
	t.say(pos.MsgWarn, "unknown-code", shown)
}

// addInStore puts what a code of the shop's own scale or label printer is of into the cart. It reports whether a layout of the shop has
// the code; what is wrong with it is said then.
func (t *Till) addInStore(s pos.Scan) bool {
	for _, layout := range t.rules.Layouts {
		if in, ok := layout.Read(s.Code); ok {
			t.addLabel(s, in, strings.Contains(string(layout), "M"))
			return true
		}
	}
	return false
}

// addLabel adds what a label is of. A printed amount is what the customer was promised: it counts as it stands.
func (t *Till) addLabel(s pos.Scan, in pos.InStore, amount bool) {
	it, err := t.cfg.Catalogue.Item(t.book, in.PLUs()...)
	switch {
	case pos.CodeOf(err) == pos.CodeNotFound && s.Collides():
		t.alipayCode()
	case pos.CodeOf(err) == pos.CodeNotFound:
		t.say(pos.MsgWarn, "plu-unknown", in.PLU, s.Code)
	case err != nil:
		t.ledgerTrouble("find item", err)
	case it.Retired:
		t.say(pos.MsgWarn, "item-retired", it.Name)
	case amount && in.Amount == 0, !amount && in.Weight == 0:
		t.say(pos.MsgWarn, "label-empty", it.Name, s.Code)
	case !amount && (!it.Weighed || it.Open): // what is asked for its price has none to weigh by
		t.say(pos.MsgWarn, "not-weighed", it.Name, s.Code)
	case in.Weight > maxWeight:
		t.say(pos.MsgWarn, "weight-invalid")
	default:
		l := pos.LineOf(it, s.Code)
		l.Label, l.Weight = in.Amount, in.Weight
		t.put(l)
	}
}

func (t *Till) addByID(id pos.ItemID) {
	defer t.dropped(t.takeQuestion())
	if it, ok := t.itemOf(id); ok {
		t.add(it, "")
	}
}

// itemOf finds an item, or says why not.
func (t *Till) itemOf(id pos.ItemID) (pos.Item, bool) {
	it, err := t.cfg.Catalogue.ItemByID(t.book, id)
	switch {
	case pos.CodeOf(err) == pos.CodeNotFound:
		t.say(pos.MsgWarn, "unknown-code", strconv.FormatInt(int64(id), 10))
	case err != nil:
		t.ledgerTrouble("find item", err)
	}
	return it, err == nil
}

// add puts an item into the cart, or asks first what it costs or weighs.
func (t *Till) add(it pos.Item, barcode string) {
	switch {
	case it.Retired:
		t.say(pos.MsgWarn, "item-retired", it.Name)
	case it.Open:
		t.askFor(pos.WantPrice, it, barcode)
	case it.Weighed:
		t.askFor(pos.WantWeight, it, barcode)
	default:
		t.put(pos.LineOf(it, barcode))
	}
}

// askFor asks for a price or a weight, unless nothing can be added now.
func (t *Till) askFor(kind pos.WantKind, it pos.Item, barcode string) {
	if !t.fixed() {
		t.wants(kind, it, barcode)
		if t.message.Kind != pos.MsgAlarm {
			t.message = pos.Message{N: t.message.N}
		}
	}
}

// put adds a line, as many times as was typed before.
func (t *Till) put(l pos.Line) {
	if t.edit(t.ready().AddLine(l, max(1, t.times))) {
		t.times = 0
	}
}

// wants asks a question. It stands in nobody's way: the next scan goes on without an answer.
func (t *Till) wants(kind pos.WantKind, it pos.Item, code string) {
	t.dismissDone()
	t.questions++
	t.question = &pos.Want{N: t.questions, Kind: kind, Item: it, Code: code, Times: t.times}
	t.times, t.dirty = 0, true
}

func (t *Till) takeQuestion() *pos.Want {
	q := t.question
	t.question = nil
	return q
}

// dropped says what was not added because something else was scanned before the question about it was answered.
func (t *Till) dropped(q *pos.Want) {
	if q == nil || t.question != nil || t.message.ID != "" {
		return
	}
	name := q.Item.Name
	if name == "" {
		name = q.Code
	}
	t.say(pos.MsgWarn, "want-dropped", name)
}

// answered adds the line that an answer makes, as many times as was typed before the question.
func (t *Till) answered(l pos.Line) {
	n := max(1, t.times)
	if q := t.question; q != nil && q.Item.ID == l.Item {
		n = max(1, q.Times)
	}
	if t.edit(t.ready().AddLine(l, n)) {
		t.times, t.question = 0, nil
	}
}

func (t *Till) addPriced(c pos.AddPriced) {
	switch it, ok := t.itemOf(c.Item); {
	case !ok:
	case it.Retired:
		t.say(pos.MsgWarn, "item-retired", it.Name)
	case !it.Open:
		t.say(pos.MsgWarn, "price-fixed", it.Name)
	case c.Price <= 0 || c.Price > pos.MaxAmount:
		t.say(pos.MsgWarn, "price-invalid")
	default:
		l := pos.LineOf(it, c.Barcode)
		l.Price, l.Member = c.Price, 0
		t.answered(l)
	}
}

func (t *Till) addWeighed(c pos.AddWeighed) {
	switch it, ok := t.itemOf(c.Item); {
	case !ok:
	case it.Retired:
		t.say(pos.MsgWarn, "item-retired", it.Name)
	case !it.Weighed || it.Open:
		t.say(pos.MsgWarn, "not-weighed", it.Name, c.Barcode)
	case c.Weight <= 0 || c.Weight > maxWeight:
		t.say(pos.MsgWarn, "weight-invalid")
	default:
		l := pos.LineOf(it, c.Barcode)
		l.Weight = c.Weight
		t.answered(l)
	}
}

// newItem makes a new item, most often of a code that nobody knew, and puts it into the cart. by is whose leave it is done by.
func (t *Till) newItem(c pos.NewItem, by pos.Person) {
	it := c.Item
	it.ID, it.Name, it.Retired = 0, strings.Join(strings.Fields(it.Name), " "), false
	if t.fixed() {
		return
	}
	if it.Name == "" || utf8.RuneCountInString(it.Name) > maxName || !utf8.ValidString(it.Name) || strings.ContainsFunc(it.Name, unicode.IsControl) ||
		it.Price < 0 || it.Price > pos.MaxAmount || it.Price == 0 && (c.Once || !it.Open) {
		t.say(pos.MsgWarn, "item-invalid")
		return
	}
	if q := t.question; q != nil && q.Kind == pos.WantItem {
		t.times = q.Times
	}
	if c.Once {
		t.question = nil
		was := t.cart
		if t.put(pos.LineOf(it, "")); !t.cart.Same(was) {
			t.allowed(pos.NewItem{Item: it}, was, by)
		}
		return
	}
	kept, ok := t.keepItem(it, by)
	if ok {
		t.question = nil
		t.add(kept, it.Barcode())
	}
}

// maxName is the longest name of an item that is made at the till, in characters.
const maxName = 40

// keepItem stores a new item, or finds that somebody was faster.
func (t *Till) keepItem(it pos.Item, by pos.Person) (pos.Item, bool) {
	if t.cfg.Goods == nil {
		t.say(pos.MsgWarn, "item-not-kept")
		return it, false
	}
	if len(it.Barcodes) > 0 {
		known, err := t.cfg.Catalogue.Item(t.book, it.Barcodes...)
		switch {
		case err == nil:
			return known, true
		case pos.CodeOf(err) != pos.CodeNotFound:
			t.ledgerTrouble("find item", err)
			return it, false
		}
	}
	name := by.Name
	if name == "" {
		name = t.name()
	}
	kept, err := t.cfg.Goods.SaveItem(t.book, it, name, t.cfg.Clock.Now())
	switch {
	case pos.CodeOf(err) == pos.CodeInvalid || pos.CodeOf(err) == pos.CodeConflict:
		t.cfg.Log.Warn("new item", "err", err)
		t.say(pos.MsgWarn, "item-invalid")
		return it, false
	case err != nil:
		t.ledgerTrouble("store item", err)
		return it, false
	}
	t.ledgerFine()
	if rev, err := t.cfg.Catalogue.Revision(t.book); err == nil {
		t.items = rev // that is no news to who made it
	}
	return kept, true
}

// alipayCode answers a customer's Alipay payment code, which nobody here can charge, in words.
func (t *Till) alipayCode() {
	for _, name := range t.rules.Others {
		if strings.Contains(name, "支付宝") || strings.Contains(strings.ToLower(name), "alipay") {
			t.say(pos.MsgWarn, "alipay-code-other", name)
			return
		}
	}
	t.say(pos.MsgWarn, "alipay-code")
}
