package pos

import "slices"

// KeyAction is something that a person at the till does by a key of its own. Its text is its key in the [keys] of config.toml, and is kept
// once shipped.
type KeyAction string

// The actions.
const (
	KeyFind         KeyAction = "find"
	KeyQuantity     KeyAction = "quantity"
	KeyMore         KeyAction = "more" // one piece more of the chosen line
	KeyLess         KeyAction = "less"
	KeyDiscount     KeyAction = "discount"      // of the chosen line
	KeyCartDiscount KeyAction = "cart_discount" // of the whole sale
	KeyPrice        KeyAction = "price"         // of the chosen line
	KeyNote         KeyAction = "note"          // on the chosen line
	KeyMember       KeyAction = "member"        // member prices on and off
	KeyRemove       KeyAction = "remove"
	KeyClear        KeyAction = "clear"
	KeyUndo         KeyAction = "undo"
	KeyHold         KeyAction = "hold" // puts this customer aside: the cart, or on the pay screen the payment with it
	KeyRecall       KeyAction = "recall"
	KeyRefund       KeyAction = "return"

	KeyWeChat  KeyAction = "wechat"  // the QR; on the pay screen a new one
	KeyCash    KeyAction = "cash"    //
	KeyTenders KeyAction = "tenders" // Alipay, bank terminal, wall code
	KeySplit   KeyAction = "split"   // a part of what is due
	KeyAsk     KeyAction = "ask"     // asks WeChat now
	KeySlip    KeyAction = "slip"    // a pending slip, on paper

	KeyGoods    KeyAction = "goods"
	KeySales    KeyAction = "sales"
	KeyTakings  KeyAction = "takings"
	KeyShift    KeyAction = "shift"
	KeyBooks    KeyAction = "books"
	KeyPending  KeyAction = "pending"
	KeyInbox    KeyAction = "inbox"
	KeyReprint  KeyAction = "reprint"
	KeyPrints   KeyAction = "prints"
	KeyLabels   KeyAction = "labels"
	KeyDrawer   KeyAction = "drawer"
	KeyHealth   KeyAction = "health"
	KeySettings KeyAction = "settings"

	KeyMenu  KeyAction = "menu"
	KeyHelp  KeyAction = "help"
	KeyLock  KeyAction = "lock"
	KeyFull  KeyAction = "full"
	KeyPhone KeyAction = "phone" // the practice customer's phone
)

// KeyPlace is where a key has its meaning; several are joined by |. In each place a chord means one thing.
type KeyPlace uint8

// The places.
const (
	KeysSelling KeyPlace = 1 << iota // the selling screen, and the paid panel before it
	KeysPaying                       // the pay screen
	KeysOnPages                      // pages and lists over them: sales, takings, settings, …

	KeysEverywhere = KeysSelling | KeysPaying | KeysOnPages
)

// KeyGroup is what actions are listed under.
type KeyGroup string

// The groups, in the order they are listed.
const (
	KeyGroupSell KeyGroup = "sell"
	KeyGroupPay  KeyGroup = "pay"
	KeyGroupShop KeyGroup = "shop"
	KeyGroupTill KeyGroup = "till"
)

// KeyGroups lists them.
var KeyGroups = []KeyGroup{KeyGroupSell, KeyGroupPay, KeyGroupShop, KeyGroupTill}

// keyAction is an action as it comes.
type keyAction struct {
	action KeyAction
	chord  KeyChord // by default
	place  KeyPlace
	group  KeyGroup
}

// keyActions is every action there is, in the order they are listed. Where an action may mean something on pages, too, its chord is none
// that a page has for itself.
var keyActions = [...]keyAction{
	{KeyFind, KeyChord{Key: "F2"}, KeysSelling, KeyGroupSell},
	{KeyQuantity, KeyChord{Key: "F4"}, KeysSelling, KeyGroupSell},
	{KeyMore, KeyChord{Key: "+"}, KeysSelling, KeyGroupSell},
	{KeyLess, KeyChord{Key: "-"}, KeysSelling, KeyGroupSell},
	{KeyDiscount, KeyChord{Key: "F3"}, KeysSelling, KeyGroupSell},
	{KeyCartDiscount, KeyChord{Key: "F3", Ctrl: true}, KeysSelling, KeyGroupSell},
	{KeyPrice, KeyChord{Key: "F3", Shift: true}, KeysSelling, KeyGroupSell},
	{KeyNote, KeyChord{Key: "N", Ctrl: true}, KeysSelling, KeyGroupSell},
	{KeyMember, KeyChord{Key: "M", Ctrl: true}, KeysSelling, KeyGroupSell},
	{KeyRemove, KeyChord{Key: "Del"}, KeysSelling, KeyGroupSell},
	{KeyClear, KeyChord{Key: "Del", Ctrl: true}, KeysSelling, KeyGroupSell},
	{KeyUndo, KeyChord{Key: "Z", Ctrl: true}, KeysSelling, KeyGroupSell},
	{KeyHold, KeyChord{Key: "F6"}, KeysSelling | KeysPaying, KeyGroupSell},
	{KeyRecall, KeyChord{Key: "F6", Shift: true}, KeysSelling, KeyGroupSell},
	{KeyRefund, KeyChord{Key: "F7"}, KeysEverywhere, KeyGroupSell},

	{KeyWeChat, KeyChord{Key: "F9"}, KeysSelling | KeysPaying, KeyGroupPay},
	{KeyCash, KeyChord{Key: "F8"}, KeysSelling | KeysPaying, KeyGroupPay},
	{KeyTenders, KeyChord{Key: "F8", Shift: true}, KeysSelling | KeysPaying, KeyGroupPay},
	{KeySplit, KeyChord{Key: "U", Ctrl: true}, KeysSelling | KeysPaying, KeyGroupPay},
	{KeyAsk, KeyChord{Key: "F5"}, KeysPaying, KeyGroupPay},
	{KeySlip, KeyChord{Key: "F4"}, KeysPaying, KeyGroupPay},

	{KeyGoods, KeyChord{Key: "I", Ctrl: true}, KeysEverywhere, KeyGroupShop},
	{KeySales, KeyChord{Key: "F", Ctrl: true}, KeysEverywhere, KeyGroupShop},
	{KeyTakings, KeyChord{Key: "D", Ctrl: true}, KeysEverywhere, KeyGroupShop},
	{KeyShift, KeyChord{Key: "J", Ctrl: true}, KeysEverywhere, KeyGroupShop},
	{KeyBooks, KeyChord{Key: "B", Ctrl: true}, KeysEverywhere, KeyGroupShop},
	{KeyPending, KeyChord{Key: "K", Ctrl: true}, KeysEverywhere, KeyGroupShop},
	{KeyInbox, KeyChord{Key: "E", Ctrl: true}, KeysEverywhere, KeyGroupShop},
	{KeyReprint, KeyChord{Key: "P", Ctrl: true}, KeysEverywhere, KeyGroupShop},
	{KeyPrints, KeyChord{Key: "R", Ctrl: true}, KeysEverywhere, KeyGroupShop},
	{KeyLabels, KeyChord{Key: "L", Ctrl: true}, KeysEverywhere, KeyGroupShop},
	{KeyDrawer, KeyChord{Key: "O", Ctrl: true}, KeysEverywhere, KeyGroupShop},

	{KeyMenu, KeyChord{Key: "F10"}, KeysEverywhere, KeyGroupTill},
	{KeyHelp, KeyChord{Key: "F1"}, KeysEverywhere, KeyGroupTill},
	{KeyLock, KeyChord{Key: "F12"}, KeysEverywhere, KeyGroupTill},
	{KeyFull, KeyChord{Key: "F11"}, KeysEverywhere, KeyGroupTill},
	{KeySettings, KeyChord{Key: "G", Ctrl: true}, KeysEverywhere, KeyGroupTill},
	{KeyHealth, KeyChord{Key: "H", Ctrl: true}, KeysEverywhere, KeyGroupTill},
	{KeyPhone, KeyChord{Key: "T", Ctrl: true}, KeysEverywhere, KeyGroupTill},
}

// KeyCount is how many actions there are.
const KeyCount = len(keyActions)

// KeyActions lists every action, in the order they are shown.
func KeyActions() []KeyAction {
	all := make([]KeyAction, 0, KeyCount)
	for _, a := range keyActions {
		all = append(all, a.action)
	}
	return all
}

// index is the action's place in the table; -1 for none of ours.
func (a KeyAction) index() int {
	return slices.IndexFunc(keyActions[:], func(k keyAction) bool { return k.action == a })
}

// Default is the chord that the action comes with; the zero chord for none of ours.
func (a KeyAction) Default() KeyChord {
	if i := a.index(); i >= 0 {
		return keyActions[i].chord
	}
	return KeyChord{}
}

// Place is where the action works.
func (a KeyAction) Place() KeyPlace {
	if i := a.index(); i >= 0 {
		return keyActions[i].place
	}
	return 0
}

// Group is what it is listed under.
func (a KeyAction) Group() KeyGroup {
	if i := a.index(); i >= 0 {
		return keyActions[i].group
	}
	return ""
}

// Takes says whether the action can have a chord, whoever else has it: nil, ErrKeyFixed or ErrKeyOnPages.
func (a KeyAction) Takes(k KeyChord) error {
	if err := k.Free(); err != nil {
		return err
	}
	if a.Place()&KeysOnPages != 0 && k.onPages() {
		return ErrKeyOnPages
	}
	return nil
}

// Keymap is which key does what. The zero Keymap has every default. It is a value: copies share nothing, two of them are the same when
// they are equal, and it is safe for concurrent reading.
type Keymap struct{ chords [KeyCount]KeyChord }

// With is the map with another chord for an action; the zero chord is its default. Whether that is allowed say [KeyAction.Takes] and
// [Keymap.Taken].
func (m Keymap) With(a KeyAction, k KeyChord) Keymap {
	if i := a.index(); i >= 0 {
		if k == keyActions[i].chord {
			k = KeyChord{}
		}
		m.chords[i] = k
	}
	return m
}

// Key is the chord of an action.
func (m Keymap) Key(a KeyAction) KeyChord {
	i := a.index()
	if i < 0 {
		return KeyChord{}
	}
	return m.at(i)
}

func (m Keymap) at(i int) KeyChord {
	if m.chords[i].IsZero() {
		return keyActions[i].chord
	}
	return m.chords[i]
}

// Legend is the chord of an action as it is written on its button.
func (m Keymap) Legend(a KeyAction) string { return m.Key(a).String() }

// Does is the action that a chord means in a place; "" for none.
func (m Keymap) Does(k KeyChord, at KeyPlace) KeyAction {
	if k.IsZero() {
		return ""
	}
	for i, a := range keyActions {
		if a.place&at != 0 && m.at(i) == k {
			return a.action
		}
	}
	return ""
}

// Types is the action that a character means in a place, where it is not being typed; "" for none. A full-width character of a Chinese
// input method is its ASCII twin.
func (m Keymap) Types(r rune, at KeyPlace) KeyAction {
	text := ASCII(string(r))
	if text != "+" && text != "-" {
		return ""
	}
	return m.Does(KeyChord{Key: text}, at)
}

// Taken is the action that has a chord somewhere where a works too; "" for nobody. That chord cannot be a's as well.
func (m Keymap) Taken(k KeyChord, a KeyAction) KeyAction {
	for i, other := range keyActions {
		if other.action != a && other.place&a.Place() != 0 && m.at(i) == k {
			return other.action
		}
	}
	return ""
}

// Swapped is the map with a chord for an action, and what the action had for the one that had the chord. It reports whether that is
// a good map: it is none where several have the chord, or where the other one cannot have what is left for it.
func (m Keymap) Swapped(k KeyChord, a KeyAction) (swapped Keymap, ok bool) {
	b, left := m.Taken(k, a), m.Key(a)
	if b == "" || a.Takes(k) != nil || b.Takes(left) != nil {
		return m, false
	}
	swapped = m.With(a, k).With(b, left)
	if len(swapped.Conflicts()) > 0 {
		return m, false
	}
	return swapped, true
}

// KeyConflict is two actions that one chord would mean in one place.
type KeyConflict struct {
	Chord KeyChord
	A, B  KeyAction // A is listed first
}

// Conflicts lists what stands in the way of using the map; none for a good one. The defaults are one.
func (m Keymap) Conflicts() (all []KeyConflict) {
	for i, a := range keyActions {
		for j, b := range keyActions[i+1:] {
			if a.place&b.place != 0 && m.at(i) == m.at(i+1+j) {
				all = append(all, KeyConflict{m.at(i), a.action, b.action})
			}
		}
	}
	return all
}
