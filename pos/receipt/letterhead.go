package receipt

import (
	"net/url"
	"strings"

	"guitai/pos"
)

// Letterhead is what a shop has on its papers beside what they say. The zero value is the shop's name and the thanks.
type Letterhead struct {
	Logo   Bitmap // above the name, see [LoadLogo]; of no height: none
	Header string // under the name: telephone, address; lines parted by \n
	Footer string // at the end of a sale's receipt, in place of the thanks; lines parted by \n

	// Link is where the customer of a sale gets its electronic receipt or invoice, as a QR: {receipt}, {amount} and {day} are filled
	// in, as 13.50 and 2026-11-20. Hint is the line under it. It stands on nothing but a receipt that proves its payment.
	Link string
	Hint string
}

// maxLink bytes make a QR whose modules are still four dots wide on the narrower paper.
const maxLink = 512

// letterhead heads the papers that customers keep; those of the house have the name alone.
func (b *builder) letterhead() {
	if l := b.o.Letterhead.Logo; l.H > 0 && l.W > 0 {
		b.add(Image{Bitmap: l})
	}
	b.title()
	b.centred(b.o.Letterhead.Header)
}

// centred sets lines in the middle.
func (b *builder) centred(lines string) {
	if strings.TrimSpace(lines) == "" {
		return
	}
	for l := range strings.SplitSeq(strings.Trim(lines, "\r\n"), "\n") {
		b.centre(l)
	}
}

// farewell ends the receipt of a sale: the customer's QR, and the shop's own words or the thanks.
func (b *builder) farewell(s pos.Sale) {
	h := b.o.Letterhead
	if h.Link != "" && b.proof {
		if link := fillLink(h.Link, s); len(link) <= maxLink { // a receipt without the extra is better than none
			b.add(QR{Content: link})
			b.centred(h.Hint)
		}
	}
	if strings.TrimSpace(h.Footer) == "" {
		b.centre(b.w.Thanks)
		return
	}
	b.centred(h.Footer)
}

// fillLink fills in what a link says of a sale, escaped.
func fillLink(link string, s pos.Sale) string {
	return strings.NewReplacer(
		"{receipt}", url.QueryEscape(s.Receipt.String()),
		"{amount}", url.QueryEscape(s.Net().String()),
		"{day}", url.QueryEscape(s.Receipt.Day.String()),
	).Replace(link)
}
