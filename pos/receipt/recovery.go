package receipt

import (
	"strings"
	"time"

	"guitai/pos"
)

// recoveryWords is what stands on the paper with a recovery code.
type recoveryWords struct{ Title, Keep, Use, Once string }

var (
	chineseRecovery = recoveryWords{
		Title: "恢复码", Keep: "老板收好，别放在收银台旁边。",
		Use: "忘了 PIN：在锁屏上按 F4，输入这个码，再设一个新 PIN。", Once: "用过就作废，会换一张新的。以前的恢复码已作废。",
	}
	englishRecovery = recoveryWords{
		Title: "RECOVERY CODE", Keep: "For the owner. Do not keep it beside the till.",
		Use: "A forgotten PIN: press F4 at the lock, type this code and choose another PIN.", Once: "It works once; another is printed then. Earlier codes are void.",
	}
)

// Recovery renders the paper with a recovery code as the bytes to send. They hold the code: they are for the printer alone, and are to be
// kept, logged and named nowhere.
func (s Setup) Recovery(code pos.RecoveryCode, at time.Time, shop pos.Shop) ([]byte, error) {
	o := Options{Words: WordsOf(s.Language), Paper: s.Paper}
	words := chineseRecovery
	if s.Language == "en" {
		words = englishRecovery
	}
	b := newBuilder(shop, o)
	if shop.Practice {
		b.marks([]string{b.w.Practice})
	}
	b.centre(shop.Name + " " + shop.Till)
	b.add(Text{Text: words.Title, Align: Centre, Bold: true})
	b.add(Text{Text: b.w.Time + " " + b.clock(at)})
	b.rule()
	groups := code.Groups()
	half := (len(groups) + 1) / 2 // two lines, so that it is large on narrow paper, too
	for _, line := range [][]string{groups[:half], groups[half:]} {
		b.add(Text{Text: strings.Join(line, "  "), Align: Centre, Double: true, Bold: true})
	}
	b.rule()
	b.add(Text{Text: words.Keep}, Text{Text: words.Use}, Text{Text: words.Once}, Cut{})
	return s.Device.Encode(b.doc)
}
