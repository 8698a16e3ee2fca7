package main

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"guitai/pos"
	"guitai/pos/relay"
)

// tillCommands are what follows "relay till". They work on the database, also while a relay serves from it: that one sees within a second
// what they changed.
var tillCommands = map[string]func(p *program, ctx context.Context, args []string) error{
	"add":    (*program).tillAdd,
	"code":   (*program).tillCode,
	"list":   (*program).tillList,
	"revoke": (*program).tillRevoke,
}

func (p *program) till(ctx context.Context, args []string) error {
	if p.help || len(args) > 0 && slices.Contains([]string{"help", "-h", "-help", "--help"}, args[0]) {
		return say(p.stdout, "%s", p.words().label("usage-till"))
	}
	if len(args) == 0 {
		_ = say(p.stderr, "%s\n", p.words().label("usage-till"))
		return usage("no-till-command")
	}
	do, ok := tillCommands[args[0]]
	if !ok {
		return usage("unknown-till-command", args[0])
	}
	return do(p, ctx, args[1:])
}

// blobBase is where a serving relay leaves its URL, so that "till add" need not be told.
const blobBase = "base-url"

// base is what the world calls the relay: --base-url, else what the relay that serves from this database said.
func base(ctx context.Context, central pos.Central, flag string) (string, error) {
	if flag != "" {
		url, ok := webBase(flag)
		if !ok {
			return "", usage("bad-base-url", flag)
		}
		return url, nil
	}
	url, err := central.Blob(ctx, blobBase)
	if pos.CodeOf(err) == pos.CodeNotFound {
		return "", usage("no-base-url")
	}
	return string(url), err
}

func (p *program) tillAdd(ctx context.Context, args []string) error {
	flags := p.flags("relay till add")
	shop := flags.String("shop", "", "")
	baseURL := flags.String("base-url", "", "")
	names, err := p.parse(flags, args)
	if err != nil {
		return p.tillHelp(err)
	}
	if len(names) != 1 {
		return usage("which-till", "add")
	}
	central, err := p.openThere(ctx)
	if err != nil {
		return err
	}
	defer central.Close() //nolint:errcheck // everything is committed
	url, err := base(ctx, central, *baseURL)
	if err != nil {
		return err
	}
	code := relay.NewCode(nil)
	till, err := central.AddTill(ctx, *shop, names[0], relay.HashToken(code), p.now().Add(relay.CodeLife), p.now())
	switch pos.CodeOf(err) {
	case pos.CodeNone:
	case pos.CodeConflict:
		return fault("till-there", called(*shop, names[0]), called(*shop, names[0]))
	case pos.CodeInvalid:
		return usage("bad-name", err)
	default:
		return err
	}
	return p.giveCode(p.words().label("till-added", calledTill(till)), url, code)
}

func (p *program) tillCode(ctx context.Context, args []string) error {
	flags := p.flags("relay till code")
	baseURL := flags.String("base-url", "", "")
	names, err := p.parse(flags, args)
	if err != nil {
		return p.tillHelp(err)
	}
	if len(names) != 1 {
		return usage("which-till", "code")
	}
	central, err := p.openThere(ctx)
	if err != nil {
		return err
	}
	defer central.Close() //nolint:errcheck // everything is committed
	url, err := base(ctx, central, *baseURL)
	if err != nil {
		return err
	}
	till, err := findTill(ctx, central, names[0])
	if err != nil {
		return err
	}
	code := relay.NewCode(nil)
	if _, err = central.RenewCode(ctx, till.ID, relay.HashToken(code), p.now().Add(relay.CodeLife), p.now()); err != nil {
		return err
	}
	id := "code-new"
	if !till.PairedAt.IsZero() {
		id = "code-again"
	}
	return p.giveCode(p.words().label(id, calledTill(till)), url, code)
}

// giveCode prints what is to be pasted into the till, alone on stdout, so that it can be piped on; what to do with it goes to stderr.
func (p *program) giveCode(what, url, code string) error {
	w := p.words()
	if err := say(p.stderr, "%s\n%s\n", plain(what), w.label("paste", int(relay.CodeLife.Minutes()))); err != nil {
		return err
	}
	return say(p.stdout, "%s\n", relay.PairingText(url, code))
}

func (p *program) tillRevoke(ctx context.Context, args []string) error {
	names, err := p.parse(p.flags("relay till revoke"), args)
	if err != nil {
		return p.tillHelp(err)
	}
	if len(names) != 1 {
		return usage("which-till", "revoke")
	}
	central, err := p.openThere(ctx)
	if err != nil {
		return err
	}
	defer central.Close() //nolint:errcheck // everything is committed
	till, err := findTill(ctx, central, names[0])
	if err != nil {
		return err
	}
	if err := central.RevokeTill(ctx, till.ID, p.now()); err != nil {
		return err
	}
	return say(p.stdout, "%s\n", plain(p.words().label("revoked", calledTill(till))))
}

// findTill finds a till that is not revoked by its id, by SHOP/NAME, or by a name that only one has.
func findTill(ctx context.Context, central pos.Central, asked string) (pos.RelayTill, error) {
	tills, err := central.Tills(ctx)
	if err != nil {
		return pos.RelayTill{}, err
	}
	var found []pos.RelayTill
	for _, t := range tills {
		if t.ID == asked && t.RevokedAt.IsZero() {
			return t, nil
		}
		if t.RevokedAt.IsZero() && (t.Name == asked || calledTill(t) == asked) {
			found = append(found, t)
		}
	}
	switch len(found) {
	case 0:
		return pos.RelayTill{}, fault("no-till", asked)
	case 1:
		return found[0], nil
	}
	var ids []string
	for _, t := range found {
		ids = append(ids, t.ID+" ("+calledTill(t)+")")
	}
	return pos.RelayTill{}, usage("several-tills", asked, strings.Join(ids, ", "))
}

// calledTill is a till in words: with its shop when that has a name.
func calledTill(t pos.RelayTill) string { return called(t.ShopName, t.Name) }

func called(shop, till string) string {
	if shop == "" {
		return till
	}
	return shop + "/" + till
}

// tillRow is a till in the JSON of "till list". Its fields are kept once shipped.
type tillRow struct {
	ID        string     `json:"id"`
	Shop      string     `json:"shop"`
	Name      string     `json:"name"`
	State     string     `json:"state"` // unpaired, paired, revoked
	AddedAt   time.Time  `json:"added_at"`
	PairedAt  *time.Time `json:"paired_at"`
	SeenAt    *time.Time `json:"seen_at"` // to the minute
	RevokedAt *time.Time `json:"revoked_at"`
	Waiting   int        `json:"waiting"`
	// Empty for one that is revoked, or while no relay has ever served from this database.
	NotifyURL   string `json:"notify_url"`
	CallbackURL string `json:"callback_url"`
	PrepayURL   string `json:"prepay_url"`
}

func rowOf(t pos.RelayTill, url string) tillRow {
	r := tillRow{
		ID: t.ID, Shop: t.ShopName, Name: t.Name, State: "unpaired", AddedAt: t.AddedAt.UTC(), Waiting: t.Waiting,
		PairedAt: unlessZero(t.PairedAt), SeenAt: unlessZero(t.SeenAt), RevokedAt: unlessZero(t.RevokedAt),
	}
	switch {
	case r.RevokedAt != nil:
		r.State = "revoked"
	case r.PairedAt != nil:
		r.State = "paired"
	}
	if url != "" && r.RevokedAt == nil {
		r.NotifyURL, r.CallbackURL, r.PrepayURL = url+"/n/"+t.Route, url+"/m/"+t.ShopPath, url+"/p/"+t.ShopPath
	}
	return r
}

func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func (p *program) tillList(ctx context.Context, args []string) error {
	flags := p.flags("relay till list")
	format := flags.String("format", "table", "")
	baseURL := flags.String("base-url", "", "")
	all := flags.Bool("all", false, "")
	others, err := p.parse(flags, args)
	switch {
	case err != nil:
		return p.tillHelp(err)
	case len(others) > 0:
		return usage("extra", "relay till list", others[0])
	case *format != "table" && *format != "json":
		return usage("bad-format", *format)
	}
	central, err := p.openThere(ctx)
	if err != nil {
		return err
	}
	defer central.Close() //nolint:errcheck // nothing is written
	tills, err := central.Tills(ctx)
	if err != nil {
		return err
	}
	url, err := base(ctx, central, *baseURL)
	if _, unknown := err.(*problem); err != nil && (!unknown || *baseURL != "") { //nolint:errorlint // ours, never wrapped
		return err
	}
	rows := []tillRow{}
	for _, t := range tills {
		if t.RevokedAt.IsZero() || *all {
			rows = append(rows, rowOf(t, url))
		}
	}
	if *format == "json" {
		text, err := json.MarshalIndent(rows, "", "  ")
		if err != nil {
			return err
		}
		return say(p.stdout, "%s\n", text)
	}
	return p.printTills(rows)
}

func (p *program) printTills(rows []tillRow) error {
	w := p.words()
	if len(rows) == 0 {
		return say(p.stdout, "%s\n", w.label("no-tills"))
	}
	g := grid{left: []bool{true, true, true, true, true, false}}
	g.add(w.label("id"), w.label("shop"), w.label("till"), w.label("state"), w.label("seen"), w.label("waiting"))
	for _, r := range rows {
		seen := "-"
		if r.SeenAt != nil {
			seen = r.SeenAt.Local().Format("2006-01-02 15:04")
		}
		g.add(r.ID, orElse(r.Shop, "-"), r.Name, w.label("state-"+r.State), seen, itoa(r.Waiting))
	}
	if err := g.print(p.stdout); err != nil {
		return err
	}
	for _, r := range rows {
		if r.NotifyURL == "" {
			continue
		}
		urls := grid{left: []bool{true, true}}
		urls.add("  notify_url", r.NotifyURL)
		urls.add("  "+w.label("callback"), r.CallbackURL)
		urls.add("  "+w.label("prepay"), r.PrepayURL)
		if err := say(p.stdout, "\n%s\n", plain(called(r.Shop, r.Name))); err != nil {
			return err
		}
		if err := urls.print(p.stdout); err != nil {
			return err
		}
	}
	return nil
}

// tillHelp prints the usage of "relay till" when that was asked for.
func (p *program) tillHelp(err error) error {
	if p.help {
		return say(p.stdout, "%s", p.words().label("usage-till"))
	}
	return err
}
