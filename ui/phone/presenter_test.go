package phone

import (
	"context"
	"errors"
	"slices"
	"testing"

	"guitai/pos"
	"guitai/pos/i18n"
)

// customer is a phone that can do everything and remembers it.
type customer struct {
	did []string
	err error
}

func (c *customer) Pay(_ context.Context, code string) error {
	c.did = append(c.did, "plain "+code)
	return c.err
}

func (c *customer) PayAs(_ context.Context, k Kind, code string) error {
	c.did = append(c.did, string(k)+" "+code)
	return c.err
}

type plain struct{ c *customer }

func (p plain) Pay(ctx context.Context, code string) error { return p.c.Pay(ctx, code) }

func on(phone pos.Phone) *Presenter {
	return NewPresenter(Config{
		Words: i18n.For(i18n.English), Shop: "柜台", Phone: phone, Changed: func() {},
		Go: func(work func(context.Context) func()) { work(context.Background())() },
	})
}

func glass(code string, amount pos.Fen) pos.Snapshot {
	return pos.Snapshot{Pay: &pos.PayView{CodeURL: code, Amount: amount}}
}

func TestPresenter_ScansPaysAndRemembers(t *testing.T) {
	c := &customer{}
	p := on(c)
	p.Do(Pay)
	if len(c.did) != 0 || p.Model().Scanned {
		t.Error("paid without a code")
	}
	p.Show(glass("code-1", 1350))
	if m := p.Model(); m.Amount != "¥13.50" || m.State != "Scanned" {
		t.Errorf("%+v", m)
	}
	p.Show(pos.Snapshot{})
	if m := p.Model(); m.Code != "code-1" || m.State != "The code scanned before (it has left the screen)" {
		t.Errorf("%+v", m)
	}
	p.Do(PayLate)
	if m := p.Model(); m.State != "Pays only after the till cancels" {
		t.Errorf("%+v", m)
	}
	p.Show(glass("code-2", 100))
	p.Do(Pay)
	if !slices.Equal(c.did, []string{"pay-late code-1", "pay code-2"}) {
		t.Errorf("did %q", c.did)
	}
	if m := p.Model(); m.State != "Done. Look at the till" || m.Bad {
		t.Errorf("%+v", m)
	}
	c.err = errors.New("the order is closed")
	p.Do(Pay)
	if m := p.Model(); !m.Bad {
		t.Errorf("%+v", m)
	}
}

func TestPresenter_APlainPhoneOnlyPays(t *testing.T) {
	c := &customer{}
	p := on(plain{c})
	if !slices.Equal(p.Kinds(), []Kind{Pay}) || !slices.Equal(on(c).Kinds(), Kinds) {
		t.Errorf("kinds %v", p.Kinds())
	}
	p.Show(glass("code-1", 1))
	p.Do(Pay)
	if !slices.Equal(c.did, []string{"plain code-1"}) {
		t.Errorf("did %q", c.did)
	}
	for _, k := range Kinds {
		if p.Label(k) == "" || p.Label(k) == string(k) {
			t.Errorf("%s has no label", k)
		}
	}
}
