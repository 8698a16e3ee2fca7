//go:build !windowless

package main

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"guitai/pos"
	"guitai/pos/export"
	"guitai/ui/reconcile"
)

// billDesk is what the screen of the bills needs of the disk.
type billDesk struct {
	bills   *reconciler
	exports string
	folders []string // where bills are looked for
}

// save writes the differences of a day beside what was exported before, findings-2026-11-26.xlsx, and returns its name with its folder's.
func (d *billDesk) save(ctx context.Context, day pos.Day) (string, error) {
	const op = "save findings"
	if err := os.MkdirAll(d.exports, 0o700); err != nil {
		return "", diskError(op, err)
	}
	file, err := export.Create(filepath.Join(d.exports, "findings-"+day.String()+"."+string(pos.FormatXLSX)))
	if err != nil {
		return "", diskError(op, err)
	}
	defer file.Discard()
	out := &remembering{w: file}
	err = d.bills.Export(ctx, out, day, string(pos.FormatXLSX))
	if out.err != nil {
		return "", diskError(op, out.err)
	}
	if err != nil {
		return "", err
	}
	path, err := file.KeepBeside()
	if err != nil {
		return "", diskError(op, err)
	}
	return filepath.Join(filepath.Base(d.exports), filepath.Base(path)), nil
}

// mostBillFiles is how many files are offered: who looks for an older one types where it is.
const mostBillFiles = 40

// billFolders is where a bill may have been put: where browsers put what they fetch, in the words of either language, and the till's own
// folder.
func billFolders(data string) []string {
	folders := []string{data}
	if home, err := os.UserHomeDir(); err == nil {
		folders = append(folders, filepath.Join(home, "Downloads"), filepath.Join(home, "下载"), filepath.Join(home, "Desktop"), filepath.Join(home, "桌面"))
	}
	return folders
}

// files lists what may be a bill by its name, newest first. A folder that cannot be read has none.
func (d *billDesk) files(ctx context.Context) (found []reconcile.File) {
	for _, dir := range d.folders {
		entries, err := os.ReadDir(dir)
		if err != nil || ctx.Err() != nil {
			continue
		}
		for _, e := range entries {
			if !billLike(e.Name()) {
				continue
			}
			if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
				found = append(found, reconcile.File{Path: filepath.Join(dir, e.Name()), Size: info.Size(), At: info.ModTime()})
			}
		}
	}
	slices.SortFunc(found, func(a, b reconcile.File) int { return cmp.Or(b.At.Compare(a.At), strings.Compare(a.Path, b.Path)) })
	return found[:min(len(found), mostBillFiles)]
}

// billLike reports whether the name is one that WeChat or a browser gives to a bill.
func billLike(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv", ".gz", ".gzip", ".txt":
		return !strings.HasPrefix(name, ".")
	}
	return false
}
