package receipt

import (
	"strings"
	"testing"

	"guitai/pos"
)

func TestSetup_CopiesAreMarkedAndAcknowledgedOnce(t *testing.T) {
	setup := Setup{Paper: Paper80, Copies: 3, Device: ESCPOS{Acknowledge: true}}
	out, err := setup.Bytes(pos.PrintJob{Document: pos.DocSale}, cash(small, 1350), shop)
	if err != nil {
		t.Fatal(err)
	}
	d := mustDecode(t, out, Paper80)
	view := d.view()
	if d.acks != 1 || strings.Count(view, "[cut feed-partial]") != 3 {
		t.Errorf("%d acknowledgements for\n%s", d.acks, view)
	}
	for _, mark := range Chinese.Copies {
		if strings.Count(view, "*** "+mark+" ***") != 2 {
			t.Errorf("%s is not first and last of its copy:\n%s", mark, view)
		}
	}
}

func TestSetup_AReprintIsOneCopyWithItsCount(t *testing.T) {
	setup := Setup{Language: "en", Paper: Paper58, Copies: 3}
	out, err := setup.Bytes(pos.PrintJob{Document: pos.DocReprint, Copy: 4, QueuedAt: closedAt}, cash(small, 1350), shop)
	if err != nil {
		t.Fatal(err)
	}
	view := mustDecode(t, out, Paper58).view()
	if strings.Count(view, "[cut feed-partial]") != 1 || strings.Count(view, "*** REPRINT no. 4 ***") != 2 || strings.Contains(view, "copy") {
		t.Error(view)
	}
}
