package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"guitai/pos"
	"guitai/pos/wechat/apiv2"
)

// tally counts what a life saw, by name. Safe for concurrent use.
type tally struct {
	mu sync.Mutex
	n  map[string]int

	history []string // every change of the books, in order
}

func newTally() *tally { return &tally{n: map[string]int{}} }

func (t *tally) add(name string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n[name] += n
}

func (t *tally) get(name string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.n[name]
}

func (t *tally) join(o *tally) {
	for name, n := range o.n {
		t.add(name, n)
	}
}

// list writes the counts whose names begin with a prefix, the prefix taken off.
func (t *tally) list(prefix string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(t.n)) {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			fmt.Fprintf(&b, "  %-28s %9d\n", rest, t.n[name])
		}
	}
	return b.String()
}

func (t *tally) cell(p pos.Payment, k pos.SignalKind) {
	t.add("cell "+string(p.Tender)+" "+string(k)+" "+string(p.State), 1)
}

// cellTable is one table of pos.Step's comment.
type cellTable struct {
	tender  pos.Tender
	states  []string
	signals []string
}

// cells reads the state x signal tables from the comment of pos.Step: first that of an order with a QR, then that of the
// customer's own payment code.
func cells(t *testing.T) []cellTable {
	t.Helper()
	src, err := os.ReadFile("../../pos/step.go")
	if err != nil {
		t.Fatal(err)
	}
	var tables []cellTable
	for line := range strings.Lines(string(src)) {
		text, ok := strings.CutPrefix(line, "//\t")
		if !ok || !strings.Contains(text, "|") {
			continue
		}
		row := strings.Split(text, "|")
		name := strings.TrimSpace(row[0])
		if name == "signal" {
			c := cellTable{tender: []pos.Tender{pos.TenderNative, pos.TenderCode}[len(tables)]}
			for _, name := range row[1:] {
				c.states = append(c.states, strings.ToLower(strings.TrimSpace(name)))
			}
			tables = append(tables, c)
			continue
		}
		if len(tables) > 0 {
			last := &tables[len(tables)-1]
			last.signals = append(last.signals, name)
		}
	}
	if len(tables) == 0 || len(tables[0].signals) == 0 {
		t.Fatal("the tables of pos.Step were not found")
	}
	return tables
}

// coverage says how many cells of Step's tables were visited, and which were not.
func (t *tally) coverage(tables []cellTable) string {
	var b strings.Builder
	for _, table := range tables {
		visited, all := 0, 0
		var missed strings.Builder
		for _, k := range table.signals {
			var none []string
			for _, s := range table.states {
				all++
				if t.get("cell "+string(table.tender)+" "+k+" "+s) > 0 {
					visited++
				} else {
					none = append(none, s)
				}
			}
			if len(none) > 0 {
				fmt.Fprintf(&missed, "  %-14s never in %s\n", k, strings.Join(none, ", "))
			}
		}
		fmt.Fprintf(&b, "%s: %d of %d cells of state x signal visited\n%s", table.tender, visited, all, missed.String())
	}
	return b.String()
}

// note is what the wire says about the answer that a call got.
type note struct {
	tampered bool
	body     []byte
}

type noteKey struct{}

// ear is the real client as the judge listens to it: what the till is told is held against what WeChat said.
type ear struct {
	*apiv2.Client
	l *life
}

func (e *ear) Prepay(ctx context.Context, no string, request []byte) pos.Signal {
	e.l.judge.charging(0, no)
	return e.hear(ctx, no, func(ctx context.Context) pos.Signal { return e.Client.Prepay(ctx, no, request) })
}

func (e *ear) Query(ctx context.Context, no string) pos.Signal {
	return e.hear(ctx, no, func(ctx context.Context) pos.Signal { return e.Client.Query(ctx, no) })
}

func (e *ear) Close(ctx context.Context, no string) pos.Signal {
	return e.hear(ctx, no, func(ctx context.Context) pos.Signal { return e.Client.Close(ctx, no) })
}

func (e *ear) Charge(ctx context.Context, no string, request []byte, code pos.PaymentCode) pos.Signal {
	e.l.judge.charging(0, no)
	return e.hear(ctx, no, func(ctx context.Context) pos.Signal { return e.Client.Charge(ctx, no, request, code) })
}

func (e *ear) Reverse(ctx context.Context, no string) pos.Signal {
	return e.hear(ctx, no, func(ctx context.Context) pos.Signal { return e.Client.Reverse(ctx, no) })
}

func (e *ear) Refund(ctx context.Context, no string, request []byte) pos.RefundSignal {
	return e.hearRefund(ctx, no, func(ctx context.Context) pos.RefundSignal { return e.Client.Refund(ctx, no, request) })
}

func (e *ear) QueryRefund(ctx context.Context, no string, amount pos.Fen) pos.RefundSignal {
	return e.hearRefund(ctx, no, func(ctx context.Context) pos.RefundSignal { return e.Client.QueryRefund(ctx, no, amount) })
}

func (e *ear) hearRefund(ctx context.Context, no string, ask func(context.Context) pos.RefundSignal) pos.RefundSignal {
	n := &note{}
	s := ask(context.WithValue(ctx, noteKey{}, n))
	if n.tampered && s.Kind != pos.RefUncertain && s.Kind != pos.RefRejected {
		e.l.judge.fault("I5", "an answer about refund %s that WeChat did not sign was believed: %s\n%q", no, s.Kind, n.body)
	}
	return s
}

func (e *ear) hear(ctx context.Context, no string, ask func(context.Context) pos.Signal) pos.Signal {
	n := &note{}
	s := ask(context.WithValue(ctx, noteKey{}, n))
	if n.tampered && s.Kind != pos.SigUncertain && s.Kind != pos.SigRejected {
		e.l.judge.fault("I5", "an answer about %s that WeChat did not sign was believed: %s\n%q\n%v %v", no, s.Kind, n.body, fields(n.body), e.l.wire.signed(n.body))
	}
	e.l.judge.cell(no, s.Kind)
	return s
}
