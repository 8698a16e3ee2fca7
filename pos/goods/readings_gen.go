//go:build ignore

// This program writes readings.txt from the data of github.com/mozillazg/go-pinyin (MIT licence, Copyright (c) 2016 mozillazg), which
// are those of the pinyin-data project (MIT): the readings of a character, the usual one first. The module itself is no part of the till:
// it would make the program 1.35 MB larger and every start 4 ms slower, for a map with tones that a search has no use for.
//
//	go run readings_gen.go
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const source = "github.com/mozillazg/go-pinyin@v0.21.0"

// most is how many readings of a character are kept. What comes after them is found in old books only.
const most = 3

// inGoods are readings that go first in the names of goods.
var inGoods = map[rune]string{'长': "chang", '茄': "qie", '嗯': "en"}

var toneless = strings.NewReplacer(
	"ā", "a", "á", "a", "ǎ", "a", "à", "a", "ē", "e", "é", "e", "ě", "e", "è", "e", "ê̄", "e", "ế", "e", "ê̌", "e", "ề", "e",
	"ī", "i", "í", "i", "ǐ", "i", "ì", "i", "ō", "o", "ó", "o", "ǒ", "o", "ò", "o", "ū", "u", "ú", "u", "ǔ", "u", "ù", "u",
	"ü", "v", "ǖ", "v", "ǘ", "v", "ǚ", "v", "ǜ", "v", "ń", "n", "ň", "n", "ǹ", "n", "ḿ", "m", "m̀", "m", "\u0304", "", "\u0300", "", "\u030c", "",
)

func main() {
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write() error {
	out, err := exec.Command("go", "mod", "download", "-json", source).Output()
	if err != nil {
		return err
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(module.Dir, "pinyin_dict.go"))
	if err != nil {
		return err
	}
	type line struct {
		place    int
		syllable string
	}
	lines := map[line][]rune{}
	for _, m := range regexp.MustCompile(`(?m)^\s*0x([0-9A-F]+): "([^"]*)",$`).FindAllSubmatch(text, -1) {
		n, err := strconv.ParseInt(string(m[1]), 16, 32)
		if err != nil {
			return err
		}
		r := rune(n)
		if r != '〇' && (r < 0x3400 || r > 0x9FFF) {
			continue // beyond what keyboards write
		}
		for i, s := range readings(r, string(m[2])) {
			lines[line{i + 1, s}] = append(lines[line{i + 1, s}], r)
		}
	}
	var keys []line
	for k := range lines {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.syllable, b.syllable))
	})
	var b bytes.Buffer
	for _, k := range keys {
		slices.Sort(lines[k])
		fmt.Fprintf(&b, "%d %s %s\n", k.place, k.syllable, string(lines[k]))
	}
	return os.WriteFile("readings.txt", b.Bytes(), 0o644)
}

// readings are those of a character without tones, each once, ü as v.
func readings(r rune, with string) []string {
	var all []string
	if s, ok := inGoods[r]; ok {
		all = append(all, s)
	}
	for s := range strings.SplitSeq(with, ",") {
		s = toneless.Replace(s)
		if strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") != "" {
			fmt.Fprintf(os.Stderr, "%c: %q is skipped\n", r, s)
			continue
		}
		if !slices.Contains(all, s) && len(all) < most {
			all = append(all, s)
		}
	}
	return all
}
