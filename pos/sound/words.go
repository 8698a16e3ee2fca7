package sound

import (
	"slices"
	"strings"

	"guitai/pos"
)

// Pause is the word that is a short silence.
const Pause = "|"

// Words is what is said of a payment, in a language the voice has ("zh-CN" or "en"); nil for another, and for an amount that is
// not positive or above [pos.MaxAmount], of which nothing is said.
//
// Chinese says the amount as the payment apps do in every shop (微信收款十三点五元): decimals one by one behind 点, no zero at the
// end. English has two decimals or none.
func Words(language string, c Cue) []string {
	if c.Amount <= 0 || c.Amount > pos.MaxAmount {
		return nil
	}
	change := c.Change > 0 && c.Change <= pos.MaxAmount
	switch language {
	case "zh-CN":
		words := append(split(chinesePayer(c.Tender)+"收款"), Pause)
		words = append(words, ChineseAmount(c.Amount)...)
		if change {
			words = append(append(words, Pause, "找", "零", Pause), ChineseAmount(c.Change)...)
		}
		return words
	case "en":
		words := append(englishPayer(c.Tender), "received", Pause)
		words = append(words, EnglishAmount(c.Amount)...)
		if change {
			words = append(append(words, Pause, "change", Pause), EnglishAmount(c.Change)...)
		}
		return words
	}
	return nil
}

func chinesePayer(t pos.Tender) string {
	switch {
	case t == pos.TenderCash:
		return "现金"
	case strings.HasPrefix(string(t), "wechat-"):
		return "微信"
	}
	return ""
}

func englishPayer(t pos.Tender) []string {
	switch {
	case t == pos.TenderCash:
		return []string{"cash"}
	case strings.HasPrefix(string(t), "wechat-"):
		return []string{"wechat"}
	}
	return nil
}

func split(s string) []string { return strings.Split(s, "") }

var chineseDigits = split("零一二三四五六七八九")

// ChineseAmount reads an amount of 0.01 to 99,999,999.99 yuan, a character a word.
func ChineseAmount(f pos.Fen) []string {
	yuan, fen := int(f/100), int(f%100)
	if f == 200 {
		return split("两元")
	}
	words := chineseNumber(yuan)
	if fen > 0 {
		words = append(words, "点", chineseDigits[fen/10])
		if fen%10 > 0 {
			words = append(words, chineseDigits[fen%10])
		}
	}
	return append(words, "元")
}

// chineseNumber reads a whole number. One ten at the front is 十, not 一十; two at the front of hundreds, thousands and ten
// thousands is 两; any zeros between two digits are one 零, but for those at the end of the ten thousands.
func chineseNumber(n int) []string {
	if n == 0 {
		return []string{"零"}
	}
	var words []string
	if n >= 10_000 {
		words = append(chineseGroup(n/10_000), "万")
		if words[0] == "二" && n/10_000 == 2 {
			words[0] = "两"
		}
		if n %= 10_000; n > 0 && n < 1000 {
			words = append(words, "零")
		}
	}
	words = append(words, chineseGroup(n)...)
	if words[0] == "二" && len(words) > 1 && slices.Contains([]string{"百", "千"}, words[1]) {
		words[0] = "两"
	}
	if words[0] == "一" && len(words) > 1 && words[1] == "十" {
		words = words[1:]
	}
	return words
}

// chineseGroup reads 1 to 9999 in full, and nothing for 0.
func chineseGroup(n int) []string {
	var words []string
	zero := false
	for i, place := range []int{1000, 100, 10, 1} {
		d := n / place % 10
		if d == 0 {
			zero = len(words) > 0
			continue
		}
		if zero {
			words = append(words, "零")
			zero = false
		}
		words = append(words, chineseDigits[d])
		if i < 3 {
			words = append(words, split("千百十")[i])
		}
	}
	return words
}

var (
	english = strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen " +
		"seventeen eighteen nineteen")
	englishTens = strings.Fields("zero ten twenty thirty forty fifty sixty seventy eighty ninety")
)

// EnglishAmount reads an amount of 0.01 to 1,000,000,000.00 yuan.
func EnglishAmount(f pos.Fen) []string {
	yuan, fen := int(f/100), int(f%100)
	words := englishNumber(yuan)
	if fen > 0 {
		words = append(words, "point", english[fen/10], english[fen%10])
	}
	return append(words, "yuan")
}

func englishNumber(n int) []string {
	var words []string
	for _, big := range []struct {
		value int
		word  string
	}{{1_000_000, "million"}, {1000, "thousand"}} {
		if n >= big.value {
			words = append(append(words, englishBelow1000(n/big.value)...), big.word)
			n %= big.value
		}
	}
	if n > 0 || words == nil {
		words = append(words, englishBelow1000(n)...)
	}
	return words
}

func englishBelow1000(n int) []string {
	var words []string
	if n >= 100 {
		words = append(words, english[n/100], "hundred")
		if n %= 100; n == 0 {
			return words
		}
	}
	if n < 20 {
		return append(words, english[n])
	}
	if words = append(words, englishTens[n/10]); n%10 > 0 {
		words = append(words, english[n%10])
	}
	return words
}
