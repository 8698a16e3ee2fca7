package photo

import (
	"bytes"
	"encoding/binary"
)

// orientation is how a camera says that a JPEG was held (Exif 2.32, tag 0x0112), 1 where it says nothing.
func orientation(body []byte) int {
	if !bytes.HasPrefix(body, []byte{0xFF, 0xD8}) {
		return 1
	}
	for at := 2; at+4 <= len(body) && body[at] == 0xFF; {
		kind, length := body[at+1], int(binary.BigEndian.Uint16(body[at+2:]))
		end := at + 2 + length
		if length < 2 || end > len(body) || kind == 0xDA { // the picture itself begins
			return 1
		}
		if tiff, ok := bytes.CutPrefix(body[at+4:end], []byte("Exif\x00\x00")); ok && kind == 0xE1 {
			return tagged(tiff)
		}
		at = end
	}
	return 1
}

// tagged reads the tag from the first directory.
func tagged(tiff []byte) int {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case len(tiff) < 8:
		return 1
	case bytes.HasPrefix(tiff, []byte("MM")):
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	for i := range int64(order.Uint16(tiff[at:])) {
		entry := at + 2 + 12*i
		if entry+12 > int64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[entry:]) == 0x0112 {
			return int(order.Uint16(tiff[entry+8:]))
		}
	}
	return 1
}
