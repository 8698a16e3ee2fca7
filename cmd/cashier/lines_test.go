//go:build windowless

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"testing"

	"guitai/pos"
)

func TestLines_EveryCommandHasALine(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../../pos/command.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, c := range commands {
		known[reflect.TypeOf(c).Name()] = true
	}
	found := 0
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "command" {
			found++
			if name := f.Recv.List[0].Type.(*ast.Ident).Name; !known[name] {
				t.Errorf("%s cannot be asked for: add it to commands", name)
			}
		}
	}
	if found == 0 {
		t.Error("pos/command.go has no commands")
	}
}

func TestLines_AnApprovedCommandHasAnotherInIt(t *testing.T) {
	got, err := readCommand([]byte(`{"do":"Approved","By":2,"PIN":"4826","Command":{"do":"OpenDrawer","Reason":"change"}}`))
	if want := (pos.Approved{Command: pos.OpenDrawer{Reason: "change"}, By: 2, PIN: "4826"}); err != nil || got != want {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := readCommand([]byte(`{"do":"Approved","By":2,"PIN":"4826"}`)); err == nil {
		t.Error("nothing is allowed")
	}
}

func TestLines_ACommandIsReadOnlyAfterTheOneBeforeWasShown(t *testing.T) {
	var out bytes.Buffer
	l := &lines{
		in:  strings.NewReader(`{"do":"ScanText","Text":"690"}` + "\n" + `{"do":"Nonsense"}` + "\n" + `{"do":"PayCash","Tendered":5}` + "\n"),
		out: &out, taken: make(chan uint64, 1), quit: make(chan struct{}),
	}
	var got []pos.Command
	l.post = func(c pos.Command) {
		if n := strings.Count(out.String(), "\n"); n != len(got) {
			t.Errorf("%d lines were written before command %d", n, len(got))
		}
		got = append(got, c)
		l.Show(pos.Snapshot{Taken: uint64(len(got)), Done: &pos.Done{}})
	}
	l.Run()
	if want := []pos.Command{pos.ScanText{Text: "690"}, pos.PayCash{Tendered: 5}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	var line shown
	if err := json.Unmarshal(bytes.SplitN(out.Bytes(), []byte("\n"), 2)[0], &line); err != nil || line.Taken != 1 || line.Done == nil {
		t.Errorf("%+v %v", line, err)
	}
	if _, err := readCommand([]byte(`{"do":"x"}`)); !errors.Is(err, errNoCommand) {
		t.Error(err)
	}
}
