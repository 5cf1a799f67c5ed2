package flowchart

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"strings"

	"cohortcounts/disclosure"
)

// The drawing's measures, in pixels.
const (
	margin     = 16
	boxWidth   = 400
	sideWidth  = 210
	sideGap    = 44 // between the boxes and those of who was left out
	lineHeight = 20
	padding    = 12
	stepGap    = 64 // between boxes; a box of who was left out lies in it
	lineWidth  = 45 // letters that go on a line of a box, at the size below
	fontSize   = 15
	sideHeight = 2*padding + lineHeight
)

const style = `
text { font: 15px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1b1f24; }
.n { font-weight: 600; }
.quiet { fill: #57606a; }
.page { fill: #ffffff; }
.box { fill: #eef4fb; stroke: #2f6fb3; stroke-width: 1.5; }
.last { fill: #2f6fb3; stroke: #2f6fb3; }
.onlast { fill: #ffffff; }
.side { fill: none; stroke: #8c959f; stroke-width: 1.2; }
.arrow { fill: none; stroke: #57606a; stroke-width: 1.5; }
.head { fill: #57606a; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .quiet { fill: #9da7b1; }
  .page { fill: #0d1117; }
  .box { fill: #14243a; stroke: #5c9de0; }
  .last { fill: #1f5c9e; stroke: #5c9de0; }
  .side { stroke: #6e7681; }
  .arrow { stroke: #9da7b1; }
  .head { fill: #9da7b1; }
}
`

// WriteSVG draws the chart: a box for each step, and beside the arrow between
// two how many were left out.
func (c *Chart) WriteSVG(w io.Writer) error {
	out := bufio.NewWriter(w)
	tops, lines, height := c.lay()
	width := 2*margin + boxWidth + sideGap + sideWidth
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="Flowchart of the population">`+"\n", width, height, width, height)
	fmt.Fprintf(out, "<style>%s</style>\n<rect class=\"page\" width=\"%d\" height=\"%d\"/>\n", style, width, height)
	for i, step := range c.Steps {
		class, text := "box", ""
		if i == len(c.Steps)-1 {
			class, text = "box last", " onlast"
		}
		boxHeight := boxHeightOf(lines[i])
		fmt.Fprintf(out, `<rect class="%s" x="%d" y="%d" width="%d" height="%d" rx="6"/>`+"\n", class, margin, tops[i], boxWidth, boxHeight)
		y := tops[i] + padding + fontSize
		for _, line := range lines[i] {
			writeText(out, "line"+text, margin+boxWidth/2, y, line)
			y += lineHeight
		}
		writeText(out, "n"+text, margin+boxWidth/2, y, "n = "+shown(step.Left))
		if i > 0 {
			c.drawStep(out, tops[i-1]+boxHeightOf(lines[i-1]), tops[i], step)
		}
	}
	fmt.Fprintln(out, "</svg>")
	return out.Flush()
}

// drawStep draws the arrow between two boxes and who was left out.
func (c *Chart) drawStep(out io.Writer, from, to int, step Step) {
	x, y := margin+boxWidth/2, (from+to)/2
	side := margin + boxWidth + sideGap
	fmt.Fprintf(out, `<path class="arrow" d="M%d %dV%d"/><path class="head" d="M%d %dl-5 -9h10z"/>`+"\n", x, from, to-8, x, to)
	fmt.Fprintf(out, `<path class="arrow" d="M%d %dH%d"/><path class="head" d="M%d %dl-9 -5v10z"/>`+"\n", x, y, side-8, side, y)
	fmt.Fprintf(out, `<rect class="side" x="%d" y="%d" width="%d" height="%d" rx="6"/>`+"\n", side, y-sideHeight/2, sideWidth, sideHeight)
	writeText(out, "quiet", side+sideWidth/2, y+fontSize/3, "Left out: "+shown(step.LeftOut))
}

// lay gives where each box begins, the lines of its label, and the height of
// all.
func (c *Chart) lay() (tops []int, lines [][]string, height int) {
	y := margin
	for i, step := range c.Steps {
		if i > 0 {
			y += stepGap
		}
		label := wrap(step.Label, lineWidth)
		tops, lines = append(tops, y), append(lines, label)
		y += boxHeightOf(label)
	}
	return tops, lines, y + margin
}

func boxHeightOf(label []string) int { return 2*padding + (len(label)+1)*lineHeight }

func writeText(out io.Writer, class string, x, y int, text string) {
	fmt.Fprintf(out, `<text class="%s" x="%d" y="%d" text-anchor="middle">%s</text>`+"\n", class, x, y, html.EscapeString(printable(text)))
}

// printable leaves out what XML cannot hold.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "�"))
}

// wrap cuts a text into lines at its blanks, and words that are too long.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		for len([]rune(word)) > width {
			if line != "" {
				lines, line = append(lines, line), ""
			}
			letters := []rune(word)
			lines, word = append(lines, string(letters[:width])), string(letters[width:])
		}
		switch {
		case line == "":
			line = word
		case len([]rune(line))+1+len([]rune(word)) > width:
			lines, line = append(lines, line), word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

// shown is a number with its thousands set apart, as a person reads it.
func shown(cell disclosure.Cell) string {
	if cell.Withheld {
		return "withheld"
	}
	digits := fmt.Sprint(cell.Count)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}
