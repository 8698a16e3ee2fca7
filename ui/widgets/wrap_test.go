package widgets

import "testing"

func TestBreakAt_KeepsMarksWithWhatTheyStandAt(t *testing.T) {
	for _, c := range []struct {
		name, words string
		at, want    int
	}{
		{"between hanzi", "把这一列设成文本", 4, 4},
		{"an opening mark goes with what it opens", "设成“文本”", 3, 2},
		{"a closing mark stays with what it closes", "设成“文本”吧", 5, 4},
		{"a word is not broken", "到 settings", 5, 1},
		{"a comma begins no line", "好的，再来", 2, 1},
	} {
		if got := breakAt([]rune(c.words), c.at); got != c.want {
			t.Errorf("%s: %q at %d breaks at %d, want %d", c.name, c.words, c.at, got, c.want)
		}
	}
}
