import datetime
import decimal
import sys

import adbc_driver_flightsql.dbapi as flightsql

headers = {"adbc.flight.sql.rpc.call_header.x-shoal-schema": "d"}
with flightsql.connect("grpc://" + sys.argv[1], db_kwargs=headers, autocommit=True) as conn:
    with conn.cursor() as cur:
        for sql, values in [
            ("SELECT count(*) FROM facts WHERE k <= ? AND day > ?", (100, datetime.date(2026, 1, 10))),
            ("SELECT k, v FROM facts WHERE v = ? ORDER BY k LIMIT ?", ("v'3", 2)),
            ("SELECT ? AS a, ? AS b, ? AS c, ? AS d", ("'; --", None, decimal.Decimal("1.50"), b"\x00\xff")),
            ("SELECT $2, $1", (1, True)),
        ]:
            cur.execute(sql, values)
            print([c[0] for c in cur.description], cur.fetchall())
        cur.execute("EXPLAIN ANALYZE SELECT count(*) FROM facts WHERE k <= ?", (100,))
        key, text = cur.fetchone()
        print(key, "1 of 10 chunks" in text, "peak memory" in text)
        try:
            cur.execute("SELECT ?", (1, 2))
        except flightsql.ProgrammingError as e:
            print("gets 2 values" in str(e))
