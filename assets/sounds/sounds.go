// Package sounds carries the words in which the till says what was paid, one recording per syllable or word: Chinese by a voice
// actress, English by a synthesiser. README.md beside this file says whose they are and how they are rebuilt.
package sounds

import "embed"

// Parts holds zh-CN/*.au and en/*.au: Sun audio, mu-law, 16 kHz, one channel, all equally loud, without silence at their ends.
//
//go:embed zh-CN/*.au en/*.au
var Parts embed.FS
