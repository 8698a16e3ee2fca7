package sound

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"guitai/assets/sounds"
)

// Lengths of what lies between the parts of a sentence, in samples.
const (
	breath  = Rate / 8        // a pause
	overlap = Rate / 125      // two parts of a phrase
	spoken  = Rate * 45 / 100 // from the chime's beginning to the first word: its last stroke still rings
)

// voice reads parts once and keeps them. Not safe for concurrent use.
type voice map[string][]int16

// sentence joins the recordings of a language to one. Parts fade at their ends, so that they can lie over each other a little.
func (v voice) sentence(language string, parts []string) ([]int16, error) {
	var pcm []int16
	joined := false
	for _, part := range parts {
		if part == Pause {
			pcm, joined = append(pcm, make([]int16, breath)...), false
			continue
		}
		next, err := v.part(language + "/" + part + ".au")
		if err != nil {
			return nil, err
		}
		if joined {
			at := len(pcm) - overlap
			for i := range overlap {
				pcm[at+i] = soft((float64(pcm[at+i]) + float64(next[i])) / math.MaxInt16)
			}
			next = next[overlap:]
		}
		pcm, joined = append(pcm, next...), true
	}
	return pcm, nil
}

func (v voice) part(name string) ([]int16, error) {
	if pcm, ok := v[name]; ok {
		return pcm, nil
	}
	data, err := sounds.Parts.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("spoken part: %w", err)
	}
	pcm, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("spoken part %s: %w", name, err)
	}
	v[name] = pcm
	return pcm, nil
}

// decode reads a Sun audio file of 8-bit mu-law (ITU-T G.711), 16 kHz, one channel.
func decode(data []byte) ([]int16, error) {
	if len(data) < 24 || string(data[:4]) != ".snd" {
		return nil, errors.New("no Sun audio file")
	}
	field := func(i int) int { return int(binary.BigEndian.Uint32(data[4*i:])) }
	offset, encoding, rate, channels := field(1), field(3), field(4), field(5)
	if encoding != 1 || rate != Rate || channels != 1 || offset < 24 || len(data)-offset < 2*overlap {
		return nil, errors.New("not mu-law at 16 kHz, or too short")
	}
	pcm := make([]int16, len(data)-offset)
	for i, b := range data[offset:] {
		u := ^b
		s := (int16(u&15)<<3+0x84)<<(u>>4&7) - 0x84
		if u&0x80 != 0 {
			s = -s
		}
		pcm[i] = s
	}
	return pcm, nil
}
