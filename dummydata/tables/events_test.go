package tables

import "testing"

// The places that events.go relies on are those of the schema.
func TestEventColumns(t *testing.T) {
	t.Parallel()
	for name, place := range map[string]int{
		"date": eventDate, "snomedct_code": eventSNOMED, "ctv3_code": eventCTV3, "numeric_value": eventValue,
	} {
		for _, table := range []tableID{clinicalEvents, clinicalEventsRanges} {
			if got := schemas[table].at(name); got != place {
				t.Errorf("%s: %s is column %d, not %d", schemas[table].name, name, got, place)
			}
		}
	}
	for name, place := range map[string]int{"lower_bound": rangeLower, "upper_bound": rangeUpper, "comparator": rangeSign} {
		if got := schemas[clinicalEventsRanges].at(name); got != place {
			t.Errorf("clinical_events_ranges: %s is column %d, not %d", name, got, place)
		}
	}
	if patients != 0 || len(schemas) != int(tableCount) || schemas[ukrr].name != "ukrr" || schemas[apcs].name != "apcs" {
		t.Error("the tables and their numbers do not agree")
	}
}
