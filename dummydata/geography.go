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
// Where they are so coarse that a large one would lose more than half of its
// patients, or all, what the study expects of it comes first: its level is not
// tied to the smaller ones.

// placeLevels are the levels by what is returned, the smallest first.
var placeLevels = map[string]int{
	"msoa": 0, "msoa_code": 0,
	"stp_code":          1,
	"nuts1_region_name": 2,
}

// linkPlaces ties the places of each date together.
func (p *plan) linkPlaces() {
	byDate := map[string]*[3]*node{}
	var dates []string
	for _, n := range p.nodes {
		level, ok := placeLevels[n.variable.Returning]
		if !ok || n.kind != drawn || n.form != formLabel {
			continue
		}
		date := n.variable.Dates["date"].Text
		if byDate[date] == nil {
			byDate[date] = new([3]*node)
			dates = append(dates, date)
		}
		if byDate[date][level] == nil {
			byDate[date][level] = n
		}
	}
	for _, date := range dates {
		var below *node // the level before
		for _, n := range byDate[date] {
			if n == nil {
				continue
			}
			// All use one number: who moves not is found in the same place at
			// every date.
			n.val = newStream(p.opts.Seed, "place", "value")
			if below != nil {
				p.layAround(n, below)
			}
			below = n
		}
	}
}

// layAround lets the places of n follow from the smaller ones of the level
// below, if all of them get at least half of the patients that are expected.
func (p *plan) layAround(n, below *node) {
	around := below.places.around(below.ratios, n.ratios)
	got := make([]float64, len(n.ratios))
	for code, share := range around.smallest.shares() {
		got[around.inside[code]] += share
	}
	others := 0 // have another share than expected
	for code, asked := range n.ratios.shares() {
		if got[code] < asked/2 {
			p.note(n, Apart, fmt.Sprintf("does not lie around %s, whose %d places cannot be divided into its %d", below.name, len(below.ratios), len(n.ratios)))
			return
		}
		if math.Abs(got[code]-asked) > 0.02 {
			others++
		}
	}
	n.places = around
	if others > 0 {
		p.note(n, Follows, fmt.Sprintf("lies around %s, whose places do not divide into its shares: %d of its %d places have another share", below.name, others, len(got)))
	}
}

// places are labels that follow from the smallest level's.
type places struct {
	smallest cumulative
	inside   []int32 // by the smallest level's code
}

func (p *places) at(u uint64) int { return int(p.inside[p.smallest.at(u)]) }

// around are larger places, of the given shares, around p, which are of the
// shares own; p is nil for places that are drawn.
func (p *places) around(own, larger cumulative) *places {
	if p == nil {
		p = &places{own, make([]int32, len(own))}
		for code := range p.inside {
			p.inside[code] = int32(code)
		}
	}
	middles := make([]uint64, len(own))
	last := uint64(0)
	for code, bound := range own {
		middles[code] = last + (bound-last)/2
		last = bound
	}
	outer := &places{p.smallest, make([]int32, len(p.inside))}
	for code, place := range p.inside {
		outer.inside[code] = int32(larger.at(middles[place]))
	}
	return outer
}
