package settings

import (
	"context"
	"errors"
	"image"
	"time"

	"guitai/pos"
	"guitai/pos/config"
)

// Desk is what stands on the counter, as the page works with it. Methods with a context may take a while and are called
// elsewhere than on the goroutine that draws; they are safe for concurrent use. Those that get a Config try it out without
// anything being saved.
type Desk interface {
	// Config is the settings in force.
	Config() config.Config
	// Save writes what differs between was and now and puts it into force. by is whose leave it is done by, for the log. The error
	// is [config.ErrChanged] when config.toml was changed meanwhile: then nothing was written.
	Save(ctx context.Context, was, now config.Config, by string) error
	// Reload reads config.toml again, for after ErrChanged.
	Reload(ctx context.Context) (config.Config, error)

	// Devices lists what could be a printer, a scanner or a pole display and is there now.
	Devices(ctx context.Context) []Device
	// Preview draws a sale as the printer would print it, at one pixel to the dot.
	Preview(ctx context.Context, c config.Config) (image.Image, error)
	// Status asks the printer how it is, within two seconds.
	Status(ctx context.Context, c config.Config) (pos.PrinterStatus, error)
	// TestPage prints the page whose lines tell printers apart.
	TestPage(ctx context.Context, c config.Config) error
	// Letters are what the lines of the test page are called.
	Letters() string
	// Diagnose makes out a printer from the letters of the lines that can be read; false for none.
	Diagnose(read string) (Printer, bool)
	// TryDrawer makes the next opening of the drawer one by these settings. It must not wait.
	TryDrawer(c config.Config)
	// ShowPole puts a sample on the pole display.
	ShowPole(ctx context.Context, c config.Config) error
	// PlaySounds plays a scan, an attention and an amount.
	PlaySounds(ctx context.Context, c config.Config) error
	// Settle puts back into force what is saved, where a trial left something else. It must not wait.
	Settle()
}

// Device is something that can be set by its address.
type Device struct {
	URL  string // as config.toml has it
	Name string // for people
}

// Printer is what the test page says of one.
type Printer struct {
	Profile, Cut, QR string
	Paper            int
}

// Scan is a code as it came in.
type Scan struct {
	Text   string
	Took   time.Duration // from its first character to its last; 0: not known
	Serial bool          // by a wire of its own, not as keys
}

// Fault is an error with words of this page: an id, and what fills it.
type Fault struct {
	ID   string
	Args []any
	Err  error // the system's own error; may be nil
}

// Error implements error.
func (f *Fault) Error() string {
	if f.Err != nil {
		return f.ID + ": " + f.Err.Error()
	}
	return f.ID
}

// Unwrap is the system's own error.
func (f *Fault) Unwrap() error { return f.Err }

// errNoDesk is a till without one.
var errNoDesk = pos.E(pos.CodeNotYet, "settings", errors.New("not in this build"))

// noDesk says of everything that this build has none of it.
type noDesk struct{}

func (noDesk) Config() config.Config { return config.Default() }
func (noDesk) Save(context.Context, config.Config, config.Config, string) error {
	return errNoDesk
}
func (noDesk) Reload(context.Context) (config.Config, error) { return config.Config{}, errNoDesk }
func (noDesk) Devices(context.Context) []Device              { return nil }
func (noDesk) Preview(context.Context, config.Config) (image.Image, error) {
	return nil, errNoDesk
}

func (noDesk) Status(context.Context, config.Config) (pos.PrinterStatus, error) {
	return pos.PrinterStatus{}, errNoDesk
}
func (noDesk) TestPage(context.Context, config.Config) error   { return errNoDesk }
func (noDesk) Letters() string                                 { return "" }
func (noDesk) Diagnose(string) (Printer, bool)                 { return Printer{}, false }
func (noDesk) TryDrawer(config.Config)                         {}
func (noDesk) ShowPole(context.Context, config.Config) error   { return errNoDesk }
func (noDesk) PlaySounds(context.Context, config.Config) error { return errNoDesk }
func (noDesk) Settle()                                         {}
