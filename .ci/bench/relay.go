package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // a relay's database may be PostgreSQL

	"guitai/pos/relay"
	"guitai/store/central"
	"guitai/store/central/centraltest"
)

const (
	relayTills = 5000            // connected at once where memory is measured
	relayNear  = 512             // connected where speed is measured, and as many that are not: a relay takes 20 notices a second of one till
	relayPoint = 2 * time.Second // for each figure of speed
)

// relays measures the relay as a process, over sockets, against a process that keeps nothing: a handler that reads a notice and answers success,
// or says hello on a stream and no more. Both and who asks them share this machine.
func relays(out io.Writer, speed, memory bool) (err error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "guitai-bench-relay-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r := &relayBench{ctx: ctx, out: out, dir: dir, bin: filepath.Join(dir, "relay")}
	defer func() {
		for _, s := range r.servers {
			s.stop()
		}
	}()
	build := exec.Command("go", "build", "-ldflags", "-s -w", "-o", r.bin, "./cmd/relay")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build relay: %w\n%s", err, text)
	}
	if speed {
		if err := r.speed(); err != nil {
			return err
		}
	}
	if memory {
		return r.memory()
	}
	return nil
}

type relayBench struct {
	ctx      context.Context
	out      io.Writer
	dir, bin string
	servers  []*process
}

// relayTill is a till that is paired.
type relayTill struct{ token, route string }

// pairTills makes tills and pairs them, past the relay and its limits.
func pairTills(ctx context.Context, dsn string, n int) ([]relayTill, error) {
	c, err := central.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	tills, errs := make([]relayTill, n), make([]error, 16)
	var working sync.WaitGroup
	for w := range errs {
		working.Go(func() {
			for i := w; i < n && errs[w] == nil; i += len(errs) {
				tills[i], errs[w] = pairTill(ctx, c, i)
			}
		})
	}
	working.Wait()
	return tills, errors.Join(errs...)
}

func pairTill(ctx context.Context, c *central.Central, i int) (relayTill, error) {
	secret := make([]byte, 32)
	rand.Read(secret) //nolint:errcheck // never fails
	token, code, now := base64.RawURLEncoding.EncodeToString(secret), relay.HashToken(relay.NewCode(nil)), time.Now()
	_, err := c.AddTill(ctx, fmt.Sprint("shop ", i/8), fmt.Sprint("till ", i), code, now.Add(time.Hour), now)
	if err != nil {
		return relayTill{}, err
	}
	till, err := c.Pair(ctx, code, relay.HashToken(token), now)
	return relayTill{token, till.Route}, err
}

// engine is a relay on one kind of database, with tills that are connected and as many that are not.
type engine struct {
	name  string
	at    *process
	tills []relayTill
	near  *nearTills
}

func (r *relayBench) engine(name, dsn string) (*engine, error) {
	tills, err := pairTills(r.ctx, dsn, 2*relayNear)
	if err != nil {
		return nil, err
	}
	at, err := r.relay(name, "http", "--db", dsn)
	if err != nil {
		return nil, err
	}
	near, err := connectTills(r.ctx, at.url, tills[:relayNear])
	return &engine{name, at, tills, near}, err
}

// speed measures notices: kept for tills that are away, and handed to tills that are there.
func (r *relayBench) speed() error {
	nothing, err := r.nothing("nothing", "http")
	if err != nil {
		return err
	}
	defer nothing.stop()
	file, err := r.engine("SQLite", filepath.Join(r.dir, "relay.db"))
	if err != nil {
		return err
	}
	defer file.at.stop()
	defer file.near.close()
	engines := []*engine{file}
	switch server, err := centraltest.Start(); {
	case errors.Is(err, centraltest.ErrMissing):
		fmt.Fprintln(r.out, "relay on PostgreSQL: not measured:", err)
	case err != nil:
		return err
	default:
		defer server.Stop() //nolint:errcheck // a folder is left at worst
		url, err := server.Fresh()
		if err != nil {
			return err
		}
		e, err := r.engine("PostgreSQL", url)
		if err != nil {
			return err
		}
		defer e.at.stop()
		defer e.near.close()
		engines = append(engines, e)
	}
	for _, at := range []int{1, 16, 64} {
		floor, err := post(r.ctx, at, func(int) string { return nothing.url })
		if err != nil {
			return err
		}
		for _, e := range engines {
			if err := r.point(e, at, floor); err != nil {
				return fmt.Errorf("%s, %d at once: %w", e.name, at, err)
			}
		}
	}
	return nil
}

// point is both figures of one engine with so many callers.
func (r *relayBench) point(e *engine, at int, floor posted) error {
	kept, err := post(r.ctx, at, func(n int) string { return e.at.url + "/n/" + e.tills[relayNear+n%relayNear].route })
	if err != nil {
		return err
	}
	show(r.out, fmt.Sprintf("relay, %s, %d at once: %.0f kept/s / none kept", e.name, at, kept.rate()), nanos(1e9/kept.rate()), nanos(1e9/floor.rate()),
		floor.rate()/kept.rate(), 0)
	e.near.begin()
	through, err := post(r.ctx, at, func(n int) string { return e.at.url + "/n/" + e.tills[n%relayNear].route })
	if err != nil {
		return err
	}
	down, err := e.near.took(through)
	if err != nil {
		return err
	}
	for _, q := range []struct {
		name string
		of   float64
	}{{"p50", 0.5}, {"p99", 0.99}} {
		a, b := quantile(down, q.of), quantile(floor.took, q.of)
		show(r.out, fmt.Sprintf("relay, %s, %d at once: to the till %s / none kept", e.name, at, q.name), nanos(a), nanos(b), a/b, 0)
	}
	show(r.out, fmt.Sprintf("relay, %s, %d at once: %.0f through/s / none kept", e.name, at, through.rate()), nanos(1e9/through.rate()), nanos(1e9/floor.rate()),
		floor.rate()/through.rate(), 0)
	return nil
}

// memory measures many connected tills, and how long they take to come all at once, as after a restart.
func (r *relayBench) memory() error {
	dsn := filepath.Join(r.dir, "many.db")
	tills, err := pairTills(r.ctx, dsn, relayTills)
	if err != nil {
		return err
	}
	for _, scheme := range []string{"http", "https"} {
		nothing, err := r.nothing("nothing-"+scheme, scheme)
		if err != nil {
			return err
		}
		bare, err := storm(r.ctx, nothing, tills)
		if err != nil {
			return err
		}
		nothing.stop()
		at, err := r.relay("many-"+scheme, scheme, "--db", dsn)
		if err != nil {
			return err
		}
		got, err := storm(r.ctx, at, tills)
		if err != nil {
			return err
		}
		at.stop()
		show(r.out, fmt.Sprintf("relay, %d tills by %s: memory of each / stream alone", relayTills, scheme), kib(got.each), kib(bare.each), got.each/bare.each, 0)
		show(r.out, fmt.Sprintf("relay, %d tills by %s: all connect / stream alone", relayTills, scheme), nanos(float64(got.took)), nanos(float64(bare.took)),
			float64(got.took)/float64(bare.took), 0)
		show(r.out, fmt.Sprintf("relay, %d tills by %s: work to connect / stream alone", relayTills, scheme), nanos(float64(got.work)), nanos(float64(bare.work)),
			float64(got.work)/float64(bare.work), 0)
		show(r.out, fmt.Sprintf("relay, %d tills by %s: idle / one processor", relayTills, scheme), fmt.Sprintf("%.0f%%", 100*got.idle), "100%", got.idle, 0)
	}
	return nil
}

func kib(v float64) string { return fmt.Sprintf("%.1f KiB", v/1024) }
