"""JSON Lines and CSV say what Parquet says, to those who read text."""

import csv
import datetime
import json

import pandas
import polars
import pyarrow.csv
import pyarrow.json
import pytest

import duckdb
from conftest import SCHEMA, TABLES
from test_clients import ARROW, DUCKDB, POLARS


def columns(table):
    return {c["name"]: c["type"] for c in SCHEMA[table]["columns"]}


def test_csv_python(whole, tables):
    """The csv module: every value as text, null as nothing."""
    for name in TABLES:
        with open(whole / "csv" / f"{name}.csv", encoding="utf-8", newline="") as f:
            rows = list(csv.DictReader(f))
        assert len(rows) == len(tables[name])
        for got, want in zip(rows, tables[name]):
            for column, type_ in columns(name).items():
                v = want[column]
                text = "" if v is None else json.dumps(v) if type_ in ("boolean", "int32", "int64") else str(v)
                assert float(got[column]) == v if type_ == "double" and v is not None else got[column] == text, column


@pytest.mark.parametrize("table", TABLES)
def test_csv_duckdb(whole, table, tables):
    """Told the types, DuckDB reads the same rows, and tells null from ''."""
    types = {name: DUCKDB[t] for name, t in columns(table).items()}
    r = duckdb.connect().execute(
        f"FROM read_csv('{whole}/csv/{table}.csv', header=true, columns={types!r}, allow_quoted_nulls=false, max_line_size=100000000)"
    )
    assert [dict(zip(types, row)) for row in r.fetchall()] == tables[table]


@pytest.mark.parametrize("table", TABLES)
def test_csv_pyarrow(whole, table, tables):
    types = {name: ARROW[t] for name, t in columns(table).items()}
    read = pyarrow.csv.read_csv(
        whole / "csv" / f"{table}.csv",
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    assert read.to_pylist() == tables[table]


@pytest.mark.parametrize("table", TABLES)
def test_csv_polars(whole, table, tables):
    types = {name: POLARS[t] for name, t in columns(table).items()}
    rows = polars.read_csv(whole / "csv" / f"{table}.csv", schema=types).rows(named=True)
    assert [{k: v or None for k, v in r.items()} for r in rows] == [{k: v or None for k, v in r.items()} for r in tables[table]]


def test_csv_pandas(whole, tables):
    df = pandas.read_csv(whole / "csv" / "dates.csv", parse_dates=["start_date", "end_date"], keep_default_na=False, na_values={"start_date": [""]})
    assert list(df["date_id"].astype(str)) == [r["date_id"] for r in tables["dates"]]
    assert [None if v is pandas.NaT else v.date() for v in df["start_date"]] == [r["start_date"] for r in tables["dates"]]


@pytest.mark.parametrize("table", TABLES)
def test_jsonl_duckdb(whole, table, tables):
    types = {name: DUCKDB[t] for name, t in columns(table).items()}
    r = duckdb.connect().execute(
        f"FROM read_json('{whole}/jsonl/{table}.jsonl', format='newline_delimited', columns={types!r}, maximum_object_size=100000000)"
    )
    assert [dict(zip(types, row)) for row in r.fetchall()] == tables[table]


@pytest.mark.parametrize("table", TABLES)
def test_jsonl_pyarrow(whole, table, tables):
    """pyarrow finds the types itself, and reads what looks like a date as a time."""
    if not tables[table]:
        return
    read = pyarrow.json.read_json(whole / "jsonl" / f"{table}.jsonl").to_pylist()
    dates = [name for name, t in columns(table).items() if t in ("date", "string")]
    for got, want in zip(read, tables[table], strict=True):
        for name in dates:
            if isinstance(got[name], datetime.datetime):
                got[name] = got[name].date() if columns(table)[name] == "date" else want[name]
        assert got == want


@pytest.mark.parametrize("table", TABLES)
def test_jsonl_polars(whole, table, tables):
    types = {name: polars.String if t == "date" else POLARS[t] for name, t in columns(table).items()}
    rows = polars.read_ndjson(whole / "jsonl" / f"{table}.jsonl", schema=types).rows(named=True)
    assert rows == [{k: v.isoformat() if isinstance(v, datetime.date) else v for k, v in r.items()} for r in tables[table]]
