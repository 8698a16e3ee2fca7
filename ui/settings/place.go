package settings

import (
	"slices"
	"strings"

	"guitai/pos/config"
)

// The kinds of place that a printer, a scanner or a pole display is found at: what stands before the colon of its address.
const (
	KindNetwork = "tcp"
	KindUSB     = "usb"
	KindSerial  = "serial"
	KindQueue   = "queue"
	KindFolder  = "file"
	KindPDF     = "pdf"
	KindNone    = "none"
)

// usualBaud is the speed of a port that names none.
const usualBaud = "9600"

// place is an address of config.toml taken apart for filling in. What was typed for one kind stays while another is tried.
type place struct {
	kind string
	at   map[string]string // by kind
	baud string            // "" as long as nobody named one
}

// placeOf takes an address apart.
func placeOf(url string) place {
	p := place{kind: KindNone, at: map[string]string{}}
	kind, rest, _ := strings.Cut(url, ":")
	if kind != "" {
		p.kind = kind
	}
	switch kind {
	case KindSerial:
		device, query, _ := strings.Cut(strings.TrimPrefix(rest, "//"), "?")
		p.baud, rest = strings.TrimPrefix(query, "baud="), device
	case KindNetwork, KindUSB:
		rest = strings.TrimPrefix(rest, "//")
	}
	p.at[p.kind] = rest
	return p
}

// url puts it together again.
func (p place) url() string {
	at := p.at[p.kind]
	switch p.kind {
	case KindNone:
		return "none:"
	case KindSerial:
		if p.baud != "" {
			at += "?baud=" + p.baud
		}
		return "serial://" + at
	case KindNetwork, KindUSB:
		return p.kind + "://" + at
	}
	return p.kind + ":" + at
}

// tidy puts right what a person should not be troubled with.
func (p *place) tidy() {
	at := p.at[p.kind]
	switch p.kind {
	case KindNetwork:
		at = config.HostPort(at)
	case KindUSB, KindSerial:
		at = strings.TrimPrefix(config.Compact(at), p.kind+"://")
	default:
		at = strings.TrimPrefix(strings.TrimSpace(at), p.kind+":")
	}
	p.at[p.kind] = at
}

func (p place) clone() place {
	at := make(map[string]string, len(p.at))
	for k, v := range p.at {
		at[k] = v
	}
	p.at = at
	return p
}

// bauds are the speeds that such devices have.
var bauds = []string{"2400", "4800", "9600", "19200", "38400", "57600", "115200"}

// baudOf is the speed that is in force.
func (p place) baudOf() string {
	if p.baud == "" {
		return usualBaud
	}
	return p.baud
}

// setBaud names a speed; the usual one is named only in place of another.
func (p *place) setBaud(baud string) {
	if p.baudOf() != baud && slices.Contains(bauds, baud) {
		p.baud = baud
	}
}
