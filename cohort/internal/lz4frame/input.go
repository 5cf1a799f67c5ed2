package lz4frame

import "io"

// input reads a part of a file piece by piece.
type input struct {
	src    io.ReaderAt
	offset int64 // of the next byte that is not in buf
	left   int64 // bytes from there on
	buf    []byte
	start  int
	end    int
}

func (in *input) reset(src io.ReaderAt, offset, size int64) {
	in.src, in.offset, in.left = src, offset, size
	in.start, in.end = 0, 0
}

// next is the next n bytes, at most maxBlock and a checksum, valid until the
// next call. take is asked before memory is.
func (in *input) next(n int, take func(int64) error) ([]byte, error) {
	if in.end-in.start < n {
		if err := in.fill(n, take); err != nil {
			return nil, err
		}
	}
	b := in.buf[in.start : in.start+n]
	in.start += n
	return b, nil
}

func (in *input) fill(n int, take func(int64) error) error {
	kept := in.end - in.start
	if int64(n-kept) > in.left {
		return io.ErrUnexpectedEOF
	}
	size := max(inputSize, n)
	buf := in.buf
	if size > len(buf) {
		if take != nil {
			if err := take(int64(size - len(buf))); err != nil {
				return err
			}
		}
		buf = make([]byte, size)
	}
	copy(buf, in.buf[in.start:in.end])
	in.buf = buf
	want := int(min(int64(len(buf)-kept), in.left))
	// ReadAt gives an error whenever it gives fewer bytes than asked for.
	if got, err := in.src.ReadAt(buf[kept:kept+want], in.offset); got < want {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	in.offset += int64(want)
	in.left -= int64(want)
	in.start, in.end = 0, kept+want
	return nil
}

func (in *input) skip(n int64) error {
	if buffered := int64(in.end - in.start); n > buffered {
		n -= buffered
		in.start, in.end = 0, 0
		if n > in.left {
			return io.ErrUnexpectedEOF
		}
		in.offset += n
		in.left -= n
		return nil
	}
	in.start += int(n)
	return nil
}
