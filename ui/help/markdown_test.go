package help

import (
	"reflect"
	"testing"

	"guitai/assets/guide"
	"guitai/pos"
)

func TestParse(t *testing.T) {
	key := func(action string) string {
		if action == "wechat" {
			return "Ctrl+W"
		}
		return ""
	}
	words := func(s string) []Span { return []Span{{Words: s}} }
	for _, c := range []struct {
		name, text string
		want       []Block
	}{
		{"nothing", "", nil},
		{"a heading and words over lines", "# A b\n\nc\nd\n\n国\n人\n", []Block{
			{Kind: Heading, Level: 1, Spans: words("A b")},
			{Kind: Paragraph, Spans: words("c d")},
			{Kind: Paragraph, Spans: words("国人")},
		}},
		{"what looks different", "a **b `c`** `d` [e](f.md)g", []Block{{Kind: Paragraph, Spans: []Span{
			{Words: "a "}, {Words: "b ", Bold: true}, {Words: "c", Bold: true, Code: true}, {Words: " "}, {Words: "d", Code: true}, {Words: " "}, {Words: "e"}, {Words: "g"},
		}}}},
		{"a key, one that nobody knows", "[`F9`](key:wechat) [`F2`](key:x)", []Block{{Kind: Paragraph, Spans: []Span{
			{Words: "Ctrl+W", Code: true}, {Words: " "}, {Words: "F2", Code: true},
		}}}},
		{"lists", "- a\n  b\n  - c\n1. d\n", []Block{
			{Kind: Item, Mark: "•", Spans: words("a b")}, {Kind: Item, Level: 1, Mark: "•", Spans: words("c")}, {Kind: Item, Mark: "1.", Spans: words("d")},
		}},
		{"a table with a bar in a cell", "| a | b |\n|---|:--|\n| `c` | d\\|e |\nf\n", []Block{
			{Kind: Table, Rows: [][][]Span{{words("a"), words("b")}, {{{Words: "c", Code: true}}, words("d|e")}}}, {Kind: Paragraph, Spans: words("f")},
		}},
		{"code as it is", "```\n# a\n| b\n```\nc", []Block{{Kind: Code, Lines: []string{"# a", "| b"}}, {Kind: Paragraph, Spans: words("c")}}},
		{"a fence that nobody closes", "```\na", []Block{{Kind: Code, Lines: []string{"a"}}}},
		{"a quote", "> a\n> b\n", []Block{{Kind: Quote, Spans: words("a b")}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Parse(c.text, key); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// Every page begins with its title, and the keys that it names are keys, by their defaults.
func TestGuide_NamesKeysThatThereAre(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		for _, page := range guide.Pages(lang) {
			blocks := Parse(page.Text, func(action string) string {
				a := pos.KeyAction(action)
				if a.Place() == 0 {
					t.Errorf("%s %s: there is no action %q", page.ID, lang, action)
				}
				return ""
			})
			if len(blocks) < 3 || blocks[0].Kind != Heading || blocks[0].Level != 1 {
				t.Errorf("%s %s does not begin with its title", page.ID, lang)
			}
			for _, m := range inline.FindAllStringSubmatch(page.Text, -1) {
				if m[2] != "" && m[1] != pos.KeyAction(m[2]).Default().String() {
					t.Errorf("%s %s: %s is not the default of %s", page.ID, lang, m[1], m[2])
				}
			}
		}
	}
}
