// Package cohort reads and writes cohort files: one row per patient, in
// feather (Arrow IPC), Parquet, CSV or Stata form.
//
// # Writing
//
// [Create] starts a file, Arrow record batches go in, and [Writer.Commit] puts
// the whole file in its place (package atomicfile): until then the path holds
// what it held before.
//
//	w, err := cohort.Create("output/input.feather", schema, cohort.WriteOptions{})
//	defer w.Close()
//	for each batch { err = w.Write(record) }
//	err = w.Commit()
//
// The costly half of writing, turning a batch into compressed bytes, is
// [Writer.Encode], which many goroutines may call at once; [Writer.Append]
// then takes the encoded batches in their order. So a file's bytes follow from
// its rows and never from the number of workers:
//
//	W1: the same batches give the same bytes, whoever encodes them.
//	W2: Encode keeps nothing of a record; its memory may be reused at once.
//	W3: a cohort holds patients: its file is readable by its owner only.
//
// A feather file that we wrote carries a digest of its data (see [DigestKey]),
// because the format itself has no checksum.
package cohort
