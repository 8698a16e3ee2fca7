// Package relaytest is what the tests of the relay's two ends need: the relay's lasting state in memory.
package relaytest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"guitai/pos"
)

// Central is a pos.Central in memory. Several servers may share one, as relays share a database. Safe for concurrent use.
type Central struct {
	mu       sync.Mutex
	fail     func(op string) error
	calls    map[string]int
	revision int64
	shops    []shop
	tills    []*till
	keys     []pos.RelayKey
	notices  []*notice
	relays   map[string]presence
	asks     []ask
	replies  map[string]pos.RelayAnswer
	blobs    map[string][]byte
}

type shop struct{ id, name, path string }

type till struct {
	pos.RelayTill
	code           pos.TokenHash
	codeUntil      time.Time
	token, offered pos.TokenHash
	offeredAt      time.Time
}

type notice struct {
	till    string
	r       pos.RelayRequest
	again   time.Time
	outcome int // status that ended it
}

type presence struct {
	tills map[string]bool
	until time.Time
}

type ask struct {
	till     string
	r        pos.RelayRequest
	deadline time.Time
}

// NewCentral makes an empty one.
func NewCentral() *Central {
	return &Central{relays: map[string]presence{}, replies: map[string]pos.RelayAnswer{}, blobs: map[string][]byte{}, calls: map[string]int{}}
}

var _ pos.Central = (*Central)(nil)

// FailWith lets f decide, by a method's name, whether a call fails; nil ends that. f may block: it is called without a lock.
func (c *Central) FailWith(f func(op string) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail = f
}

// Calls is how often a method was called.
func (c *Central) Calls(op string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls[op]
}

// Kept is a notice as it stands.
type Kept struct {
	Till    string
	Request pos.RelayRequest
	Outcome int // status that ended it; 0: it waits
}

// Kept returns every stored notice, oldest first.
func (c *Central) Kept() []Kept {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]Kept, 0, len(c.notices))
	for _, n := range c.notices {
		out = append(out, Kept{n.till, n.r, n.outcome})
	}
	return out
}

// begin counts a call and takes the lock, unless the call is to fail.
func (c *Central) begin(ctx context.Context, op string) error {
	c.mu.Lock()
	c.calls[op]++
	fail := c.fail
	c.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return pos.E(pos.CodeInternal, op, err)
	}
	if fail != nil {
		if err := fail(op); err != nil {
			return pos.E(pos.CodeUnreachable, op, err)
		}
	}
	c.mu.Lock()
	return nil
}

func notFound(op string) error { return pos.E(pos.CodeNotFound, op, errors.New("none")) }

func (c *Central) AddTill(ctx context.Context, shopName, name string, code pos.TokenHash, expires, at time.Time) (pos.RelayTill, error) {
	if err := c.begin(ctx, "AddTill"); err != nil {
		return pos.RelayTill{}, err
	}
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.shops, func(s shop) bool { return s.name == shopName })
	if shopName == "" && len(c.shops) > 0 {
		i = 0
	}
	if i < 0 {
		i = len(c.shops)
		c.shops = append(c.shops, shop{fmt.Sprintf("shop%d", i+1), shopName, fmt.Sprintf("shoproute%023d", i+1)})
	}
	position := 0
	for _, t := range c.tills {
		if t.Shop != c.shops[i].id {
			continue
		}
		if t.Name == name && t.RevokedAt.IsZero() {
			return pos.RelayTill{}, pos.E(pos.CodeConflict, "add till", nil)
		}
		position++
	}
	n := len(c.tills) + 1
	t := &till{RelayTill: pos.RelayTill{
		ID: fmt.Sprintf("till%d", n), Shop: c.shops[i].id, ShopName: shopName, Name: name, Position: position,
		Route: fmt.Sprintf("tillroute%023d", n), ShopPath: c.shops[i].path, AddedAt: at,
	}, code: code, codeUntil: expires}
	c.tills = append(c.tills, t)
	c.revision++
	return t.RelayTill, nil
}

func (c *Central) find(id string) *till {
	for _, t := range c.tills {
		if t.ID == id && t.RevokedAt.IsZero() {
			return t
		}
	}
	return nil
}

func (c *Central) RenewCode(ctx context.Context, id string, code pos.TokenHash, expires, _ time.Time) (pos.RelayTill, error) {
	if err := c.begin(ctx, "RenewCode"); err != nil {
		return pos.RelayTill{}, err
	}
	defer c.mu.Unlock()
	t := c.find(id)
	if t == nil {
		return pos.RelayTill{}, notFound("renew code")
	}
	t.code, t.codeUntil = code, expires
	return t.RelayTill, nil
}

func (c *Central) Pair(ctx context.Context, code, token pos.TokenHash, at time.Time) (pos.RelayTill, error) {
	if err := c.begin(ctx, "Pair"); err != nil {
		return pos.RelayTill{}, err
	}
	defer c.mu.Unlock()
	for _, t := range c.tills {
		if t.code == code && t.code != (pos.TokenHash{}) && at.Before(t.codeUntil) && t.RevokedAt.IsZero() {
			t.code, t.token, t.offered = pos.TokenHash{}, token, pos.TokenHash{}
			t.PairedAt, t.TokenAt = at, at
			c.revision++
			return t.RelayTill, nil
		}
	}
	return pos.RelayTill{}, notFound("pair")
}

func (c *Central) Tills(ctx context.Context) ([]pos.RelayTill, error) {
	if err := c.begin(ctx, "Tills"); err != nil {
		return nil, err
	}
	defer c.mu.Unlock()
	var out []pos.RelayTill
	for _, s := range c.shops {
		for _, t := range c.tills {
			if t.Shop != s.id {
				continue
			}
			r := t.RelayTill
			for _, n := range c.notices {
				if n.till == t.ID && n.outcome == 0 {
					r.Waiting++
				}
			}
			out = append(out, r)
		}
	}
	return out, nil
}

func (c *Central) RevokeTill(ctx context.Context, id string, at time.Time) error {
	if err := c.begin(ctx, "RevokeTill"); err != nil {
		return err
	}
	defer c.mu.Unlock()
	for _, t := range c.tills {
		if t.ID != id {
			continue
		}
		if t.RevokedAt.IsZero() {
			t.RevokedAt = at
			c.revision++
		}
		return nil
	}
	return notFound("revoke till")
}

func (c *Central) TillByToken(ctx context.Context, token pos.TokenHash, at time.Time) (pos.RelayTill, error) {
	if err := c.begin(ctx, "TillByToken"); err != nil {
		return pos.RelayTill{}, err
	}
	defer c.mu.Unlock()
	for _, t := range c.tills {
		if !t.RevokedAt.IsZero() || token == (pos.TokenHash{}) {
			continue
		}
		if t.offered == token {
			t.token, t.TokenAt, t.offered = token, t.offeredAt, pos.TokenHash{}
			c.revision++
		}
		if t.token == token {
			t.SeenAt = at
			return t.RelayTill, nil
		}
	}
	return pos.RelayTill{}, notFound("till by token")
}

func (c *Central) OfferToken(ctx context.Context, id string, token pos.TokenHash, at time.Time) error {
	if err := c.begin(ctx, "OfferToken"); err != nil {
		return err
	}
	defer c.mu.Unlock()
	t := c.find(id)
	if t == nil {
		return notFound("offer token")
	}
	t.offered, t.offeredAt = token, at
	return nil
}

func (c *Central) Revision(ctx context.Context) (int64, error) {
	if err := c.begin(ctx, "Revision"); err != nil {
		return 0, err
	}
	defer c.mu.Unlock()
	return c.revision, nil
}

func unpairedLast(a, b *till) int {
	switch {
	case a.PairedAt.IsZero() == b.PairedAt.IsZero():
		return 0
	case a.PairedAt.IsZero():
		return 1
	}
	return -1
}

func (c *Central) Routes(ctx context.Context) ([]pos.RelayRoute, error) {
	if err := c.begin(ctx, "Routes"); err != nil {
		return nil, err
	}
	defer c.mu.Unlock()
	var out []pos.RelayRoute
	for _, s := range c.shops {
		whole := pos.RelayRoute{Route: s.path, Shop: s.id, Whole: true}
		for _, t := range slices.SortedStableFunc(slices.Values(c.tills), unpairedLast) {
			if t.Shop == s.id && t.RevokedAt.IsZero() {
				whole.Tills = append(whole.Tills, t.ID)
				out = append(out, pos.RelayRoute{Route: t.Route, Shop: s.id, Tills: []string{t.ID}})
			}
		}
		if len(whole.Tills) > 0 {
			out = append(out, whole)
		}
	}
	return out, nil
}

func (c *Central) PutKey(ctx context.Context, k pos.RelayKey, _ time.Time) error {
	if err := c.begin(ctx, "PutKey"); err != nil {
		return err
	}
	defer c.mu.Unlock()
	c.keys = slices.DeleteFunc(c.keys, func(o pos.RelayKey) bool { return o.Shop == k.Shop && o.ID == k.ID })
	c.keys = append(c.keys, k)
	c.revision++
	return nil
}

func (c *Central) Keys(ctx context.Context) ([]pos.RelayKey, error) {
	if err := c.begin(ctx, "Keys"); err != nil {
		return nil, err
	}
	defer c.mu.Unlock()
	return slices.Clone(c.keys), nil
}

func (c *Central) Keep(ctx context.Context, id string, r pos.RelayRequest) (known, taken bool, err error) {
	if err := c.begin(ctx, "Keep"); err != nil {
		return false, false, err
	}
	defer c.mu.Unlock()
	for _, n := range c.notices {
		if n.till == id && n.r.ID == r.ID {
			return true, n.outcome != 0, nil
		}
	}
	r.Stored, r.Within, r.Body = true, 0, slices.Clone(r.Body)
	c.notices = append(c.notices, &notice{till: id, r: r, again: r.ReceivedAt})
	return false, false, nil
}

func (c *Central) Mailbox(ctx context.Context, tills []string, now time.Time, limit int) (map[string][]pos.RelayRequest, error) {
	if err := c.begin(ctx, "Mailbox"); err != nil {
		return nil, err
	}
	defer c.mu.Unlock()
	out := map[string][]pos.RelayRequest{}
	for _, n := range c.notices {
		if limit > 0 && n.outcome == 0 && !n.again.After(now) && (tills == nil || slices.Contains(tills, n.till)) {
			out[n.till] = append(out[n.till], n.r)
			limit--
		}
	}
	return out, nil
}

func (c *Central) Answered(ctx context.Context, id string, outcomes []pos.NoticeOutcome, _ time.Time) error {
	if err := c.begin(ctx, "Answered"); err != nil {
		return err
	}
	defer c.mu.Unlock()
	for _, o := range outcomes {
		if o.ID == "" || o.Status < 0 || o.Status > 999 {
			return pos.E(pos.CodeInvalid, "note answers", nil)
		}
		for _, n := range c.notices {
			if n.till != id || n.r.ID != o.ID || n.outcome != 0 {
				continue
			}
			if hundreds := o.Status / 100; hundreds == 2 || hundreds == 4 {
				n.outcome = o.Status
			} else {
				n.again = o.Again
				n.r.Attempt++
			}
		}
	}
	return nil
}

func (c *Central) Prune(ctx context.Context, now time.Time) error {
	if err := c.begin(ctx, "Prune"); err != nil {
		return err
	}
	defer c.mu.Unlock()
	c.notices = slices.DeleteFunc(c.notices, func(n *notice) bool { return now.Sub(n.r.ReceivedAt) > pos.KeepNotices })
	return nil
}

func (c *Central) Present(ctx context.Context, relay string, tills []string, until time.Time) error {
	if err := c.begin(ctx, "Present"); err != nil {
		return err
	}
	defer c.mu.Unlock()
	p := presence{tills: map[string]bool{}, until: until}
	for _, t := range tills {
		p.tills[t] = true
	}
	c.relays[relay] = p
	return nil
}

func (c *Central) Connected(ctx context.Context, tills []string, now time.Time) (map[string]string, error) {
	if err := c.begin(ctx, "Connected"); err != nil {
		return nil, err
	}
	defer c.mu.Unlock()
	out := map[string]string{}
	for _, relay := range slices.Sorted(maps.Keys(c.relays)) {
		for _, t := range tills {
			if p := c.relays[relay]; p.tills[t] && now.Before(p.until) {
				out[t] = relay
			}
		}
	}
	return out, nil
}

func (c *Central) Ask(ctx context.Context, id string, r pos.RelayRequest, deadline time.Time) error {
	if err := c.begin(ctx, "Ask"); err != nil {
		return err
	}
	defer c.mu.Unlock()
	c.asks = append(c.asks, ask{id, r, deadline})
	return nil
}

func (c *Central) Asked(ctx context.Context, tills []string, now time.Time) (map[string][]pos.RelayRequest, error) {
	if err := c.begin(ctx, "Asked"); err != nil {
		return nil, err
	}
	defer c.mu.Unlock()
	out := map[string][]pos.RelayRequest{}
	c.asks = slices.DeleteFunc(c.asks, func(a ask) bool {
		mine := slices.Contains(tills, a.till)
		if mine && now.Before(a.deadline) {
			out[a.till] = append(out[a.till], a.r)
		}
		return mine
	})
	return out, nil
}

func (c *Central) Reply(ctx context.Context, a pos.RelayAnswer, _ time.Time) error {
	if err := c.begin(ctx, "Reply"); err != nil {
		return err
	}
	defer c.mu.Unlock()
	if _, there := c.replies[a.ID]; !there {
		c.replies[a.ID] = a
	}
	return nil
}

func (c *Central) Replies(ctx context.Context, ids []string) ([]pos.RelayAnswer, error) {
	if err := c.begin(ctx, "Replies"); err != nil {
		return nil, err
	}
	defer c.mu.Unlock()
	var out []pos.RelayAnswer
	for _, id := range ids {
		if a, ok := c.replies[id]; ok {
			out = append(out, a)
			delete(c.replies, id)
		}
	}
	return out, nil
}

func (c *Central) Blob(ctx context.Context, name string) ([]byte, error) {
	if err := c.begin(ctx, "Blob"); err != nil {
		return nil, err
	}
	defer c.mu.Unlock()
	if b, ok := c.blobs[name]; ok {
		return slices.Clone(b), nil
	}
	return nil, notFound("blob " + strings.ToValidUTF8(name, "?"))
}

func (c *Central) PutBlob(ctx context.Context, name string, value []byte) error {
	if err := c.begin(ctx, "PutBlob"); err != nil {
		return err
	}
	defer c.mu.Unlock()
	c.blobs[name] = slices.Clone(value)
	return nil
}

func (c *Central) DeleteBlob(ctx context.Context, name string) error {
	if err := c.begin(ctx, "DeleteBlob"); err != nil {
		return err
	}
	defer c.mu.Unlock()
	delete(c.blobs, name)
	return nil
}
