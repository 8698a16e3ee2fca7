package health

import (
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func well() pos.Health {
	ok := pos.Part{Light: pos.LightOK, At: noon.Add(-time.Minute)}
	return pos.Health{
		WeChat: ok, Printer: ok, Ledger: ok, RoundTrip: 84 * time.Millisecond,
		Vitals: pos.Vitals{DiskFree: 12_600 << 20, BackupAt: noon.Add(-9 * time.Hour)},
	}
}

func TestRows_WellAsksForNothing(t *testing.T) {
	rows := Rows(i18n.For(i18n.English), well(), noon)
	if len(rows) != 5 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, r := range rows {
		if r.Sign != Good || r.Trouble() || r.Todo != "" || r.Money != "" || r.Name == "" || r.State == "" {
			t.Errorf("%+v", r)
		}
	}
	if got := rows[0].Facts; got != "Last worked at 2026-11-20 11:59 · round trip 84 ms" {
		t.Errorf("WeChat: %q", got)
	}
	if got := rows[3].Facts; !strings.HasSuffix(got, "12.3 GB free on the disk") {
		t.Errorf("ledger: %q", got)
	}
}

func TestRows_TroubleSaysWhatToDo(t *testing.T) {
	w := i18n.For(i18n.English)
	for _, c := range []struct {
		name  string
		row   int
		spoil func(*pos.Health)
		sign  Sign
		state string
	}{
		{"captive portal", 0, func(h *pos.Health) { h.WeChat = pos.Part{Light: pos.LightBad, Cause: pos.CodeCaptive} }, Bad, "not working · The network wants a log-in page first"},
		{"no key", 0, func(h *pos.Health) { h.WeChat = pos.Part{Light: pos.LightOff, Cause: pos.CodeSecret} }, Bad, "stopped · A key or certificate is missing"},
		{"clock ahead", 1, func(h *pos.Health) { h.Skew = 3 * time.Minute }, Look, "03:00 ahead of WeChat's"},
		{"clock behind", 1, func(h *pos.Health) { h.Skew = -7 * time.Minute }, Look, "07:00 behind WeChat's"},
		{"printer", 2, func(h *pos.Health) { h.Printer = pos.Part{Light: pos.LightBad, Cause: pos.CodePrinter} }, Bad, "not working · The receipt did not reach paper"},
		{"disk nearly full", 3, func(h *pos.Health) { h.DiskFree = 210 << 20 }, Look, "The disk is nearly full"},
		{"disk full", 3, func(h *pos.Health) { h.Ledger, h.DiskFree = pos.Part{Light: pos.LightBad, Cause: pos.CodeFull}, 0 }, Bad, "not working · The disk is full"},
		{"old backup", 4, func(h *pos.Health) { h.BackupAt = noon.Add(-75 * time.Hour) }, Look, "3 days old"},
	} {
		h := well()
		c.spoil(&h)
		r := Rows(w, h, noon)[c.row]
		if r.Sign != c.sign || r.State != c.state || r.Todo == "" || !r.Trouble() {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
}

func TestRows_NothingIsSaidOfWhatNobodyKnows(t *testing.T) {
	rows := Rows(i18n.For(i18n.English), pos.Health{Vitals: pos.Vitals{DiskFree: -1}}, noon)
	for i, want := range []Sign{None, Good, None, None, None} {
		if rows[i].Sign != want || rows[i].Trouble() || rows[i].Facts != "" || strings.HasSuffix(rows[i].State, ".") {
			t.Errorf("%+v", rows[i])
		}
	}
	for _, skew := range []time.Duration{pos.SkewLimit - 1, -pos.SkewLimit + 1} {
		if r := Rows(i18n.For(i18n.English), pos.Health{Skew: skew}, noon)[1]; r.Trouble() {
			t.Errorf("%v: %+v", skew, r)
		}
	}
}

func TestBadge_NamesTheNetworksTrouble(t *testing.T) {
	w := i18n.For(i18n.English)
	for _, c := range []struct {
		part pos.Part
		want string
	}{
		{pos.Part{Light: pos.LightOK}, "WeChat"},
		{pos.Part{Light: pos.LightOff}, "WeChat"},
		{pos.Part{Light: pos.LightOff, Cause: pos.CodeSecret}, "WeChat off"},
		{pos.Part{Light: pos.LightBusy, Cause: pos.CodeOffline}, "WeChat"},
		{pos.Part{Light: pos.LightBad, Cause: pos.CodeOffline}, "WeChat: no network"},
		{pos.Part{Light: pos.LightBad, Cause: pos.CodeCaptive}, "WeChat: log in first"},
		{pos.Part{Light: pos.LightBad, Cause: pos.CodeDNS}, "WeChat: DNS fails"},
		{pos.Part{Light: pos.LightBad, Cause: pos.CodeIntercepted}, "WeChat: intercepted"},
		{pos.Part{Light: pos.LightBad, Cause: pos.CodeIPv6}, "WeChat: IPv6 only"},
		{pos.Part{Light: pos.LightBad, Cause: pos.CodeClock}, "WeChat: clock is wrong"},
		{pos.Part{Light: pos.LightBad, Cause: pos.CodeBadSign}, "WeChat"},
	} {
		if got := Badge(w, c.part); got != c.want {
			t.Errorf("%+v: %q, want %q", c.part, got, c.want)
		}
	}
}

func TestBytes_AsPeopleWriteThem(t *testing.T) {
	for n, want := range map[int64]string{0: "0 MB", 1<<30 - 1: "1023 MB", 1 << 30: "1.0 GB", 12_600 << 20: "12.3 GB"} {
		if got := Bytes(n); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}

func TestPrinter_SaysInAFewWordsWhatIsWrongAndHowMuchWaits(t *testing.T) {
	w := i18n.For(i18n.English)
	for _, c := range []struct {
		part  pos.Part
		open  int
		sign  Sign
		says  string
		short string
	}{
		{pos.Part{Light: pos.LightOK}, 0, Good, "Printer", "Printer"},
		{pos.Part{Light: pos.LightOff}, 0, None, "Printer", "Printer"},
		{pos.Part{Light: pos.LightOK}, 2, Look, "Printer: 2 to see to", "Printer · 2"},
		{pos.Part{Light: pos.LightOK, Cause: pos.CodePaperLow}, 0, Look, "Printer: paper low", "paper low"},
		{pos.Part{Light: pos.LightBad, Cause: pos.CodePaper}, 0, Bad, "Printer: no paper", "no paper"},
		{pos.Part{Light: pos.LightBad, Cause: pos.CodePrinterPort}, 3, Bad, "Printer: wrong port · 3", "wrong port · 3"},
		{pos.Part{Light: pos.LightBad}, 1, Bad, "Printer: 1 to see to", "Printer · 1"},
	} {
		if sign, says, short := Printer(w, c.part, c.open); sign != c.sign || says != c.says || short != c.short {
			t.Errorf("%+v, %d open: %s %q, in short %q", c.part, c.open, sign, says, short)
		}
	}
	h := well()
	h.Printer.Cause = pos.CodePaperLow
	if r := Rows(w, h, noon)[2]; r.Sign != Look || r.Todo == "" {
		t.Errorf("%+v", r)
	}
}

func TestRows_TheRelayIsThereOnlyWhereThereIsOne(t *testing.T) {
	w := i18n.For(i18n.English)
	for _, p := range []pos.Part{{}, {Light: pos.LightOff}} {
		if h := well(); Relayed(p) || len(Rows(w, h, noon)) != 5 {
			t.Errorf("%+v: it is said", p)
		}
	}
	for _, c := range []struct {
		part  pos.Part
		sign  Sign
		state string
		facts string
	}{
		{pos.Part{Light: pos.LightOK, At: noon}, Good, "working", "Last worked at 2026-11-20 12:00"},
		{pos.Part{Light: pos.LightBusy}, Busy, "trying", ""},
		{pos.Part{Light: pos.LightBad, Cause: pos.CodeRelay, At: noon.Add(-9 * time.Minute)}, Bad, "not working · The relay is not reached", "Not reached since 2026-11-20 11:51"},
		{pos.Part{Light: pos.LightBad, Cause: pos.CodeDNS}, Bad, "not working · The relay is not reached", ""},
		{pos.Part{Light: pos.LightBad, Cause: pos.CodeOffline}, Bad, "not working · This computer has no network", ""},
		{pos.Part{Light: pos.LightBad, Cause: pos.CodeRelayToken}, Bad, "not working · The relay does not know this till any more", ""},
		{pos.Part{Light: pos.LightOff, Cause: pos.CodeSecret}, Bad, "stopped · A key or certificate is missing", ""},
	} {
		h := well()
		h.Relay = c.part
		rows := Rows(w, h, noon)
		if r := rows[3]; len(rows) != 6 || r.Name != "Relay" || r.Sign != c.sign || r.State != c.state || r.Facts != c.facts || r.Trouble() != (r.Todo != "") || strings.Contains(r.Money, "lost") {
			t.Errorf("%+v: %+v", c.part, r)
		}
	}
}
