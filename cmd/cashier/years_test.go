package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	yearsSales = flag.Int("years.sales", 0, "TestYears: settle this many sales (the long form); 0 is the short form")
	yearsSeed  = flag.Uint64("years.seed", 0, "TestYears: the first life's seed; the others count on from it. 0 is 1")
	yearsShop  = flag.Int("years.shop", 2000, "TestYears: sales of one life in the long form")
	yearsLog   = flag.Bool("years.log", false, "TestYears: print every step of the books")
)

// TestYears lets shops live for years in virtual time, with the real till, client and ledger, and holds every step against
// the judge: see [judge] for what must be true.
//
// The short form runs in every `go test`: fixed seeds, some thousand sales. The long form is
//
//	go test -tags migrated_fynedo ./cmd/cashier -run 'TestYears$' -timeout 0 -v -args -years.sales=1000000 -years.seed=1
//
// It prints sales, virtual time, seconds and faults by kind, and the cells of pos.Step's table that no life visited. A life
// that goes wrong prints its seed; -years.sales=1 -years.shop=2000 -years.seed=SEED lives it again.
func TestYears(t *testing.T) {
	tables := cells(t)
	lives, each, first := shortLives, shortSales, uint64(1)
	if *yearsSales > 0 {
		each = *yearsShop
		lives = (*yearsSales + each - 1) / each
	}
	if *yearsSeed > 0 {
		first = *yearsSeed
	}
	all, began := newTally(), time.Now()
	t.Run("lives", func(t *testing.T) {
		for i := range lives {
			seed := first + uint64(i)
			t.Run(fmt.Sprintf("seed-%d", seed), func(t *testing.T) {
				t.Parallel()
				seen := newTally()
				defer all.join(seen)
				live(t, seed, each, seen)
			})
		}
	})
	took := time.Since(began)
	var b strings.Builder
	fmt.Fprintf(&b, "%d lives from seed %d: %d sales settled, %d visits, %.2f virtual years, %.1f s (%.0f sales/s)\n", lives, first,
		all.get("sales"), all.get("visits"), float64(all.get("virtual seconds"))/(365.25*24*3600), took.Seconds(), float64(all.get("sales"))/took.Seconds())
	fmt.Fprintf(&b, "%d calls of the till, %d changes of the books, %d snapshots; %d exceptions; %d payments that only a bill can show; %d paid by phone\n",
		all.get("calls"), all.get("changes"), all.get("snapshots"), all.get("exceptions"), all.get("unseen"), all.get("paid by phone"))
	b.WriteString(all.coverage(tables))
	fmt.Fprintf(&b, "visits\n%sfaults\n%s", all.list("visit "), all.list("fault "))
	t.Log(b.String())
	if *yearsSales > 0 {
		fmt.Fprint(os.Stderr, b.String())
	}
}

// The short form.
const (
	shortLives = 8
	shortSales = 60
)

// TestYears_ASeedReplays lives a life twice: the same seed must give the same changes of the books at the same instants, or a
// fault that was found could not be found again.
func TestYears_ASeedReplays(t *testing.T) {
	a, b := newTally(), newTally()
	live(t, 7, 60, a)
	live(t, 7, 60, b)
	if len(a.history) == 0 {
		t.Fatal("nothing happened")
	}
	if where := parting(a.history, b.history); where != "" {
		t.Error(where)
	}
}

// parting says where two histories part, with what went before; "" when they are the same.
func parting(a, b []string) string {
	if slices.Equal(a, b) {
		return ""
	}
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return fmt.Sprintf("two lives of one seed differ from change %d on:\n%s\nthe one\n%s\nthe other\n%s", n, strings.Join(a[max(0, n-5):n], "\n"),
		strings.Join(a[n:min(n+3, len(a))], "\n"), strings.Join(b[n:min(n+3, len(b))], "\n"))
}
