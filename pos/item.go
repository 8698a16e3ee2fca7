package pos

// ItemID names an item in the catalogue for ever; 0 is no item.
type ItemID int64

// Item is something the shop sells. Prices include tax.
type Item struct {
	ID       ItemID
	Barcodes []string // the first is the main one; digits for goods with an EAN, any printable code otherwise
	Name     string
	Price    Fen // per Unit
	Category string
	Unit     string // "瓶", "袋"; empty is a piece
	Pinyin   string // initials in lower case, for searching: "kkkl330ml"
	PLU      string // the shop's own short code (店内码)
	Cost     Fen    // what the shop paid; 0 when unknown
	TaxRate  int    // in 1/100 of a percent: 1300 is 13 %

	Member  Fen    // the price for members; 0: they pay the same
	Weighed bool   // sold by weight: Price is of one Unit by [GramsOf]
	Open    bool   // the price is asked for at every sale; Price is what the question begins with
	Retired bool   // not sold any more: not among the tiles, not found by a search; a scan says so
	Colour  string // of its tile: one of [TileColours], "" for the plain one
	Photo   string // of its tile: a file in the folder photos/ beside the ledger, "" for none
}

// TileColours are what a tile may be coloured.
var TileColours = []string{"red", "orange", "yellow", "green", "teal", "blue", "purple", "grey"}

// GramsOf is how many grams the price of something weighed is for, by its unit: a kilogram unless the unit says another.
func GramsOf(unit string) int {
	switch unit {
	case "斤", "市斤", "500g", "500克":
		return 500
	case "两":
		return 50
	case "100g", "100克":
		return 100
	case "g", "克":
		return 1
	}
	return 1000
}

// Barcode returns the main barcode, "" if it has none.
func (it Item) Barcode() string {
	if len(it.Barcodes) == 0 {
		return ""
	}
	return it.Barcodes[0]
}
