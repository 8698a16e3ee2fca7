package goods

import (
	"slices"
	"strconv"
	"strings"

	"guitai/pos"
)

// Field is one thing to fill in about an item.
type Field string

// The fields, named as the columns of an items file are where there is one.
const (
	FieldName     Field = "name"
	FieldPinyin   Field = "pinyin"
	FieldCategory Field = "category"
	FieldSold     Field = "sold" // how: by the piece, by weight, at a price that is asked for
	FieldUnit     Field = "unit"
	FieldPrice    Field = "price"
	FieldMember   Field = "member"
	FieldCost     Field = "cost"
	FieldTax      Field = "tax"
	FieldCodes    Field = "codes"
	FieldPLU      Field = "plu"
	FieldColour   Field = "colour"
	FieldPhoto    Field = "photo"
	FieldState    Field = "state" // sold, or not any more
)

// Fields lists them in the order they are filled in. The photo has none: a picture is chosen.
var Fields = []Field{
	FieldName, FieldPrice, FieldMember, FieldCost, FieldPinyin,
	FieldCodes, FieldPLU, FieldSold, FieldUnit, FieldCategory,
	FieldTax, FieldColour, FieldState,
}

// How an item is sold, and whether it is.
const (
	soldPiece  = "piece"
	soldWeight = "weight"
	soldOpen   = "open"
	stateOn    = "on"
	stateOff   = "off"
)

// taxRates are those of value added tax in China, in percent: 13, 9 and 6, 3 and 1 of small taxpayers, and none.
var taxRates = []string{"0", "1", "3", "6", "9", "13"}

// Choices are the values of a field that is chosen rather than typed, nil for the others.
func Choices(f Field) []string {
	switch f {
	case FieldSold:
		return []string{soldPiece, soldWeight, soldOpen}
	case FieldColour:
		return append([]string{""}, pos.TileColours...)
	case FieldState:
		return []string{stateOn, stateOff}
	}
	return nil
}

// Draft is a form that was left with changes in it, so that it is still there when the page comes back.
type Draft struct{ form *form }

// form is an item while it is being made or changed.
type form struct {
	was    pos.Item
	texts  map[Field]string
	first  map[Field]string // as it was opened
	both   bool             // weighed and at a price that is asked for
	at     Field
	left   map[Field]bool // was left once, so what is wrong with it may be said
	tried  bool           // saving was tried
	own    bool           // the pinyin is a person's, not the name's
	taken  map[string]string
	asked  map[string]bool
	refuse map[Field]string // what the catalogue itself said
	saving bool
	photo  bool // a picture is being taken in
	leave  bool // asked whether to go without saving
}

func newForm(it pos.Item) *form {
	f := &form{
		was: it, left: map[Field]bool{}, taken: map[string]string{}, asked: map[string]bool{}, refuse: map[Field]string{},
		both: it.Weighed && it.Open,
	}
	f.texts = map[Field]string{
		FieldName: it.Name, FieldPinyin: it.Pinyin, FieldCategory: it.Category, FieldUnit: it.Unit, FieldPrice: it.Price.String(),
		FieldMember: amount(it.Member), FieldCost: amount(it.Cost), FieldTax: percent(it.TaxRate), FieldCodes: strings.Join(it.Barcodes, " "),
		FieldPLU: it.PLU, FieldColour: it.Colour, FieldPhoto: it.Photo, FieldSold: soldPiece, FieldState: stateOn,
	}
	if it.ID == 0 && it.Price == 0 {
		f.texts[FieldPrice] = ""
	}
	switch {
	case it.Weighed:
		f.texts[FieldSold] = soldWeight
	case it.Open:
		f.texts[FieldSold] = soldOpen
	}
	if it.Retired {
		f.texts[FieldState] = stateOff
	}
	f.first = map[Field]string{}
	for k, v := range f.texts {
		f.first[k] = v
	}
	if it.ID == 0 { // what a scan or a copy filled in is a change, too
		f.first[FieldCodes], f.first[FieldName] = "", ""
	}
	return f
}

// again is the form for another page.
func (f *form) again() *form {
	c := *f
	c.saving, c.photo, c.leave = false, false, false
	return &c
}

// amount is an amount as it is filled in; nothing for none.
func amount(a pos.Fen) string {
	if a == 0 {
		return ""
	}
	return a.String()
}

// percent is a rate in 1/100 of a percent as it is filled in.
func percent(rate int) string {
	s := pos.Fen(rate).String()
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// dirty reports whether something was changed.
func (f *form) dirty() bool {
	for k, v := range f.texts {
		if v != f.first[k] {
			return true
		}
	}
	return false
}

// item is the item that the form says. Fields with something wrong in them are as they were.
func (f *form) item() pos.Item {
	it := f.was
	it.Name, it.Pinyin = strings.TrimSpace(f.texts[FieldName]), strings.ToLower(strings.TrimSpace(f.texts[FieldPinyin]))
	it.Category, it.Unit = strings.TrimSpace(f.texts[FieldCategory]), strings.TrimSpace(f.texts[FieldUnit])
	it.PLU, it.Barcodes = pos.ASCII(strings.TrimSpace(f.texts[FieldPLU])), f.codes()
	it.Colour, it.Photo, it.Retired = f.texts[FieldColour], f.texts[FieldPhoto], f.texts[FieldState] == stateOff
	sold := f.texts[FieldSold]
	it.Weighed, it.Open = sold == soldWeight, sold == soldOpen || f.both && sold == f.first[FieldSold]
	it.Price, it.Member, it.Cost = money(f.texts[FieldPrice]), money(f.texts[FieldMember]), money(f.texts[FieldCost])
	if rate, ok := rateOf(f.texts[FieldTax]); ok {
		it.TaxRate = rate
	}
	return it
}

// codes are the barcodes that are typed, each once.
func (f *form) codes() (codes []string) {
	for _, c := range strings.FieldsFunc(pos.ASCII(f.texts[FieldCodes]), func(r rune) bool { return r == ' ' || r == ';' || r == ',' }) {
		if !slices.Contains(codes, c) {
			codes = append(codes, c)
		}
	}
	return codes
}

// money is an amount that was typed; 0 for nothing and for what is none.
func money(text string) pos.Fen {
	a, err := pos.ParseYuan(pos.ASCII(text))
	if err != nil {
		return 0
	}
	return a
}

// rateOf is a tax rate that was typed, in 1/100 of a percent. A percentage with at most two decimals is read as an amount is.
func rateOf(text string) (rate int, ok bool) {
	text = strings.TrimSpace(strings.TrimSuffix(pos.ASCII(strings.TrimSpace(text)), "%"))
	if text == "" {
		return 0, true
	}
	a, err := pos.ParseYuan(text)
	return int(a), err == nil && a <= 100_00
}

// problem says by id what is wrong with a field, "" for nothing, and what it is about.
func (f *form) problem(k Field) (id string, args []any) {
	text := strings.TrimSpace(f.texts[k])
	switch k {
	case FieldName:
		switch {
		case text == "":
			return "goods.bad.name", nil
		case len([]rune(text)) > 60:
			return "goods.bad.long", []any{60}
		}
	case FieldPinyin, FieldCategory, FieldUnit:
		if k == FieldUnit && f.texts[FieldSold] == soldWeight && !weight(text) {
			return "goods.bad.weight", nil
		}
		if most := map[Field]int{FieldPinyin: 60, FieldCategory: 20, FieldUnit: 10}[k]; len([]rune(text)) > most {
			return "goods.bad.long", []any{most}
		}
	case FieldPrice:
		if text == "" && f.texts[FieldSold] != soldOpen {
			return "goods.bad.price", nil
		}
		return badMoney(text)
	case FieldMember:
		if id, args := badMoney(text); id != "" {
			return id, args
		}
		if m, price := money(text), money(f.texts[FieldPrice]); m > 0 && price > 0 && m > price {
			return "goods.bad.member", []any{price}
		}
	case FieldCost:
		return badMoney(text)
	case FieldTax:
		if _, ok := rateOf(text); !ok {
			return "goods.bad.tax", nil
		}
	case FieldCodes:
		for _, c := range f.codes() {
			if id, args := f.badCode(c); id != "" {
				return id, args
			}
		}
		if len(f.codes()) == 0 && strings.TrimSpace(f.texts[FieldPLU]) == "" {
			return "goods.bad.no-code", nil
		}
	case FieldPLU:
		if text != "" {
			return f.badCode(pos.ASCII(text))
		}
	case FieldSold, FieldColour, FieldPhoto, FieldState:
	}
	return "", nil
}

// weight reports whether a unit is one of weight; none is a kilogram.
func weight(unit string) bool {
	return pos.GramsOf(unit) != pos.GramsOf("") || slices.Contains([]string{"", "kg", "公斤", "千克", "1000g", "1000克"}, strings.ToLower(unit))
}

func badMoney(text string) (string, []any) {
	if text == "" {
		return "", nil
	}
	if a, err := pos.ParseYuan(pos.ASCII(text)); err != nil || a > pos.MaxAmount {
		return "goods.bad.money", nil
	}
	return "", nil
}

// badCode says what is wrong with a code. One that another item has names that.
func (f *form) badCode(code string) (string, []any) {
	switch sc := pos.Classify(code); {
	case sc.Kind == pos.ScanBadCheck:
		return "goods.bad.check", []any{code}
	case !sc.Goods() || sc.Code != code:
		return "goods.bad.code", []any{code}
	}
	if name := f.taken[code]; name != "" {
		return "goods.bad.taken", []any{code, name}
	}
	return "", nil
}

// margin is what is earned of a price, and what part of it that is, in 1/10 of a percent; ok is false where either is not known.
func (f *form) margin() (earned pos.Fen, part int64, ok bool) {
	price, cost := money(f.texts[FieldPrice]), money(f.texts[FieldCost])
	return marginOf(price, cost)
}

func marginOf(price, cost pos.Fen) (earned pos.Fen, part int64, ok bool) {
	if price <= 0 || cost <= 0 {
		return 0, 0, false
	}
	earned = price - cost
	return earned, int64(earned) * 1000 / int64(price), true
}

// tenth writes a number of tenths.
func tenth(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return sign + strconv.FormatInt(n/10, 10) + "." + strconv.FormatInt(n%10, 10)
}
