package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A defect whose text has gone from the source, or whose test has, is found with the source, not hours later by those who run them.
func TestDefects_AreInStepWithTheSources(t *testing.T) {
	const root = "../.."
	names := map[string]bool{}
	for _, d := range slices.Concat(defects, booksDefects, paperDefects, relayDefects) {
		if names[d.name] || d.name == "" || d.about == "" {
			t.Errorf("%q is there twice, or says nothing of itself", d.name)
		}
		names[d.name] = true
		changed, err := plant(root, d.edits)
		if err != nil {
			t.Errorf("%s: %v", d.name, err)
		}
		if len(changed) == 0 && !d.power {
			t.Errorf("%s changes nothing", d.name)
		}
		if d.by != (proof{}) && !there(t, root, d.by) {
			t.Errorf("%s: %s has no %s", d.name, d.by.pkg, d.by.test)
		}
	}
	if len(names) < 80 {
		t.Errorf("only %d defects", len(names))
	}
}

// there reports whether a package has a test.
func there(t *testing.T, root string, p proof) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(p.pkg), "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v", p.pkg, err)
	}
	for _, file := range files {
		rel, err := filepath.Rel(root, file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := plant(root, []edit{{filepath.ToSlash(rel), "func " + p.test + "(t *testing.T)", ""}}); err == nil {
			return true
		}
	}
	return false
}

func TestPlant_TakesATextOnlyWhereItIsOnce(t *testing.T) {
	const file = ".ci/mutants/main_test.go"
	for name, c := range map[string]struct {
		edits []edit
		fine  bool
	}{
		"once":                         {[]edit{{file, "package " + "main\n", ""}}, true},
		"gone":                         {[]edit{{file, "nobody wrote " + "this", ""}}, false},
		"twice":                        {[]edit{{file, "err != " + "nil", ""}}, false},
		"gone with the edit before it": {[]edit{{file, "package " + "main\n", ""}, {file, "package " + "main\n", ""}}, false},
		"no such file":                 {[]edit{{"nothing.go", "x", ""}}, false},
	} {
		changed, err := plant("../..", c.edits)
		if (err == nil) != c.fine || c.fine && strings.Contains(changed[file], "package main\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
