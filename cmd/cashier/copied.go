package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"guitai/pos/config"
	"guitai/pos/i18n"
)

// moving is what a person says about a data folder that came from elsewhere.
type moving int

const (
	leftAlone moving = iota // nothing: the window was closed
	movedHere
	secondTill
	unasked // there is nobody to ask
)

// asker asks a person about the folder. It returns when there is an answer.
type asker func(lang string, folder config.Folder, c config.Config, unread bool) moving

// verdict is what to do with a folder.
type verdict int

const (
	goOn  verdict = iota
	again         // start the program again with --moved, since a window system starts once in a process
	stop          // with a code
)

// whose decides whether this installation may sell on the folder, before anything is opened, sent or sold. The folder is
// locked. code counts only with stop.
func (s *session) whose(ctx context.Context, lang string, c config.Config, ask asker, stderr io.Writer) (what verdict, code int) {
	file, err := installationPath(os.Getenv, os.UserConfigDir)
	if err != nil {
		s.log.Warn("a copied folder would not be noticed", "err", err)
		return goOn, exitDone
	}
	id, err := installationID(file)
	if err != nil {
		s.log.Warn("a copied folder would not be noticed", "err", err)
		return goOn, exitDone
	}
	whose, err := ownerOf(s.folder, id)
	switch {
	case whose == ours:
		return goOn, exitDone
	case whose == nobodys, s.o.moved:
		s.adopt(id)
		return goOn, exitDone
	}
	s.log.Warn("the data folder is another installation's", "err", err)
	answer := ask(lang, s.folder, c, whose == unread)
	switch {
	case ctx.Err() != nil, answer == leftAlone:
		return stop, exitDone
	case answer == movedHere:
		return again, exitDone
	}
	fmt.Fprintln(stderr, i18n.For(lang).T("copied.said", string(s.folder)))
	return stop, exitUsage
}

// adopt remembers that the folder is ours. A folder that cannot keep it keeps nobody from selling: it asks again.
func (s *session) adopt(id string) {
	if err := adopt(s.folder, id); err != nil {
		s.log.Error("the data folder does not remember whose it is", "err", err)
		return
	}
	s.log.Info("the data folder is this installation's from now on", "moved", s.o.moved)
}

// startAgain starts the program again as it was started, knowing that the folder was moved here. It returns only when that
// does not work.
func startAgain(stderr io.Writer) int {
	self, err := os.Executable()
	if err == nil {
		err = replace(self, append([]string{self, "--moved"}, os.Args[1:]...))
	}
	fmt.Fprintf(stderr, "%v. Nothing was changed; no money is affected. Start cashier again with --moved.\n", err)
	return exitFailed
}
