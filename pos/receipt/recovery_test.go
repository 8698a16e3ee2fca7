package receipt

import (
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

func TestRecovery_IsWholeOnEveryPaperInBothLanguages(t *testing.T) {
	const code pos.RecoveryCode = "WXYZ5678ABCDEFGH"
	for _, paper := range []Paper{Paper58, Paper80} {
		for _, lang := range []string{"zh-CN", "en"} {
			s := Setup{Language: lang, Paper: paper}
			job, err := s.Recovery(code, time.Date(2026, 11, 20, 15, 4, 0, 0, time.UTC), pos.Shop{Name: "柜台便利店", ID: "S001", Till: "T1"})
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range []string{"WXYZ  5678", "ABCD  EFGH"} {
				if strings.Count(string(job), line) != 1 {
					t.Errorf("%d mm, %s: %q is not on the paper once", paper, lang, line)
				}
			}
		}
	}
}
