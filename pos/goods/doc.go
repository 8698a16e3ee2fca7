// Package goods finds what the shop sells while it is being typed: an [Index] of the whole catalogue in memory, and a [Catalogue] that
// keeps one and answers searches by it.
//
// # What is found
//
// Text is compared folded: without case, full-width characters as the ones of ASCII, blanks and control characters as one blank. The
// words of a query, separated by blanks, must all match an item; an item matches a word when
//
//   - one of its fields contains it: the name, the pinyin that the shop gave it, the PLU, each barcode; or
//   - the word is of letters and digits only, at most 63 of them, and spells characters of the name that follow each other: a letter or a
//     digit by itself, a Chinese character by the first letter of one of its readings ("kkkl"), by zh, ch, sh for such a reading, or by the
//     whole reading ("kekoukele"), each character as one likes ("kekoukl"); of the last one any beginning of a reading will do
//     ("kekouk", "kekoukel"). What is neither letter nor digit is passed over. ü is typed v or u.
//
// A character has up to three readings, so 重庆 is found by cq and by zq.
//
// # What comes first
//
// Items of which a field is the query; then those of which a field begins with its first word; then the others; among equals the order of
// the shop's list. A name counts as begun, and as spelled whole, when its letters and digits are.
//
// # How
//
// Items are numbered in the order of the shop's list. For every letter pair, and every other character, the index has the numbers of the
// items in which it occurs, as roaring bitmaps have them: that leaves few items to look at, and those are looked at in order, so that a
// search for what is everywhere ends when it has enough. Nothing is left out: tests compare with a look at every item.
package goods
