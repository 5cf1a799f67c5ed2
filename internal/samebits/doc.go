// Package samebits is floating-point functions that give the same bits on
// every processor, for outputs that must have the same bytes everywhere.
//
// The standard library's do not: math.Exp and math.Log have assembly of their
// own on some processors, and on arm64 and others the compiler makes one
// instruction of a product and a sum, which rounds once instead of twice. Here
// each product is rounded by a conversion before it is added to, which forbids
// that (Go specification, "Floating-point operators"); code that draws random
// numbers must do the same with its own products. What rounds in one way only
// is taken from math: Sqrt, Floor, Frexp, Ldexp.
//
// The functions are good to about 1e-15 of their value.
package samebits
