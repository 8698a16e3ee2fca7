package main

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A report says for a day, a month and any other span what the table says.
func TestTakings_Reports(t *testing.T) {
	s := busyShop(t)
	for name, c := range map[string]struct {
		args []string
		says []string
	}{
		"day":   {[]string{"--day", "2026-11-20"}, []string{"Takings 2026-11-20", "¥16.50", "01:00", "Cash"}},
		"month": {[]string{"--day", "2026-11-01", "--to", "2026-11-30"}, []string{"2026-11-01 to 2026-11-30", "¥21.50", "last month", "2026-11-30"}},
		"span":  {[]string{"--day", "2026-11-20", "--to", "2026-11-22"}, []string{"2026-11-20 to 2026-11-22", "¥21.50"}},
		"today": {nil, []string{"Takings 2026-11-21", "¥5.00", "exceptions to decide 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "report.html")
			s.run(append([]string{"takings", "--format", "html", "-o", file}, c.args...)...).want(t, exitDone, "", "")
			page, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.says {
				if !strings.Contains(string(page), want) {
					t.Errorf("it does not say %q", want)
				}
			}
			r := s.run(append([]string{"takings", "--format", "png"}, c.args...)...)
			img, err := png.Decode(bytes.NewReader([]byte(r.out)))
			if r.code != exitDone || err != nil || img.Bounds().Dx() < 1000 {
				t.Errorf("exit %d, %v", r.code, err)
			}
		})
	}
	s.run("takings", "--format", "html", "-o", filepath.Join(t.TempDir(), "none", "x.html")).want(t, exitFailed, "", "cannot be written")
}
