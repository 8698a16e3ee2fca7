package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// What a recorded call did.
type opKind int

const (
	opWrite    opKind = iota
	opTruncate        // to size off
	opSync            // of a file, or of a folder
	opCreate
	opRename
	opUnlink
	opAck    // the till said to the world that a sale is done
	opOrder  // an order left for WeChat
	opNotice // a relay said what became of a notice
)

// op is one recorded call on the ledger's files, or a word to the world.
type op struct {
	kind opKind
	path string // of the file; for opOrder the out_trade_no, for opNotice the till and the notice
	to   string // opRename; for opNotice what a relay says of it
	off  int64
	data []byte
	ack  snapshot
}

// recorder is the command that writes a recording of another command to log.
func recorder(log string) []string {
	return []string{"strace", "-f", "-y", "-xx", "-s", strconv.Itoa(longest), "-e", "trace=" + recorded, "-o", log}
}

// recorded are the calls that a recording needs.
const recorded = "open,openat,write,pwrite64,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2"

// longest is how much of a buffer strace keeps: more than the till ever writes at once.
const longest = 8 << 20

var (
	callLine    = regexp.MustCompile(`^(\d+) +(\w+)\((.*)$`)
	resumedLine = regexp.MustCompile(`^(\d+) +<\.\.\. (\w+) resumed>(.*)$`)
	orderNo     = regexp.MustCompile(`<out_trade_no>(?:<!\[CDATA\[)?([^<\]]+)`)
)

// reader turns strace's log (-f -y -xx) into ops on the files of dir whose names begin with file.
type reader struct {
	dir    string
	file   string            // what the names begin with
	open   map[string]string // thread -> a call that is under way
	at     map[string]int64  // descriptor -> where write goes on
	exists map[string]bool
	ops    []op
}

func readRecording(log, dir, file string, there []string) ([]op, error) {
	f, err := os.Open(log)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was read
	r := &reader{dir: dir, file: file, open: map[string]string{}, at: map[string]int64{}, exists: map[string]bool{}}
	for _, path := range there {
		r.exists[path] = true
	}
	in := bufio.NewReaderSize(f, 1<<20)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return r.ops, nil
		}
		if err := r.line(strings.TrimSuffix(line, "\n")); err != nil {
			return nil, err
		}
	}
}

// line takes one line. A call that another thread interrupted counts where it ended, so a sync covers no less than it did.
func (r *reader) line(line string) error {
	if m := callLine.FindStringSubmatch(line); m != nil {
		thread, name, rest := m[1], m[2], m[3]
		if args, under := strings.CutSuffix(rest, " <unfinished ...>"); under {
			r.open[thread] = args
			return nil
		}
		return r.call(name, rest)
	}
	if m := resumedLine.FindStringSubmatch(line); m != nil {
		args := r.open[m[1]]
		delete(r.open, m[1])
		return r.call(m[2], args+m[3])
	}
	return nil // a signal, or the end of a thread
}

// call takes a whole call: its arguments, the closing bracket and its result.
func (r *reader) call(name, rest string) error {
	i := strings.LastIndex(rest, ") ")
	if i < 0 {
		return nil
	}
	args := splitArgs(rest[:i])
	_, result, _ := strings.Cut(rest[i:], "= ")
	if strings.HasPrefix(result, "-") || strings.HasPrefix(result, "?") {
		return nil // it did nothing
	}
	switch name {
	case "open":
		r.opened(args, result)
	case "openat":
		r.opened(args[1:], result)
	case "write", "pwrite64":
		return r.written(name, args)
	case "fsync", "fdatasync":
		r.on(op{kind: opSync, path: pathOf(args[0])})
	case "ftruncate":
		size, err := strconv.ParseInt(args[1], 10, 64)
		r.on(op{kind: opTruncate, path: pathOf(args[0]), off: size})
		return err
	case "unlink", "unlinkat":
		path := string(unhex(args[len(args)-1]))
		if name == "unlinkat" {
			path = string(unhex(args[1]))
		}
		delete(r.exists, path)
		r.on(op{kind: opUnlink, path: path})
	case "rename":
		r.renamed(string(unhex(args[0])), string(unhex(args[1])))
	case "renameat", "renameat2":
		r.renamed(string(unhex(args[1])), string(unhex(args[3])))
	}
	return nil
}

func (r *reader) renamed(from, to string) {
	delete(r.exists, from)
	r.exists[to] = true
	r.on(op{kind: opRename, path: from, to: to})
}

func (r *reader) opened(args []string, result string) {
	path := string(unhex(args[0]))
	descriptor, _, _ := strings.Cut(result, "<")
	r.at[descriptor] = 0
	if strings.Contains(args[1], "O_CREAT") && !r.exists[path] {
		r.exists[path] = true
		r.on(op{kind: opCreate, path: path})
	}
	if strings.Contains(args[1], "O_TRUNC") {
		r.on(op{kind: opTruncate, path: path})
	}
}

func (r *reader) written(name string, args []string) error {
	data := unhex(args[1])
	n, err := strconv.Atoi(args[2])
	if err != nil || n != len(data) {
		return fmt.Errorf("a write of %s bytes was recorded with %d", args[2], len(data))
	}
	path, descriptor := pathOf(args[0]), args[0]
	switch {
	case name == "pwrite64":
		off, err := strconv.ParseInt(args[3], 10, 64)
		r.on(op{kind: opWrite, path: path, off: off, data: data})
		return err
	case strings.HasPrefix(path, r.dir):
		descriptor, _, _ = strings.Cut(descriptor, "<")
		r.on(op{kind: opWrite, path: path, off: r.at[descriptor], data: data})
		r.at[descriptor] += int64(len(data))
	case strings.HasPrefix(args[0], "1<"):
		var s snapshot
		if json.Unmarshal(data, &s) == nil && s.Done != nil {
			r.ops = append(r.ops, op{kind: opAck, ack: s})
		} else if word, name, ok := strings.Cut(strings.TrimSpace(string(data)), " "); ok && s.Done == nil && r.file == relayFile {
			r.ops = append(r.ops, op{kind: opNotice, path: name, to: word})
		}
	case bytes.Contains(data, []byte("/pay/unifiedorder")), bytes.Contains(data, []byte("/pay/micropay")):
		if m := orderNo.FindSubmatch(data); m != nil {
			r.ops = append(r.ops, op{kind: opOrder, path: string(m[1])})
		}
	}
	return nil
}

// on keeps an op on a file of the database's or on its folder. The index beside the log (-shm) is memory: it does not outlive
// the power.
func (r *reader) on(o op) {
	name := filepath.Base(o.path)
	ours := filepath.Dir(o.path) == r.dir && strings.HasPrefix(name, r.file) && !strings.HasSuffix(name, "-shm")
	if ours || o.kind == opSync && o.path == r.dir {
		r.ops = append(r.ops, o)
	}
}

// splitArgs cuts at the commas; strings are in hex and have none.
func splitArgs(s string) []string { return strings.Split(s, ", ") }

// pathOf is the path of a descriptor that is printed with one: 7<\x2f…>.
func pathOf(arg string) string {
	_, path, _ := strings.Cut(arg, "<")
	return string(unhex(strings.TrimSuffix(path, ">")))
}

// unhex reads \x2f\x74…, quoted or not.
func unhex(s string) []byte {
	s = strings.Trim(s, `"`)
	packed := strings.ReplaceAll(s, `\x`, "")
	out, err := hex.DecodeString(packed)
	if err != nil {
		return []byte(s) // such as socket:[123], which strace leaves as it is
	}
	return out
}
