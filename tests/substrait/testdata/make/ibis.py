"""Writes Ibis's plans of some questions about TPC-H's tables, and their SQL, to a folder: ibis.py OUT"""

import sys
from pathlib import Path

# This file has the library's name.
sys.path.append(sys.path.pop(0))

import ibis
import pyarrow as pa
from ibis import _
from ibis_substrait.compiler.core import SubstraitCompiler

from tables import TABLES

D = ibis.date
t = {
    name: ibis.table(ibis.Schema.from_pyarrow(pa.schema(columns.items())), name=name)
    for name, columns in TABLES.items()
}
l, o, c, s, n, r, p, ps = (
    t[k] for k in ("lineitem", "orders", "customer", "supplier", "nation", "region", "part", "partsupp")
)
Q = {}
Q[1] = (
    l.filter(l.l_shipdate <= D("1998-09-02"))
    .group_by(["l_returnflag", "l_linestatus"])
    .aggregate(
        sum_qty=_.l_quantity.sum(), sum_base=_.l_extendedprice.sum(), avg_qty=_.l_quantity.mean(), n=_.count()
    )
    .order_by(["l_returnflag", "l_linestatus"])
)
Q[6] = l.filter([l.l_shipdate >= D("1994-01-01"), l.l_shipdate < D("1995-01-01"), l.l_quantity < 24]).aggregate(
    revenue=_.l_extendedprice.sum(), n=_.count()
)
j = c.join(o, c.c_custkey == o.o_custkey).join(l, o.o_orderkey == l.l_orderkey)
Q[3] = (
    j.filter([j.c_mktsegment == "BUILDING", j.o_orderdate < D("1995-03-15"), j.l_shipdate > D("1995-03-15")])
    .group_by(["l_orderkey", "o_orderdate", "o_shippriority"])
    .aggregate(revenue=_.l_extendedprice.sum())
    .order_by([ibis.desc("revenue"), "o_orderdate", "l_orderkey"])
    .limit(10)
)
j = (
    c.join(o, c.c_custkey == o.o_custkey)
    .join(l, o.o_orderkey == l.l_orderkey)
    .join(s, _.l_suppkey == s.s_suppkey)
    .join(n, _.s_nationkey == n.n_nationkey)
    .join(r, _.n_regionkey == r.r_regionkey)
)
Q[5] = (
    j.filter([_.c_nationkey == _.s_nationkey, _.r_name == "ASIA"])
    .group_by("n_name")
    .aggregate(revenue=_.l_extendedprice.sum(), orders=_.o_orderkey.nunique())
    .order_by(ibis.desc("revenue"))
)
Q[12] = (
    o.join(l, o.o_orderkey == l.l_orderkey)
    .filter([_.l_shipmode.isin(["MAIL", "SHIP"]), _.l_commitdate < _.l_receiptdate])
    .group_by("l_shipmode")
    .aggregate(high=ibis.case().when(_.o_orderpriority == "1-URGENT", 1).else_(0).end().sum())
    .order_by("l_shipmode")
)
Q[14] = (
    l.join(p, l.l_partkey == p.p_partkey)
    .filter(_.p_type.startswith("PROMO"))
    .aggregate(x=_.l_extendedprice.sum(), y=_.l_discount.max(), z=_.p_size.min())
)
Q[22] = (
    c.filter(c.c_nationkey.isin([13, 3, 23]))
    .mutate(code=_.c_nationkey, up=_.c_name.upper(), n=_.c_name.length())
    .group_by("code")
    .aggregate(n=_.count(), m=_.n.max(), b=_.c_acctbal.mean())
    .order_by("code")
)
Q[30] = n.union(n).group_by("n_regionkey").aggregate(k=_.count()).order_by("n_regionkey")
Q[32] = (
    o.left_join(l.filter(l.l_quantity > 49), o.o_orderkey == l.l_orderkey)
    .filter(_.l_orderkey.isnull())
    .aggregate(n=_.count())
)
Q[33] = l.semi_join(p.filter(p.p_size == 1), l.l_partkey == p.p_partkey).aggregate(n=_.count(), s=_.l_tax.sum())
out = Path(sys.argv[1])
for number, question in Q.items():
    plan = SubstraitCompiler().compile(question)
    (out / f"{number:02d}.pb").write_bytes(plan.SerializeToString())
    (out / f"{number:02d}.sql").write_text(str(ibis.to_sql(question, dialect="duckdb")) + "\n")
