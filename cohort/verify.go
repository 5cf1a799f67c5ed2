package cohort

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/zeebo/xxh3"

	"cohortcounts/cohort/internal/flatbuf"
)

// Verify compares every file with the digest of its data that it carries (see
// [DigestKey]), and is an error when one does not agree or carries none. Files
// of other programs carry none.
func (c *Cohort) Verify(ctx context.Context) error {
	for _, p := range c.parts {
		arrow, ok := p.part.(*arrowPart)
		if !ok || arrow.digest == "" {
			return fmt.Errorf("%s: carries no digest of its data, so it cannot be verified; leave --verify out", p.input.name)
		}
		sum, err := arrow.sum(ctx, c.memory)
		if err == nil && sum != arrow.digest {
			err = corrupt("its data does not agree with the digest that it carries")
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.input.name, err)
		}
	}
	return nil
}

// sum is the digest of the file as it is.
func (p *arrowPart) sum(ctx context.Context, m *budget) (string, error) {
	schema, header, err := nextMessage(p.input, arrowStart, m)
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = corrupt("it has no schema")
		}
		return "", err
	}
	if header.Uint8(1) != messageSchema {
		return "", corrupt("its messages are out of order")
	}
	var sum digest
	messages := append([]arrowMessage{schema}, p.dictionaries.messages...)
	buf := make([]byte, 1<<20)
	for _, message := range append(messages, p.batches...) {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		// Our messages have a prefix of eight bytes.
		const prefix = 8
		hash := xxh3.New()
		section := io.NewSectionReader(p.input, message.offset-prefix, prefix+int64(message.metaSize)+message.bodySize)
		if _, err := io.CopyBuffer(struct{ io.Writer }{hash}, struct{ io.Reader }{section}, buf); err != nil {
			return "", fmt.Errorf("read: %w", err)
		}
		sum.add(hash.Sum128().Bytes())
	}
	return sum.String(), nil
}

// digestOf is the digest in the metadata of a footer's schema, or nothing.
func digestOf(schema flatbuf.Table) string {
	pairs := schema.Tables(2)
	for i := range pairs.Len() {
		if pair := pairs.At(i); pair.String(0) == DigestKey {
			return pair.String(1)
		}
	}
	return ""
}
