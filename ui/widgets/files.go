package widgets

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"

	"guitai/pos/i18n"
)

// File is a file that a person may choose.
type File struct {
	Path string
	Size int64 // bytes
	At   time.Time
}

// FilesConfig is what a choice of a file works with. All functions but List are called on the goroutine that draws.
type FilesConfig struct {
	Words *i18n.Words
	Title string
	// List lists files that are likely to be meant, newest first. It is called elsewhere. nil lists none.
	List func(context.Context) []File
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns.
	Go func(work func(context.Context) (then func()))
	// Take hears which one was chosen; the choice has closed by then.
	Take func(path string)
	Zone *time.Location
}

const (
	filesWidth  = 760
	filesHeight = 320
	fileHeight  = 60
	mostPath    = 400 // characters of a path that is typed
)

// Files is the choice of a file: those that are likely, and a line for the path of any other. It lies over the screen that opened it, which
// hands it its keys while it is open.
type Files struct {
	cfg   FilesConfig
	list  []File
	known bool
	at    int
	typed string // a path; takes the place of the list
	asked int    // generation

	rows  *List
	none  *Text
	path  *Blank
	sheet fyne.CanvasObject
	layer *Layer
	open  bool
}

// NewFiles makes a closed one.
func NewFiles(cfg FilesConfig) *Files {
	f := &Files{cfg: cfg, layer: NewLayer(nil)}
	t := cfg.Words.T
	f.rows = NewList(fileHeight, func() Row { return newFileRow(f) })
	f.none = NewText("", Style{Color: InkSoft, Align: fyne.TextAlignCenter, Fit: FitWrap, Lines: 3})
	f.path = NewBlank(t("file.path"), t("file.path.hint"), nil)
	title := NewText(cfg.Title, Style{Size: SizeTitle, Bold: true, Fit: FitShrink})
	back := NewButton(t("ask.back"), "Esc", Quiet, f.Close)
	take := NewButton(t("file.take"), "Enter", Primary, f.Enter)
	none := Inset(24, 40, f.none)
	f.sheet = Sheet(filesWidth, Rows(10, nil, Columns(Gap, Grow(title), title, back), Sized(0, filesHeight, Over(f.rows, none)), f.path, take), f.Close)
	return f
}

// Layer is what to lay over the screen.
func (f *Files) Layer() fyne.CanvasObject { return f.layer.Object() }

// IsOpen reports whether it is open.
func (f *Files) IsOpen() bool { return f.open }

// Open shows it and looks for files.
func (f *Files) Open() {
	f.open, f.list, f.known, f.at, f.typed = true, nil, f.cfg.List == nil, 0, ""
	f.asked++
	f.draw()
	f.layer.Put(f.sheet)
	if f.cfg.List == nil {
		return
	}
	mine := f.asked
	f.cfg.Go(func(ctx context.Context) func() {
		list := f.cfg.List(ctx)
		return func() {
			if mine == f.asked {
				f.list, f.known = list, true
				f.draw()
			}
		}
	})
}

// Close puts it away.
func (f *Files) Close() {
	f.open = false
	f.asked++
	f.layer.Close()
}

// Typed takes a character of a path.
func (f *Files) Typed(r rune) {
	if unicode.IsPrint(r) && utf8.RuneCountInString(f.typed) < mostPath {
		f.typed += string(r)
		f.draw()
	}
}

// Pressed takes a key. It takes every one that has no Ctrl.
func (f *Files) Pressed(k Key) bool {
	switch {
	case k.Ctrl:
		return false
	case k.Name == fyne.KeyEscape:
		f.Close()
	case k.Name == fyne.KeyUp:
		f.point(f.at - 1)
	case k.Name == fyne.KeyDown:
		f.point(f.at + 1)
	case k.Name == fyne.KeyReturn, k.Name == fyne.KeyEnter:
		f.Enter()
	case k.Name == fyne.KeyBackspace && f.typed != "":
		_, n := utf8.DecodeLastRuneInString(f.typed)
		f.typed = f.typed[:len(f.typed)-n]
		f.draw()
	}
	return true
}

func (f *Files) point(i int) {
	f.at = max(0, min(len(f.list)-1, i))
	f.draw()
}

// Enter takes the file whose path is typed, else the one pointed at.
func (f *Files) Enter() {
	path := ""
	switch typed := strings.Trim(strings.TrimSpace(f.typed), `"'`); {
	case typed != "":
		path = filepath.Clean(strings.TrimPrefix(typed, "file://"))
	case f.at < len(f.list):
		path = f.list[f.at].Path
	default:
		return
	}
	f.Close()
	f.cfg.Take(path)
}

func (f *Files) draw() {
	words := ""
	switch {
	case !f.known:
		words = f.cfg.Words.T("file.looking")
	case len(f.list) == 0:
		words = f.cfg.Words.T("file.none")
	}
	f.none.Set(words)
	f.rows.Update(len(f.list))
	f.rows.Reveal(f.at)
	f.path.Set(f.typed, true)
}

// fileRow is a file of the choice.
type fileRow struct {
	TapRow
	f                        *Files
	i                        int
	name, folder, when, size *Text
}

func newFileRow(f *Files) *fileRow {
	soft := Style{Size: SizeDetail, Color: InkSoft, Fit: FitElide}
	right := soft
	right.Align = fyne.TextAlignTrailing
	r := &fileRow{f: f, name: NewText("", Style{Bold: true, Fit: FitElide}), folder: NewText("", soft), when: NewText("", right), size: NewText("", right)}
	words, facts := Rows(0, nil, r.name, r.folder), Rows(0, nil, r.when, r.size)
	r.Init(r, 6, 0, Columns(Gap, Grow(words), words, Sized(150, 0, facts)))
	return r
}

// Tapped is for Fyne.
func (r *fileRow) Tapped(*fyne.PointEvent) {
	r.f.typed = ""
	r.f.point(r.i)
	r.f.Enter()
}

// Draw is for the list.
func (r *fileRow) Draw(i int) {
	if r.i = i; i >= len(r.f.list) {
		return
	}
	x := r.f.list[i]
	r.name.Set(filepath.Base(x.Path))
	r.folder.Set(filepath.Dir(x.Path))
	at := x.At
	if r.f.cfg.Zone != nil {
		at = at.In(r.f.cfg.Zone)
	}
	r.when.Set(at.Format("2006-01-02 15:04"))
	r.size.Set(Bytes(x.Size))
	r.Choose(i == r.f.at && r.f.typed == "")
}

// Bytes is the size of a file for people.
func Bytes(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%d.%d MB", n>>20, (n&(1<<20-1))*10>>20)
	case n >= 1<<10:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return fmt.Sprintf("%d B", n)
}
