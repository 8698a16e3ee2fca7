package setup

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"guitai/pos/config"
)

// Field is one thing the form asks for, by its key in config.toml; FieldPrinter is the kind of printer and FieldAddress
// where it is, which together make printer.url.
type Field string

// The fields, in the order that Tab goes.
const (
	FieldName     Field = "shop.name"
	FieldID       Field = "shop.id"
	FieldTill     Field = "shop.till"
	FieldLanguage Field = "shop.language"
	FieldAppID    Field = "wechat.appid"
	FieldMchID    Field = "wechat.mch_id"
	FieldAPIKey   Field = "wechat.api_key"
	FieldPrinter  Field = "printer"
	FieldAddress  Field = "printer.url"
	FieldPaper    Field = "printer.paper"
)

// The kinds of printer.
const (
	PrinterNone    = "none"
	PrinterNetwork = "tcp"
	PrinterFolder  = "file"
)

// keyringPatience is how long the system's keyring may take, with a person typing its password, before the key goes to a
// file instead.
const keyringPatience = time.Minute

// apiKeyForm is WeChat's form of the v2 key (API密钥).
var apiKeyForm = regexp.MustCompile(`^[0-9A-Za-z]{32}$`)

// Key is a secret while it is typed. However a Form is printed or logged, it does not show.
type Key string

const keyShown = "(hidden)"

// Format prints a placeholder whatever the verb.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, keyShown) }

// LogValue is the placeholder.
func (k Key) LogValue() slog.Value { return slog.StringValue(keyShown) }

// MarshalText is the placeholder.
func (k Key) MarshalText() ([]byte, error) { return []byte(keyShown), nil }

// Form is what a person typed, as it was typed.
type Form struct {
	ShopName string
	ShopID   string
	Till     string
	Language string // "zh-CN" or "en"
	AppID    string
	MchID    string
	APIKey   Key
	Printer  string // PrinterNone, PrinterNetwork or PrinterFolder
	Address  string // of a network printer; without a port it is 9100
	Folder   string // of PrinterFolder; relative to the data folder
	Paper    string // mm: "80" or "58"
}

// at is where a field's text is kept.
func (f *Form) at(field Field) *string {
	switch field {
	case FieldName:
		return &f.ShopName
	case FieldID:
		return &f.ShopID
	case FieldTill:
		return &f.Till
	case FieldLanguage:
		return &f.Language
	case FieldAppID:
		return &f.AppID
	case FieldMchID:
		return &f.MchID
	case FieldAPIKey:
		return (*string)(&f.APIKey)
	case FieldPrinter:
		return &f.Printer
	case FieldAddress:
		if f.Printer == PrinterFolder {
			return &f.Folder
		}
		return &f.Address
	case FieldPaper:
		return &f.Paper
	}
	return new(string)
}

// fields lists what is asked for: a till without a printer needs neither address nor paper.
func (f *Form) fields() []Field {
	all := []Field{FieldName, FieldID, FieldTill, FieldLanguage, FieldAppID, FieldMchID, FieldAPIKey, FieldPrinter}
	if f.Printer != PrinterNone {
		all = append(all, FieldAddress, FieldPaper)
	}
	return all
}

// tidy puts right what a person should not be troubled with: spaces that came along with a pasted value, the full-width
// characters of a Chinese keyboard, small letters where only capitals are used.
func (f *Form) tidy(field Field) {
	p := f.at(field)
	switch field {
	case FieldName:
		*p = strings.TrimSpace(*p)
	case FieldID, FieldTill:
		*p = strings.ToUpper(config.Compact(*p))
	case FieldAppID, FieldMchID, FieldAPIKey:
		*p = config.Compact(*p)
	case FieldAddress:
		if f.Printer == PrinterNetwork {
			*p = config.HostPort(*p)
		} else {
			*p = strings.TrimPrefix(strings.TrimSpace(*p), "file:")
		}
	case FieldLanguage, FieldPrinter, FieldPaper: // chosen, not typed
	}
}

// Config is the form as settings, with every other setting at its default, and the key, which settings never hold. The
// settings do not refer to a key yet; [Form.Save] stores it and fills that in.
func (f Form) Config() (config.Config, Key) {
	for _, field := range f.fields() {
		f.tidy(field)
	}
	c := config.Default()
	c.Shop.Name, c.Shop.ID, c.Shop.Till, c.Shop.Language = f.ShopName, f.ShopID, f.Till, f.Language
	c.WeChat.AppID, c.WeChat.MchID = f.AppID, f.MchID
	switch f.Printer {
	case PrinterNetwork:
		c.Printer.URL = "tcp://" + f.Address
	case PrinterFolder:
		c.Printer.URL = "file:" + f.Folder
	default:
		c.Printer.URL = f.Printer + ":"
	}
	c.Printer.Paper, _ = strconv.Atoi(f.Paper) // what is no number is no width either
	return c, f.APIKey
}

// Problems is what is wrong with each field, by the rules of config; empty when the form can be saved. What concerns a
// setting that the form does not ask for stands under its key all the same, so nothing is passed over.
func (f Form) Problems() map[Field]*config.Error {
	c, key := f.Config()
	found := map[Field]*config.Error{}
	switch {
	case key == "" && !c.WeChat.Set(): // cash first
	case key == "":
		found[FieldAPIKey] = &config.Error{Key: string(FieldAPIKey), Problem: config.Missing, Want: "32 letters or digits"}
	case !apiKeyForm.MatchString(string(key)):
		found[FieldAPIKey] = &config.Error{Key: string(FieldAPIKey), Problem: config.Format, Want: "32 letters or digits"}
	}
	if key != "" || c.WeChat.Set() {
		c.WeChat.APIKey = config.GivenSecret("") // judged above; the settings only need to know that there is one
	}
	if all, ok := c.Check().(config.Errors); ok {
		for _, e := range all {
			found[Field(e.Key)] = e
		}
	}
	if strings.TrimSpace(*f.at(FieldAddress)) == "" {
		switch f.Printer {
		case PrinterNetwork:
			found[FieldAddress] = &config.Error{Key: string(FieldAddress), Problem: config.Missing, Want: "192.168.1.50:9100"}
		case PrinterFolder:
			found[FieldAddress] = &config.Error{Key: string(FieldAddress), Problem: config.Missing, Want: "receipts"}
		}
	}
	return found
}

// Save makes the data folder, stores the key and writes config.toml, which is there whole or not at all; it returns the
// settings as they are read back. Nothing is written while there are Problems, which come back as [config.Errors]; a folder
// that cannot be used is a [*config.FolderError]. No error holds the key. When ctx ends before the settings are written,
// they are not. Safe to repeat.
func (f Form) Save(ctx context.Context, folder config.Folder, r config.Resolver) (config.Config, error) {
	if found := f.Problems(); len(found) > 0 {
		var all config.Errors
		for _, e := range found {
			all = append(all, e)
		}
		slices.SortFunc(all, func(a, b *config.Error) int { return strings.Compare(a.Key, b.Key) })
		return config.Config{}, all
	}
	if err := folder.Make(); err != nil {
		return config.Config{}, err
	}
	saved, err := f.write(ctx, folder, r)
	if err != nil && ctx.Err() == nil {
		// What ails the folder says more than which of its files met it first.
		if ill := folder.Make(); ill != nil {
			return config.Config{}, ill
		}
	}
	return saved, err
}

func (f Form) write(ctx context.Context, folder config.Folder, r config.Resolver) (config.Config, error) {
	c, key := f.Config()
	if r.Dir == "" {
		r.Dir = string(folder)
	}
	patient, stop := context.WithTimeout(ctx, keyringPatience)
	defer stop()
	// Named after the merchant, so that a second till of this user, with another merchant's key, does not replace it.
	var ref config.Secret
	if c.WeChat.Set() {
		var err error
		if ref, err = r.Store(patient, "api_key-"+c.WeChat.MchID, string(key)); err != nil {
			return config.Config{}, err
		}
	}
	if err := ctx.Err(); err != nil {
		return config.Config{}, fmt.Errorf("save settings: %w", err)
	}
	c.WeChat.APIKey = ref
	if err := config.Save(folder.ConfigFile(), c); err != nil {
		return config.Config{}, err
	}
	f.forget(folder)
	return config.Load(folder.ConfigFile())
}
