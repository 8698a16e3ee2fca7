package main

import (
	"context"
	"time"

	"guitai/pos"
)

// files writes no file and says that it did: "" a shop as it is, "broken" a full disk, "empty" nothing at all.
type files struct{ state string }

func (f files) Export(_ context.Context, r pos.ExportRequest, progress func(pos.ExportProgress)) (pos.ExportFile, error) {
	if f.state == "broken" {
		return pos.ExportFile{}, pos.E(pos.CodeFull, "export", nil)
	}
	progress(pos.ExportProgress{Rows: 1200, Permille: 400})
	net := pos.Figure{Name: pos.FigureNet, Fen: 98_274_50}
	return pos.ExportFile{
		Path: "/home/shop/guitai/exports/" + string(r.Kind) + "-2026-11-01_2026-11-20." + string(r.Format), Size: 412_337,
		Summary: pos.ExportSummary{
			Kind: r.Kind, Span: r.Span, Rows: 3182, Foreign: 1,
			Identities: []pos.Identity{{
				Terms: []pos.Figure{{Name: pos.FigurePayments, Fen: 98_412_00}, {Name: pos.FigureRefunds, Minus: true, Fen: 137_50}}, Total: net,
			}},
		},
	}, nil
}

// copies are backups that are not there.
type copies struct{ state string }

func (c copies) Backups(context.Context) ([]pos.BackupFile, error) {
	const folder = "/home/shop/guitai/backups/"
	switch c.state {
	case "broken":
		return nil, pos.E(pos.CodeReadOnly, "list backups", nil)
	case "empty":
		return nil, nil
	}
	newest := shownAt.Add(-7 * time.Hour)
	if c.state == "watched" {
		newest = shownAt.Add(-75 * time.Hour)
	}
	var all []pos.BackupFile
	for i, name := range []string{
		"shift-Z0412.db", "auto-20261120.db", "by-hand-20261119-182203.db", "shift-Z0411.db", "auto-20261119.db", "shift-Z0410.db", "auto-20261118.db",
		"before-0004-20261117T091200Z.db", "auto-20261031.db", "auto-20260930.db",
	} {
		all = append(all, pos.BackupFile{Path: folder + name, At: newest.Add(-time.Duration(i*i) * 3 * time.Hour), Bytes: 23_400_000 - int64(i)*180_000})
	}
	return all, nil
}

func (c copies) BackUp(context.Context) (pos.BackupFile, error) {
	if c.state == "broken" {
		return pos.BackupFile{}, pos.E(pos.CodeFull, "back up", nil)
	}
	return pos.BackupFile{Path: "/home/shop/guitai/backups/by-hand-20261120-151200.db", At: shownAt, Bytes: 23_400_000}, nil
}

func (copies) Restore(string, string) {}
