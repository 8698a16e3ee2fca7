package sound

// syllables are the recordings of the Chinese words: pinyin with the tone they have by themselves.
var syllables = map[string]string{
	"零": "ling2", "一": "yi1", "二": "er4", "两": "liang3", "三": "san1", "四": "si4", "五": "wu3", "六": "liu4", "七": "qi1", "八": "ba1",
	"九": "jiu3", "十": "shi2", "百": "bai3", "千": "qian1", "万": "wan4", "点": "dian3", "元": "yuan2", "微": "wei1", "信": "xin4",
	"现": "xian4", "金": "jin1", "收": "shou1", "款": "kuan3", "找": "zhao3",
}

// rising are the third tones that were also recorded as they are before another third tone: rising. The rest stay low, as in the
// announcements of stations and banks.
var rising = map[string]string{"wu3": "wu2", "bai3": "bai2", "liang3": "liang2"}

// Recordings names the recordings of words, in the order they are played in; a pause is [Pause].
func Recordings(language string, words []string) []string {
	if language != "zh-CN" {
		return words
	}
	parts := make([]string, len(words))
	for i, w := range words {
		next, before := "", ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		if i > 0 {
			before = words[i-1]
		}
		switch {
		case w == Pause:
			parts[i] = Pause
		case w == "一":
			parts[i] = one(before, next)
		default:
			parts[i] = syllables[w]
		}
		if up := rising[parts[i]]; up != "" && third(next) {
			parts[i] = up
		}
	}
	return parts
}

// one is 一, whose tone falls before hundreds and thousands and before 元 alone, rises before 万 alone, and is high in all that is
// counted behind another digit.
func one(before, next string) string {
	first := before == "" || before == Pause
	switch {
	case next == "百", next == "千", first && next == "元":
		return "yi4"
	case first && next == "万":
		return "yi2"
	}
	return "yi1"
}

func third(word string) bool {
	s := syllables[word]
	return s != "" && s[len(s)-1] == '3'
}
