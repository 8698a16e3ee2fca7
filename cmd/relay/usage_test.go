package main

import (
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"guitai/assets/guide"
)

func TestRun_BadUsageIsToldAndExitsWith2(t *testing.T) {
	dir := t.TempDir()
	cert, key := writePair(t, dir, testHost, 1)
	expiredCert, expiredKey := writePair(t, t.TempDir(), testHost, -1)
	_, otherKey := writePair(t, t.TempDir(), testHost, 3)
	wildCert, wildKey := writePair(t, t.TempDir(), "*.example.cn", 4)
	db := filepath.Join(dir, "relay.db")
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{}, "where to serve was not said"},
		{[]string{"--nothing"}, "-nothing"},
		{[]string{"serve"}, `no command "serve"`},
		{[]string{"--host"}, "needs an argument"},
		{[]string{"--host", "10.0.0.1"}, "10.0.0.1"},
		{[]string{"--host", "localhost"}, "localhost"},
		{[]string{"--host", "*.example.cn"}, "*.example.cn"},
		{[]string{"--host", "https://pay.example.cn"}, "https://pay.example.cn"},
		{[]string{"--host", "pay.example.cn", "--cert", cert, "--key", key}, "--host gets its own certificate"},
		{[]string{"--listen", "127.0.0.1:0", "--cert", cert}, "go together"},
		{[]string{"--listen", "127.0.0.1:0", "--acme-email", "x@example.cn"}, "belong to --host"},
		{[]string{"--listen", "127.0.0.1"}, "--listen"},
		{[]string{"--listen", ":0"}, "without a certificate"},
		{[]string{"--listen", "0.0.0.0:0"}, "without a certificate"},
		{[]string{"--listen", "127.0.0.1:0", "--metrics", "9090"}, "--metrics"},
		{[]string{"--listen", "127.0.0.1:0", "--base-url", "http://pay.example.cn"}, "--base-url"},
		{[]string{"--listen", "127.0.0.1:0", "--base-url", "https://pay.example.cn/?a=1"}, "--base-url"},
		{[]string{"--listen", "127.0.0.1:0", "--base-url", "https://u:p@pay.example.cn"}, "--base-url"},
		{[]string{"--listen", "127.0.0.1:0", "--log", "xml"}, "xml"},
		{[]string{"--listen", "127.0.0.1:0", "--lang", "fr"}, "fr"},
		{[]string{"--host", "pay.example.cn", "--acme-directory", "file:///x"}, "--acme-directory"},
		{[]string{"--listen", "127.0.0.1:0", "--cert", dir + "/none.pem", "--key", key}, "none.pem"},
		{[]string{"--listen", "127.0.0.1:0", "--cert", cert, "--key", otherKey}, "private key does not match"},
		{[]string{"--listen", "127.0.0.1:0", "--cert", expiredCert, "--key", expiredKey}, "has expired"},
		{[]string{"--listen", "127.0.0.1:0", "--cert", wildCert, "--key", wildKey}, "--base-url"},
		{[]string{"guide", "me"}, "me"},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			args := c.args
			if len(args) > 0 {
				args = append([]string{"--db", db}, args...)
			}
			r := command(t, args...)
			lines := strings.Split(strings.TrimRight(r.errors, "\n"), "\n")
			last := lines[len(lines)-1]
			if r.code != exitUsage || !strings.Contains(last, c.says) || !strings.HasPrefix(last, "relay: ") {
				t.Errorf("%d %q", r.code, last)
			}
		})
	}
	if found, _ := filepath.Glob(db + "*"); found != nil {
		t.Errorf("bad usage made %q", found)
	}
}

func TestRun_HelpVersionAndGuide(t *testing.T) {
	command(t, "--help").want(t, exitDone, "sudo relay --host pay.example.cn")
	command(t, "--lang", "zh-CN", "--help").want(t, exitDone, "用法：relay --host 域名")
	command(t, "help", "--lang=zh-CN").want(t, exitDone, "用法：relay --host 域名")
	command(t, "--version").want(t, exitDone, "relay ")
	if r := command(t, "guide", "--lang", "zh-CN"); r.code != exitDone || r.out != guide.RelayZH {
		t.Errorf("%d %q", r.code, r.errors)
	}
	if r := command(t, "guide"); r.code != exitDone || r.out != guide.RelayEN {
		t.Errorf("%d %q", r.code, r.errors)
	}
}

// TestWords_AreWholeInBothLanguages: each message takes the same arguments in both, and one that ends the program has three sentences.
func TestWords_AreWholeInBothLanguages(t *testing.T) {
	verb := regexp.MustCompile(`%[a-z]`)
	for id, l := range labels {
		if zh, en := verb.FindAllString(l.zh, -1), verb.FindAllString(l.en, -1); !slices.Equal(zh, en) {
			t.Errorf("%s takes %v in Chinese and %v in English", id, zh, en)
		}
		if strings.TrimSpace(l.zh) == "" || strings.TrimSpace(l.en) == "" {
			t.Errorf("%s is empty", id)
		}
	}
	for _, flag := range regexp.MustCompile(`(?m)^  (--[a-z-]+)`).FindAllStringSubmatch(usageEN, -1) {
		if !strings.Contains(usageZH, flag[1]+" ") && !strings.Contains(usageZH, flag[1]+",") && !strings.Contains(usageZH, flag[1]+"\n") {
			t.Errorf("%s is not in the Chinese help", flag[1])
		}
	}
}

func TestWords_FollowTheTerminal(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		lang string
		want string
	}{
		{nil, "", english},
		{map[string]string{"LANG": "zh_CN.UTF-8"}, "", chinese},
		{map[string]string{"LANG": "en_US.UTF-8"}, "", english},
		{map[string]string{"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "", english},
		{map[string]string{"LANG": "C", "LC_MESSAGES": "zh_TW"}, "", chinese},
		{map[string]string{"LANG": "zh_CN.UTF-8"}, english, english},
	} {
		p := &program{getenv: func(name string) string { return c.env[name] }, lang: c.lang}
		if got := p.words().lang; got != c.want {
			t.Errorf("%v --lang %q: %s, want %s", c.env, c.lang, got, c.want)
		}
	}
}

func TestDefaultFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("paths of Unix")
	}
	for _, c := range []struct {
		env  map[string]string
		goos string
		want string
	}{
		{map[string]string{"STATE_DIRECTORY": "/var/lib/guitai-relay", "HOME": "/root"}, "linux", "/var/lib/guitai-relay/relay.db"},
		{map[string]string{"STATE_DIRECTORY": "/var/lib/a:/var/lib/b"}, "linux", "/var/lib/a/relay.db"},
		{map[string]string{"HOME": "/root", "USER": "root"}, "linux", "/var/lib/guitai-relay/relay.db"},
		{map[string]string{"HOME": "/root", "USER": "root"}, "darwin", "/root/Library/Application Support/guitai-relay/relay.db"},
		{map[string]string{"HOME": "/home/u"}, "linux", "/home/u/.local/share/guitai-relay/relay.db"},
		{map[string]string{"HOME": "/home/u", "XDG_DATA_HOME": "/d"}, "linux", "/d/guitai-relay/relay.db"},
		{map[string]string{"HOME": "/home/u", "XDG_DATA_HOME": "d"}, "linux", "/home/u/.local/share/guitai-relay/relay.db"},
		{map[string]string{"HOME": "/Users/u"}, "darwin", "/Users/u/Library/Application Support/guitai-relay/relay.db"},
		{nil, "linux", ""},
	} {
		got, err := defaultFile(func(name string) string { return c.env[name] }, c.goos, c.env["USER"] == "root")
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%v: %q %v", c.env, got, err)
		}
	}
}
