package export

import "guitai/pos"

// Identity is by what a reader can tell that an export is whole: Payments - Refunds = Net over its rows.
type Identity struct {
	Rows     int
	Payments pos.Fen // really taken; for sales, what their payments came to
	Refunds  pos.Fen // proven to have gone back
	Foreign  int     // rows with money of another currency, which no sum counts
}

// Net is what stayed with the shop.
func (i Identity) Net() pos.Fen { return i.Payments - i.Refunds }
