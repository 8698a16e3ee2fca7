package goods

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"guitai/pos"
)

// scan finds by looking at every item, as plainly as the package's rule can be written: what the index is compared with.
func scan(items []pos.Item, text string, limit int) []pos.ItemID {
	type hit struct{ rank, at int }
	words := strings.Fields(fold(text))
	var hits []hit
	for i, it := range items {
		if r := plainRank(it, words); r > 0 && !it.Retired {
			hits = append(hits, hit{r, i})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.rank, b.rank) })
	var ids []pos.ItemID
	for _, h := range hits[:min(len(hits), max(0, limit))] {
		ids = append(ids, items[h.at].ID)
	}
	return ids
}

// plainRank is 1 for a whole field, 2 for the beginning of one, 3 for anywhere, 0 for nowhere.
func plainRank(it pos.Item, words []string) int {
	if len(words) == 0 {
		return 0
	}
	fields := []string{fold(it.Name), fold(it.Pinyin), fold(it.PLU)}
	for _, b := range it.Barcodes {
		fields = append(fields, fold(b))
	}
	var ranks []int
	for _, w := range words {
		r := plainWord(fields, w)
		if r == 0 {
			return 0
		}
		ranks = append(ranks, r)
	}
	switch {
	case len(words) == 1:
		return ranks[0]
	case slices.Contains(fields, strings.Join(words, " ")):
		return 1
	}
	return max(2, ranks[0])
}

func plainWord(fields []string, w string) int {
	best := 9
	for _, f := range fields {
		switch {
		case f == w:
			best = min(best, 1)
		case strings.HasPrefix(f, w):
			best = min(best, 2)
		case strings.Contains(f, w):
			best = min(best, 3)
		}
	}
	if len(w) <= 63 && strings.Trim(w, "abcdefghijklmnopqrstuvwxyz0123456789") == "" {
		var name []rune
		for _, r := range fields[0] {
			if unicode.IsLetter(r) || unicode.IsNumber(r) {
				name = append(name, r)
			}
		}
		for i := range name {
			whole, part := plainSpelled(name[i:], w)
			switch {
			case i == 0 && whole:
				best = min(best, 1)
			case i == 0 && part:
				best = min(best, 2)
			case part:
				best = min(best, 3)
			}
		}
	}
	return best % 9
}

// plainSpelled reports whether w spells all of a name, and whether it spells its beginning.
func plainSpelled(name []rune, w string) (whole, part bool) {
	if w == "" {
		return len(name) == 0, true
	}
	if len(name) == 0 {
		return false, false
	}
	ways := map[string]bool{}
	if r := name[0]; r < 0x80 {
		ways[string(r)] = true
	} else if all := spellings().at(r); all != nil {
		for _, n := range all {
			s := spellings().syllables[n]
			if s == "" {
				continue
			}
			ways[s], ways[s[:1]] = true, true
			if strings.HasPrefix(s, "zh") || strings.HasPrefix(s, "ch") || strings.HasPrefix(s, "sh") {
				ways[s[:2]] = true
			}
			part = part || strings.HasPrefix(s, w)
		}
	}
	for s := range ways {
		if rest, ok := strings.CutPrefix(w, s); ok {
			a, b := plainSpelled(name[1:], rest)
			whole, part = whole || a, part || b
		}
	}
	return whole, part
}
