package sound

import (
	"io/fs"
	"math"
	"slices"
	"testing"
	"time"

	"guitai/assets/sounds"
	"guitai/pos"
)

var everyTone = map[Kind]tone{Scan: scanTone, Unknown: unknownTone, Phone: phoneTone, Booked: bookedTone, Attention: alarmTone, Paid: paidTone}

func length(pcm []int16) time.Duration { return time.Duration(len(pcm)) * time.Second / Rate }

func peak(pcm []int16) int {
	most := 0
	for _, s := range pcm {
		most = max(most, int(math.Abs(float64(s))))
	}
	return most
}

// strength is how much of a pitch there is (Goertzel).
func strength(pcm []int16, hertz float64) float64 {
	k := 2 * math.Cos(2*math.Pi*hertz/Rate)
	var a, b float64
	for _, s := range pcm {
		a, b = float64(s)/32768+k*a-b, a
	}
	return math.Sqrt(max(0, a*a+b*b-k*a*b)) / float64(len(pcm))
}

func TestTones_AreShortAndBeginAndEndSoftly(t *testing.T) {
	limit := map[Kind]time.Duration{Scan: 150 * time.Millisecond, Unknown: 500 * time.Millisecond, Phone: time.Second, Booked: time.Second, Attention: time.Second, Paid: time.Second}
	for k, tone := range everyTone {
		pcm := tone.samples()
		if d := length(pcm); d > limit[k] || d < 50*time.Millisecond {
			t.Errorf("tone %d takes %v", k, d)
		}
		if p := peak(pcm); p < 8000 || p > 24000 {
			t.Errorf("tone %d goes up to %d", k, p)
		}
		if first, last := pcm[0], pcm[len(pcm)-1]; first != 0 || math.Abs(float64(last)) > 100 {
			t.Errorf("tone %d begins at %d and ends at %d: it clicks", k, first, last)
		}
	}
}

// Whoever hears only pitch, or only rhythm, tells them apart.
func TestTones_DifferInPitchAndRhythm(t *testing.T) {
	pitches := map[Kind]float64{Scan: 1568, Unknown: 311, Phone: 1174.66, Booked: 440, Attention: 880, Paid: 523.25}
	strokes := map[int]Kind{}
	for k, tone := range everyTone {
		if other, same := strokes[len(tone.notes)]; same {
			t.Errorf("tones %d and %d have as many strokes", k, other)
		}
		strokes[len(tone.notes)] = k
		pcm := tone.samples()
		for other, hertz := range pitches {
			if other != k && strength(pcm, hertz) > strength(pcm, pitches[k])/2 {
				t.Errorf("tone %d has the pitch of tone %d", k, other)
			}
		}
	}
}

func TestParts_AreEquallyLoudAndJoinWithoutClicks(t *testing.T) {
	v := voice{}
	total := 0
	names, err := fs.Glob(sounds.Parts, "*/*.au")
	if err != nil || len(names) < 60 {
		t.Fatalf("%d parts, %v", len(names), err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(sounds.Parts, name)
		if err != nil {
			t.Fatal(err)
		}
		total += len(data)
		pcm, err := v.part(name)
		if err != nil {
			t.Fatal(err)
		}
		if d := length(pcm); d < 150*time.Millisecond || d > 800*time.Millisecond {
			t.Errorf("%s takes %v", name, d)
		}
		if p := peak(pcm); p > 28500 || p < 9000 {
			t.Errorf("%s goes up to %d", name, p)
		}
		if a, b := math.Abs(float64(pcm[0])), math.Abs(float64(pcm[len(pcm)-1])); a > 100 || b > 100 {
			t.Errorf("%s begins at %.0f and ends at %.0f: it clicks", name, a, b)
		}
		// The loudest 100 ms are what the ear goes by.
		loud := 0.0
		for i := 0; i+Rate/10 <= len(pcm); i += Rate / 100 {
			sum := 0.0
			for _, s := range pcm[i : i+Rate/10] {
				sum += float64(s) * float64(s)
			}
			loud = max(loud, math.Sqrt(sum*10/Rate))
		}
		if loud < 3900 || loud > 6700 {
			t.Errorf("%s is %.0f loud", name, loud)
		}
	}
	if total > 1_500_000 {
		t.Errorf("the parts take %d bytes", total)
	}
}

func TestDecode_RefusesWhatIsNoPart(t *testing.T) {
	good, err := sounds.Parts.ReadFile("zh-CN/yuan2.au")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"nothing": nil, "short": good[:20], "other magic": append([]byte("RIFF"), good[4:]...),
		"no sound": good[:30], "offset far behind": slices.Concat(good[:4], []byte{255, 255, 255, 255}, good[8:]),
		"another rate": slices.Concat(good[:16], []byte{0, 0, 0x1f, 0x40}, good[20:]),
	} {
		if _, err := decode(data); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// All at once, as loud as it goes, and each of them at its loudest at the same moment: never beyond what a sample holds, and never
// cut off flat.
func TestMixer_NeverClips(t *testing.T) {
	loudest := make([]int16, Rate)
	for i := range loudest {
		loudest[i] = int16(32767 * math.Sin(2*math.Pi*440*float64(i)/Rate))
	}
	var m mixer
	for c := range channels {
		m.start(c, loudest)
	}
	m.next(100, 1)
	for c := range channels {
		m.start(c, loudest)
	}
	flat := 0
	pcm := m.next(Rate, 1)
	for i := 1; i < len(pcm); i++ {
		if pcm[i] == math.MinInt16 || pcm[i] == math.MaxInt16 && pcm[i-1] == math.MaxInt16 {
			flat++
		}
	}
	if p := peak(pcm); p > math.MaxInt16 || flat > len(pcm)/3 {
		t.Errorf("peak %d, %d samples of %d at the limit", p, flat, len(pcm))
	}
	// What the till really plays together has room.
	m = mixer{}
	p := New(nil, Setup{}, nil)
	m.start(answers, scanTone.samples())
	m.start(attention, alarmTone.samples())
	m.start(money, p.paid(Cue{Kind: Paid, Tender: pos.TenderNative, Amount: 1350}, "zh-CN"))
	if got := peak(m.next(m.left(), 1)); got >= math.MaxInt16 {
		t.Errorf("the real sounds together go up to %d", got)
	}
}

func TestMixer_CutsSoftly(t *testing.T) {
	steady := slices.Repeat([]int16{10000}, Rate)
	var m mixer
	m.start(answers, steady)
	m.next(1000, 1)
	m.cut(answers)
	pcm := m.next(2*fade, 1)
	before := 10000
	for i, s := range pcm {
		if step := before - int(s); step < 0 || step > 10000/fade+2 {
			t.Fatalf("sample %d jumps by %d", i, step)
		}
		before = int(s)
	}
	if pcm[fade] != 0 || !m.silent() {
		t.Errorf("after its fade it is at %d", pcm[fade])
	}
}

func TestMixer_PlaysEverythingOnceWhateverTheChunks(t *testing.T) {
	pcm := paidTone.samples()
	var whole, pieces mixer
	whole.start(money, pcm)
	pieces.start(money, pcm)
	want := whole.next(whole.left(), 0.5)
	var got []int16
	for n := 1; !pieces.silent(); n = n*3%997 + 1 {
		got = append(got, pieces.next(n, 0.5)...)
	}
	if !slices.Equal(got[:len(want)], want) || peak(got[len(want):]) != 0 {
		t.Error("cut into chunks it is another sound")
	}
}

func TestSetup_QuieterIsQuieter(t *testing.T) {
	last := -1.0
	for v := range 101 {
		g := Setup{Volume: v}.gain()
		if g <= last || g > 1 {
			t.Fatalf("volume %d is %v, one less is %v", v, g, last)
		}
		last = g
	}
	if zero, full := (Setup{Volume: -3}).gain(), (Setup{Volume: 300}).gain(); zero != 0 || full != 1 {
		t.Errorf("outside its range it is %v and %v", zero, full)
	}
}

func TestPaid_ChimeFirstThenTheAmount(t *testing.T) {
	p := New(nil, Setup{}, nil)
	c := Cue{Kind: Paid, Tender: pos.TenderNative, Amount: 1350}
	chime, said := p.paid(c, "none"), p.paid(c, "zh-CN")
	if length(chime) > time.Second || length(said) < 2*time.Second || length(said) > 5*time.Second {
		t.Errorf("the chime takes %v, with the amount %v", length(chime), length(said))
	}
	if n := Rate * 4 / 10; !slices.Equal(chime[:n], said[:n]) {
		t.Error("the amount begins into the chime")
	}
	if longest := p.paid(Cue{Kind: Paid, Tender: pos.TenderCash, Amount: 99_999_999, Change: 99_999}, "zh-CN"); length(longest) > 12*time.Second {
		t.Errorf("the longest takes %v", length(longest))
	}
}
