package export

import (
	"bytes"
	"strings"
)

const (
	bom     = "\uFEFF" // without it a spreadsheet takes the file for one in the system's old code page
	lineEnd = "\r\n"
)

// safe keeps a spreadsheet from taking a text for a formula, and the file from being anything but UTF-8.
func safe(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 {
		return "'" + s
	}
	return s
}

// quote writes one cell as RFC 4180 has it, byte for byte: encoding/csv would drop a CR and change a line feed on the way.
func quote(b *bytes.Buffer, s string) {
	if !strings.ContainsAny(s, ",\"\r\n") && strings.Trim(s, " \t") == s {
		b.WriteString(s)
		return
	}
	b.WriteByte('"')
	for {
		before, after, found := strings.Cut(s, `"`)
		b.WriteString(before)
		if !found {
			break
		}
		b.WriteString(`""`)
		s = after
	}
	b.WriteByte('"')
}
