//go:build !windowless

package main

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/export"
	"guitai/pos/goods"
	"guitai/pos/photo"
	"guitai/ui"
	"guitai/ui/widgets"
)

// goodsDesk is what the goods pages need of the disk.
type goodsDesk struct {
	goods   pos.Goods
	lang    string
	exports string
	folders []string // where files for the till are looked for
	now     func() time.Time
}

func newGoodsDesk(all pos.Goods, folder config.Folder, lang string) ui.GoodsDesk {
	d := &goodsDesk{goods: all, lang: lang, exports: folder.Exports(), folders: billFolders(string(folder)), now: time.Now}
	photos := photo.Folder(folder.Photos())
	return ui.GoodsDesk{
		Initials: goods.Initials, TakePhoto: photos.Add, ReadPhoto: photos.Read, Pictures: d.pictures, Export: d.export, Lists: d.lists,
	}
}

// export writes all goods beside what was exported before, items-2026-11-26.xlsx, and returns its name with its folder's.
func (d *goodsDesk) export(ctx context.Context, format pos.ExportFormat) (name string, n int, err error) {
	const op = "export items"
	if err := os.MkdirAll(d.exports, 0o700); err != nil {
		return "", 0, diskError(op, err)
	}
	sweep(d.exports, d.now())
	file, err := export.Create(filepath.Join(d.exports, "items-"+d.now().Format(time.DateOnly)+"."+string(format)))
	if err != nil {
		return "", 0, diskError(op, err)
	}
	defer file.Discard()
	out := &remembering{w: file}
	n, err = export.Items(ctx, out, format, d.lang, d.goods)
	if out.err != nil {
		return "", 0, diskError(op, out.err)
	}
	if err != nil {
		return "", 0, err
	}
	path, err := file.KeepBeside()
	if err != nil {
		return "", 0, diskError(op, err)
	}
	return filepath.Join(filepath.Base(d.exports), filepath.Base(path)), n, nil
}

// lists are files that may be of goods; what this till exported is among them, to be changed and read again.
func (d *goodsDesk) lists(ctx context.Context) []widgets.File {
	return likely(ctx, append(slices.Clone(d.folders), d.exports), ".csv", ".xlsx")
}

func (d *goodsDesk) pictures(ctx context.Context) []widgets.File {
	folders := slices.Clone(d.folders)
	if home, err := os.UserHomeDir(); err == nil {
		folders = append(folders, filepath.Join(home, "Pictures"), filepath.Join(home, "图片"))
	}
	return likely(ctx, folders, ".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp")
}

// likely lists the files of some kinds in some folders, newest first. A folder that cannot be read has none.
func likely(ctx context.Context, folders []string, kinds ...string) (found []widgets.File) {
	for _, dir := range folders {
		entries, err := os.ReadDir(dir)
		if err != nil || ctx.Err() != nil {
			continue
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), ".") || !slices.Contains(kinds, strings.ToLower(filepath.Ext(e.Name()))) {
				continue
			}
			if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
				found = append(found, widgets.File{Path: filepath.Join(dir, e.Name()), Size: info.Size(), At: info.ModTime()})
			}
		}
	}
	slices.SortFunc(found, func(a, b widgets.File) int { return cmp.Or(b.At.Compare(a.At), strings.Compare(a.Path, b.Path)) })
	return found[:min(len(found), mostBillFiles)]
}
