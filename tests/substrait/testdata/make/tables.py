"""TPC-H's tables as Arrow schemas."""

import pyarrow as pa

DATE, TEXT, INT, BIGINT, MONEY = pa.date32(), pa.string(), pa.int32(), pa.int64(), pa.decimal128(15, 2)

TABLES = {
    "nation": {"n_nationkey": INT, "n_name": TEXT, "n_regionkey": INT, "n_comment": TEXT},
    "region": {"r_regionkey": INT, "r_name": TEXT, "r_comment": TEXT},
    "supplier": {
        "s_suppkey": BIGINT, "s_name": TEXT, "s_address": TEXT, "s_nationkey": INT, "s_phone": TEXT,
        "s_acctbal": MONEY, "s_comment": TEXT,
    },
    "customer": {
        "c_custkey": BIGINT, "c_name": TEXT, "c_address": TEXT, "c_nationkey": INT, "c_phone": TEXT,
        "c_acctbal": MONEY, "c_mktsegment": TEXT, "c_comment": TEXT,
    },
    "part": {
        "p_partkey": BIGINT, "p_name": TEXT, "p_mfgr": TEXT, "p_brand": TEXT, "p_type": TEXT, "p_size": INT,
        "p_container": TEXT, "p_retailprice": MONEY, "p_comment": TEXT,
    },
    "partsupp": {
        "ps_partkey": BIGINT, "ps_suppkey": BIGINT, "ps_availqty": BIGINT, "ps_supplycost": MONEY, "ps_comment": TEXT,
    },
    "orders": {
        "o_orderkey": BIGINT, "o_custkey": BIGINT, "o_orderstatus": TEXT, "o_totalprice": MONEY, "o_orderdate": DATE,
        "o_orderpriority": TEXT, "o_clerk": TEXT, "o_shippriority": INT, "o_comment": TEXT,
    },
    "lineitem": {
        "l_orderkey": BIGINT, "l_partkey": BIGINT, "l_suppkey": BIGINT, "l_linenumber": BIGINT, "l_quantity": MONEY,
        "l_extendedprice": MONEY, "l_discount": MONEY, "l_tax": MONEY, "l_returnflag": TEXT, "l_linestatus": TEXT,
        "l_shipdate": DATE, "l_commitdate": DATE, "l_receiptdate": DATE, "l_shipinstruct": TEXT, "l_shipmode": TEXT,
        "l_comment": TEXT,
    },
}
