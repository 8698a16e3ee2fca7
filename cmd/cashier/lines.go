//go:build windowless

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"sync"

	"guitai/pos"
	"guitai/pos/config"
)

// This build has no window. It reads commands from standard input and writes snapshots to standard output, one JSON object on
// a line each, and is otherwise the same till: it exists so that the whole program can be killed at any system call.
//
//	{"do":"ScanText","Text":"6901234567892"}     the command of that name, with its fields
//
// A command is read only after the snapshot that shows what became of the one before was written, so a sale that a line
// shows as done is one that the reader of these lines was told of. The end of the input ends the till as closing a window
// does.

// commands are what can be asked for, by the name of their type.
var commands = []pos.Command{
	pos.ScanText{},
	pos.AddItem{},
	pos.SelectLine{},
	pos.SetQuantity{},
	pos.RemoveLine{},
	pos.ClearCart{},
	pos.Undo{},
	pos.PayWeChat{},
	pos.PayCash{},
	pos.LeaveCode{},
	pos.AskNow{},
	pos.NewCode{},
	pos.DismissPay{},
	pos.DismissDone{},
	pos.ReprintLast{},
	pos.ChargeCode{},
	pos.Park{},
	pos.Unpark{},
	pos.EndPhoneOrder{},
	pos.RefundSale{},
	pos.DecideException{},
	pos.OpenShift{},
	pos.MoveCash{},
	pos.OpenDrawer{},
	pos.OpenToCount{},
	pos.CountDrawer{},
	pos.LeaveClose{},
	pos.CloseShift{},
	pos.PrintX{},
	pos.PrintZ{},
	pos.RetryPrint{},
	pos.ReprintJob{},
	pos.ConfirmPrint{},
	pos.CancelPrint{},
	pos.PrintPending{},
	pos.PrintExceptions{},
	pos.PrintLabels{},
	pos.AskBilled{},
	pos.Reprint{},
	pos.SignIn{},
	pos.Lock{},
	pos.Approved{},
	pos.Look{},
	pos.AddPerson{},
	pos.ChangePerson{},
	pos.SetPIN{},
	pos.AddPriced{},
	pos.AddWeighed{},
	pos.NewItem{},
	pos.DismissWant{},
	pos.CutLine{},
	pos.CutCart{},
	pos.SetPrice{},
	pos.SetNote{},
	pos.SetMember{},
	pos.HoldCart{},
	pos.RecallCart{},
	pos.DropHeld{},
	pos.PayOther{},
	pos.GiveBack{},
	pos.Exchange{},
	pos.DropCredit{},
	pos.ReturnCart{},
	pos.NewRecovery{},
	pos.Recover{},
}

var errNoCommand = errors.New("no such command")

// readCommand reads a line.
func readCommand(line []byte) (pos.Command, error) {
	var head struct {
		Do string `json:"do"`
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return nil, err
	}
	if head.Do == "Approved" { // it has another command in it, which says itself what it is
		var a struct {
			Command json.RawMessage
			By      pos.StaffID
			PIN     pos.PIN
		}
		if err := json.Unmarshal(line, &a); err != nil {
			return nil, err
		}
		c, err := readCommand(a.Command)
		return pos.Approved{Command: c, By: a.By, PIN: a.PIN}, err
	}
	for _, c := range commands {
		t := reflect.TypeOf(c)
		if t.Name() != head.Do {
			continue
		}
		into := reflect.New(t)
		if err := json.Unmarshal(line, into.Interface()); err != nil {
			return nil, err
		}
		return into.Elem().Interface().(pos.Command), nil
	}
	return nil, fmt.Errorf("%w: %q", errNoCommand, head.Do)
}

// shown is a snapshot as a line.
type shown struct {
	pos.Snapshot
	Receipt string `json:",omitempty"` // of Done, as printed
}

// lines is the face of this build.
type lines struct {
	post func(pos.Command)
	in   io.Reader

	mu    sync.Mutex
	out   io.Writer
	taken chan uint64 // how many commands the newest line knows of; newest wins
	quit  chan struct{}
	once  sync.Once
}

// display reports whether people can see the till: its lines need nothing.
func display() bool { return true }

func openFace(s *session, _ string, _ *practice) face {
	return &lines{
		post: s.engine.till.Post, in: os.Stdin, out: os.Stdout, taken: make(chan uint64, 1), quit: make(chan struct{}),
	}
}

// Show implements face. It waits for the reader, so a reader that stops stops the till: what was shown was read or can be.
func (l *lines) Show(snap pos.Snapshot) {
	line := shown{Snapshot: snap}
	if snap.Done != nil {
		line.Receipt = snap.Done.Receipt.String()
	}
	text, err := json.Marshal(line)
	if err != nil {
		text, _ = json.Marshal(map[string]string{"error": err.Error()})
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = l.out.Write(append(text, '\n')) // nobody reads any more: the till goes on
	select {
	case <-l.taken:
	default:
	}
	l.taken <- snap.Taken
}

// Run implements face.
func (l *lines) Run() {
	given := make(chan []byte)
	go func() { // ends with the input, or with the program: a read of standard input cannot be called off
		defer close(given)
		for in := bufio.NewScanner(l.in); in.Scan(); {
			select {
			case given <- append([]byte(nil), in.Bytes()...):
			case <-l.quit:
				return
			}
		}
	}()
	for posted := uint64(0); ; {
		select {
		case <-l.quit:
			return
		case line, ok := <-given:
			if !ok {
				return
			}
			c, err := readCommand(line)
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				continue
			}
			l.post(c)
			posted++
			for seen := uint64(0); seen < posted; {
				select {
				case seen = <-l.taken:
				case <-l.quit:
					return
				}
			}
		}
	}
}

// Quit implements face.
func (l *lines) Quit() { l.once.Do(func() { close(l.quit) }) }

// firstRun has nobody to ask.
func firstRun(_ context.Context, o options, folder config.Folder, stderr io.Writer) int {
	file, _ := configFile(o, folder) // it was found before
	return configTrouble(stderr, o.lang, &fs.PathError{Op: "open", Path: file, Err: fs.ErrNotExist})
}

// problemLine is a fault of the configuration in its own words: those of the set-up screen come with the window.
func problemLine(_ string, p *config.Error) string { return p.Error() }
