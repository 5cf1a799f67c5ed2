// Package cohort reads and writes cohort files: one row per patient, in
// feather (Arrow IPC), Parquet, CSV or Stata form.
//
// # Reading
//
// [Files] names a cohort: files, folders of part files, or standard input, one
// after another. What a file is, is found from its content. Those who only
// count dates read chunks of columns, in whatever form the file has them:
//
//	c, err := cohort.Files("output/input.feather").Open()
//	defer c.Close()
//	rows, err := c.ScanDates(ctx, columns, cohort.ScanOptions{Workers: 2}, newVisitor)
//
// and those who want values of any kind read some thousand rows of the columns
// at a time ([OpenValues]), record batches of an Arrow file ([OpenRecords]), or
// all of a small file as a [Table]. A scan decodes only the columns asked for, a few blocks at a
// time, in memory that each worker uses again and again:
//
//	R1: a file is read right or not at all: what its format tells twice must
//	    agree, and a place outside of the file or of a buffer is [ErrCorrupt].
//	R2: memory does not depend on the size of the cohort, of a record batch or
//	    of a column, and stays below Source.Memory: what has to be in memory
//	    whole and does not fit (a page of Parquet, a row of CSV, the
//	    description of very many columns) is an error before it is read.
//	R3: the rows that are handed over, and the error that is told, do not
//	    depend on the number of workers.
//	R4: no library that trusts its input sees a length from the file: we read
//	    the tables of Arrow and of Parquet ourselves (internal/flatbuf,
//	    internal/thrift), and for a scan libraries only decompress into buffers
//	    of a size that was checked. Those that decode other values get a file
//	    that our own readers have checked (openChecked).
//	R5: a value in an error is one that should have been a date and is not; no
//	    other value is told.
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
//	W2: Encode keeps nothing of a record but its dictionaries, by reference: the
//	    record may be released and the memory of its rows reused at once.
//	W3: a cohort holds patients: its file is readable by its owner only.
//
// A feather file that we wrote carries a digest of its data (see [DigestKey]),
// because the format itself has no checksum.
package cohort
