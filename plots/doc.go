// Package plots draws the frequency plots of a released table: counts over
// time, one panel for each panel of the analysis spec.
package plots
