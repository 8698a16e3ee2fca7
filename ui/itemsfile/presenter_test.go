package itemsfile

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// stock plans what a test gives it.
type stock struct {
	pos.Goods
	plan     pos.ImportPlan
	bad      error
	refuse   error
	imported []pos.ImportPlan
	by       string
}

func (s *stock) PlanImport(_ context.Context, path string) (pos.ImportPlan, error) {
	p := s.plan
	p.Path = path
	return p, s.bad
}

func (s *stock) Import(_ context.Context, p pos.ImportPlan, by string, _ time.Time) error {
	if s.refuse == nil {
		s.imported, s.by = append(s.imported, p), by
	}
	return s.refuse
}

var cola = pos.Item{ID: 1, Name: "可口可乐", Barcodes: []string{"6901028042413"}, Price: 300, Cost: 210, TaxRate: 1300}

func newBench(s *stock, leave bool) *Presenter {
	dearer := cola
	dearer.Price, dearer.Member, dearer.Cost, dearer.Retired = 350, 300, 0, true
	s.plan = pos.ImportPlan{
		SHA256: "ab", Revision: 7, Same: 4, Changed: []pos.ItemChange{{From: cola, To: dearer}},
		New: []pos.Item{{Name: "雪碧", Barcodes: []string{"6901234567892"}, Price: 250}, {Name: "苹果", PLU: "12", Price: 1280}},
	}
	return NewPresenter(Config{
		Words: i18n.For(i18n.English), Goods: s, Now: time.Now, Changed: func() {},
		Allow: func(d pos.Deed, what string, then func(string)) {
			if leave && d == pos.DeedGoods && strings.Contains(what, "2 new, 1 changed") {
				then("王芳")
			}
		},
		Go: func(work func(context.Context) func()) { work(context.Background())() },
		Export: func(_ context.Context, f pos.ExportFormat) (string, int, error) {
			if f == pos.FormatXLSX {
				return "", 0, pos.E(pos.CodeFull, "export", nil)
			}
			return "exports/items." + string(f), 27, nil
		},
	})
}

func rows(p *Presenter) (all []string) {
	for i := range p.Len() {
		r := p.Row(i)
		all = append(all, r.Sign+"|"+r.Name+"|"+r.Detail)
	}
	return all
}

func TestImport_ShowsWhatChangesBeforeAnythingDoes(t *testing.T) {
	s := &stock{}
	p := newBench(s, true)
	p.Take("/x/商品.csv")
	want := []string{
		"changed|可口可乐|Price 3.00 → 3.50 · Members none → 3.00 · Cost 2.10 → none · Retired no → yes",
		"new|雪碧|6901234567892 · 2.50", "new|苹果|12 · 12.80",
	}
	if got := rows(p); !slices.Equal(got, want) {
		t.Errorf("it lists %q", got)
	}
	if m := p.Model(); m.Title != "商品.csv" || m.Facts != "2 new, 1 changed, 4 stay as they are." || m.Action != "Import 3 items" || len(s.imported) != 0 {
		t.Errorf("it says %+v", m)
	}
	p.Next()
	if got := rows(p); !slices.Equal(got, want[1:]) {
		t.Errorf("of the new ones it lists %q", got)
	}
	p.Next()
	if got := rows(p); !slices.Equal(got, want[:1]) {
		t.Errorf("of the changed ones it lists %q", got)
	}
	p.Enter()
	if len(s.imported) != 1 || s.imported[0].SHA256 != "ab" || s.imported[0].Revision != 7 || s.by != "王芳" {
		t.Errorf("imported %+v by %q", s.imported, s.by)
	}
	if m := p.Model(); m.Title != "Imported" || m.Facts != "2 new, 1 changed, 4 stayed as they were. All of it can be sold at once." || p.Enter() {
		t.Errorf("afterwards it says %+v", m)
	}
}

func TestImport_WithoutLeaveNothing(t *testing.T) {
	s := &stock{}
	p := newBench(s, false)
	p.Take("/x.csv")
	p.Enter()
	if len(s.imported) != 0 || !p.Ready() {
		t.Error("it was imported without leave")
	}
}

func TestImport_BadRowsAreNamedAndTheFileIsLookedAtAgain(t *testing.T) {
	s := &stock{bad: pos.E(pos.CodeInvalid, "plan", pos.ItemFaults{
		{Line: 3, ID: "price", Args: []string{"三块"}, What: "x"}, {Line: 9, ID: "of a later day", What: "plain words"},
	})}
	p := newBench(s, true)
	p.Take("/x.csv")
	if got := rows(p); !slices.Equal(got, []string{"line 3|The price \"三块\" is wrong: in yuan with at most two decimals|", "line 9|plain words|"}) {
		t.Errorf("it lists %q", got)
	}
	if m := p.Model(); !m.Bad || m.Facts != "2 rows are wrong. Nothing was imported." {
		t.Errorf("it says %+v", m)
	}
	s.bad = nil
	p.Enter()
	if !p.Ready() {
		t.Error("Enter does not look at the file again")
	}
}

func TestImport_AFileThatChangedInBetweenIsRefused(t *testing.T) {
	s := &stock{refuse: pos.E(pos.CodeConflict, "import", errors.New("changed"))}
	p := newBench(s, true)
	p.Take("/x.csv")
	p.Enter()
	if m := p.Model(); !m.Bad || !m.Sour || !strings.Contains(m.Said, "look again") || m.Todo != "Look at the file again: the changes are worked out anew." || p.Ready() {
		t.Errorf("it says %+v", m)
	}
	for _, c := range []pos.Code{pos.CodeNotFound, pos.CodeReadOnly, pos.CodeFull} {
		s.bad = pos.E(c, "plan", nil)
		p.Take("/y.csv")
		if m := p.Model(); m.Said == "" || !m.Sour {
			t.Errorf("of %s it says %+v", c, m)
		}
	}
	if !p.Escape() || p.Escape() {
		t.Error("Esc does not put the file away, once")
	}
}

func TestImport_OfWhatIsThereAlready(t *testing.T) {
	s := &stock{}
	p := newBench(s, true)
	s.plan.New, s.plan.Changed = nil, nil
	p.Take("/x.csv")
	if m := p.Model(); !m.Off || m.Todo == "" || m.None == "" {
		t.Errorf("it says %+v", m)
	}
	p.Enter()
	if len(s.imported) != 0 {
		t.Error("nothing was imported, with a note of it")
	}
}

func TestExport_SaysWhereItIsOrWhyNot(t *testing.T) {
	p := newBench(&stock{}, true)
	p.Export(pos.FormatCSV)
	if m := p.Model(); m.Said != "Exported 27 items: exports/items.csv" || m.Sour {
		t.Errorf("it says %+v", m)
	}
	p.Export(pos.FormatXLSX)
	if m := p.Model(); !m.Sour || m.Said == "" {
		t.Errorf("of a full disk it says %+v", m)
	}
}
