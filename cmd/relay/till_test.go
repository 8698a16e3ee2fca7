package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guitai/pos/relay"
)

// TestTill_CommandsWorkBesideAServingRelay adds, lists, renews and revokes tills by the command while the relay serves from the same file.
func TestTill_CommandsWorkBesideAServingRelay(t *testing.T) {
	db := filepath.Join(t.TempDir(), "relay.db")
	h := start(t, nil, "--listen", "127.0.0.1:0", "--db", db)
	till := func(args ...string) result {
		t.Helper()
		return command(t, append([]string{"till"}, append(args, "--db", db)...)...)
	}

	added := till("add", "--shop", "东门店", "T2")
	added.want(t, exitDone, "东门店/T2", "within 10 minutes")
	if strings.Count(added.out, "\n") != 1 {
		t.Errorf("stdout is to be the line alone: %q", added.out)
	}
	url, code := pairingIn(t, added.out)
	if url != h.url {
		t.Errorf("it leads to %q, and the relay is %q", url, h.url)
	}
	// Another code puts an end to the one before.
	renewed := till("code", "东门店/T2")
	renewed.want(t, exitDone)
	_, code2 := pairingIn(t, renewed.out)
	if status, body, err := post(t.Context(), http.DefaultClient, url+relay.PathPair, "", "application/json", fmt.Sprintf(`{"code":%q}`, code)); err != nil || status != http.StatusNotFound {
		t.Errorf("the old code: %d %s %v", status, body, err)
	}
	paired := pair(t, url, code2)
	if paired.Shop != "东门店" || paired.Name != "T2" {
		t.Errorf("%+v", paired)
	}

	var listed []tillRow
	list := till("list", "--format", "json")
	list.want(t, exitDone)
	if err := json.Unmarshal([]byte(list.out), &listed); err != nil || len(listed) != 2 {
		t.Fatalf("%v %s", err, list.out)
	}
	row := listed[1]
	if row.ID != paired.Till || row.Shop != "东门店" || row.Name != "T2" || row.State != "paired" || row.PairedAt == nil || row.NotifyURL != paired.NotifyURL ||
		row.CallbackURL != paired.CallbackURL || row.PrepayURL != paired.PrepayURL || listed[0].State != "unpaired" || listed[0].PairedAt != nil {
		t.Errorf("%+v", listed)
	}

	// The relay hears of the new till's route, and a notice waits for it.
	until(t, "the new route", func() bool {
		status, _, err := post(t.Context(), http.DefaultClient, paired.NotifyURL, "", "text/xml", "<xml><n>1</n></xml>")
		return err == nil && status == http.StatusOK
	})
	till("list", "--lang", "zh-CN").want(t, exitDone, "东门店", "已配对", "未配对", "待取通知", paired.NotifyURL, "支付回调URL")
	if err := json.Unmarshal([]byte(till("list", "--format", "json").out), &listed); err != nil || listed[1].Waiting != 1 {
		t.Errorf("%v %+v", err, listed)
	}

	_, closed := events(t, url, paired.Token)
	till("revoke", paired.Till).want(t, exitDone, "东门店/T2", "No money is affected")
	select {
	case <-closed:
	case <-time.After(longEnough):
		t.Error("a revoked till stays connected")
	}
	until(t, "the token to be void", func() bool {
		status, _, err := post(t.Context(), http.DefaultClient, url+relay.PathToken, paired.Token, "application/json", "")
		return err == nil && status == http.StatusUnauthorized
	})
	if err := json.Unmarshal([]byte(till("list", "--format", "json").out), &listed); err != nil || len(listed) != 1 {
		t.Errorf("%v %+v", err, listed)
	}
	if all := till("list", "--all"); !strings.Contains(all.out, "revoked") || strings.Contains(all.out, paired.NotifyURL) {
		t.Errorf("%s", all.out)
	}
	till("revoke", paired.Till).want(t, exitFailed, "no till")
	till("add", "--shop", "东门店", "T2").want(t, exitDone) // the name is free again
}

func TestTill_NamesThatAreNoneOrSeveral(t *testing.T) {
	db := filepath.Join(t.TempDir(), "relay.db")
	h := start(t, nil, "--listen", "127.0.0.1:0", "--db", db)
	h.stop()
	for _, c := range []struct {
		args  []string
		code  int
		parts []string
	}{
		{[]string{"add", "--shop", "东门店", "T1"}, exitDone, nil},
		{[]string{"add", "--shop", "西门店", "T1"}, exitDone, nil},
		{[]string{"add", "T1"}, exitFailed, []string{"T1", "relay till code"}},
		{[]string{"add", "--shop", "东门店", "T1"}, exitFailed, []string{"relay till code 东门店/T1"}},
		{[]string{"code", "T1"}, exitUsage, []string{"东门店/T1", "西门店/T1"}},
		{[]string{"revoke", "T9"}, exitFailed, []string{"T9"}},
		{[]string{"revoke"}, exitUsage, []string{"revoke"}},
		{[]string{"add", "a", "b"}, exitUsage, nil},
		{[]string{"add", strings.Repeat("x", 300)}, exitUsage, nil},
		{[]string{"add", "a\x1b[31m"}, exitUsage, nil},
		{[]string{"list", "--format", "yaml"}, exitUsage, []string{"yaml"}},
		{[]string{"list", "extra"}, exitUsage, []string{"extra"}},
		{[]string{"nothing"}, exitUsage, []string{"nothing"}},
		{[]string{}, exitUsage, []string{"relay till add"}},
		{[]string{"add", "--help"}, exitDone, []string{"relay till add"}},
		{[]string{"--help"}, exitDone, []string{"relay till add"}},
		{[]string{"code", "--base-url", "ftp://x", "西门店/T1"}, exitUsage, []string{"ftp://x"}},
		{[]string{"code", "--base-url", "https://new.example.cn/", "西门店/T1"}, exitDone, []string{"https://new.example.cn/pair#"}},
	} {
		args := append([]string{"--db", db, "till"}, c.args...)
		r := command(t, args...)
		r.want(t, c.code, c.parts...)
		if strings.ContainsRune(r.out+r.errors, 0x1b) {
			t.Errorf("%q reaches the terminal", c.args)
		}
	}
}
