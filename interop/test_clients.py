"""Every client reads every table: the same rows, types and nulls as documented."""

import datetime

import pandas
import polars
import pyarrow
import pyarrow.dataset
import pyarrow.parquet
import pytest

import duckdb
from conftest import SCHEMA, TABLES

# How the documented types are called in each client.
ARROW = {
    "string": pyarrow.string(),
    "int32": pyarrow.int32(),
    "int64": pyarrow.int64(),
    "double": pyarrow.float64(),
    "boolean": pyarrow.bool_(),
    "date": pyarrow.date32(),
}
POLARS = {
    "string": polars.String,
    "int32": polars.Int32,
    "int64": polars.Int64,
    "double": polars.Float64,
    "boolean": polars.Boolean,
    "date": polars.Date,
}
DUCKDB = {"string": "VARCHAR", "int32": "INTEGER", "int64": "BIGINT", "double": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}
SPARK = {"string": "string", "int32": "int", "int64": "bigint", "double": "double", "boolean": "boolean", "date": "date"}


def read_pyarrow(folder, table):
    t = pyarrow.dataset.dataset(folder / table, format="parquet").to_table()
    t.validate(full=True)  # among others, that strings are UTF-8
    return {f.name: f.type for f in t.schema}, ARROW, t.to_pylist()


def read_pandas(folder, table):
    df = pandas.read_parquet(folder / table, dtype_backend="pyarrow")
    rows = [{k: None if v is pandas.NA else v for k, v in row.items()} for row in df.astype(object).to_dict("records")]
    return {name: t.pyarrow_dtype for name, t in df.dtypes.items()}, ARROW, rows


def read_polars(folder, table):
    df = polars.read_parquet(folder / table / "*.parquet")
    return dict(df.schema), POLARS, df.rows(named=True)


def read_duckdb(folder, table):
    r = duckdb.connect().sql(f"FROM read_parquet('{folder}/{table}/*.parquet')")
    return dict(zip(r.columns, map(str, r.types))), DUCKDB, [dict(zip(r.columns, row)) for row in r.fetchall()]


CLIENTS = [read_pyarrow, read_pandas, read_polars, read_duckdb]


def check(result, table, want):
    types, names, rows = result
    assert types == {c["name"]: names[c["type"]] for c in SCHEMA[table]["columns"]}
    assert rows == want


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("read", CLIENTS)
@pytest.mark.parametrize("output", ["whole", "parts"])
def test_rows(request, output, read, table, tables):
    check(read(request.getfixturevalue(output), table), table, tables[table])


def read_spark(spark, folder, table):
    df = spark.read.parquet(str(folder / table))
    rows = [r.asDict() for r in df.collect()]
    key = [c["name"] for c in SCHEMA[table]["columns"] if c["type"] != "double"]
    return dict(df.dtypes), SPARK, sorted(rows, key=lambda r: repr([r[k] for k in key])), key


@pytest.mark.parametrize("table", TABLES)
def test_spark(spark, parts, table, tables):
    """Spark reads parts in an order of its own."""
    types, names, rows, key = read_spark(spark, parts, table)
    check((types, names, rows), table, sorted(tables[table], key=lambda r: repr([r[k] for k in key])))


@pytest.mark.parametrize("table", TABLES)
def test_documented(whole, table, tables):
    """The files say of each column what the schema says, and hold to it."""
    part = whole / table / "part-00000.parquet"
    nullable = {f.name: f.nullable for f in pyarrow.parquet.read_schema(part)}
    python = {"string": str, "int32": int, "int64": int, "double": float, "boolean": bool, "date": datetime.date}
    for c in SCHEMA[table]["columns"]:
        assert nullable[c["name"]] == c["nullable"], c["name"]
        for row in tables[table]:
            v = row[c["name"]]
            if v is None:
                assert c["nullable"], c["name"]
                continue
            if python[c["type"]] is float and type(v) is int:
                v = float(v)  # JSON writes 1.0 as 1
            assert type(v) is python[c["type"]], (c["name"], v)
            if c["type"] == "string":
                v.encode("utf-8")  # a lone surrogate has no UTF-8
                assert v or not c["nullable"], f"{c['name']}: an empty string where null is meant"
    keys = [c["name"] for c in SCHEMA[table]["columns"] if c.get("key")]
    if keys:
        values = [tuple(row[k] for k in keys) for row in tables[table]]
        assert len(set(values)) == len(values), f"{keys} is no key"


def test_plain_pandas(whole, tables):
    """pandas as most people call it: dates are dates, strings strings."""
    dates = pandas.read_parquet(whole / "dates")
    assert {type(v) for v in dates["start_date"].dropna()} == {datetime.date}
    assert list(dates["date_id"]) == [r["date_id"] for r in tables["dates"]]
    mentions = pandas.read_parquet(whole / "mentions")
    assert mentions["in_boilerplate"].dtype == bool
    assert mentions["start_char"].dtype == "int32"
