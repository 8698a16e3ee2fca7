//go:build unix && !darwin

package sound

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// serve is a sound server that does with every connection what do does; it ends with the test.
func serve(t *testing.T, do func(net.Conn)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "native")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PULSE_SERVER", "unix:"+path)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { do(conn); conn.Close() })
		}
	})
	t.Cleanup(func() {
		l.Close()
		running.Wait()
	})
}

func TestPulse_ServerThatIsNoneKeepsNobody(t *testing.T) {
	for name, do := range map[string]func(net.Conn){
		"says nothing":        func(c net.Conn) { io.Copy(io.Discard, c) },
		"hangs up at once":    func(net.Conn) {},
		"hangs up when asked": func(c net.Conn) { io.ReadFull(c, make([]byte, 40)) },
		"speaks another way":  func(c net.Conn) { io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n"); io.Copy(io.Discard, c) },
		"answers with garbage": func(c net.Conn) {
			c.Write(slices.Repeat([]byte{0, 0, 0, 60, 255, 255, 255, 255}, 100))
			io.Copy(io.Discard, c)
		},
		"refuses": func(c net.Conn) {
			io.ReadFull(c, make([]byte, 40))
			c.Write([]byte{0, 0, 0, 15, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'L', 0, 0, 0, 0, 'L', 0, 0, 0, 8, 'L', 0, 0, 0, 1})
			io.Copy(io.Discard, c)
		},
	} {
		t.Run(name, func(t *testing.T) {
			serve(t, do)
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			began := time.Now()
			p, err := openPulse(ctx)
			if err == nil {
				p.Close()
				t.Fatal("it was taken for a sound server")
			}
			if d := time.Since(began); d > longEnough {
				t.Errorf("that took %v", d)
			}
		})
	}
}

// accept is a server that says yes to everything, and then does what then does.
func accept(then func(net.Conn)) func(net.Conn) {
	return func(c net.Conn) {
		for range 3 {
			var head [20]byte
			if _, err := io.ReadFull(c, head[:]); err != nil {
				return
			}
			said := make([]byte, binary.BigEndian.Uint32(head[:]))
			if _, err := io.ReadFull(c, said); err != nil {
				return
			}
			reply := fields{}.number(pulseReply)
			reply = append(reply, said[5:10]...).number(0)
			binary.BigEndian.PutUint32(head[:], uint32(len(reply)))
			c.Write(append(head[:], reply...))
		}
		then(c)
	}
}

func TestPulse_WriteTellsWhenNobodyListensAnyMore(t *testing.T) {
	stopped := make(chan struct{})
	for name, then := range map[string]func(net.Conn){
		"gone":       func(net.Conn) {},
		"overflow":   func(c net.Conn) { c.Write(told62); io.Copy(io.Discard, c) },
		"hangs":      func(net.Conn) { <-stopped },
		"speaks big": func(c net.Conn) { c.Write(slices.Repeat([]byte{255}, 20)); io.Copy(io.Discard, c) },
	} {
		t.Run(name, func(t *testing.T) {
			serve(t, accept(then))
			p, err := openPulse(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			if name == "hangs" {
				defer close(stopped)
			} else {
				<-p.lost
			}
			for range 1000 { // what the way there holds is soon full
				ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
				err := p.Write(ctx, make([]int16, chunk))
				cancel()
				if err != nil {
					return
				}
			}
			t.Error("a thousand chunks were written to nobody")
		})
	}
}

// told62 is "your stream overflows".
var told62 = []byte{0, 0, 0, 15, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'L', 0, 0, 0, 62, 'L', 255, 255, 255, 255, 'L', 0, 0, 0, 0}

func FuzzPulse_AnythingFromTheServer(f *testing.F) {
	f.Add(told62)
	f.Add([]byte{0, 0, 0, 15, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'L', 0, 0, 0, 2, 'L', 0, 0, 0, 8, 'L', 0, 0, 0, 13})
	f.Fuzz(func(_ *testing.T, said []byte) {
		ours, theirs := net.Pipe()
		p := &pulse{conn: ours, lost: make(chan struct{})}
		go io.Copy(io.Discard, theirs)
		go func() { theirs.Write(said); theirs.Close() }()
		if p.begin(context.Background()) == nil {
			p.listen()
		}
		ours.Close()
	})
}

func TestPulseServers_AreThoseOfTheEnvironment(t *testing.T) {
	t.Setenv("PULSE_SERVER", "{0123}unix:/a/native /b/native tcp:sound.shop:5000 tcp4:sound.shop bogus")
	want := []pulseServer{{"unix", "/a/native"}, {"unix", "/b/native"}, {"tcp", "sound.shop:5000"}, {"tcp4", "sound.shop:4713"}}
	if got := pulseServers(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	t.Setenv("PULSE_SERVER", "")
	t.Setenv("XDG_RUNTIME_DIR", "/run/user/77")
	if got := pulseServers(); got[0].address != "/run/user/77/pulse/native" || len(got) != 3 {
		t.Errorf("%v", got)
	}
}

func TestOpen_WithoutSoundSaysSo(t *testing.T) {
	t.Setenv("PULSE_SERVER", "unix:"+filepath.Join(t.TempDir(), "nobody"))
	t.Setenv("PATH", t.TempDir())
	if d, err := Open(t.Context()); err == nil {
		d.Close()
		t.Error("opened where there is nothing")
	}
}
