package guide

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestRelay_BothLanguagesSayTheSame compares what does not depend on the language: levels of headings, rows of tables, items of lists, and
// everything in code.
func TestRelay_BothLanguagesSayTheSame(t *testing.T) {
	zh, en := outline(RelayZH, true), outline(RelayEN, true)
	if len(zh) < 60 {
		t.Fatalf("only %d lines of structure: it does not look like the guide", len(zh))
	}
	for i := range max(len(zh), len(en)) {
		if i >= len(zh) || i >= len(en) || zh[i] != en[i] {
			t.Fatalf("from here on they differ:\nzh: %q\nen: %q", zh[min(i, len(zh)):min(i+3, len(zh))], en[min(i, len(en)):min(i+3, len(en))])
		}
	}
}

// TestPages_BothLanguagesSayTheSame does the same for every page, and sees to it that each page of the order is there.
func TestPages_BothLanguagesSayTheSame(t *testing.T) {
	zh, en := Pages("zh-CN"), Pages("en")
	if len(zh) != len(order) || len(en) != len(order) {
		t.Fatalf("%d Chinese and %d English pages of %d", len(zh), len(en), len(order))
	}
	for i := range zh {
		a, b := outline(zh[i].Text, false), outline(en[i].Text, false)
		for n := range max(len(a), len(b)) {
			if n >= len(a) || n >= len(b) || a[n] != b[n] {
				t.Errorf("%s: from here on they differ:\nzh: %q\nen: %q", zh[i].ID, a[min(n, len(a)):min(n+3, len(a))], b[min(n, len(b)):min(n+3, len(b))])
				break
			}
		}
	}
	if Pages("tlh")[0].Text != zh[0].Text {
		t.Error("a language that there is not is not Chinese")
	}
}

var (
	item = regexp.MustCompile(`^(#+ |\||- |> |\d+\. )`)
	code = regexp.MustCompile("`[^`]*`")
)

// outline is a text without its words: what kind of line each is, and the names in code that no language changes. Where whole blocks of code
// are the same in every language, so is what each of their lines begins with.
func outline(text string, same bool) (lines []string) {
	fenced := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
			lines = append(lines, "```")
			continue
		}
		if fenced && !same {
			lines = append(lines, ".")
			continue
		}
		if fenced {
			lines = append(lines, strings.Fields(line + " .")[0])
			continue
		}
		kind := item.FindString(line)
		if kind == "" {
			continue
		}
		if kind == "|" {
			kind += strings.Repeat("|", strings.Count(line, "|")-1)
		}
		var names []string
		for _, c := range code.FindAllString(line, -1) {
			if c == strings.ToLower(c) && !strings.ContainsFunc(c, func(r rune) bool { return r > 0x7f }) {
				names = append(names, c)
			}
		}
		slices.Sort(names)
		lines = append(lines, kind+strings.Join(names, " "))
	}
	return lines
}
