package setup

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"guitai/pos/config"
)

// draftFile keeps what was typed while the form is filled in, so that a computer that goes off in the middle costs nothing. The key is
// not in it: that is typed again.
const draftFile = "setup-draft.json"

// keep writes what was typed. That it cannot be kept keeps nobody from going on.
func (f Form) keep(folder config.Folder) {
	f.APIKey = ""
	text, err := json.Marshal(struct {
		Form
		APIKey bool `json:",omitempty"` // in the place of the key
	}{Form: f})
	if err != nil || folder.Make() != nil {
		return
	}
	_, _ = config.WriteSecretFile(string(folder), draftFile, string(text))
}

// recall takes what was typed before. It reports whether there was anything.
func (f *Form) recall(folder config.Folder) bool {
	text, err := os.ReadFile(filepath.Join(string(folder), draftFile))
	if err != nil {
		return false
	}
	found := *f
	if err := json.Unmarshal(text, &found); err != nil {
		return false
	}
	found.APIKey = ""
	for _, field := range []Field{FieldLanguage, FieldPrinter, FieldPaper} {
		if known := Choices(field); !slices.Contains(known, *found.at(field)) {
			*found.at(field) = *f.at(field)
		}
	}
	*f = found
	return true
}

// forget takes the draft away once it is settings.
func (Form) forget(folder config.Folder) {
	if err := os.Remove(filepath.Join(string(folder), draftFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return // it says nothing that config.toml does not
	}
}
