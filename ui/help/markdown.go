package help

import (
	"regexp"
	"strings"
)

// Kind is what a block of a page is.
type Kind int

// The kinds of block, of the Markdown that the guide uses.
const (
	Paragraph Kind = iota
	Heading        // Level 1 to 3
	Item           // of a list; Mark is what stands before it
	Table          // Rows, the first of them its head
	Code           // Lines as they are
	Quote
)

// Span is a run of words that look alike.
type Span struct {
	Words string
	Bold  bool
	Code  bool // a key, a setting, a command
}

// Block is a part of a page with room above and below.
type Block struct {
	Kind  Kind
	Level int // of a heading; of a list how deep it is in
	Mark  string
	Spans []Span
	Rows  [][][]Span
	Lines []string
}

// Plain is the words of the block, for looking things up.
func (b Block) Plain() string {
	var s strings.Builder
	put := func(spans []Span) {
		for _, x := range spans {
			s.WriteString(x.Words)
		}
		s.WriteString(" ")
	}
	put(b.Spans)
	for _, row := range b.Rows {
		for _, cell := range row {
			put(cell)
		}
	}
	s.WriteString(strings.Join(b.Lines, " "))
	return s.String()
}

var (
	heading = regexp.MustCompile(`^(#{1,6}) +(.+)$`)
	bullet  = regexp.MustCompile(`^( *)[-*] +(.+)$`)
	number  = regexp.MustCompile(`^( *)(\d+\.) +(.+)$`)
	rule    = regexp.MustCompile(`^\|[ :|-]+\|$`)
)

// Parse reads the Markdown of a page. key is what stands on the button of an action: [`F9`](key:wechat) is the key of "wechat", whatever
// it is here; "" leaves the words as they are. What is no Markdown of ours is words.
func Parse(text string, key func(action string) string) []Block {
	p := parser{key: key}
	for line := range strings.Lines(text) {
		p.line(strings.TrimRight(line, "\r\n"))
	}
	p.end()
	return p.blocks
}

type parser struct {
	key    func(string) string
	blocks []Block
	words  []string // of the block that goes on
	open   *Block
	fenced bool
}

func (p *parser) line(line string) {
	if strings.HasPrefix(line, "```") {
		if p.fenced = !p.fenced; p.fenced {
			p.begin(Block{Kind: Code})
		} else {
			p.end()
		}
		return
	}
	if p.fenced {
		p.open.Lines = append(p.open.Lines, line)
		return
	}
	trimmed := strings.TrimSpace(line)
	switch {
	case trimmed == "":
		p.end()
	case heading.MatchString(line):
		m := heading.FindStringSubmatch(line)
		p.begin(Block{Kind: Heading, Level: len(m[1])})
		p.words = []string{m[2]}
		p.end()
	case strings.HasPrefix(trimmed, "|"):
		p.row(trimmed)
	case bullet.MatchString(line):
		m := bullet.FindStringSubmatch(line)
		p.begin(Block{Kind: Item, Level: len(m[1]) / 2, Mark: "•"})
		p.words = []string{m[2]}
	case number.MatchString(line):
		m := number.FindStringSubmatch(line)
		p.begin(Block{Kind: Item, Level: len(m[1]) / 2, Mark: m[2]})
		p.words = []string{m[3]}
	case strings.HasPrefix(trimmed, "> "):
		if p.open == nil || p.open.Kind != Quote {
			p.begin(Block{Kind: Quote})
		}
		p.words = append(p.words, strings.TrimPrefix(trimmed, "> "))
	default:
		if p.open == nil || p.open.Kind == Table {
			p.begin(Block{Kind: Paragraph})
		}
		p.words = append(p.words, trimmed)
	}
}

func (p *parser) row(line string) {
	if p.open == nil || p.open.Kind != Table {
		p.begin(Block{Kind: Table})
	}
	if rule.MatchString(line) && len(p.open.Rows) == 1 {
		return
	}
	line = strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|")
	var cells [][]Span
	for cell := range strings.SplitSeq(strings.ReplaceAll(line, `\|`, "\x00"), "|") {
		cells = append(cells, p.spans(strings.ReplaceAll(strings.TrimSpace(cell), "\x00", "|")))
	}
	p.open.Rows = append(p.open.Rows, cells)
}

func (p *parser) begin(b Block) {
	p.end()
	p.open = &b
}

func (p *parser) end() {
	if p.open == nil {
		return
	}
	if len(p.words) > 0 {
		p.open.Spans = p.spans(joined(p.words))
	}
	p.blocks = append(p.blocks, *p.open)
	p.open, p.words = nil, nil
}

// joined is lines as one: with a space, but not between two hanzi.
func joined(lines []string) string {
	s := lines[0]
	for _, line := range lines[1:] {
		last, first := []rune(s), []rune(line)
		if last[len(last)-1] < 0x2E80 || first[0] < 0x2E80 {
			s += " "
		}
		s += line
	}
	return s
}

var inline = regexp.MustCompile("\\[`([^`]+)`\\]\\(key:([a-z_]+)\\)|\\*\\*(.+?)\\*\\*|`([^`]+)`|\\[([^\\]]+)\\]\\([^)]+\\)")

// spans reads what looks different within a line. A link is its words: there is nowhere to go from the window.
func (p *parser) spans(text string) (all []Span) {
	put := func(s Span) {
		if s.Words != "" {
			all = append(all, s)
		}
	}
	for {
		m := inline.FindStringSubmatchIndex(text)
		if m == nil {
			put(Span{Words: text})
			return all
		}
		group := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return text[m[2*i]:m[2*i+1]]
		}
		put(Span{Words: text[:m[0]]})
		switch {
		case m[2] >= 0:
			words := group(1)
			if p.key != nil {
				if legend := p.key(group(2)); legend != "" {
					words = legend
				}
			}
			put(Span{Words: words, Code: true})
		case m[6] >= 0:
			for _, s := range p.spans(group(3)) {
				s.Bold = true
				put(s)
			}
		case m[8] >= 0:
			put(Span{Words: group(4), Code: true})
		default:
			for _, s := range p.spans(group(5)) {
				put(s)
			}
		}
		text = text[m[1]:]
	}
}
