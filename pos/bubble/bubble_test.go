package bubble

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestSleep_WaitsForWhatHappensAtTheSameMoment(t *testing.T) {
	for range 200 { // without the wait it is luck what comes first
		synctest.Test(t, func(t *testing.T) {
			seen := 0 // without a lock: Sleep orders it
			for range 10 {
				go func() {
					time.Sleep(time.Second)
					for range 10 {
						time.Sleep(0)
					}
				}()
			}
			go func() {
				time.Sleep(time.Second)
				seen++
			}()
			Sleep(time.Second)
			if seen != 1 {
				t.Fatal("the test was first")
			}
		})
	}
}

// A test that sleeps in a bubble does so with Sleep: what it reads then is at rest.
func TestLaw_TestsInABubbleUseSleep(t *testing.T) {
	const root = "../.."
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "build" || strings.HasPrefix(d.Name(), ".") && path != root) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") || filepath.Base(path) == "bubble_test.go" {
			return nil
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			if i.Path.Value == `"testing/synctest"` {
				files++
				for _, sleep := range bareSleeps(f) {
					t.Errorf("%s: a test's own goroutine lets time pass and does not wait; use bubble.Sleep", set.Position(sleep.Pos()))
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Errorf("only %d tests in bubbles were found", files)
	}
}

// bareSleeps are the calls of time.Sleep, and <-time.After, straight in a function that takes a *testing.T: in one that is started by go, or by
// a fake, it is well, and in a select it is a limit.
func bareSleeps(f *ast.File) (found []ast.Node) {
	var walk func(n ast.Node, own bool)
	walk = func(n ast.Node, own bool) {
		ast.Inspect(n, func(c ast.Node) bool {
			if c == n {
				return true
			}
			switch c := c.(type) {
			case *ast.FuncDecl:
				walk(c, takesT(c.Type))
				return false
			case *ast.FuncLit:
				walk(c, takesT(c.Type))
				return false
			case *ast.ForStmt: // one that looks again and again waits for the world outside, where no bubble is
				walk(c.Body, own)
				return false
			case *ast.CommClause:
				walk(&ast.BlockStmt{List: c.Body}, own)
				return false
			case *ast.CallExpr:
				if own && ofTime(c, "Sleep") {
					found = append(found, c)
				}
			case *ast.ExprStmt:
				if from, ok := c.X.(*ast.UnaryExpr); ok && own && from.Op == token.ARROW && ofTime(from.X, "After") {
					found = append(found, c)
				}
			}
			return true
		})
	}
	walk(f, false)
	return found
}

// ofTime reports whether e calls that function of package time.
func ofTime(e ast.Expr, name string) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	s, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != name {
		return false
	}
	p, ok := s.X.(*ast.Ident)
	return ok && p.Name == "time"
}

func takesT(f *ast.FuncType) bool {
	for _, p := range f.Params.List {
		star, ok := p.Type.(*ast.StarExpr)
		if !ok {
			continue
		}
		if s, ok := star.X.(*ast.SelectorExpr); ok && s.Sel.Name == "T" {
			return true
		}
	}
	return false
}
