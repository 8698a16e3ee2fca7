package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/gofrs/flock"
)

// journal is the file of Options.State: one line for every change, each with its checksum, appended and synced before anything
// that reveals the change is told. A line holds the whole of an order, payment code or notice, so the last one of each is
// what holds. At start the file is written anew with those alone.
//
// Its mutex is taken before Sim.mu, never after. Who waits for it while another syncs finds the own changes written too, so
// that many calls at once share one sync.
type journal struct {
	mu    sync.Mutex
	file  *os.File
	lock  *flock.Flock
	err   error // the first write that failed; nothing is told after it
	lines bytes.Buffer
}

// ErrStateInUse is a state file that another simulator works with.
var ErrStateInUse = errors.New("another simulator uses this state file")

// ErrStateDamaged is a state file with a line in its midst that is not what was written.
var ErrStateDamaged = errors.New("the state file is damaged")

// record is one line of the journal: exactly one of its fields is set.
type record struct {
	Order  *order      `json:"order,omitempty"`
	Code   *payCode    `json:"code,omitempty"`
	Notice *keptNotice `json:"notice,omitempty"`
	Wrong  *Difference `json:"wrong,omitempty"`
	Shop   *ShopOrder  `json:"shop,omitempty"`
	Login  *loginCode  `json:"login,omitempty"`
	V1     *v1Tokens   `json:"v1,omitempty"`
}

// keptNotice is a delivery with its body.
type keptNotice struct {
	Delivery
	Body string
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendLine writes a record as a line: checksum, blank, JSON.
func appendLine(b *bytes.Buffer, r record) error {
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write a record: %w", err)
	}
	fmt.Fprintf(b, "%08x %s\n", crc32.Checksum(text, castagnoli), text)
	return nil
}

// readLine is the record of a line, or false for one that is not what appendLine wrote.
func readLine(line []byte) (record, bool) {
	var r record
	if len(line) < 10 || line[8] != ' ' {
		return r, false
	}
	sum, err := strconv.ParseUint(string(line[:8]), 16, 32)
	if err != nil || crc32.Checksum(line[9:], castagnoli) != uint32(sum) || json.Unmarshal(line[9:], &r) != nil {
		return record{}, false
	}
	return r, r.Order != nil || r.Code != nil || r.Notice != nil || r.Wrong != nil || r.Shop != nil || r.Login != nil || r.V1 != nil
}

// readJournal returns the records of a journal. A last line that is not whole was never told of, and is left out; a bad line
// before a good one is ErrStateDamaged.
func readJournal(text []byte) ([]record, error) {
	var list []record
	bad := 0
	for n := 1; len(text) > 0; n++ {
		line, rest, whole := bytes.Cut(text, []byte("\n"))
		text = rest
		r, good := readLine(line)
		switch {
		case !good || !whole:
			bad = n
		case bad > 0:
			return nil, fmt.Errorf("%w: line %d", ErrStateDamaged, bad)
		default:
			list = append(list, r)
		}
	}
	return list, nil
}

// openJournal takes the file for this simulator, and returns it with what is in it.
func openJournal(path string) (*journal, []record, error) {
	j := &journal{lock: flock.New(path + ".lock")}
	locked, err := j.lock.TryLock()
	switch {
	case err != nil:
		return nil, nil, err
	case !locked:
		return nil, nil, ErrStateInUse
	}
	list, err := j.read(path)
	if err != nil {
		_ = j.lock.Unlock() // the error is of the file
		return nil, nil, err
	}
	return j, list, nil
}

func (j *journal) read(path string) ([]record, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return readJournal(text)
}

// rewrite replaces the file by one that holds these lines alone, and goes on with it. A crash at any moment leaves the old
// file or the new one.
func (j *journal) rewrite(path string, lines []byte) error {
	fresh := path + ".new"
	file, err := os.OpenFile(fresh, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(lines)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		_ = dir.Sync() // not every system can sync a folder; where it can, this makes the name last
		_ = dir.Close()
	}
	j.file, err = os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
	return err
}

// write appends lines and syncs them. Call with j.mu held.
func (j *journal) write() error {
	if j.err != nil || j.lines.Len() == 0 {
		return j.err
	}
	_, err := io.Copy(j.file, &j.lines)
	if err == nil {
		err = j.file.Sync()
	}
	j.lines.Reset()
	if err != nil {
		j.err = fmt.Errorf("the simulator cannot keep its state: %w", err)
	}
	return j.err
}

func (j *journal) close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	_ = j.file.Close() // everything that was told is synced
	_ = j.lock.Unlock()
}
