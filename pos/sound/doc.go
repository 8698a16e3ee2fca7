// Package sound lets the till be heard: a short sound for every scan, another for a code that nobody knows, a chime for money
// that came in with the amount spoken in Chinese or English, and one that asks for attention.
//
// # From snapshots to cues
//
// [Cues] compares a snapshot with the one before it. It is given every snapshot in order, so nothing that people see happen
// goes unheard, and it has no memory of its own.
//
// # From cues to samples
//
// The tones are made from a few partials when they are first needed. A spoken amount is put together from recorded parts: [Words]
// says which words, [Recordings] which recordings of them, since the tone of a Chinese syllable depends on its neighbours.
// Everything is 16 kHz, one channel, 16 bits, and mixed here into one stream.
//
// # To the loudspeaker
//
// A [Player] has one goroutine, which alone touches the device. Who plays a cue never waits for it. A till without sound, or
// whose sound server hangs or goes away, loses nothing but the sound: the device is given a second for every write, is let go
// of when it does not keep to that, and is tried again later, when there is something to be heard.
package sound
