package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// programs are the built programs under test.
type programs struct{ dir string }

func (p programs) path(name string) string { return filepath.Join(p.dir, name) }

// authority is whose certificate the simulator shows.
func (p programs) authority() string { return filepath.Join(p.path("certificates"), "ca.pem") }

// certify lets the simulator make its certificates, which all shops share.
func (p programs) certify(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd := exec.CommandContext(ctx, p.path("wxsim"), "--listen", "127.0.0.1:0", "--tls", p.path("certificates"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	_, err = bufio.NewReader(out).ReadString('\n') // it greets once it has them
	stop()
	_ = cmd.Wait() // it was stopped
	return err
}

// build builds the programs: the till without its window, with it when window is set, the ledger and the simulator.
func build(ctx context.Context, dir string, window bool) (programs, error) {
	p := programs{dir}
	jobs := []struct {
		name, pkg, tags string
		cgo             bool
	}{
		{"till", "cashier", "windowless", false},
		{"ledger", "ledger", "", false},
		{"wxsim", "wxsim", "", false},
	}
	if window {
		jobs = append(jobs, struct {
			name, pkg, tags string
			cgo             bool
		}{"cashier", "cashier", "migrated_fynedo", true})
	}
	for _, j := range jobs {
		if err := compile(ctx, p.path(j.name), "./cmd/"+j.pkg, j.tags, j.cgo, ""); err != nil {
			return p, err
		}
	}
	return p, p.certify(ctx)
}

func compile(ctx context.Context, out, pkg, tags string, cgo bool, overlay string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-tags", tags, "-overlay", overlay, "-o", out, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if cgo {
		cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	}
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", pkg, err, text)
	}
	return nil
}

// buildCareless builds a till that commits with synchronous=NORMAL: the defect that the power mode must catch. Nothing in the
// tree is changed.
func buildCareless(ctx context.Context, p programs) (programs, error) {
	careless := programs{filepath.Join(p.dir, "careless")}
	if err := os.MkdirAll(careless.dir, 0o700); err != nil {
		return careless, err
	}
	overlay, err := unsynced(careless.dir, "store/open.go")
	if err != nil {
		return careless, err
	}
	for _, name := range []string{"ledger", "wxsim", "certificates"} {
		if err := os.Symlink(p.path(name), careless.path(name)); err != nil && !errors.Is(err, os.ErrExist) {
			return careless, err
		}
	}
	return careless, compile(ctx, careless.path("till"), "./cmd/cashier", "windowless", false, overlay)
}

// unsynced writes to dir a copy of a source file whose commits are not synced, and what makes a build take it.
func unsynced(dir, file string) (overlay string, err error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	text := string(raw)
	for _, change := range [][2]string{{"synchronous(FULL)", "synchronous(NORMAL)"}, {"{`PRAGMA synchronous`, \"2\"}", "{`PRAGMA synchronous`, \"1\"}"}} {
		if strings.Count(text, change[0]) != 1 {
			return "", fmt.Errorf("%s no longer has %q once: the defect cannot be planted", file, change[0])
		}
		text = strings.Replace(text, change[0], change[1], 1)
	}
	full, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	changed, overlay := filepath.Join(dir, filepath.Base(file)), filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{full: changed}})
	if err != nil {
		return "", err
	}
	return overlay, errors.Join(os.WriteFile(changed, []byte(text), 0o600), os.WriteFile(overlay, replace, 0o600))
}
