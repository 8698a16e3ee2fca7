package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// ErrChanged is a config.toml that says something else by now than it did when it was read.
var ErrChanged = errors.New("the settings were changed elsewhere meanwhile")

// LoadOver reads config.toml as [Load] does; what the file does not set stays as base has it. No file at all is base.
func LoadOver(path string, base Config) (Config, error) {
	data, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return base, nil
	}
	if err != nil {
		return Config{}, Errors{{File: path, Problem: Unreadable, Err: err}}
	}
	return parse(path, data, base)
}

// Merge is theirs with what differs between was and mine, as mine has it.
func Merge(was, mine, theirs Config) Config {
	for _, s := range settings {
		if !s.same(&was, &mine) {
			s.copy(&theirs, &mine)
		}
	}
	return theirs
}

// Differences names the keys that two Configs do not agree on.
func Differences(c, d Config) (keys []string) {
	for _, s := range settings {
		if !s.same(&c, &d) {
			keys = append(keys, s.key)
		}
	}
	return keys
}

// Amend writes what differs between was and now into config.toml and leaves the rest of it as a person wrote it: comments,
// order, spacing. base is what keys mean that the file does not set, [Default] but for practice.
//
// A file that does not say what was says is [ErrChanged], and is left alone; so is it for every other error. A Config that does
// not pass [Config.Check] is not written. The file is replaced as [Save] does it. Safe to repeat with the was of the first time
// only while that failed.
func Amend(path string, base, was, now Config) error {
	if err := now.Check(); err != nil {
		return err
	}
	found, err := LoadOver(path, base)
	if err != nil {
		return err
	}
	if !found.Equal(was) {
		return fmt.Errorf("save settings: %w", ErrChanged)
	}
	data, err := readFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("save settings: %w", err)
	}
	text, err := amend(bytes.TrimPrefix(data, []byte("\ufeff")), &was, &now)
	if err != nil {
		return err
	}
	if got, err := parse(path, text, base); err != nil || !got.Equal(now) {
		// Written in a way that cannot be mended in place, as a section in braces: then all of it is written anew.
		if text, err = now.render(); err != nil {
			return err
		}
	}
	if err := writeFile(path, text); err != nil {
		return fmt.Errorf("save settings: %w", err)
	}
	return nil
}

// edit puts text in the place of data[from:to].
type edit struct {
	from, to int
	text     string
}

// amend is data with the settings that differ between was and now as now has them.
func amend(data []byte, was, now *Config) ([]byte, error) {
	values, ends := layout(data)
	end := "\n"
	if bytes.Contains(data, []byte("\r\n")) {
		end = "\r\n"
	}
	var edits []edit
	missing := map[string]string{} // sections that are not there, and their lines
	for _, s := range settings {
		if s.same(was, now) {
			continue
		}
		if p, ok := s.field(now).(*Secret); ok && p.given != nil {
			return nil, Errors{{Key: s.key, Problem: Given}}
		}
		line := s.name() + " = " + s.text(now)
		if at, ok := values[s.key]; ok {
			edits = append(edits, edit{at[0], at[1], s.text(now)})
			continue
		}
		if s.comment != "" {
			line += "  # " + s.comment
		}
		if at, ok := ends[s.section()]; ok {
			edits = append(edits, edit{at, at, end + line})
		} else {
			missing[s.section()] += line + end
		}
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return a.from - b.from })
	var out bytes.Buffer
	from := 0
	for _, e := range edits {
		out.Write(data[from:e.from])
		out.WriteString(e.text)
		from = e.to
	}
	out.Write(data[from:])
	for _, name := range sections {
		if lines, ok := missing[name]; ok {
			if n := out.Len(); n > 0 {
				if out.Bytes()[n-1] != '\n' {
					out.WriteString(end)
				}
				out.WriteString(end)
			}
			out.WriteString("[" + name + "]" + end + lines)
		}
	}
	return out.Bytes(), nil
}

// layout is where each value stands in the text of a good file, and for each section with a header where its next line goes.
func layout(data []byte) (values map[string][2]int, ends map[string]int) {
	values, ends = map[string][2]int{}, map[string]int{}
	lineEnd := func(at int) int {
		if n := bytes.IndexByte(data[at:], '\n'); n >= 0 {
			return at + len(bytes.TrimRight(data[at:at+n], "\r"))
		}
		return len(data)
	}
	var p unstable.Parser
	p.Reset(data)
	section := ""
	for p.NextExpression() {
		n := p.Expression()
		var path []string
		first := 0
		for it := n.Key(); it.Next(); {
			if path == nil {
				first = int(it.Node().Raw.Offset)
			}
			path = append(path, string(it.Node().Data))
		}
		name := strings.Join(path, ".")
		if n.Kind == unstable.Table {
			section = name
			ends[section] = lineEnd(first)
			continue
		}
		if n.Kind != unstable.KeyValue || n.Value().Kind == unstable.InlineTable {
			continue
		}
		value := n.Value()
		raw := value.Raw
		if raw.Length == 0 { // of true and false, whose text is a part of data
			raw = p.Range(value.Data)
		}
		from, to := int(raw.Offset), int(raw.Offset+raw.Length)
		if section != "" {
			name = section + "." + name
			ends[section] = lineEnd(to)
		}
		values[name] = [2]int{from, to}
	}
	return values, ends
}

// copy makes dst agree with src on this setting.
func (s setting) copy(dst, src *Config) {
	reflect.ValueOf(s.field(dst)).Elem().Set(reflect.ValueOf(s.field(src)).Elem())
}
