package display

import (
	"fmt"
	"strings"
)

// panel is a display as its manual has it, made without a look at the encoder: it takes bytes one by one and shows what they say.
// It accepts nothing else: a byte that no display knows, or that a printer on the same line would take for an order, is a fault.
type panel struct {
	kind   Kind
	state  string // what the bytes so far are in the middle of
	text   []byte
	lines  [2]string
	number string
	lamp   byte
	clears int
	faults []string
}

func newPanel(k Kind) *panel { return &panel{kind: k, lamp: '0'} }

func (p *panel) Write(bytes []byte) (int, error) {
	for _, b := range bytes {
		p.take(b)
	}
	return len(bytes), nil
}

func (p *panel) fault(format string, args ...any) {
	p.faults = append(p.faults, fmt.Sprintf(format, args...))
	p.state = ""
}

func (p *panel) clear() { p.lines, p.number, p.lamp = [2]string{}, "", '0' }

func (p *panel) take(b byte) {
	switch p.state {
	case "":
		switch b {
		case 0x1B:
			p.state = "ESC"
		case 0x0C:
			p.clears++
			p.clear()
		default:
			p.fault("%#x stands alone", b)
		}
	case "ESC":
		switch b {
		case 0x40:
			p.state = ""
			p.clear()
		case 0x51:
			p.state = "ESC Q"
		case 0x73:
			p.state = "ESC s"
		default:
			p.fault("ESC %#x", b)
		}
	case "ESC s":
		if p.kind != LED8 || b < '0' || b > '4' {
			p.fault("lamp %#x", b)
			return
		}
		p.lamp, p.state = b, ""
	case "ESC Q":
		if b != 'A' && (b != 'B' || p.kind == LED8) {
			p.fault("ESC Q %#x", b)
			return
		}
		p.state, p.text = "ESC Q "+string(rune(b)), nil
	default:
		p.takeText(b)
	}
}

func (p *panel) takeText(b byte) {
	switch {
	case b != 0x0D:
		p.text = append(p.text, b)
		return
	case p.kind == LED8:
		if len(p.text) > 8 || strings.Trim(string(p.text), "0123456789.-") != "" {
			p.fault("number %q", p.text)
			return
		}
		p.number = string(p.text)
	default:
		if len(p.text) != 20 {
			p.fault("%d characters on a line", len(p.text))
			return
		}
		for _, c := range p.text {
			if c < 0x20 || c > 0x7E {
				p.fault("character %#x", c)
				return
			}
		}
		p.lines[p.state[len(p.state)-1]-'A'] = string(p.text)
	}
	p.state = ""
}

// says is all that is to be read on it.
func (p *panel) says() string {
	if p.kind == LED8 {
		return string(rune(p.lamp)) + " " + p.number
	}
	return p.lines[0] + "|" + p.lines[1]
}
