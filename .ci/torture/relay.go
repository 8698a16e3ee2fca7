package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"guitai/pos"
	"guitai/store/central"
)

// relayFolder names, in the environment, the folder in which this program keeps notices as a relay does, instead of torturing.
const relayFolder = "GUITAI_TORTURE_RELAY"

const relayFile = "relay.db"

// relayImages is how many disks are made of one recorded relay.
const relayImages = 200

// relay records what a relay writes and cuts its power at every write and sync: a notice that it answered with success must be there,
// and one that a till took must not come again.
func relay(r *run) error {
	if err := straceWorks(); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	images := r.size(20_000, 400)
	each := min(images, relayImages)
	err = r.each((images+each-1)/each, func(c *one) error { return c.cutRelay(self, each) })
	if err != nil || r.set.only >= 0 {
		return err
	}
	careless, err := buildCarelessRelay(r.ctx, r.bin)
	if err != nil {
		return err
	}
	c := &one{run: r, number: 1 << 20, random: newRandom(r.set.seed, 1<<20), dir: filepath.Join(r.dir, "careless-relay")}
	if err := c.cutRelay(careless, relayImages); err != nil {
		return err
	}
	if len(c.found) == 0 {
		return errors.New("a relay with synchronous=NORMAL lost nothing: these images would not find a lost notice")
	}
	r.note("synchronous=NORMAL is caught in %d of %d images", len(c.found), c.rounds)
	return nil
}

// cutRelay records a relay and makes images of it. Every other one makes its file under the recorder.
func (c *one) cutRelay(program string, images int) error {
	data := filepath.Join(c.dir, "relay")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return err
	}
	if c.number%2 == 1 {
		if err := c.runRelay(exec.CommandContext(c.run.ctx, program), data); err != nil {
			return err
		}
	}
	before, err := newDisk(data, relayFile)
	if err != nil {
		return err
	}
	log := filepath.Join(c.dir, "recording")
	strace := append(recorder(log), program)
	if err := c.runRelay(exec.CommandContext(c.run.ctx, strace[0], strace[1:]...), data); err != nil {
		return err
	}
	ops, err := readRecording(log, data, relayFile, before.paths())
	if err != nil {
		return err
	}
	return c.cutEverywhere(before, ops, images, &relayJudge{words: map[string]string{}})
}

func (c *one) runRelay(cmd *exec.Cmd, data string) error {
	cmd.Env = append(os.Environ(), relayFolder+"="+data)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("relay: %w: %s", err, out)
	}
	return nil
}

// beRelay keeps notices for two tills, by several callers at once, and lets some be taken. It says each time what it was told is on disk.
func beRelay(dir string) error {
	ctx := context.Background()
	c, err := central.Open(ctx, filepath.Join(dir, relayFile))
	if err != nil {
		return err
	}
	now := time.Now()
	var tills []pos.RelayTill
	for n := range 2 {
		code := pos.TokenHash{1, byte(n)}
		rand := pos.TokenHash([]byte(fmt.Sprintf("%032d", now.UnixNano()+int64(n))))
		till, err := c.AddTill(ctx, "", fmt.Sprint("T", n, " ", now.UnixNano()), code, now.Add(time.Hour), now)
		if err == nil {
			till, err = c.Pair(ctx, code, rand, now)
		}
		if err != nil {
			return err
		}
		tills = append(tills, till)
	}
	var working sync.WaitGroup
	errs := make([]error, 4)
	for w := range errs {
		working.Go(func() {
			for n := 0; n < 25 && errs[w] == nil; n++ {
				errs[w] = keepOne(ctx, c, tills[w%2].ID, fmt.Sprintf("%d-%d-%d", now.UnixNano(), w, n), n%3 == 0)
			}
		})
	}
	working.Wait()
	if err := errors.Join(errs...); err != nil || now.UnixNano()%2 == 0 {
		return err // and the log is not moved into the file
	}
	return c.Close()
}

func keepOne(ctx context.Context, c *central.Central, till, id string, take bool) error {
	_, _, err := c.Keep(ctx, till, pos.RelayRequest{ID: id, Kind: pos.RelayNotice, Method: "POST", ReceivedAt: time.Now(), Body: make([]byte, 900)})
	if err != nil {
		return err
	}
	say := func(word string) { fmt.Println(word, till, id) }
	say("kept")
	if !take {
		return nil
	}
	say("taking")
	if err := c.Answered(ctx, till, []pos.NoticeOutcome{{ID: id, Status: 200}}, time.Now()); err != nil {
		return err
	}
	say("took")
	return nil
}

// relayJudge knows what the relay has told the world so far: the last word about each notice.
type relayJudge struct {
	words map[string]string
	n     int
}

func (j *relayJudge) told() int { return len(j.words) }

func (j *relayJudge) learn(o op) {
	if o.kind == opNotice {
		j.words[o.path] = o.to
	}
}

func (j *relayJudge) judge(d *disk, dir string, how cut, random *rand.Rand) (string, error) {
	j.n++
	place := filepath.Join(dir, strconv.Itoa(j.n))
	if err := os.Mkdir(place, 0o700); err != nil {
		return "", err
	}
	defer os.RemoveAll(place) //nolint:errcheck // see cutEverywhere
	if err := d.image(place, how, random); err != nil {
		return "", err
	}
	ctx := context.Background()
	c, err := central.Open(ctx, filepath.Join(place, relayFile))
	if err != nil {
		return fmt.Sprintf("the relay starts after a power cut: %v", err), nil
	}
	defer c.Close() //nolint:errcheck // the image is thrown away
	box, err := c.Mailbox(ctx, nil, time.Now().Add(time.Hour), 1_000_000)
	if err != nil {
		return fmt.Sprintf("the mailbox can be read after a power cut: %v", err), nil
	}
	waiting := map[string]bool{}
	for till, requests := range box {
		for _, r := range requests {
			waiting[till+" "+r.ID] = true
		}
	}
	for name, word := range j.words {
		switch {
		case word == "kept" && !waiting[name]:
			return fmt.Sprintf("a notice that was answered with success outlives a power cut: %s is gone", name), nil
		case word == "took" && waiting[name]:
			return fmt.Sprintf("a notice that was taken stays taken after a power cut: %s is not", name), nil
		}
	}
	return "", nil
}

// buildCarelessRelay builds this program with a relay that commits with synchronous=NORMAL.
func buildCarelessRelay(ctx context.Context, p programs) (string, error) {
	dir := filepath.Join(p.dir, "careless-relay-program")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	overlay, err := unsynced(dir, "store/central/sqlite.go")
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "relay")
	return program, compile(ctx, program, "./.ci/torture", "", false, overlay)
}
