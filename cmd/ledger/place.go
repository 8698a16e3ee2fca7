package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/i18n"
	"guitai/store"
)

// place is where the books are and whose.
type place struct {
	folder config.Folder
	config config.Config // the folder's config.toml, or the defaults where there is none
	own    bool          // there is a config.toml
	shop   pos.Shop
}

// How the practice shop calls itself, whatever its config.toml says: what stands on the counter is all that its window writes there.
const (
	practiceName  = "柜台便利店"
	practiceID    = "S001"
	practiceTill  = "T1"
	practiceMchID = "1900000109"
)

// where finds the data folder and reads the shop's settings. Errors are of the configuration.
func (p *program) where() (*place, error) {
	if p.place != nil {
		return p.place, nil
	}
	folder, err := config.FindFolder(p.data, p.practice)
	if err != nil {
		return nil, usage("no-folder", err)
	}
	c, own, err := p.settings(folder.ConfigFile())
	if err != nil {
		return nil, err
	}
	p.place = &place{folder: folder, config: c, own: own, shop: pos.Shop{
		Name: c.Shop.Name, ID: c.Shop.ID, Till: c.Shop.Till, MchID: c.WeChat.MchID, Practice: p.practice,
		Calendar: pos.Calendar{Zone: c.Shop.Location(), Starts: c.Shop.DayStarts.Duration()},
	}}
	return p.place, nil
}

// settings reads the shop's config.toml; own is false where there is none. The practice till needs no file, and none that names its shop.
func (p *program) settings(file string) (c config.Config, own bool, err error) {
	_, missing := os.Stat(file)
	if p.practice {
		base := config.Default()
		base.Shop.Name, base.Shop.ID, base.Shop.Till = practiceName, practiceID, practiceTill
		if c, err = config.LoadOver(file, base); err != nil {
			return c, false, err
		}
		c.Shop.Name, c.Shop.ID, c.Shop.Till, c.WeChat.MchID = practiceName, practiceID, practiceTill, practiceMchID
		return c, missing == nil, nil
	}
	c, err = config.Load(file)
	if errors.Is(err, fs.ErrNotExist) {
		return config.Default(), false, nil
	}
	if folder := filepath.Dir(file); err != nil && strings.HasSuffix(folder, "-practice") { // whose settings need not name a shop
		return c, false, fault(exitUsage, "mode-practice", folder)
	}
	return c, err == nil, err
}

// open opens the books for reading. Close them.
func (p *program) open(ctx context.Context) (*store.Store, *place, error) {
	at, err := p.where()
	if err != nil {
		return nil, nil, err
	}
	books, err := store.OpenReadOnly(ctx, at.options())
	if err != nil {
		return nil, nil, at.cannotOpen(err)
	}
	return books, at, nil
}

func (at *place) options() store.Options {
	return store.Options{Dir: string(at.folder), Shop: at.shop}
}

// cannotOpen says why the books stay shut.
func (at *place) cannotOpen(err error) error {
	other, owned := errors.AsType[*store.OwnerError](err)
	switch code := pos.CodeOf(err); {
	case errors.Is(err, context.Canceled):
		return err
	case owned:
		return fault(exitUsage, "other-till", string(at.folder), other.Shop, other.Till, at.shop.ID, at.shop.Till)
	case code == pos.CodeNotFound && at.shop.Practice:
		return fault(exitLedger, "no-practice-ledger", string(at.folder))
	case code == pos.CodeNotFound && practised(at.folder):
		return fault(exitLedger, "only-practice", string(at.folder))
	case code == pos.CodeNotFound:
		return fault(exitLedger, "no-ledger", string(at.folder))
	case code == pos.CodeMode && at.shop.Practice:
		return fault(exitUsage, "mode-real", string(at.folder))
	case code == pos.CodeMode:
		return fault(exitUsage, "mode-practice", string(at.folder))
	case code == pos.CodeCorrupt:
		return fault(exitLedger, "damaged", err)
	}
	return fault(exitLedger, "cannot-open", err)
}

// practised reports whether there are practice books beside a folder without any.
func practised(folder config.Folder) bool {
	beside, err := config.FindFolder(string(folder), true)
	if err != nil {
		return false
	}
	_, err = os.Stat(beside.LedgerFile())
	return err == nil
}

// words is the language of tables and messages: --lang, else the shop's, else the till's own default.
func (p *program) words() words {
	lang := p.lang
	if lang == "" {
		lang = config.Default().Shop.Language
		if at, err := p.where(); err == nil {
			lang = at.config.Shop.Language
		}
	}
	return words{i18n.For(lang)}
}

// langIn finds --lang before the flags are parsed, so that what is wrong with them is told in the right language too.
func langIn(args []string) string {
	for i, a := range args {
		name, value, joined := strings.Cut(strings.TrimPrefix(a, "-"), "=")
		if !strings.HasPrefix(a, "-") || strings.TrimPrefix(name, "-") != "lang" {
			continue
		}
		if !joined && i+1 < len(args) {
			value = args[i+1]
		}
		if value == i18n.Chinese || value == i18n.English {
			return value
		}
	}
	return ""
}

func (p *program) checkLang() error {
	switch p.lang {
	case "", i18n.Chinese, i18n.English:
		return nil
	}
	wrong := p.lang
	p.lang = ""
	return usage("lang", wrong)
}
