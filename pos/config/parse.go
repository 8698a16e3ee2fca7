package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

// maxFile bytes is many times what every key with its longest value comes to.
const maxFile = 64 << 10

// Load reads config.toml. What is wrong comes back as [Errors], all of it at once; errors.Is(err, fs.ErrNotExist) tells
// that there is no such file. The Config is only good without an error. Safe to repeat.
func Load(path string) (Config, error) {
	data, err := readFile(path)
	if err != nil {
		return Config{}, Errors{{File: path, Problem: Unreadable, Err: err}}
	}
	return Parse(path, data)
}

func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, pathless(err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	return data, pathless(err)
}

// Parse reads settings from memory, as [Load] does from a file; name is what errors call it.
func Parse(name string, data []byte) (Config, error) { return parse(name, data, Default()) }

// parse is Parse upon other settings than the default ones.
func parse(name string, data []byte, base Config) (Config, error) {
	if len(data) > maxFile {
		return Config{}, Errors{{File: name, Line: 1, Problem: TooLarge, Want: fmt.Sprintf("%d KiB", maxFile>>10)}}
	}
	// Notepad marks UTF-8 with a byte order mark that TOML does not know.
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	r := newReader(name, data, base)
	if !utf8.Valid(data) {
		r.fault("", r.lineAt(validPrefix(data)), &fault{problem: NotUTF8})
		return Config{}, r.found.orNil()
	}
	whole := r.read()
	r.check(whole)
	if err := r.found.orNil(); err != nil {
		return Config{}, err
	}
	r.config.origin = &origin{file: name, lines: r.lines}
	r.stamp()
	return r.config, nil
}

// reader walks the expressions of one file, once.
type reader struct {
	name   string
	data   []byte
	breaks []int // offsets of the line feeds

	config   Config
	sections map[string]section
	lines    map[string]int // of every key that was set, well or badly
	faulty   map[string]bool
	found    Errors

	// Where the next key belongs.
	prefix []string
	skip   bool // the header was faulty; its keys are not looked at
}

// section is how and where a section began. TOML lets dotted keys add to each other, but nothing else.
type section struct {
	line   int
	dotted bool
}

func newReader(name string, data []byte, base Config) *reader {
	r := &reader{
		name: name, data: data, config: base,
		sections: map[string]section{}, lines: map[string]int{}, faulty: map[string]bool{},
	}
	for i, b := range data {
		if b == '\n' {
			r.breaks = append(r.breaks, i)
		}
	}
	return r
}

// lineAt is the line an offset stands on, from 1. The end of the file belongs to its last line.
func (r *reader) lineAt(offset int) int {
	line := 1 + sort.SearchInts(r.breaks, offset)
	return min(line, r.lastLine())
}

func (r *reader) lastLine() int {
	last := 1 + len(r.breaks)
	if len(r.breaks) > 0 && r.breaks[len(r.breaks)-1] == len(r.data)-1 {
		last--
	}
	return last
}

func validPrefix(data []byte) int {
	n := 0
	for n < len(data) {
		c, size := utf8.DecodeRune(data[n:])
		if c == utf8.RuneError && size == 1 {
			break
		}
		n += size
	}
	return n
}

func (r *reader) fault(key string, line int, f *fault) {
	r.faulty[key] = true
	r.found = append(r.found, f.at(r.name, key, line))
}

// read sets what the file says and tells whether it could be read to its end.
func (r *reader) read() bool {
	var p unstable.Parser
	p.Reset(r.data)
	for p.NextExpression() {
		n := p.Expression()
		switch n.Kind {
		case unstable.Table, unstable.ArrayTable:
			r.header(n)
		case unstable.KeyValue:
			if !r.skip {
				r.keyValue(r.prefix, n)
			}
		}
	}
	if err := p.Error(); err != nil {
		r.syntax(err)
		return false
	}
	return true
}

// header begins a section.
func (r *reader) header(n *unstable.Node) {
	path, line := r.path(n)
	r.prefix, r.skip = path, true
	name := path[0]
	first, seen := r.sections[name]
	switch {
	case len(path) > 1 || !slices.Contains(sections, name):
		r.unknown(path, line, true)
	case n.Kind == unstable.ArrayTable:
		r.fault(name, line, &fault{problem: WrongType, want: "a section: [" + name + "]"})
	case seen:
		r.fault(name, line, &fault{problem: Duplicate, want: strconv.Itoa(first.line)})
		r.skip = false
	default:
		r.sections[name] = section{line: line}
		r.skip = false
	}
}

// keyValue sets one key, or each key of an inline table.
func (r *reader) keyValue(prefix []string, n *unstable.Node) {
	name, line := r.path(n)
	path := slices.Concat(prefix, name)
	value := n.Value()
	if len(path) == 1 && slices.Contains(sections, path[0]) {
		r.inline(path[0], line, value)
		return
	}
	if len(prefix) == 0 && len(path) == 2 && !r.mayExtend(path[0], line) {
		return
	}
	key := strings.Join(path, ".")
	s, known := byKey[key]
	if !known || len(path) != 2 {
		r.unknown(path, line, false)
		return
	}
	if first, seen := r.lines[key]; seen {
		r.fault(key, line, &fault{problem: Duplicate, want: strconv.Itoa(first)})
		return
	}
	r.lines[key] = line
	if f := s.set(&r.config, value); f != nil {
		r.fault(key, line, f)
	}
}

// inline reads name = { key = value, ... }.
func (r *reader) inline(name string, line int, value *unstable.Node) {
	if value.Kind != unstable.InlineTable {
		r.fault(name, line, &fault{problem: WrongType, want: "a section: [" + name + "]"})
		return
	}
	if first, seen := r.sections[name]; seen {
		r.fault(name, line, &fault{problem: Duplicate, want: strconv.Itoa(first.line)})
		return
	}
	r.sections[name] = section{line: line}
	for it := value.Children(); it.Next(); {
		r.keyValue([]string{name}, it.Node())
	}
}

// mayExtend tells whether a dotted key before any header may add to a section.
func (r *reader) mayExtend(name string, line int) bool {
	first, seen := r.sections[name]
	if seen && !first.dotted {
		r.fault(name, line, &fault{problem: Duplicate, want: strconv.Itoa(first.line)})
		return false
	}
	if !seen {
		r.sections[name] = section{line: line, dotted: true}
	}
	return true
}

// unknown reports a key or section that this program does not have.
func (r *reader) unknown(path []string, line int, header bool) {
	shown := shownPath(path)
	section := path[0]
	switch {
	case slices.Contains(sections, section) && len(path) > 1:
		if s, ok := byKey[strings.Join(path, ".")]; ok && header {
			r.fault(s.key, line, &fault{problem: WrongType, want: s.typeName(&r.config)})
			return
		}
		r.fault(shown, line, &fault{problem: UnknownKey, want: strings.Join(keysOf(section), ", ")})
	default:
		r.fault(shown, line, &fault{problem: UnknownSection, want: "[" + strings.Join(sections, "] [") + "]"})
	}
}

// path is the dotted key of a header or a key-value, and the line it begins on.
func (r *reader) path(n *unstable.Node) (path []string, line int) {
	for it := n.Key(); it.Next(); {
		k := it.Node()
		if line == 0 {
			line = r.lineAt(int(k.Raw.Offset))
		}
		path = append(path, string(k.Data))
	}
	return path, line
}

var plainPath = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,30}$`)

// shownPath is a key as errors name it. What does not look like a key of ours may be a secret that slipped to the left of
// the equals sign (WeChat's have 32 characters), and is not repeated.
func shownPath(path []string) string {
	shown := strings.Join(path, ".")
	switch {
	case plainPath.MatchString(shown):
		return shown
	case slices.Contains(sections, path[0]):
		return path[0] + ".?"
	}
	return "?"
}

var keyBefore = regexp.MustCompile(`^\s*([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?)\s*=`)

// syntax reports where the TOML ends to be TOML. The parser's own words are not used: they quote the file.
func (r *reader) syntax(err error) {
	offset := len(r.data)
	var pe *unstable.ParserError
	if errors.As(err, &pe) && cap(pe.Highlight) <= cap(r.data) {
		// Highlight is a part of data, and a part of a slice keeps its end: the capacities tell where it begins.
		offset = min(offset, cap(r.data)-cap(pe.Highlight))
	}
	if offset == len(r.data) {
		offset = unclosed(r.data)
	}
	line := r.lineAt(offset)
	start := 0
	if line > 1 {
		start = r.breaks[line-2] + 1
	}
	key := ""
	if len(r.prefix) == 1 && slices.Contains(sections, r.prefix[0]) {
		key = r.prefix[0]
	}
	if m := keyBefore.FindSubmatch(r.data[start:]); m != nil {
		if full := strings.TrimPrefix(key+"."+string(m[1]), "."); byKey[full] != nil {
			key = full
		}
	}
	column := 1 + utf8.RuneCount(bytes.TrimRight(r.data[start:max(start, offset)], "\r\n"))
	r.fault(key, line, &fault{problem: Syntax, want: "column " + strconv.Itoa(column)})
}

// unclosed is where the text begins that is never closed and so takes the rest of the file with it, as a key pasted behind
// """ may; without such a text it is the end of the file.
func unclosed(data []byte) int {
	for _, quotes := range []string{`"""`, "'''"} {
		if bytes.Count(data, []byte(quotes))%2 == 1 {
			return bytes.LastIndex(data, []byte(quotes))
		}
	}
	return len(data)
}

// check applies the rules. After a syntax error the rest of the file is unknown, so only what was read is judged.
func (r *reader) check(whole bool) {
	for _, s := range settings {
		line, set := r.lines[s.key]
		if r.faulty[s.key] || !set && (!whole || r.faulty[s.section()]) {
			continue
		}
		if slices.ContainsFunc(s.with, func(key string) bool { return r.faulty[key] || !whole }) {
			continue
		}
		if f := s.fault(&r.config); f != nil {
			if !set {
				line = r.home(s.section())
			}
			r.fault(s.key, line, f)
		}
	}
}

// home is the line a missing key would belong to.
func (r *reader) home(name string) int {
	if s, ok := r.sections[name]; ok {
		return s.line
	}
	return r.lastLine()
}

// stamp tells each secret its key and line, for when it turns out to be missing.
func (r *reader) stamp() {
	for _, s := range settings {
		if secret, ok := s.field(&r.config).(*Secret); ok {
			secret.key, secret.file, secret.line = s.key, r.name, r.lines[s.key]
		}
	}
}
