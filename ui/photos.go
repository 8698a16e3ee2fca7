package ui

import (
	"context"
	"image"
)

// mostPhotos is how many photos of tiles are kept in memory: a few screens of them.
const mostPhotos = 400

// photos are those that were read.
type photos struct {
	known map[string]image.Image // nil for one that is being read, or cannot be
	order []string
}

// photo is a tile's photo by its name; nil while it is being read, after which what shows it is drawn again, and for one that cannot be.
func (s *Shell) photo(name string) image.Image {
	read := s.cfg.GoodsDesk.ReadPhoto
	if name == "" || read == nil {
		return nil
	}
	x := &s.photos
	if x.known == nil {
		x.known = map[string]image.Image{}
	}
	if picture, ok := x.known[name]; ok {
		return picture
	}
	if len(x.order) >= mostPhotos {
		delete(x.known, x.order[0])
		x.order = x.order[1:]
	}
	x.known[name], x.order = nil, append(x.order, name)
	s.bg.run(func(ctx context.Context) func() {
		picture, err := read(ctx, name)
		return func() {
			if _, wanted := x.known[name]; err == nil && wanted {
				x.known[name] = picture
				s.sell.Redress()
				if s.page != nil && s.page.update != nil {
					s.page.update()
				}
			}
		}
	})
	return nil
}
