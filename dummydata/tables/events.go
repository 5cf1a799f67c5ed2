package tables

// The columns of clinical_events, and the first of clinical_events_ranges, by
// place: tens of millions of rows are written by them. A test compares them
// with the schema.
const (
	eventDate   = 1
	eventSNOMED = 2
	eventCTV3   = 3
	eventValue  = 4
	rangeLower  = 5
	rangeUpper  = 6
	rangeSign   = 7
)

// eventsPerPatient is how many clinical events patients have on average when
// nothing else is asked: a tenth of real practice records, and at a million
// patients the 50 million events that extraction is measured with.
const eventsPerPatient = 50

// fewestNoise is the least noise that is added of its own accord.
const fewestNoise = 5

// measuredShare of the codes of noise come with a number.
const measuredShare = 0.12

// addEventNoise adds clinical events beside the study's: as many as bring the
// patients to eventsPerPatient on average, or as many as asked.
func (p *plan) addEventNoise(opts Options) {
	p.noise = opts.NoiseEvents
	if p.noise == 0 {
		p.noise = max(fewestNoise, eventsPerPatient-p.expectedEvents())
	}
	if p.noise < 0 {
		p.noise = 0
		return
	}
	n := noiseOf(clinicalEvents)
	ctv3 := p.noiseColumn(clinicalEvents, n.columns[0])
	snomed := p.noiseColumn(clinicalEvents, n.columns[1])
	key := keyOf(p.seed, "noise clinical_events")
	p.makers = append(p.makers, func(w *patient) {
		w.dice.roll(key, w.row)
		for range w.dice.count(p.noise) {
			day, ok := p.noiseDay(w)
			if !ok {
				return
			}
			r := w.add(clinicalEvents)
			r.set(dayCell(eventDate, day))
			codes := &snomed
			if w.dice.Uint32()&1 == 0 {
				codes = &ctv3
			}
			k := codes.often.pick(w.dice)
			r.set(codes.cells[k])
			if float64(k%100) < 100*measuredShare {
				// Each measurement has a level of its own.
				r.set(floatCell(eventValue, float64(10+k%7*20)+float64(float64(w.dice.IntN(400))/10)))
				w.copyToRanges(r, true)
			}
		}
	})
}

// expectedEvents is how many clinical events per patient the study has.
func (p *plan) expectedEvents() float64 {
	events := 0.0
	for _, g := range p.groups {
		if g.table != clinicalEvents || g.impossible {
			continue
		}
		share, each := 1.0, 1.0
		if e := p.variable(p.names[g.lead]).Expectations; e != nil && e.Incidence != nil {
			share = *e.Incidence
		}
		if g.count >= 0 {
			if e := p.variable(p.names[g.count]).Expectations; e != nil && e.Int != nil {
				each = max(e.Int.Mean, 0)
			}
		}
		events += float64(share * each)
	}
	return events
}

// copyToRanges writes a record with a number to clinical_events_ranges too,
// with a reference range unless that is the study's to say.
func (w *patient) copyToRanges(r *part, plain bool) {
	c := w.add(clinicalEventsRanges)
	for column := eventDate; column <= eventValue; column++ {
		c.set(r.get(column))
	}
	if !plain {
		return
	}
	c.set(floatCell(rangeLower, 10))
	c.set(floatCell(rangeUpper, 120))
}

// procedure adds what was done at the last appointment of opa.
func (w *patient) procedure(code cell) {
	r := w.add(opaProcedures)
	r.set(intCell(schemas[opaProcedures].at("opa_ident"), w.ident))
	r.set(code)
}

// nextIdent is a number for a record of the patient, which no other of any
// patient has.
func (w *patient) nextIdent() int64 {
	w.idents++
	w.ident = int64(w.row)<<12 + w.idents
	return w.ident
}
