package printertest

import "bytes"

// commandLength is the length of the command, or character, that a buffer begins with; 0 when it is not complete.
func commandLength(b []byte) int {
	if len(b) == 0 {
		return 0
	}
	n := 1
	switch b[0] {
	case 0x1b:
		n = escLength(b)
	case 0x1c:
		n = fsLength(b)
	case 0x1d:
		n = gsLength(b)
	}
	if n > len(b) {
		return 0
	}
	return n
}

// at is a byte of a command, 0 while it has not come; the length is then still too large.
func at(b []byte, i int) int {
	if i < len(b) {
		return int(b[i])
	}
	return 0
}

const notYet = 1 << 30

// oneOf are the commands that take a byte after their letter, and so on.
func escLength(b []byte) int {
	switch c := byte(at(b, 1)); {
	case len(b) < 2:
		return notYet
	case bytes.IndexByte([]byte("@2im<"), c) >= 0:
		return 2
	case bytes.IndexByte([]byte("$\\B"), c) >= 0:
		return 4
	case c == 'p':
		return 5
	case c == 'c':
		return 4
	case c == '*':
		if len(b) < 5 {
			return notYet
		}
		width := 1
		if b[2] >= 32 {
			width = 3
		}
		return 5 + width*(at(b, 3)+256*at(b, 4))
	}
	return 3
}

func fsLength(b []byte) int {
	switch c := byte(at(b, 1)); {
	case len(b) < 2:
		return notYet
	case c == '&' || c == '.':
		return 2
	case c == 'S':
		return 4
	}
	return 3
}

func gsLength(b []byte) int {
	switch c := byte(at(b, 1)); {
	case len(b) < 2:
		return notYet
	case c == 'V':
		if len(b) < 3 {
			return notYet
		}
		if b[2] >= 65 {
			return 4
		}
		return 3
	case c == 'v':
		if len(b) < 8 {
			return notYet
		}
		return 8 + (at(b, 4)+256*at(b, 5))*(at(b, 6)+256*at(b, 7))
	case c == '(':
		if len(b) < 5 {
			return notYet
		}
		return 5 + at(b, 3) + 256*at(b, 4)
	case c == '8':
		if len(b) < 7 {
			return notYet
		}
		return 7 + at(b, 3) + at(b, 4)<<8 + at(b, 5)<<16
	case c == 'k':
		if len(b) < 4 {
			return notYet
		}
		if b[2] >= 65 {
			return 4 + at(b, 3)
		}
		if end := bytes.IndexByte(b[3:], 0); end >= 0 {
			return 4 + end
		}
		return notYet
	case bytes.IndexByte([]byte("LWP$\\"), c) >= 0:
		return 4
	}
	return 3
}
