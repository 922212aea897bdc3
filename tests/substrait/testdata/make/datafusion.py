"""Writes DataFusion's plans of the queries in one folder to another: datafusion.py QUERIES OUT"""

import sys
from pathlib import Path

# This file has the library's name.
sys.path.append(sys.path.pop(0))

import pyarrow as pa
from datafusion import SessionContext, substrait

from tables import TABLES

queries, out = Path(sys.argv[1]), Path(sys.argv[2])
context = SessionContext()
for name, columns in TABLES.items():
    empty = pa.RecordBatch.from_pylist([], schema=pa.schema(columns.items()))
    context.register_record_batches(name, [[empty]])
for file in sorted(queries.glob("*.sql")):
    plan = substrait.Serde.serialize_bytes(file.read_text(), context)
    (out / file.with_suffix(".pb").name).write_bytes(bytes(plan))
