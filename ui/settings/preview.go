package settings

import (
	"context"
	"image"
	"time"
)

// previewPause is how long nothing is typed before the preview is drawn again.
const previewPause = 250 * time.Millisecond

// preview is the receipt as it would be printed.
type preview struct {
	image   image.Image
	words   string // why there is none
	asked   int    // generation: an answer to an older question is dropped
	waiting func()
}

func (v *preview) stop() {
	if v.waiting != nil {
		v.waiting()
		v.waiting = nil
	}
}

// Preview is the newest picture of a receipt, at one pixel to the dot, and why there is none.
func (p *Presenter) Preview() (image.Image, string) { return p.preview.image, p.preview.words }

// redraw draws the preview again, at once the first time, then as soon as a person pauses.
func (p *Presenter) redraw() {
	v := &p.preview
	v.stop()
	if v.asked == 0 {
		p.drawPreview()
		return
	}
	v.waiting = p.cfg.After(previewPause, func() {
		v.waiting = nil
		p.drawPreview()
	})
}

func (p *Presenter) drawPreview() {
	if p.closed {
		return
	}
	v := &p.preview
	v.asked++
	mine, c := v.asked, p.d.config()
	p.cfg.Go(func(ctx context.Context) func() {
		picture, err := p.desk.Preview(ctx, c)
		return func() {
			if mine != v.asked {
				return
			}
			v.words = ""
			if picture != nil {
				v.image = picture
			}
			if err != nil {
				v.words = p.cause(err)
			}
			p.changed()
		}
	})
}
