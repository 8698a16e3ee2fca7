//go:build services

package sound

import (
	"context"
	"encoding/binary"
	"io"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// server starts a sound server of its own, with a loudspeaker that nobody hears, and returns how it is stopped.
func server(t *testing.T, socket string) (stop func()) {
	t.Helper()
	dir := filepath.Dir(socket)
	cmd := exec.Command("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes", "--log-level=error",
		"-L", "module-native-protocol-unix auth-anonymous=1 socket="+socket,
		"-L", "module-null-sink sink_name=out rate=16000 channels=1")
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_RUNTIME_DIR="+dir, "PULSE_SERVER=")
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	for end := time.Now().Add(longEnough); time.Now().Before(end); {
		if out, err := exec.Command("pactl", "-s", "unix:"+socket, "info").CombinedOutput(); err == nil {
			return sync.OnceFunc(func() { cmd.Process.Kill(); <-ended })
		} else if ended == nil {
			t.Fatalf("%v %s", err, out)
		}
		time.Sleep(50 * time.Millisecond) // another program: no virtual time there
	}
	t.Fatal("the sound server does not come up")
	return nil
}

// record listens to the loudspeaker until stop, which returns what it heard.
func record(t *testing.T, socket string) (stop func() []int16) {
	t.Helper()
	cmd := exec.Command("parec", "-s", "unix:"+socket, "-d", "out.monitor", "--rate=16000", "--channels=1", "--format=s16le", "--latency-msec=20", "--raw")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 2)
	if _, err := io.ReadFull(out, first); err != nil { // it listens
		t.Fatal(err)
	}
	got := make(chan []byte)
	go func() {
		data, _ := io.ReadAll(out)
		got <- data
	}()
	return func() []int16 {
		cmd.Process.Signal(os.Interrupt)
		data := <-got
		cmd.Wait()
		pcm := make([]int16, len(data)/2)
		for i := range pcm {
			pcm[i] = int16(binary.LittleEndian.Uint16(data[2*i:]))
		}
		return pcm
	}
}

// likeness is how much of want is in got, 1 for all of it: its chunks in their order, weighed by their energy, with gaps between them or
// without. A machine that does much beside is late with a chunk now and then, and what is heard until then is silence.
func likeness(got, want []int16) float64 {
	const same = 0.97
	upTo := make([]float64, len(got)+1) // a Fenwick tree: the most of want so far that is heard no later than so
	all := 0.0
	for first := 0; first+chunk <= len(want); first += chunk {
		piece := want[first : first+chunk]
		energy := 0.0
		for _, v := range piece {
			energy += float64(v) * float64(v)
		}
		all += energy
		later := map[int]float64{}
		for at := first; at+chunk <= len(got); at++ {
			if got[at+chunk/2] == 0 || correlation(got[at:], piece) < same {
				continue
			}
			late, before := at-first+1, 0.0
			for i := late; i > 0; i &= i - 1 {
				before = max(before, upTo[i])
			}
			later[late] = before + energy
		}
		for late, found := range later {
			for i := late; i < len(upTo); i += i & -i {
				upTo[i] = max(upTo[i], found)
			}
		}
	}
	return slices.Max(upTo) / max(all, 1)
}

// correlation is how much got begins as want does, however loud: 1 for the same.
func correlation(got, want []int16) float64 {
	var both, a, b float64
	for i := 0; i < len(want); i += 5 {
		x, y := float64(got[i]), float64(want[i])
		both, a, b = both+x*y, a+x*x, b+y*y
	}
	if a == 0 || b == 0 {
		return 0
	}
	return both / math.Sqrt(a*b)
}

// timed tells when a sound begins: with the first chunk after a while.
type timed struct {
	Stream
	wrote chan<- time.Time
}

func (d timed) Write(ctx context.Context, pcm []int16) error {
	select {
	case d.wrote <- time.Now():
	default:
	}
	return d.Stream.Write(ctx, pcm)
}

func TestPulseAudio_HearsTheTonesAndTheAmount(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "native")
	stop := server(t, socket)
	defer stop()
	t.Setenv("PULSE_SERVER", "unix:"+socket)

	wrote := make(chan time.Time, 1)
	open := func(ctx context.Context) (Device, error) {
		d, err := Open(ctx)
		if err != nil {
			return nil, err
		}
		return timed{d.(Stream), wrote}, nil
	}
	p := New(open, loud, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { p.Run(ctx) })
	hear := func(d time.Duration, cues ...Cue) []int16 {
		done := record(t, socket)
		select {
		case <-wrote: // of the sound before
		default:
		}
		began := time.Now()
		p.Play(cues...)
		t.Logf("the first samples left %v after the cue", (<-wrote).Sub(began))
		time.Sleep(d)
		return done()
	}
	said, err := voice{}.sentence("zh-CN", Recordings("zh-CN", ChineseAmount(amount.Amount)))
	if err != nil {
		t.Fatal(err)
	}
	other, err := voice{}.sentence("zh-CN", Recordings("zh-CN", ChineseAmount(2*amount.Amount)))
	if err != nil {
		t.Fatal(err)
	}
	const enough = 0.8 // where the chime and the words sound together, neither is heard as it is alone
	for _, c := range []struct {
		name  string
		cue   Cue
		lasts time.Duration
		want  [][]int16
	}{
		{"the scan", Cue{Kind: Scan}, time.Second, [][]int16{scanTone.samples()}},
		{"the chime and the amount", amount, 5 * time.Second, [][]int16{paidTone.samples()[:Rate*4/10], said}},
	} {
		const tries = 5 // a machine that does much beside is late with a sound, which then has a gap or is not over yet
		for try := 1; ; try++ {
			heard, least := hear(c.lasts*time.Duration(try), c.cue), 1.0
			for _, want := range c.want {
				least = min(least, likeness(heard, want))
			}
			if least >= enough {
				if o := likeness(heard, other); o > 0.6 {
					t.Errorf("%s is heard as %.2f of another amount", c.name, o)
				}
				break
			}
			if try == tries {
				t.Errorf("%s is heard as %.2f of itself", c.name, least)
				break
			}
		}
	}
	stop() // in the middle of a sound
	p.Play(amount)
	time.Sleep(300 * time.Millisecond)
	cancel()
	began := time.Now()
	wg.Wait()
	if d := time.Since(began); d > longEnough {
		t.Errorf("without its server it takes %v to stop", d)
	}
}
