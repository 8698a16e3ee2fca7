package sim

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// maxBody is the most bytes read of a request or of an answer to a notice; the longest legal request, with a detail of 6000
// bytes, is far below it.
const maxBody = 64 << 10

var (
	errXML     = errors.New("not one flat <xml> document")
	errNotUTF8 = errors.New("not UTF-8")
)

// readXML reads the flat document of API v2: a root <xml>, one level of elements without attributes, each name once. It
// returns errNotUTF8 or errXML.
func readXML(body []byte) (map[string]string, error) {
	if !utf8.Valid(body) {
		return nil, errNotUTF8
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	otherCharset := false
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) {
		otherCharset = true
		return nil, errNotUTF8
	}
	r := flatReader{fields: make(map[string]string)}
	for {
		token, err := d.Token()
		switch {
		case otherCharset:
			return nil, errNotUTF8
		case err == io.EOF && r.closed:
			return r.fields, nil
		case err != nil:
			return nil, errXML
		}
		if err := r.take(token); err != nil {
			return nil, err
		}
	}
}

// flatReader is where readXML stands: before, in or after the root, and in which field.
type flatReader struct {
	fields       map[string]string
	open, closed bool
	name         string
	value        strings.Builder
}

func (r *flatReader) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		return r.start(t)
	case xml.EndElement:
		if r.name == "" {
			r.open, r.closed = false, true
			return nil
		}
		r.fields[r.name] = r.value.String()
		r.name = ""
	case xml.CharData:
		if r.name != "" {
			r.value.Write(t)
		} else if len(bytes.TrimSpace(t)) > 0 {
			return errXML
		}
	case xml.ProcInst:
		if t.Target != "xml" {
			return errXML
		}
	case xml.Directive:
		return errXML
	}
	return nil
}

func (r *flatReader) start(t xml.StartElement) error {
	if t.Name.Space != "" || len(t.Attr) > 0 || r.closed || r.name != "" {
		return errXML
	}
	if !r.open {
		r.open = true
		if t.Name.Local != "xml" {
			return errXML
		}
		return nil
	}
	if _, twice := r.fields[t.Name.Local]; twice {
		return errXML
	}
	r.name = t.Name.Local
	r.value.Reset()
	return nil
}

// field is one element of a reply or notice; a list of them keeps the order they are written in.
type field struct{ name, value string }

func fieldMap(list []field) map[string]string {
	m := make(map[string]string, len(list))
	for _, f := range list {
		m[f.name] = f.value
	}
	return m
}

// writeXML writes numbers bare and everything else, also the empty value, as CDATA, as the real service does.
func writeXML(list []field) []byte {
	var b bytes.Buffer
	b.WriteString("<xml>")
	for _, f := range list {
		b.WriteString("<" + f.name + ">")
		if strings.HasSuffix(f.name, "_fee") {
			b.WriteString(f.value)
		} else {
			b.WriteString("<![CDATA[" + strings.ReplaceAll(f.value, "]]>", "]]]]><![CDATA[>") + "]]>")
		}
		b.WriteString("</" + f.name + ">\n")
	}
	b.WriteString("</xml>")
	return b.Bytes()
}
