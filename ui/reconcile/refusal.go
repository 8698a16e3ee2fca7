package reconcile

import (
	"path/filepath"
	"strconv"

	"guitai/pos"
)

// refusal says why a bill was not had or not believed, that nothing was booked, and what to do.
func (p *Presenter) refusal() (what, money, todo string) {
	w, r := p.cfg.Words, p.refused
	money = w.T("recon.untouched")
	if text, ok := w.BillError(r.err); ok {
		what = w.T("bill.refused")
		if r.run.file == "" {
			return what, text, w.T("recon.refused.fetched")
		}
		return what, base(r.run.file) + " · " + text, w.T("recon.refused.file")
	}
	code := pos.CodeOf(r.err)
	what, _, todo = w.Trouble(code)
	if r.run.file != "" {
		switch code {
		case pos.CodeNotFound:
			return w.T("recon.file.missing", base(r.run.file)), money, w.T("recon.file.todo")
		case pos.CodeFull, pos.CodeCorrupt:
			return what, money, todo
		}
		return w.T("recon.file.unread", base(r.run.file)), money, w.T("recon.file.todo")
	}
	switch code {
	case pos.CodeNotYet:
		todo = w.T("recon.early.todo")
	case pos.CodeNotFound:
		what, todo = w.T("recon.gone-bill", r.run.day.String()), w.T("recon.file.download")
	case pos.CodeSecret, pos.CodeConfig, pos.CodeRejected, pos.CodeRefused, pos.CodeNotOurs, pos.CodeBadSign:
		todo = w.T("recon.file.download")
	case pos.CodeFull, pos.CodeReadOnly, pos.CodeCorrupt:
	default:
		todo = w.T("recon.again.todo")
	}
	return what, money, todo
}

func base(path string) string { return filepath.Base(path) }

func folder(path string) string { return filepath.Dir(path) }

// size writes a number of bytes as people do.
func size(n int64) string {
	switch {
	case n < 1<<10:
		return strconv.FormatInt(n, 10) + " B"
	case n < 1<<20:
		return strconv.FormatInt((n+1<<9)>>10, 10) + " KB"
	}
	return strconv.FormatInt(n>>20, 10) + "." + strconv.FormatInt(n&(1<<20-1)*10>>20, 10) + " MB"
}
