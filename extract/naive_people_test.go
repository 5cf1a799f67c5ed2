//go:build cgo

package extract

import (
	"slices"
	"strconv"
	"strings"

	"cohortcounts/study"
)

func (p *person) age(on string) any {
	born, ok := p.self["date_of_birth"].(string)
	if !ok || on == "" {
		return int64(0)
	}
	y, _, _ := split(on)
	by, bm, bd := split(born)
	age := y - by
	if iso(y, bm, bd) > on {
		age--
	}
	return age
}

func (p *person) registered(start, end string) []record {
	var out []record
	for _, r := range p.of("practice_registrations") {
		from, ok := r["start_date"].(string)
		to, closed := r["end_date"].(string)
		if ok && start != "" && end != "" && from <= start && (!closed || to > end) {
			out = append(out, r)
		}
	}
	return out
}

// latestOpen orders by the latest start, then the latest end, open the latest.
func latestOpen(a, b record) int {
	if order := -before(a["start_date"], b["start_date"], true); order != 0 {
		return order
	}
	return -before(a["end_date"], b["end_date"], false)
}

func (p *person) practice(v *study.Variable, on string) any {
	rows := p.registered(on, on)
	if len(rows) == 0 {
		return nil
	}
	best := slices.MinFunc(rows, func(a, b record) int {
		if order := latestOpen(a, b); order != 0 {
			return order
		}
		return before(a["practice_pseudo_id"], b["practice_pseudo_id"], false)
	})
	return best[map[string]string{"stp_code": "practice_stp", "nuts1_region_name": "practice_nuts1_region_name", "pseudo_id": "practice_pseudo_id"}[v.Returning]]
}

func (p *person) deregistered(v *study.Variable) any {
	last := ""
	for _, r := range p.of("practice_registrations") {
		end, ok := r["end_date"].(string)
		if !ok {
			return nil
		}
		last = max(last, end)
	}
	if last == "" || !p.insideAlways(v, last) {
		return nil
	}
	return last
}

func (p *person) address(v *study.Variable, on string) any {
	var rows []record
	for _, r := range p.of("addresses") {
		from, ok := r["start_date"].(string)
		to, closed := r["end_date"].(string)
		if ok && on != "" && from <= on && (!closed || to > on) {
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		if v.Returning == "index_of_multiple_deprivation" {
			return int64(-1)
		}
		return nil
	}
	best := slices.MinFunc(rows, func(a, b record) int {
		if order := latestOpen(a, b); order != 0 {
			return order
		}
		if order := bit(a["has_postcode"] == false) - bit(b["has_postcode"] == false); order != 0 {
			return int(order)
		}
		return before(a["address_id"], b["address_id"], false)
	})
	switch v.Returning {
	case "index_of_multiple_deprivation":
		if best["imd_rounded"] == nil {
			return int64(-1)
		}
		return best["imd_rounded"]
	case "rural_urban_classification":
		return best["rural_urban_classification"]
	case "msoa":
		if best["has_postcode"] == false {
			return nil
		}
		return best["msoa_code"]
	}
	isHome := best["care_home_is_potential_match"] == true
	if len(v.Categories) == 0 {
		return isHome
	}
	nursing := func(column string) any {
		switch {
		case !isHome || best[column] == nil:
			return nil
		case best[column] == true:
			return "Y"
		}
		return "N"
	}
	return scope{threeValued: true, get: func(name string) any {
		switch name {
		case "LocationRequiresNursing":
			return nursing("care_home_requires_nursing")
		case "LocationDoesNotRequireNursing":
			return nursing("care_home_does_not_require_nursing")
		}
		return bit(isHome)
	}}.category(v)
}

func (p *person) ethnicity(v *study.Variable) any {
	code := ""
	for _, r := range p.of("ethnicity_from_sus") {
		code = textOf(r["code"])
	}
	if v.Returning == "code" {
		return code
	}
	at := -1
	if code != "" {
		at = strings.IndexByte("ABCDEFGHJKLMNPRS", code[0])
	}
	switch {
	case at < 0:
		return "0"
	case v.Returning == "group_16":
		return strconv.Itoa(at + 1)
	}
	return string("1112222333344455"[at])
}
