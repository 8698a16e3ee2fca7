package sound

import "math"

// channel is where a sound plays: the newest of a channel is heard, and those of different ones together.
type channel int

const (
	answers   channel = iota // to scans: good or bad
	orders                   // of customers' phones
	attention                // what needs a person
	money                    // the chime and the amount
	channels
)

// fade is how a sound ends that is cut off, in samples: 5 ms.
const fade = Rate / 200

// playing is a sound and where it is.
type playing struct {
	pcm []int16
	at  int
}

// mixer makes one stream of what is playing. The zero value is silent. Not safe for concurrent use.
type mixer struct {
	now    [channels]playing
	fading []playing // cut off; each has what is left of its fade
}

// start plays pcm in place of what its channel played.
func (m *mixer) start(c channel, pcm []int16) {
	m.cut(c)
	m.now[c] = playing{pcm: pcm}
}

// cut ends what a channel plays, softly.
func (m *mixer) cut(c channel) {
	p := m.now[c]
	m.now[c] = playing{}
	if p.at == 0 || p.at >= len(p.pcm) { // not begun, or over
		return
	}
	tail := append([]int16(nil), p.pcm[p.at:min(len(p.pcm), p.at+fade)]...)
	for i := range tail {
		tail[i] = int16(int(tail[i]) * (fade - i) / fade)
	}
	m.fading = append(m.fading, playing{pcm: tail})
}

// silent reports whether nothing is playing.
func (m *mixer) silent() bool {
	for _, p := range m.now {
		if p.at < len(p.pcm) {
			return false
		}
	}
	return len(m.fading) == 0
}

// left is how many samples there are until everything is over.
func (m *mixer) left() int {
	n := 0
	for _, p := range m.now {
		n = max(n, len(p.pcm)-p.at)
	}
	for _, p := range m.fading {
		n = max(n, len(p.pcm)-p.at)
	}
	return n
}

// next is the next n samples, gain times as loud as they were recorded.
func (m *mixer) next(n int, gain float64) []int16 {
	sum := make([]int, n)
	for i := range m.now {
		m.now[i].addTo(sum)
	}
	rest := m.fading[:0]
	for _, p := range m.fading {
		if p.addTo(sum); p.at < len(p.pcm) {
			rest = append(rest, p)
		}
	}
	m.fading = rest
	pcm := make([]int16, n)
	for i, v := range sum {
		pcm[i] = soft(float64(v) / math.MaxInt16 * gain)
	}
	return pcm
}

func (p *playing) addTo(sum []int) {
	n := min(len(sum), len(p.pcm)-p.at)
	for i := range n {
		sum[i] += int(p.pcm[p.at+i])
	}
	p.at += max(0, n)
}
