package plots

// A scene is a drawn page: what is where, in which role. It knows no file
// format; svg.go, png.go and pdf.go each turn one into bytes. Lengths are
// points (1/72 inch), the origin is the page's top left corner, y grows
// downwards.
type scene struct {
	width, height float64
	title         string
	elements      []element
}

// element is one of group, lines, marks, label and box.
type element interface{ element() }

// group is a part of the page that is read as one picture, such as a panel.
type group struct {
	title, description string
	elements           []element
}

// lines is polylines of one look. A run of one point draws nothing.
type lines struct {
	runs  [][]point
	ink   ink
	width float64
	dash  []float64 // lengths on and off; nil is solid
	// offset is how far into the dashes a run begins.
	offset float64
	butt   bool // ends are cut at the last point instead of rounded
}

// marks is one shape at several points.
type marks struct {
	shape shape
	size  float64 // across
	ink   ink
	at    []point
	tips  []string // what each mark says when pointed at; nil for none
}

// label is one line of text.
type label struct {
	at     point // on the base line, at the anchor
	text   string
	size   float64
	bold   bool
	ink    ink
	anchor anchor
	turned bool // reads upwards
}

// box is a filled rectangle.
type box struct {
	rectangle
	ink ink
}

func (group) element() {}
func (lines) element() {}
func (marks) element() {}
func (label) element() {}
func (box) element()   {}

// point is a place on the page.
type point struct{ x, y float64 }

// rectangle is a part of the page, from its top left corner.
type rectangle struct{ x, y, width, height float64 }

func (r rectangle) right() float64  { return r.x + r.width }
func (r rectangle) bottom() float64 { return r.y + r.height }

// overlaps tells whether two rectangles share more than an edge.
func (r rectangle) overlaps(other rectangle) bool {
	return r.x < other.right() && other.x < r.right() && r.y < other.bottom() && other.y < r.bottom()
}

// anchor is the part of a text that its point fixes.
type anchor int

const (
	start anchor = iota
	middle
	end
)
