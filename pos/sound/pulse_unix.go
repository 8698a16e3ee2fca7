//go:build unix && !darwin

package sound

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// pulse is a stream to the desktop's sound server, PulseAudio or PipeWire, over PulseAudio's own protocol, of which it knows as
// much as playing needs. What the server sends is looked at with suspicion: a till does not fall with a sound server.
type pulse struct {
	conn   net.Conn
	stream uint32
	lost   chan struct{} // closed once nothing more is read, by when why is set
	why    error
}

// The protocol as PulseAudio's protocol-native.c and tagstruct.c have it. A packet is five 32-bit numbers (length, channel, offset
// twice, flags), then data: samples for a stream, or, on the control channel, a command, a number to know its reply by, and fields,
// each behind a letter for its type.
const (
	pulseVersion = 13 // of 2008, which every server speaks
	pulseControl = 0xFFFFFFFF
	pulseAny     = 0xFFFFFFFF // "as you like" for a number
	pulsePacket  = 64 << 10   // what the server says is shorter by far

	pulseError, pulseReply, pulseCreatePlayback, pulseAuth, pulseSetName = 0, 2, 3, 8, 9
	pulseOverflow, pulseKilled                                           = 62, 64
)

// The server's buffer, in bytes: it begins to play with one chunk, aims at 100 ms, and holds two seconds at most. That it ever holds
// that much means that nobody plays it.
const (
	pulseBegin = 2 * chunk
	pulseAim   = 2 * Rate / 10
	pulseMost  = 2 * Rate * 2
)

// openPulse connects to the sound server of this person, or of the system.
func openPulse(ctx context.Context) (*pulse, error) {
	var dialer net.Dialer
	lastErr := ErrNoDevice
	for _, at := range pulseServers() {
		conn, err := dialer.DialContext(ctx, at.network, at.address)
		if err != nil {
			lastErr = err
			continue
		}
		p := &pulse{conn: conn, lost: make(chan struct{})}
		if err := p.begin(ctx); err != nil {
			conn.Close() //nolint:errcheck // it is of no use
			if ctx.Err() != nil {
				err = errors.New("it does not answer")
			}
			lastErr = fmt.Errorf("sound server at %s: %w", at.address, err)
			continue
		}
		go p.listen() // ends with the connection; Close waits for it
		return p, nil
	}
	return nil, lastErr
}

// begin introduces the till and asks for a stream.
func (p *pulse) begin(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { p.conn.Close() }) //nolint:errcheck // the reader sees it
	defer stop()
	if _, err := p.ask(pulseAuth, fields{}.number(pulseVersion).bytes(pulseCookie())); err != nil {
		return err
	}
	name := fields{}.properties("application.name", "Guitai", "application.id", "cn.guitai.till", "media.name", "Guitai")
	if _, err := p.ask(pulseSetName, name); err != nil {
		return err
	}
	const s16le, mono = 3, 0
	f := fields{'a', s16le, 1}.raw(Rate) // sample specification
	f = append(f, 'm', 1, mono)          // channel map
	f = f.number(pulseAny)               // the sink, which a person chose
	f = append(f, 'N')                   // its name
	f = f.number(pulseMost)
	f = append(f, '0') // not corked
	f = f.number(pulseAim).number(pulseBegin).number(pulseAny).number(0)
	f = append(f, 'v', 1).raw(0x10000) // full volume: our own is in the samples
	f = append(f, "0000000"...)        // nothing special about format, rate, channels and moving
	f = append(f, '0', '1')            // not muted; the whole way is meant by the aim
	made, err := p.ask(pulseCreatePlayback, append(f, name...))
	if err != nil {
		return err
	}
	if len(made) < 5 || made[0] != 'L' {
		return errors.New("no stream in the reply")
	}
	p.stream = binary.BigEndian.Uint32(made[1:])
	return nil
}

// ask sends a command and returns the fields of its reply. What the server says between is nothing yet.
func (p *pulse) ask(command uint32, f fields) ([]byte, error) {
	if err := p.send(pulseControl, append(fields{}.number(command).number(command), f...)); err != nil { // its number is its tag too
		return nil, err
	}
	for {
		answer, tag, data, err := p.read()
		switch {
		case err != nil:
			return nil, err
		case answer == pulseReply && tag == command:
			return data, nil
		case answer == pulseError && tag == command:
			return nil, fmt.Errorf("it refuses command %d (%x)", command, data)
		}
	}
}

// read reads a packet; command is 0xFFFFFFFF for what is none.
func (p *pulse) read() (command, tag uint32, data []byte, err error) {
	var head [20]byte
	if _, err := io.ReadFull(p.conn, head[:]); err != nil {
		return 0, 0, nil, err
	}
	length := binary.BigEndian.Uint32(head[:])
	if length > pulsePacket {
		return 0, 0, nil, errors.New("it does not speak PulseAudio's protocol")
	}
	data = make([]byte, length)
	if _, err := io.ReadFull(p.conn, data); err != nil {
		return 0, 0, nil, err
	}
	if binary.BigEndian.Uint32(head[4:]) != pulseControl || len(data) < 10 || data[0] != 'L' || data[5] != 'L' {
		return pulseControl, 0, nil, nil
	}
	return binary.BigEndian.Uint32(data[1:]), binary.BigEndian.Uint32(data[6:]), data[10:], nil
}

// listen reads what the server says, mostly how much it would take, until the connection ends or the stream does.
func (p *pulse) listen() {
	defer close(p.lost)
	for {
		command, _, _, err := p.read()
		switch {
		case err != nil:
			p.why = err
			return
		case command == pulseOverflow:
			p.why = errors.New("the sound server does not play what it gets")
			return
		case command == pulseKilled:
			p.why = errors.New("the sound server ended the stream")
			return
		}
	}
}

func (p *pulse) Write(ctx context.Context, pcm []int16) error {
	select {
	case <-p.lost:
		return p.why
	default:
	}
	if deadline, ok := ctx.Deadline(); ok {
		if err := p.conn.SetWriteDeadline(deadline); err != nil {
			return err
		}
	}
	data := make([]byte, 0, 2*len(pcm))
	for _, s := range pcm {
		data = binary.LittleEndian.AppendUint16(data, uint16(s))
	}
	return p.send(p.stream, data)
}

func (p *pulse) send(channel uint32, data []byte) error {
	packet := make([]byte, 20, 20+len(data))
	binary.BigEndian.PutUint32(packet, uint32(len(data)))
	binary.BigEndian.PutUint32(packet[4:], channel)
	_, err := p.conn.Write(append(packet, data...))
	return err
}

func (p *pulse) Close() {
	p.conn.Close() //nolint:errcheck // nothing is expected of it any more
	<-p.lost
}

// fields is what a command says.
type fields []byte

func (f fields) raw(n uint32) fields    { return binary.BigEndian.AppendUint32(f, n) }
func (f fields) number(n uint32) fields { return append(f, 'L').raw(n) }
func (f fields) bytes(b []byte) fields  { return append(append(f, 'x').raw(uint32(len(b))), b...) }
func (f fields) text(s string) fields   { return append(append(append(f, 't'), s...), 0) }

// properties are names and values, in turn; a value ends in a zero byte.
func (f fields) properties(pairs ...string) fields {
	f = append(f, 'P')
	for i := 0; i+1 < len(pairs); i += 2 {
		value := pairs[i+1] + "\x00"
		f = f.text(pairs[i]).number(uint32(len(value))).bytes([]byte(value))
	}
	return append(f, 'N')
}

type pulseServer struct{ network, address string }

// pulseServers is where a sound server may be, in the order of PulseAudio's own clients.
func pulseServers() []pulseServer {
	var found []pulseServer
	if named := os.Getenv("PULSE_SERVER"); named != "" {
		for _, s := range strings.Fields(named) {
			if _, after, host := strings.Cut(s, "}"); host { // {machine-id}…
				s = after
			}
			network, address, ok := strings.Cut(s, ":")
			switch {
			case strings.HasPrefix(s, "/"):
				found = append(found, pulseServer{"unix", s})
			case ok && network == "unix":
				found = append(found, pulseServer{"unix", address})
			case ok && (network == "tcp" || network == "tcp4" || network == "tcp6"):
				if _, _, err := net.SplitHostPort(address); err != nil {
					address = net.JoinHostPort(address, "4713")
				}
				found = append(found, pulseServer{network, address})
			}
		}
		return found
	}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		found = append(found, pulseServer{"unix", filepath.Join(dir, "pulse", "native")})
	}
	return append(found,
		pulseServer{"unix", filepath.Join("/run/user", strconv.Itoa(os.Getuid()), "pulse", "native")},
		pulseServer{"unix", "/run/pulse/native"})
}

// pulseCookie is what a server of another person asks for; one of the same person takes anything of that length.
func pulseCookie() []byte {
	const length = 256
	var names []string
	if named := os.Getenv("PULSE_COOKIE"); named != "" {
		names = append(names, named)
	}
	if home, err := os.UserHomeDir(); err == nil {
		names = append(names, filepath.Join(home, ".config", "pulse", "cookie"), filepath.Join(home, ".pulse-cookie"))
	}
	for _, name := range names {
		if cookie, err := os.ReadFile(name); err == nil && len(cookie) == length {
			return cookie
		}
	}
	return make([]byte, length)
}
