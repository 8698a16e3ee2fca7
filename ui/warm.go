package ui

import (
	"context"
	"time"

	"github.com/go-text/typesetting/fontscan"
)

// warmAfter is late enough for the first frame to be on the glass.
const warmAfter = 400 * time.Millisecond

// warm makes the index of the system's fonts, where letters are found that the till's own typeface lacks. Fyne would make
// it on the goroutine that draws, in the middle of a sale, when the first such letter comes.
func (s *Shell) warm() {
	s.bg.run(func(context.Context) func() {
		// Fyne asks for the same index, which is made once per process; without it rare letters show as a box.
		_, _ = fontscan.SystemFonts(silent{}, "")
		return nil
	})
}

type silent struct{}

func (silent) Printf(string, ...any) {}
