package main

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// windowKillsAShop is how often one shop's window is killed before the shop is judged.
const windowKillsAShop = 10

// window kills the real till, as it stands on a counter, at random moments. One display has one keyboard, so there is one
// till at a time. What it acknowledges is on its glass alone; the judge goes by WeChat, the books and the paper.
func window(r *run) error {
	if os.Getenv("DISPLAY") == "" {
		return &skippedError{"there is no display; .ci/display go run ./.ci/torture -mode window makes one"}
	}
	if _, err := exec.LookPath("xdotool"); err != nil {
		return &skippedError{"xdotool, which presses the keys, is not installed"}
	}
	// A display that nobody is connected to starts afresh, and turns away who comes meanwhile: somebody stays.
	stay := exec.Command("xdotool", "sleep", "1000000")
	if err := stay.Start(); err != nil {
		return err
	}
	defer func() {
		_ = stay.Process.Kill()
		_ = stay.Wait() // it was killed
	}()
	r.set.workers = 1
	rounds := r.size(500, 10)
	return r.each((rounds+windowKillsAShop-1)/windowKillsAShop, func(c *one) error {
		s, err := c.shop(r.bin, true)
		if err != nil {
			return err
		}
		defer s.close()
		for range min(windowKillsAShop, rounds) {
			if err := s.killWindow(c); err != nil {
				return err
			}
		}
		broken, err := c.settle(s)
		c.faults += s.faults
		c.broken(broken...)
		return err
	})
}

// killWindow opens the window, serves customers by the keyboard, and kills it.
func (s *shop) killWindow(c *one) error {
	cmd := exec.Command(s.bin.path("cashier"), "--data", s.data)
	cmd.Env = append(os.Environ(), s.secrets()...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var said words
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		return err
	}
	over := make(chan struct{})
	go func() { // ends with the till
		defer close(over)
		_ = cmd.Wait()
	}()
	death := time.AfterFunc(time.Duration(c.random.IntN(5000))*time.Millisecond, func() { _ = cmd.Process.Kill() })
	defer death.Stop()
	c.rounds++
	c.faults++
	s.excused++
	for {
		select {
		case <-over:
			if code := cmd.ProcessState.ExitCode(); code != -1 {
				c.broken(fmt.Sprintf("the till runs until it is killed: it ended by itself with exit %d: %s", code, said.String()))
			}
			return nil
		default:
		}
		if err := s.serveByKeyboard(); err != nil {
			_ = cmd.Process.Kill()
			<-over
			return err
		}
	}
}

// serveByKeyboard rings goods up and takes cash or lets the customer scan the code; sometimes the cashier thinks better of
// it. Keys that nobody hears any more are no error.
func (s *shop) serveByKeyboard() error {
	if !focus() {
		time.Sleep(20 * time.Millisecond) // the window is not there yet, or no more
		return nil
	}
	total := s.nextTotal()
	typed(itoa(total/100) + "*" + yuanCode)
	if rest := total % 100; rest > 0 {
		typed(itoa(rest) + "*" + fenCode)
	}
	switch s.random.IntN(3) {
	case 0:
		pressed("F8", "Return")
	case 1:
		pay := map[string]any{"order": "", "act": "pay", "scan_after_ms": s.random.IntN(300)}
		if err := s.post("/sim/script", pay, nil); err != nil {
			return err
		}
		pressed("F9")
		time.Sleep(time.Duration(s.random.IntN(500)) * time.Millisecond)
		pressed("F5")
		time.Sleep(200 * time.Millisecond)
	case 2:
		pressed("F9")
		time.Sleep(time.Duration(s.random.IntN(400)) * time.Millisecond)
		pressed("Escape", "Return", "ctrl+Delete")
	}
	return nil
}

func focus() bool {
	err := exec.Command("xdotool", "search", "--onlyvisible", "--name", "Guitai", "windowfocus").Run()
	return err == nil
}

func typed(text string) {
	_ = exec.Command("xdotool", "type", "--delay", "2", text).Run() // see serveByKeyboard
	pressed("Return")
}

func pressed(keys ...string) {
	_ = exec.Command("xdotool", append([]string{"key"}, keys...)...).Run() // see serveByKeyboard
}
