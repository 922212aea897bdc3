"""Answers what it reads from standard input with a DuckDB of its own.

A request is a line of JSON: {"open": file, "schema": name} begins anew with a
copy of the tables of a database file, {"sql": text} asks. An answer is a line of JSON,
{"error": text or null, "bytes": n}, and n bytes of an Arrow IPC stream.
"""

import json
import sys
import threading
import warnings

import duckdb
import pyarrow as pa

PATIENCE_SECONDS = 20.0


def connect(file, schema):
    """A database in memory with the tables of a file as its own."""
    conn = duckdb.connect(config={"threads": 1})
    conn.execute("SET TimeZone = 'UTC'")
    conn.execute("SET lambda_syntax = 'ENABLE_SINGLE_ARROW'")
    if file:
        conn.execute("ATTACH '" + file.replace("'", "''") + "' AS given (READ_ONLY)")
        conn.execute("COPY FROM DATABASE given TO memory")
        conn.execute("DETACH given")
    if schema:
        conn.execute("SET search_path = '" + schema + "'")
    return conn


def ask(conn, sql):
    """The result of a statement, as an Arrow IPC stream."""
    timer = threading.Timer(PATIENCE_SECONDS, conn.interrupt)
    timer.start()
    try:
        reader = conn.execute(sql).to_arrow_reader(10000)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)
        return sink.getvalue()
    finally:
        timer.cancel()


def main():
    warnings.simplefilter("ignore")
    conn = connect("", "")
    out = sys.stdout.buffer
    for line in sys.stdin:
        request = json.loads(line)
        error, data = None, b""
        try:
            if "open" in request:
                conn.close()
                conn = connect(request["open"], request["schema"])
            else:
                data = ask(conn, request["sql"])
        except Exception as e:  # every refusal is an answer
            error = str(e) or type(e).__name__
        out.write(json.dumps({"error": error, "bytes": len(data)}).encode() + b"\n")
        out.write(data)
        out.flush()


if __name__ == "__main__":
    main()
