package plots

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// Format is a file format of figures.
type Format string

// The formats that figures are written in.
const (
	SVG Format = "svg"
	PNG Format = "png"
	PDF Format = "pdf"
)

// FormatOf is the format that a file's suffix asks for.
func FormatOf(path string) (Format, error) {
	switch format := Format(strings.ToLower(strings.TrimPrefix(filepath.Ext(path), "."))); format {
	case SVG, PNG, PDF:
		return format, nil
	}
	return "", fmt.Errorf("%s: cannot tell the format from the name; end it in .svg, .png or .pdf", path)
}

// Write draws the figure. The same figure gives the same bytes.
func (f *Figure) Write(w io.Writer, format Format) error {
	page, err := f.scene()
	if err != nil {
		return err
	}
	return write(w, page, format, cmp.Or(f.options.DPI, DefaultDPI))
}

// write turns a scene into a file.
func write(w io.Writer, page scene, format Format, dpi int) (err error) {
	// The libraries behind PNG and PDF panic at what they cannot draw.
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("cannot draw as %s: %v", format, fault)
		}
	}()
	switch format {
	case SVG:
		return writeSVG(w, page)
	case PNG:
		return writePNG(w, page, dpi)
	case PDF:
		return writePDF(w, page)
	}
	return fmt.Errorf("plots: no format %q", format)
}
