package shop_test

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"guitai/assets/shop"
)

type row struct {
	barcodes                                            []string
	name, price, category, unit, pinyin, plu, cost, tax string
}

func rows(t *testing.T) []row {
	t.Helper()
	records, err := csv.NewReader(bytes.NewReader(shop.ItemsCSV)).ReadAll()
	if err != nil {
		t.Fatalf("read the items file: %v", err)
	}
	const header = "barcode,name,price_yuan,category,unit,pinyin,plu,cost_yuan,tax"
	if got := strings.Join(records[0], ","); got != header {
		t.Fatalf("header %q, want %q", got, header)
	}
	var all []row
	for _, r := range records[1:] {
		all = append(all, row{
			barcodes: strings.Split(r[0], ";"), name: r[1], price: r[2], category: r[3], unit: r[4],
			pinyin: r[5], plu: r[6], cost: r[7], tax: r[8],
		})
	}
	return all
}

func TestItems_AreAShopOfTheRightSize(t *testing.T) {
	all := rows(t)
	if n := len(all); n < 115 || n > 130 {
		t.Errorf("%d items, want 115 to 130", n)
	}
	categories := map[string]int{}
	for _, r := range all {
		categories[r.category]++
	}
	if n := len(categories); n < 6 || n > 9 {
		t.Errorf("%d categories, want 6 to 9: %v", n, categories)
	}
	for name, n := range categories {
		if name == "" || n < 4 {
			t.Errorf("category %q has %d items: too few for a screen of tiles", name, n)
		}
	}
	if first := all[0]; first.name != "可口可乐 330ml" || first.price != "3.00" || first.pinyin != "kkkl330ml" {
		t.Errorf("the first item is %+v", first)
	}
}

func TestItems_BarcodesAreUniqueEAN13(t *testing.T) {
	form := regexp.MustCompile(`^69[0-9]{11}$`)
	seen := map[string]string{}
	twoCodes := 0
	for _, r := range rows(t) {
		if len(r.barcodes) > 1 {
			twoCodes++
		}
		for _, code := range r.barcodes {
			if !form.MatchString(code) {
				t.Errorf("%s: %q is not an EAN-13 of China", r.name, code)
				continue
			}
			if want := checkDigit(code[:12]); code[12] != want {
				t.Errorf("%s: %s ends in %c, its check digit is %c", r.name, code, code[12], want)
			}
			if other, dup := seen[code]; dup {
				t.Errorf("%s is on %s and on %s", code, other, r.name)
			}
			seen[code] = r.name
		}
	}
	if twoCodes < 3 {
		t.Errorf("%d items with two barcodes, want some to practise with", twoCodes)
	}
}

func TestCheckDigit_KnownCode(t *testing.T) {
	if got := checkDigit("211234501500"); got != '2' {
		t.Errorf("check digit %c, want 2", got)
	}
}

// checkDigit is the EAN-13 rule: odd places once, even places three times, up to the next ten.
func checkDigit(twelve string) byte {
	sum := 0
	for i := range len(twelve) {
		d := int(twelve[i] - '0')
		if i%2 == 1 {
			d *= 3
		}
		sum += d
	}
	return byte('0' + (10-sum%10)%10)
}

func TestItems_CellsAreWellFormed(t *testing.T) {
	money := regexp.MustCompile(`^(0|[1-9][0-9]*)\.[0-9]{2}$`)
	pinyin := regexp.MustCompile(`^[a-z0-9]+$`)
	plu := regexp.MustCompile(`^[0-9]{5}$`)
	names, plus := map[string]bool{}, map[string]bool{}
	for _, r := range rows(t) {
		if names[r.name] || r.name == "" || r.unit == "" {
			t.Errorf("%q: a name twice, or a name or unit missing", r.name)
		}
		names[r.name] = true
		if !money.MatchString(r.price) || !money.MatchString(r.cost) {
			t.Errorf("%s: price %q, cost %q: want yuan with two places", r.name, r.price, r.cost)
		} else if fen(r.cost) <= 0 || fen(r.cost) >= fen(r.price) {
			t.Errorf("%s: costs %s and sells at %s", r.name, r.cost, r.price)
		}
		if r.tax != "13" && r.tax != "9" {
			t.Errorf("%s: tax %q", r.name, r.tax)
		}
		if !pinyin.MatchString(r.pinyin) {
			t.Errorf("%s: pinyin %q", r.name, r.pinyin)
		}
		if r.plu != "" && (!plu.MatchString(r.plu) || plus[r.plu]) {
			t.Errorf("%s: plu %q is malformed or taken", r.name, r.plu)
		}
		plus[r.plu] = true
		if _, err := simplifiedchinese.GBK.NewEncoder().String(r.name + r.unit + r.category); err != nil {
			t.Errorf("%s: a receipt printer cannot print it: %v", r.name, err)
		}
	}
}

// fen reads an amount that has already matched the money pattern.
func fen(yuan string) int {
	n := 0
	for _, c := range strings.ReplaceAll(yuan, ".", "") {
		n = n*10 + int(c-'0')
	}
	return n
}

// TestItems_PinyinInitials checks every letter against the order of GB 2312: its first 3755 hanzi are sorted
// by pronunciation, so a character's place in the code gives its initial.
func TestItems_PinyinInitials(t *testing.T) {
	for _, r := range rows(t) {
		var want strings.Builder
		for word := range strings.FieldsSeq(r.name) {
			want.WriteString(initials(t, word))
		}
		if r.pinyin != want.String() {
			t.Errorf("%s: pinyin %q, want %q", r.name, r.pinyin, want.String())
		}
	}
}

func TestInitials_KnownWords(t *testing.T) {
	for word, want := range map[string]string{
		"可口可乐": "kkkl", "重庆": "cq", "长城": "cc", "银行": "yh", "啤酒500ml": "pj500ml", "阿姨": "ay", "座": "z",
	} {
		if got := initials(t, word); got != want {
			t.Errorf("initials of %s are %q, want %q", word, got, want)
		}
	}
}

// polyphones are words in which a character is read otherwise than GB 2312 files it.
var polyphones = map[string]string{"重庆": "cq", "长城": "cc", "银行": "yh"}

// unfiled are characters beyond the sorted part of GB 2312.
var unfiled = map[rune]byte{
	'孚': 'f', '怡': 'y', '莓': 'm', '芙': 'f', '蛳': 's', '焗': 'j', '茉': 'm', '楂': 'z', '鹭': 'l',
}

func initials(t *testing.T, word string) string {
	t.Helper()
	var out strings.Builder
	for len(word) > 0 {
		if said, read := polyphoneAt(word); said != "" {
			out.WriteString(read)
			word = word[len(said):]
			continue
		}
		c, size := utf8.DecodeRuneInString(word)
		word = word[size:]
		switch {
		case unicode.Is(unicode.Han, c):
			out.WriteByte(initial(t, c))
		case unicode.IsLetter(c) || unicode.IsDigit(c):
			out.WriteRune(unicode.ToLower(c))
		}
	}
	return out.String()
}

func polyphoneAt(word string) (said, read string) {
	for said, read := range polyphones {
		if strings.HasPrefix(word, said) {
			return said, read
		}
	}
	return "", ""
}

// firsts holds, for each initial, the GB 2312 code of the first character that has it.
var firsts = []struct {
	code   int
	letter byte
}{
	{0xB0A1, 'a'},
	{0xB0C5, 'b'},
	{0xB2C1, 'c'},
	{0xB4EE, 'd'},
	{0xB6EA, 'e'},
	{0xB7A2, 'f'},
	{0xB8C1, 'g'},
	{0xB9FE, 'h'},
	{0xBBF7, 'j'},
	{0xBFA6, 'k'},
	{0xC0AC, 'l'},
	{0xC2E8, 'm'},
	{0xC4C3, 'n'},
	{0xC5B6, 'o'},
	{0xC5BE, 'p'},
	{0xC6DA, 'q'},
	{0xC8BB, 'r'},
	{0xC8F6, 's'},
	{0xCBFA, 't'},
	{0xCDDA, 'w'},
	{0xCEF4, 'x'},
	{0xD1B9, 'y'},
	{0xD4D1, 'z'},
}

const lastSorted = 0xD7F9

func initial(t *testing.T, c rune) byte {
	t.Helper()
	if letter, ok := unfiled[c]; ok {
		return letter
	}
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(string(c))
	if err != nil {
		t.Fatalf("%c: %v", c, err)
	}
	code := int(gbk[0])<<8 | int(gbk[1])
	if code < firsts[0].code || code > lastSorted || gbk[1] < 0xA1 {
		t.Fatalf("%c (%X) is outside the sorted part of GB 2312: give its initial in the table", c, code)
	}
	letter := firsts[0].letter
	for _, f := range firsts {
		if code >= f.code {
			letter = f.letter
		}
	}
	return letter
}
