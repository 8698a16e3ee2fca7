package sound

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"guitai/pos"
)

func TestChineseAmount(t *testing.T) {
	for _, c := range []struct {
		f    pos.Fen
		want string
	}{
		{1, "零点零一元"},
		{10, "零点一元"},
		{50, "零点五元"},
		{99, "零点九九元"},
		{100, "一元"},
		{105, "一点零五元"},
		{200, "两元"},
		{250, "二点五元"},
		{1000, "十元"},
		{1200, "十二元"},
		{1350, "十三点五元"},
		{2000, "二十元"},
		{2200, "二十二元"},
		{10000, "一百元"},
		{10100, "一百零一元"},
		{11000, "一百一十元"},
		{11200, "一百一十二元"},
		{20000, "两百元"},
		{22200, "两百二十二元"},
		{100000, "一千元"},
		{100100, "一千零一元"},
		{101000, "一千零一十元"},
		{110000, "一千一百元"},
		{200000, "两千元"},
		{202002, "两千零二十点零二元"},
		{1000000, "一万元"},
		{1000100, "一万零一元"},
		{1001000, "一万零一十元"},
		{1010000, "一万零一百元"},
		{1200000, "一万二千元"},
		{2000000, "两万元"},
		{2222222, "两万二千二百二十二点二二元"},
		{10000000, "十万元"},
		{10000100, "十万零一元"},
		{10100000, "十万一千元"},
		{11000000, "十一万元"},
		{20000000, "二十万元"},
		{22000000, "二十二万元"},
		{20002000, "二十万零二十元"},
		{99999999, "九十九万九千九百九十九点九九元"},
		{pos.MaxAmount, "一百万元"},
	} {
		if got := strings.Join(ChineseAmount(c.f), ""); got != c.want {
			t.Errorf("%v is %s, want %s", c.f, got, c.want)
		}
	}
}

func TestEnglishAmount(t *testing.T) {
	for _, c := range []struct {
		f    pos.Fen
		want string
	}{
		{1, "zero point zero one yuan"},
		{50, "zero point five zero yuan"},
		{100, "one yuan"},
		{1350, "thirteen point five zero yuan"},
		{2100, "twenty one yuan"},
		{10000, "one hundred yuan"},
		{10050, "one hundred point five zero yuan"},
		{15000, "one hundred fifty yuan"},
		{123456, "one thousand two hundred thirty four point five six yuan"},
		{1000000, "ten thousand yuan"},
		{10000500, "one hundred thousand five yuan"},
		{99999999, "nine hundred ninety nine thousand nine hundred ninety nine point nine nine yuan"},
		{pos.MaxAmount, "one million yuan"},
	} {
		if got := strings.Join(EnglishAmount(c.f), " "); got != c.want {
			t.Errorf("%v is %s, want %s", c.f, got, c.want)
		}
	}
}

func TestWords_SayWhoPaidAndTheChange(t *testing.T) {
	for _, c := range []struct {
		language string
		cue      Cue
		want     string
	}{
		{"zh-CN", Cue{Tender: pos.TenderNative, Amount: 1350}, "微信收款|十三点五元"},
		{"zh-CN", Cue{Tender: pos.TenderCode, Amount: 1350}, "微信收款|十三点五元"},
		{"zh-CN", Cue{Tender: pos.TenderCash, Amount: 1350, Change: 650}, "现金收款|十三点五元|找零|六点五元"},
		{"zh-CN", Cue{Tender: "other:支付宝", Amount: 1350}, "收款|十三点五元"},
		{"en", Cue{Tender: pos.TenderNative, Amount: 1350}, "wechatreceived|thirteenpointfivezeroyuan"},
		{"en", Cue{Tender: pos.TenderCash, Amount: 1300, Change: 700}, "cashreceived|thirteenyuan|change|sevenyuan"},
		{"zh-CN", Cue{Tender: pos.TenderNative}, ""},
		{"zh-CN", Cue{Tender: pos.TenderNative, Amount: -5}, ""},
		{"zh-CN", Cue{Tender: pos.TenderNative, Amount: pos.MaxAmount + 1}, ""},
		{"", Cue{Tender: pos.TenderNative, Amount: 1350}, ""},
	} {
		if got := strings.Join(Words(c.language, c.cue), ""); got != c.want {
			t.Errorf("%s %+v is %q, want %q", c.language, c.cue, got, c.want)
		}
	}
}

// What is said, heard by somebody who knows only how numbers are read and shares nothing with who wrote them, is the amount; and
// every word of it was recorded.
func TestAmounts_HeardAreWhatWasPaid(t *testing.T) {
	check := func(f pos.Fen) {
		t.Helper()
		if got, err := hearChinese(strings.Join(ChineseAmount(f), "")); err != nil || got != f {
			t.Fatalf("%v is said as %v and heard as %v, %v", f, ChineseAmount(f), got, err)
		}
		if got, err := hearEnglish(EnglishAmount(f)); err != nil || got != f {
			t.Fatalf("%v is said as %v and heard as %v, %v", f, EnglishAmount(f), got, err)
		}
	}
	for f := pos.Fen(1); f <= 30_000; f++ { // every price up to 300 yuan
		check(f)
	}
	for yuan := pos.Fen(1); yuan <= 1_000_000; yuan += 101 { // and whole yuan through all places
		check(yuan * 100)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		check(1 + pos.Fen(rng.Int64N(int64(pos.MaxAmount))))
	}
}

func TestRecordings_ArePartsThatAreThere(t *testing.T) {
	v := voice{}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		c := Cue{Kind: Paid, Tender: []pos.Tender{pos.TenderNative, pos.TenderCash, "other:x"}[rng.IntN(3)], Amount: 1 + pos.Fen(rng.Int64N(int64(pos.MaxAmount)))}
		c.Change = c.Amount / 3
		for _, language := range []string{"zh-CN", "en"} {
			if _, err := v.sentence(language, Recordings(language, Words(language, c))); err != nil {
				t.Fatalf("%+v: %v", c, err)
			}
		}
	}
}

func TestRecordings_ToneFollowsItsNeighbours(t *testing.T) {
	for _, c := range []struct {
		f    pos.Fen
		want string
	}{
		{100, "yi4 yuan2"},
		{150, "yi1 dian3 wu3 yuan2"},
		{1100, "shi2 yi1 yuan2"},
		{11000, "yi4 bai3 yi1 shi2 yuan2"},
		{15000, "yi4 bai2 wu3 shi2 yuan2"},
		{20000, "liang2 bai3 yuan2"},
		{50000, "wu2 bai3 yuan2"},
		{550, "wu2 dian3 wu3 yuan2"},
		{100000, "yi4 qian1 yuan2"},
		{1000000, "yi2 wan4 yuan2"},
		{11000000, "shi2 yi1 wan4 yuan2"},
	} {
		if got := strings.Join(Recordings("zh-CN", ChineseAmount(c.f)), " "); got != c.want {
			t.Errorf("%v sounds %s, want %s", c.f, got, c.want)
		}
	}
}

var errHeard = errors.New("not a number that anybody says")

// hearChinese walks through the characters with a number that is being heard, one for the ten thousands and one for the rest.
func hearChinese(s string) (pos.Fen, error) {
	value := map[rune]int{'零': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
	unit := map[rune]int{'十': 10, '百': 100, '千': 1000}
	s, whole := strings.CutSuffix(s, "元")
	if !whole {
		return 0, errHeard
	}
	yuan, decimals, _ := strings.Cut(s, "点")
	total, group, digit, last := 0, 0, -1, 10_000
	for _, r := range yuan {
		switch u := unit[r]; {
		case u > 0:
			if digit < 0 && u == 10 && group == 0 && total == 0 {
				digit = 1
			}
			if digit < 1 || u >= last {
				return 0, errHeard
			}
			group, digit, last = group+digit*u, -1, u
		case r == '万':
			group += max(0, digit)
			total, group, digit, last = group*10_000, 0, -1, 10_000
		case r == '零':
			if digit > 0 {
				return 0, errHeard
			}
			digit = 0
		default:
			d, known := value[r]
			if !known || digit > 0 {
				return 0, errHeard
			}
			digit = d
		}
	}
	total += group + max(0, digit)
	fen := 0
	for _, r := range decimals {
		fen = fen*10 + value[r]
	}
	if len([]rune(decimals)) == 1 {
		fen *= 10
	}
	return pos.Fen(total*100 + fen), nil
}

func hearEnglish(words []string) (pos.Fen, error) {
	small := map[string]int{}
	for i, w := range strings.Split("zero,one,two,three,four,five,six,seven,eight,nine,ten,eleven,twelve,thirteen,fourteen,fifteen,sixteen,seventeen,eighteen,nineteen", ",") {
		small[w] = i
	}
	for i, w := range strings.Split("twenty,thirty,forty,fifty,sixty,seventy,eighty,ninety", ",") {
		small[w] = 20 + 10*i
	}
	total, below, fen, scale := 0, 0, 0, 0
	for i, w := range words {
		n, known := small[w]
		switch {
		case i == len(words)-1 && w == "yuan":
			return pos.Fen(total+below)*100 + pos.Fen(fen), nil
		case w == "point":
			scale = 10
		case known && scale > 0:
			fen, scale = fen+n*scale, scale/10
		case known:
			below += n
		case w == "hundred":
			below *= 100
		case w == "thousand":
			total, below = total+below*1000, 0
		case w == "million":
			total, below = total+below*1_000_000, 0
		default:
			return 0, errHeard
		}
	}
	return 0, errHeard
}
