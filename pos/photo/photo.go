// Package photo keeps the pictures on the tiles of goods: a picture of any size becomes a small JPEG in the shop's own folder, named by what
// is in it, so that the same picture is there once and nothing depends on where it came from.
package photo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // what people have
	"image/jpeg"
	_ "image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	_ "golang.org/x/image/bmp"
	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"

	"guitai/pos"
)

// Limits of a picture, looked at before it is decoded: a small file can hold one that fills the memory.
const (
	MaxBytes  = 20 << 20
	MaxPixels = 64 << 20
)

// side is the longer side of a photo as it is kept, in pixels: a tile's on a screen of twice the usual density, and some to spare.
const side = 240

// Why a picture is not taken, with CodeInvalid.
var (
	ErrNoPicture = errors.New("not a JPEG, PNG, GIF, WebP or BMP picture")
	ErrTooLarge  = errors.New("the picture is too large: at most 20 MB and 64 million pixels")
)

// Small makes a picture as small as a tile needs it, as JPEG: upright, on white where it is transparent. CodeInvalid with [ErrNoPicture] or
// [ErrTooLarge]; the error of the reader comes as it is.
func Small(r io.Reader) ([]byte, error) {
	const op = "read picture"
	body, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	if len(body) > MaxBytes {
		return nil, pos.E(pos.CodeInvalid, op, ErrTooLarge)
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(body))
	switch {
	case err != nil:
		return nil, pos.E(pos.CodeInvalid, op, fmt.Errorf("%w: %w", ErrNoPicture, err))
	case size.Width < 1 || size.Height < 1 || size.Width > MaxPixels/size.Height:
		return nil, pos.E(pos.CodeInvalid, op, fmt.Errorf("%w: it is %d by %d", ErrTooLarge, size.Width, size.Height))
	}
	picture, _, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		return nil, pos.E(pos.CodeInvalid, op, fmt.Errorf("%w: %w", ErrNoPicture, err))
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, upright(shrunk(picture), orientation(body)), &jpeg.Options{Quality: 88}); err != nil {
		return nil, fmt.Errorf("write picture: %w", err)
	}
	return out.Bytes(), nil
}

// shrunk sets a picture on white, at most side wide and high. A small one stays as it is.
func shrunk(picture image.Image) *image.RGBA {
	w, h := picture.Bounds().Dx(), picture.Bounds().Dy()
	if longer := max(w, h); longer > side {
		w, h = max(1, w*side/longer), max(1, h*side/longer)
	}
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(small, small.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.CatmullRom.Scale(small, small.Rect, picture, picture.Bounds(), draw.Over, nil)
	return small
}

// upright turns a picture as its camera says that it was held: the numbers are those of Exif.
//
//	1 as it is       5 mirrored, a quarter to the left
//	2 mirrored       6 a quarter to the right
//	3 upside down    7 mirrored, a quarter to the right
//	4 3, mirrored    8 a quarter to the left
func upright(m *image.RGBA, how int) *image.RGBA {
	if how < 2 || how > 8 {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	turned := image.NewRGBA(image.Rect(0, 0, w, h))
	if how >= 5 {
		turned = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch how {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			turned.SetRGBA(tx, ty, m.RGBAAt(x, y))
		}
	}
	return turned
}

// Folder is where the photos are, beside the ledger. It is made with the first of them. Safe for concurrent use.
type Folder string

// Add takes a picture from a file in and returns its name here. Safe to repeat: the same picture has the same name. CodeInvalid as [Small];
// CodeNotFound and CodeReadOnly when the file or the folder cannot be opened, CodeFull when there is no room.
func (f Folder) Add(ctx context.Context, path string) (name string, err error) {
	const op = "take photo"
	info, err := os.Stat(path)
	if err != nil {
		return "", pos.E(codeOf(err), op, err)
	}
	if !info.Mode().IsRegular() { // a folder, or what never ends
		return "", pos.E(pos.CodeInvalid, op, ErrNoPicture)
	}
	file, err := os.Open(path)
	if err != nil {
		return "", pos.E(codeOf(err), op, err)
	}
	defer func() { _ = file.Close() }() // it was only read
	body, err := Small(file)
	if err != nil {
		return "", err
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	sum := sha256.Sum256(body)
	name = hex.EncodeToString(sum[:12]) + ".jpg"
	if err := f.keep(name, body); err != nil {
		return "", pos.E(codeOf(err), op, err)
	}
	return name, nil
}

// keep writes a file whole or not at all.
func (f Folder) keep(name string, body []byte) error {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return err
	}
	target := filepath.Join(string(f), name)
	if info, err := os.Stat(target); err == nil && info.Size() == int64(len(body)) {
		return nil
	}
	file, err := os.CreateTemp(string(f), name+".*.tmp")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }() // gone already when it was kept
	_, err = file.Write(body)
	if err == nil {
		err = file.Sync()
	}
	if e := file.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(file.Name(), target)
}

// Read reads a photo. A name that leads out of the folder is none: CodeNotFound.
func (f Folder) Read(ctx context.Context, name string) (image.Image, error) {
	const op = "read photo"
	if name == "" || name == "." || strings.ContainsAny(name, `/\`) || !filepath.IsLocal(name) {
		return nil, pos.E(pos.CodeNotFound, op, fmt.Errorf("%q is no name of a photo", name))
	}
	root, err := os.OpenRoot(string(f))
	if err != nil {
		return nil, pos.E(codeOf(err), op, err)
	}
	defer func() { _ = root.Close() }()
	file, err := root.Open(name)
	if err != nil {
		return nil, pos.E(codeOf(err), op, err)
	}
	defer func() { _ = file.Close() }()
	body, err := io.ReadAll(io.LimitReader(file, MaxBytes))
	if err != nil {
		return nil, pos.E(codeOf(err), op, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil || size.Width > 4*side || size.Height > 4*side { // somebody put it there by hand
		return nil, pos.E(pos.CodeInvalid, op, ErrTooLarge)
	}
	picture, _, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		return nil, pos.E(pos.CodeInvalid, op, err)
	}
	return picture, nil
}

func codeOf(err error) pos.Code {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return pos.CodeNotFound
	case errors.Is(err, fs.ErrPermission):
		return pos.CodeReadOnly
	case full(err):
		return pos.CodeFull
	}
	return pos.CodeInternal
}
