package dummydata

import (
	"fmt"
	"math"
)

// Where a patient lives is a tree: an MSOA lies in one STP, an STP in one
// region. Of the places that a study asks for at one date the smallest are
// drawn, and the larger ones follow: the shares of each level are laid side by
// side in the order written, and a place belongs to the larger one that its
// middle falls into. Where small places are finer than large ones, as they
// should be, these keep their shares; else the report shows what they got.

// placeLevels are the levels by what is returned, the smallest first.
var placeLevels = map[string]int{
	"msoa": 0, "msoa_code": 0,
	"stp_code":          1,
	"nuts1_region_name": 2,
}

// linkPlaces ties the places of each date together.
func (p *plan) linkPlaces() {
	byDate := map[string]*[3]*node{}
	for _, n := range p.nodes {
		level, ok := placeLevels[n.variable.Returning]
		if !ok || n.kind != drawn || n.form != formLabel {
			continue
		}
		date := n.variable.Dates["date"].Text
		if byDate[date] == nil {
			byDate[date] = new([3]*node)
		}
		if byDate[date][level] == nil {
			byDate[date][level] = n
		}
	}
	for _, levels := range byDate {
		var smallest *node
		var middles []uint64 // of the places of the last level
		var inside []int32   // by the smallest level's code: its place in the last level
		for _, n := range levels {
			if n == nil {
				continue
			}
			// All use one number: who moves not is found in the same place at
			// every date.
			n.val = newStream(p.opts.Seed, "place", "value")
			bounds := n.ratios
			if smallest == nil {
				smallest = n
				for code := range bounds {
					inside = append(inside, int32(code))
				}
			} else {
				for code, place := range inside {
					inside[code] = int32(bounds.at(middles[place]))
				}
				n.places = &places{smallest.ratios, append([]int32(nil), inside...)}
				p.notePlaces(n, smallest)
			}
			middles = middles[:0]
			last := uint64(0)
			for _, bound := range bounds {
				middles = append(middles, last+(bound-last)/2)
				last = bound
			}
		}
	}
}

// notePlaces tells of places whose shares are not those asked for, because the
// smaller ones do not divide up that way.
func (p *plan) notePlaces(n, smallest *node) {
	got := make([]float64, len(n.ratios))
	last := uint64(0)
	for code, bound := range smallest.ratios {
		got[n.places.inside[code]] += float64(float64(bound-last) / (1 << 64))
		last = bound
	}
	last, worst := uint64(0), 0
	for code, bound := range n.ratios {
		off := got[code] - float64(float64(bound-last)/(1<<64))
		last = bound
		if math.Abs(off) > 0.02 {
			worst++
		}
	}
	if worst > 0 {
		p.note(n, Follows, fmt.Sprintf("lies around %s, whose places do not divide into its shares: %d of its %d places have another share", smallest.name, worst, len(got)))
	}
}

// places are labels that follow from the smallest level's.
type places struct {
	smallest cumulative
	inside   []int32 // by the smallest level's code
}

func (p *places) at(u uint64) int { return int(p.inside[p.smallest.at(u)]) }
