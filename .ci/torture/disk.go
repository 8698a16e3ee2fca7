package main

import (
	"bytes"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// disk is what the ops so far have left: what is sure to outlive the power, and what may.
//
// A write is sure once its file was synced, a name once its folder was. Until then any of a file's writes may be lost, may
// come before others, or may be cut at any sector of 512 bytes; names are kept in their order up to some moment, as every
// file system with a journal does.
type disk struct {
	names map[string]*inode         // sure
	fresh map[string]*inode         // as the programs see them
	moves []func(map[string]*inode) // changes of names that are not sure
}

type inode struct {
	sure    []byte
	pending []op // opWrite and opTruncate, not synced
}

const sector = 512

// newDisk is a disk on which every file of dir whose name begins with file is sure.
func newDisk(dir, file string) (*disk, error) {
	d := &disk{names: map[string]*inode{}, fresh: map[string]*inode{}}
	files, err := filepath.Glob(filepath.Join(dir, file+"*"))
	if err != nil {
		return nil, err
	}
	for _, path := range files {
		if filepath.Ext(path) == ".db-shm" {
			continue
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		f := &inode{sure: raw}
		d.names[path], d.fresh[path] = f, f
	}
	return d, nil
}

// paths are the files that are there.
func (d *disk) paths() []string { return slices.Collect(maps.Keys(d.names)) }

// move is a change of names: done at once for the programs, for sure with the folder.
func (d *disk) move(f func(map[string]*inode)) {
	f(d.fresh)
	d.moves = append(d.moves, f)
}

// apply lets an op happen.
func (d *disk) apply(o op) {
	f := d.fresh[o.path]
	switch o.kind {
	case opCreate:
		made := &inode{}
		d.move(func(names map[string]*inode) { names[o.path] = made })
	case opRename:
		d.move(func(names map[string]*inode) {
			if moved, ok := names[o.path]; ok {
				names[o.to] = moved
				delete(names, o.path)
			}
		})
	case opUnlink:
		d.move(func(names map[string]*inode) { delete(names, o.path) })
	case opWrite, opTruncate:
		if f != nil {
			f.pending = append(f.pending, o)
		}
	case opSync:
		if f == nil { // the folder
			for _, m := range d.moves {
				m(d.names)
			}
			d.moves = nil
			return
		}
		for _, p := range f.pending {
			f.sure = change(f.sure, p, nil)
		}
		f.pending = nil
	case opAck, opOrder, opNotice:
	}
}

// change applies a pending op to content. keep, if any, says which of the sectors that the op touches are written.
func change(content []byte, o op, keep func() bool) []byte {
	if o.kind == opTruncate {
		if int64(len(content)) >= o.off {
			return content[:o.off:o.off]
		}
		return append(content, make([]byte, o.off-int64(len(content)))...)
	}
	if end := o.off + int64(len(o.data)); int64(len(content)) < end {
		content = append(content, make([]byte, end-int64(len(content)))...)
	}
	if keep == nil {
		copy(content[o.off:], o.data)
		return content
	}
	for from := int64(0); from < int64(len(o.data)); {
		to := min((o.off+from)/sector*sector+sector-o.off, int64(len(o.data)))
		if keep() {
			copy(content[o.off+from:], o.data[from:to])
		}
		from = to
	}
	return content
}

// How a power cut treats what was not synced.
type cut int

const (
	cutNone   cut = iota // all of it is lost
	cutAll               // all of it is there
	cutSubset            // some of it, in any order, whole or torn
)

// unsure reports whether anything can be lost at all: else every image is the same.
func (d *disk) unsure() bool {
	for _, f := range d.fresh {
		if len(f.pending) > 0 {
			return true
		}
	}
	return len(d.moves) > 0
}

// image writes what a power cut may leave into dir, which must be empty.
func (d *disk) image(dir string, how cut, random *rand.Rand) error {
	names := maps.Clone(d.names)
	kept := len(d.moves)
	switch how {
	case cutNone:
		kept = 0
	case cutSubset:
		kept = random.IntN(len(d.moves) + 1)
	case cutAll:
	}
	for _, m := range d.moves[:kept] {
		m(names)
	}
	var errs []error
	for path, f := range names {
		errs = append(errs, writeSparse(filepath.Join(dir, filepath.Base(path)), f.after(how, random)))
	}
	return errors.Join(errs...)
}

// after is the file's content after a cut.
func (f *inode) after(how cut, random *rand.Rand) []byte {
	if how == cutNone || len(f.pending) == 0 {
		return f.sure
	}
	content := bytes.Clone(f.sure)
	order := make([]int, len(f.pending))
	for i := range order {
		order[i] = i
	}
	if how == cutAll {
		for _, p := range f.pending {
			content = change(content, p, nil)
		}
		return content
	}
	// A disk with much to write has written either little or most of it, in order or not.
	share := random.Float64()
	if random.IntN(2) == 0 {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	for _, i := range order {
		if random.Float64() > share {
			continue
		}
		var keep func() bool
		if random.IntN(3) == 0 {
			keep = func() bool { return random.IntN(2) == 0 }
		}
		content = change(content, f.pending[i], keep)
	}
	return content
}

// writeSparse writes content and leaves out the zeros, of which a log that was grown ahead has millions.
func writeSparse(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	const chunk = 64 << 10
	zeros := make([]byte, chunk)
	for from := 0; from < len(content) && err == nil; from += chunk {
		part := content[from:min(from+chunk, len(content))]
		if !bytes.Equal(part, zeros[:len(part)]) {
			_, err = f.WriteAt(part, int64(from))
		}
	}
	return errors.Join(err, f.Truncate(int64(len(content))), f.Close())
}
