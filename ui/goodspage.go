package ui

import (
	"context"
	"image"

	"guitai/pos"
	"guitai/ui/deals"
	"guitai/ui/goods"
	"guitai/ui/itemsfile"
	"guitai/ui/widgets"
)

// GoodsDesk is what the goods pages need of the disk and cannot do themselves. All of it but Photo is called elsewhere than on the goroutine
// that draws. What is nil is not there.
type GoodsDesk struct {
	// Initials gives the pinyin initials of a name.
	Initials func(name string) string
	// TakePhoto copies a picture into the shop's folder and returns its name there; Pictures lists files that may be one.
	TakePhoto func(ctx context.Context, path string) (name string, err error)
	Pictures  func(context.Context) []widgets.File
	// ReadPhoto reads a photo by its name.
	ReadPhoto func(ctx context.Context, name string) (image.Image, error)
	// Export writes all items into a file for people and returns its name; Lists lists files that may be of items.
	Export func(ctx context.Context, format pos.ExportFormat) (name string, n int, err error)
	Lists  func(context.Context) []widgets.File
}

// openGoods shows what the shop sells.
func (s *Shell) openGoods() {
	s.closeSheet()
	if !s.mayLook(pos.DeedGoods, s.openGoods) {
		return
	}
	s.openParts("goods", pos.DeedGoods, s.newPartsPage("goods-page.title", "goods-page.", s.goodsParts()))
}

// goodsParts are the parts of that page.
func (s *Shell) goodsParts() []part {
	desk := s.cfg.GoodsDesk
	items := goods.New(goods.Config{
		Words: s.w, Goods: s.cfg.Goods, Now: s.now, Find: s.cfg.Catalogue.Find, Allow: s.allow, Initials: desk.Initials, TakePhoto: desk.TakePhoto, Photo: s.photo,
		Labels: s.labelsOf, Go: s.bg.run, Changed: s.present,
	}, s.sink, s.items, desk.Pictures)
	offers := deals.New(deals.Config{
		Words: s.w, Goods: s.cfg.Goods, Now: s.now, Calendar: s.cfg.Shop.Calendar, Allow: s.allow, Go: s.bg.run, Changed: s.present,
	}, s.sink, s.offers)
	file := itemsfile.New(itemsfile.Config{
		Words: s.w, Goods: s.cfg.Goods, Now: s.now, Allow: s.allow, Export: desk.Export, Go: s.bg.run, Changed: s.present,
	}, desk.Lists)
	s.items, s.offers = nil, nil
	return []part{
		{
			name: "items", object: items.Object(), pressed: items.Pressed, typed: items.Typed, scanned: items.Scanned, number: items.Number, focus: items.Focus,
			update: func() { items.Show(s.snap) }, leave: func() { s.items = items.Close() }, said: items.Say, dropped: items.Dropped,
		},
		{
			name: "deals", object: offers.Object(), pressed: offers.Pressed, typed: offers.Typed, scanned: offers.Scanned, number: offers.Number,
			focus: offers.Focus, update: func() { offers.Show(s.snap) }, leave: func() { s.offers = offers.Close() },
		},
		{name: "file", object: file.Object(), pressed: file.Pressed, typed: file.Typed, dropped: file.Dropped},
	}
}
