"""A feather file as Arrow's C++ library writes it, batch by batch: rewrite.py INPUT OUTPUT."""

import sys

import pyarrow
import pyarrow.ipc

with pyarrow.ipc.open_file(sys.argv[1]) as source:
    options = pyarrow.ipc.IpcWriteOptions(compression="lz4")
    with pyarrow.ipc.new_file(sys.argv[2], source.schema, options=options) as target:
        for i in range(source.num_record_batches):
            target.write_batch(source.get_batch(i))
