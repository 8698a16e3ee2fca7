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
}

// Barcode returns the main barcode, "" if it has none.
func (it Item) Barcode() string {
	if len(it.Barcodes) == 0 {
		return ""
	}
	return it.Barcodes[0]
}
