package settings

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"guitai/pos/config"
)

// Part is one page of the settings.
type Part string

// The parts, in the order they are listed. Others come with what they set.
const (
	PartPrinter Part = "printer"
	PartReceipt Part = "receipt"
	PartDrawer  Part = "drawer"
	PartScanner Part = "scanner"
	PartDisplay Part = "display"
	PartSound   Part = "sound"
	PartRelay   Part = "relay"
	PartPhone   Part = "phone"
)

// Parts lists them. The last two are there only with a [RelayDesk], and those about the shop's own WeChat not in practice.
var Parts = []Part{
	PartPrinter, PartReceipt, PartDrawer, PartScanner, PartDisplay, PartKeys, PartSound,
	PartShop, PartWeChat, PartOrders, PartTenders, PartLabels, PartBackup, PartOldAPIs,
	PartRelay, PartPhone,
}

// Field is one thing to fill in, by its key in config.toml; an address is several fields, which add a word to its key.
type Field string

// The fields.
const (
	FieldKind    Field = "printer.url.kind"
	FieldAddress Field = "printer.url"
	FieldBaud    Field = "printer.url.baud"
	FieldProfile Field = "printer.profile"
	FieldPaper   Field = "printer.paper"
	FieldCut     Field = "printer.cut"
	FieldQR      Field = "printer.qr"
	FieldCopies  Field = "printer.copies"
	FieldStatus  Field = "printer.status"

	FieldOtherKind    Field = "printer.other.kind"
	FieldOtherAddress Field = "printer.other"
	FieldOtherBaud    Field = "printer.other.baud"

	FieldLogo   Field = "receipt.logo"
	FieldHeader Field = "receipt.header"
	FieldFooter Field = "receipt.footer"
	FieldLink   Field = "receipt.link"
	FieldHint   Field = "receipt.hint"

	FieldDrawer Field = "printer.drawer"
	FieldPin    Field = "printer.drawer_pin"
	FieldPulse  Field = "printer.drawer_pulse"
	FieldSensor Field = "printer.drawer_sensor"

	FieldScanner Field = "scanner.mode.kind"
	FieldPort    Field = "scanner.mode"
	FieldSpeed   Field = "scanner.mode.baud"
	FieldPrefix  Field = "scanner.prefix"
	FieldSuffix  Field = "scanner.suffix"
	FieldGap     Field = "scanner.gap"

	FieldWindow   Field = "display.window"
	FieldWelcome  Field = "display.welcome"
	FieldPoleKind Field = "display.pole.kind"
	FieldPole     Field = "display.pole"
	FieldPoleBaud Field = "display.pole.baud"
	FieldPoleType Field = "display.pole_type"

	FieldMiniApp Field = "phone.mini_appid"
	FieldAppApp  Field = "phone.app_appid"

	FieldVolume Field = "sound.volume"
	FieldScan   Field = "sound.scan"
	FieldVoice  Field = "sound.voice"
)

// What a switch can say, and a scanner that is a keyboard.
const (
	on       = "on"
	off      = "off"
	keyboard = "keyboard"
)

// draft is the settings while they are being changed.
type draft struct {
	c                            config.Config
	printer, other, wedge, stick place // of printer.url, printer.other, scanner.mode and display.pole

	typed    map[Field]string // secrets, and what cannot be kept as it was typed
	practice bool             // what a practice shop does not have is not asked
}

func draftOf(c config.Config) draft {
	return draft{c: c, printer: placeOf(c.Printer.URL), other: placeOf(c.Printer.Other), wedge: placeOf(c.Scanner.Mode), stick: placeOf(c.Display.Pole)}
}

// config is the settings that the draft says.
func (d *draft) config() config.Config {
	c := d.c
	c.Printer.URL = d.printer.url()
	c.Printer.Other, c.Scanner.Mode, c.Display.Pole = "", keyboard, ""
	if d.other.kind != KindNone {
		c.Printer.Other = d.other.url()
	}
	if d.wedge.kind == KindSerial {
		c.Scanner.Mode = d.wedge.url()
	}
	if d.stick.kind == KindSerial {
		c.Display.Pole = d.stick.url()
	}
	d.secrets(&c)
	return c
}

// fields lists what a part asks for, as things stand: what would have no meaning is not asked.
func (d *draft) fields(part Part) []Field {
	switch part {
	case PartPrinter:
		f := append([]Field{FieldKind}, d.printer.fields(FieldAddress, FieldBaud)...)
		if d.printer.kind != KindNone {
			f = append(f, FieldProfile, FieldPaper, FieldCut, FieldQR, FieldCopies)
		}
		switch d.printer.kind {
		case KindNetwork, KindUSB, KindSerial, KindQueue:
			f = append(f, FieldStatus, FieldOtherKind)
			f = append(f, d.other.fields(FieldOtherAddress, FieldOtherBaud)...)
		}
		return f
	case PartReceipt:
		return []Field{FieldLogo, FieldHeader, FieldFooter, FieldLink, FieldHint, FieldTax}
	case PartDrawer:
		return []Field{FieldDrawer, FieldPin, FieldPulse, FieldSensor}
	case PartScanner:
		f := append([]Field{FieldScanner}, d.wedge.fields(FieldPort, FieldSpeed)...)
		f = append(f, FieldPrefix, FieldSuffix)
		if d.wedge.kind != KindSerial {
			f = append(f, FieldGap)
		}
		return f
	case PartDisplay:
		f := []Field{FieldWindow, FieldWelcome, FieldPoleKind}
		if d.stick.kind == KindSerial {
			f = append(f, FieldPoleType)
		}
		return append(f, d.stick.fields(FieldPole, FieldPoleBaud)...)
	case PartSound:
		return []Field{FieldVolume, FieldScan, FieldVoice}
	case PartPhone:
		return append([]Field{FieldMiniApp, FieldAppApp}, wayFields(part, d.practice)...)
	case PartRelay:
		if d.c.Relay.URL == "" {
			return []Field{FieldPairing}
		}
	case PartShop, PartWeChat, PartOrders, PartTenders, PartLabels, PartBackup, PartOldAPIs:
		return wayFields(part, d.practice)
	}
	return nil
}

func (p place) fields(at, baud Field) []Field {
	switch p.kind {
	case KindNone, keyboard:
		return nil
	case KindSerial:
		return []Field{at, baud}
	}
	return []Field{at}
}

// place is the address that a field belongs to; nil for none.
func (d *draft) place(f Field) *place {
	switch f {
	case FieldKind, FieldAddress, FieldBaud:
		return &d.printer
	case FieldOtherKind, FieldOtherAddress, FieldOtherBaud:
		return &d.other
	case FieldScanner, FieldPort, FieldSpeed:
		return &d.wedge
	case FieldPoleKind, FieldPole, FieldPoleBaud:
		return &d.stick
	}
	return nil
}

// text is where a field's text is kept, of the fields that are text; nil for the others.
func (d *draft) text(f Field) *string {
	c := &d.c
	switch f {
	case FieldProfile:
		return &c.Printer.Profile
	case FieldCut:
		return &c.Printer.Cut
	case FieldQR:
		return &c.Printer.QR
	case FieldStatus:
		return &c.Printer.Status
	case FieldLogo:
		return &c.Receipt.Logo
	case FieldHeader:
		return &c.Receipt.Header
	case FieldFooter:
		return &c.Receipt.Footer
	case FieldLink:
		return &c.Receipt.Link
	case FieldHint:
		return &c.Receipt.Hint
	case FieldDrawer:
		return &c.Printer.Drawer
	case FieldSensor:
		return &c.Printer.DrawerSensor
	case FieldPrefix:
		return &c.Scanner.Prefix
	case FieldSuffix:
		return &c.Scanner.Suffix
	case FieldWelcome:
		return &c.Display.Welcome
	case FieldPoleType:
		return &c.Display.PoleType
	case FieldMiniApp:
		return &c.Phone.MiniAppID
	case FieldAppApp:
		return &c.Phone.AppAppID
	case FieldVoice:
		return &c.Sound.Voice
	case FieldKind, FieldOtherKind, FieldScanner, FieldPoleKind:
		return &d.place(f).kind
	}
	return nil
}

// number is where a field's number is kept, and the number of milliseconds of a time; nil for the others.
func (d *draft) number(f Field) (*int, *time.Duration) {
	c := &d.c
	switch f {
	case FieldPaper:
		return &c.Printer.Paper, nil
	case FieldCopies:
		return &c.Printer.Copies, nil
	case FieldPin:
		return &c.Printer.DrawerPin, nil
	case FieldVolume:
		return &c.Sound.Volume, nil
	case FieldPulse:
		return nil, &c.Printer.DrawerPulse
	case FieldGap:
		return nil, &c.Scanner.Gap
	}
	return nil, nil
}

// flag is where a switch is kept; nil for the others.
func (d *draft) flag(f Field) *bool {
	switch f {
	case FieldWindow:
		return &d.c.Display.Window
	case FieldScan:
		return &d.c.Sound.Scan
	}
	return nil
}

// get is what a field says.
func (d *draft) get(f Field) string {
	if w, ok := ways[f]; ok {
		return d.getWay(f, w)
	}
	if t := d.text(f); t != nil {
		return *t
	}
	if b := d.flag(f); b != nil {
		if *b {
			return on
		}
		return off
	}
	switch n, ms := d.number(f); {
	case n != nil:
		return strconv.Itoa(*n)
	case ms != nil:
		return strconv.FormatInt(ms.Milliseconds(), 10)
	}
	switch f {
	case FieldAddress, FieldOtherAddress, FieldPort, FieldPole:
		p := d.place(f)
		return p.at[p.kind]
	case FieldBaud, FieldOtherBaud, FieldSpeed, FieldPoleBaud:
		return d.place(f).baudOf()
	}
	return ""
}

// set makes a field say something.
func (d *draft) set(f Field, s string) {
	if w, ok := ways[f]; ok {
		d.setWay(f, w, s)
		return
	}
	if t := d.text(f); t != nil {
		*t = s
		return
	}
	if b := d.flag(f); b != nil {
		*b = s == on
		return
	}
	v, err := strconv.Atoi(s)
	switch n, ms := d.number(f); {
	case n != nil && err == nil:
		*n = v
	case ms != nil && err == nil:
		*ms = time.Duration(v) * time.Millisecond
	}
	switch f {
	case FieldAddress, FieldOtherAddress, FieldPort, FieldPole:
		p := d.place(f)
		p.at[p.kind] = s
	case FieldBaud, FieldOtherBaud, FieldSpeed, FieldPoleBaud:
		d.place(f).setBaud(s)
	}
}

// tidy puts right what a person should not be troubled with.
func (d *draft) tidy(f Field) {
	if w, ok := ways[f]; ok {
		d.tidyWay(f, w)
		return
	}
	switch f {
	case FieldAddress, FieldOtherAddress, FieldPort, FieldPole:
		d.place(f).tidy()
	case FieldLogo, FieldLink, FieldHint, FieldWelcome, FieldMiniApp, FieldAppApp:
		*d.text(f) = strings.TrimSpace(*d.text(f))
	case FieldHeader, FieldFooter:
		*d.text(f) = strings.Trim(strings.NewReplacer("\r", "", "\t", " ").Replace(*d.text(f)), "\n ")
	}
}

func (d draft) clone() draft {
	d.printer, d.other, d.wedge, d.stick = d.printer.clone(), d.other.clone(), d.wedge.clone(), d.stick.clone()
	d.typed = maps.Clone(d.typed)
	return d
}

// Choices are the values of a field that is chosen rather than typed, nil for the others.
func Choices(f Field) []string {
	if w, ok := ways[f]; ok {
		return w.choices
	}
	switch f {
	case FieldKind:
		return []string{KindNetwork, KindUSB, KindSerial, KindQueue, KindFolder, KindPDF, KindNone}
	case FieldOtherKind:
		return []string{KindNone, KindNetwork, KindUSB, KindSerial, KindQueue}
	case FieldScanner:
		return []string{keyboard, KindSerial}
	case FieldPoleKind:
		return []string{KindNone, KindSerial}
	case FieldBaud, FieldOtherBaud, FieldSpeed, FieldPoleBaud:
		return bauds
	case FieldProfile:
		return []string{"generic", "xprinter", "gprinter", "epson", "star", "raster"}
	case FieldPaper:
		return []string{"80", "58"}
	case FieldCut:
		return []string{"feed-partial", "partial", "full", "none"}
	case FieldQR:
		return []string{"raster", "native"}
	case FieldCopies:
		return []string{"1", "2", "3"}
	case FieldStatus:
		return []string{"auto", "require", "none"}
	case FieldDrawer:
		return []string{"cash", "always", "never"}
	case FieldPin:
		return []string{"2", "5"}
	case FieldSensor:
		return []string{"none", "high", "low"}
	case FieldSuffix:
		return []string{"enter", "tab", "none"}
	case FieldPoleType:
		return []string{"vfd", "led8"}
	case FieldVoice:
		return []string{"shop", "zh-CN", "en", "none"}
	case FieldWindow, FieldScan:
		return []string{on, off}
	}
	return nil
}

// span is the values of a field that is more or less of something.
type span struct{ low, high, step int }

// spanOf has it for the fields that are; ok is false for the others.
func spanOf(f Field) (s span, ok bool) {
	if w, is := ways[f]; is && w.span != nil {
		return *w.span, true
	}
	switch f {
	case FieldVolume:
		return span{0, 100, 10}, true
	case FieldPulse:
		return span{20, 500, 10}, true
	case FieldGap:
		return span{30, 150, 10}, true
	}
	return span{}, false
}

// turned is v some steps on, upon a multiple of the step, and within the limits.
func (s span) turned(v, by int) int {
	to := v + by*s.step
	if rest := v % s.step; rest != 0 { // a value that a file has
		if to = v - rest; by > 0 {
			to += s.step
		}
	}
	return max(s.low, min(s.high, to))
}

// fieldOf is the field that shows what is wrong with a key of config.toml.
func fieldOf(key string) Field {
	f := Field(key)
	if f == "scanner.mode" {
		return FieldPort
	}
	return f
}

// partOf is the part that asks for a field.
func (d *draft) partOf(f Field) (Part, bool) {
	for _, part := range Parts {
		if slices.Contains(d.fields(part), f) {
			return part, true
		}
	}
	return "", false
}
