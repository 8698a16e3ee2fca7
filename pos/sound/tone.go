package sound

import "math"

// Rate is the sample rate of everything here, in samples a second; one channel, 16 bits.
const Rate = 16_000

// note is one stroke of a tone: from when, how high, how long until it has died away, how loud. Seconds and hertz; loudness of 1.
type note struct {
	at, pitch, decay, loud float64
}

// timbre is the partials of a stroke: multiple of the pitch, loudness, and how much faster than the first it dies away.
type timbre []struct{ multiple, loud, faster float64 }

// A bar of wood rings at 1, 4 and about 10 times its pitch, the high ones only for a moment. A reed has the odd ones, and they stay.
var (
	wood = timbre{{1, 1, 1}, {4, 0.25, 3}, {9.9, 0.06, 8}}
	reed = timbre{{1, 1, 1}, {3, 0.3, 1}, {5, 0.12, 1}}
)

// The six tones differ in pitch, in rhythm and in timbre, so that they are told apart in a noisy shop and by who hears one of
// them badly: one short high stroke; two low ones, falling; a broken chord upward; two high ones and a low one, as a door bell; five dull even ones, as a finger on wood; three times two strokes in the middle.
var (
	scanTone    = tone{wood, []note{{0, 1568, 0.09, 0.42}}}
	unknownTone = tone{reed, []note{{0, 311, 0.14, 0.30}, {0.17, 233, 0.22, 0.30}}}
	paidTone    = tone{wood, []note{{0, 523.25, 0.35, 0.34}, {0.09, 659.26, 0.35, 0.34}, {0.18, 783.99, 0.35, 0.34}, {0.27, 1046.5, 0.5, 0.38}}}
	phoneTone   = tone{wood, []note{{0, 1174.66, 0.25, 0.32}, {0.16, 1174.66, 0.25, 0.32}, {0.36, 739.99, 0.45, 0.30}}}
	bookedTone  = tone{wood, []note{{0, 440, 0.12, 0.30}, {0.12, 440, 0.12, 0.30}, {0.24, 440, 0.12, 0.30}, {0.36, 440, 0.12, 0.30}, {0.48, 440, 0.22, 0.30}}}
	alarmTone   = tone{reed, []note{
		{0, 880, 0.12, 0.34},
		{0.13, 698.46, 0.12, 0.34},
		{0.34, 880, 0.12, 0.34},
		{0.47, 698.46, 0.12, 0.34},
		{0.68, 880, 0.12, 0.34},
		{0.81, 698.46, 0.16, 0.34},
	}}
)

type tone struct {
	timbre timbre
	notes  []note
}

// attack and release are the fades of a stroke, in seconds: without them it clicks.
const attack, release = 0.003, 0.010

// samples makes the tone. What is above half the sample rate is left out: it would come back as another pitch.
func (t tone) samples() []int16 {
	length := 0.0
	for _, n := range t.notes {
		length = max(length, n.at+n.decay)
	}
	sum := make([]float64, int(length*Rate))
	for _, n := range t.notes {
		first, count := int(n.at*Rate), int(n.decay*Rate)
		for i := range min(count, len(sum)-first) {
			s := float64(i) / Rate
			v := 0.0
			for _, p := range t.timbre {
				if f := n.pitch * p.multiple; f < Rate/2 {
					v += p.loud * math.Exp(-4*p.faster*s/n.decay) * math.Sin(2*math.Pi*f*s)
				}
			}
			sum[first+i] += v * n.loud * min(1, s/attack, (n.decay-s)/release)
		}
	}
	pcm := make([]int16, len(sum))
	for i, v := range sum {
		pcm[i] = soft(v)
	}
	return pcm
}

// soft makes a sample of a loudness of which 1 is the most there is. Up to knee it is as it was; above, it approaches 1 and never
// gets there, so that what comes together is never cut off.
func soft(v float64) int16 {
	const knee = 0.8
	if a := math.Abs(v); a > knee {
		v = math.Copysign(knee+(1-knee)*math.Tanh((a-knee)/(1-knee)), v)
	}
	return int16(math.Round(v * math.MaxInt16))
}
