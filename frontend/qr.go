package frontend

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// QR is a QR code as the path of an SVG in a grid of Size modules, the quiet
// zone of four modules included (ISO/IEC 18004 section 6.3.8).
type QR struct {
	Path string
	Size int
}

const quietZone = 4

// QRCode returns the code of text at error correction M.
func QRCode(text string) (QR, error) {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return QR{}, fmt.Errorf("frontend: QR code of %q: %w", text, err)
	}
	var b strings.Builder
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			from := x
			for x < c.Size && c.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from+quietZone, y+quietZone, x-from, x-from)
			}
		}
	}
	return QR{Path: b.String(), Size: c.Size + 2*quietZone}, nil
}
