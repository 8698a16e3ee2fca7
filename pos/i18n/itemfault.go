package i18n

import "guitai/pos"

// ItemFault says why an item, or a row of an items file, is not taken. A fault without words of its own is said as the catalogue says it.
func (w *Words) ItemFault(f pos.ItemFault) string {
	id := "item-fault." + f.ID
	if f.ID == "" || !w.Has(id) {
		return f.What
	}
	args := make([]any, len(f.Args))
	for i, a := range f.Args {
		args[i] = a
	}
	return w.T(id, args...)
}
