package i18n

import "guitai/pos"

// Document names a kind of paper.
func (w *Words) Document(d pos.Document) string { return w.T("paper-kind." + string(d)) }

// Brief is why a printer does not print in the few words that a badge or a row of a list has room for; ok is false for a code
// that has none.
func (w *Words) Brief(c pos.Code) (words string, ok bool) {
	id := "brief." + string(c)
	if !w.Has(id) {
		return "", false
	}
	return w.T(id), true
}
