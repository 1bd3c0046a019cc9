"""Two runs over the sample dump, and what their tables hold by the JSON Lines.

JSON Lines are the measure: the writer makes them from the same rows as the
Parquet files, but no library of Parquet has a part in them.
"""

import datetime
import json
import os
import pathlib
import subprocess

import duckdb
import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
TAMIS = pathlib.Path(os.environ.get("TAMIS", ROOT / "tamis")).resolve()
DUMP = ROOT / "testdata" / "dump"


def tamis(*args, **options):
    return subprocess.run([TAMIS, *map(str, args)], capture_output=True, text=True, **options)


def load_schema():
    return {t["name"]: t for t in json.loads(tamis("schema", "--format", "json", check=True).stdout)["tables"]}


SCHEMA = load_schema()
TABLES = list(SCHEMA)

ENTITIES = {
    "ORG": ("organizations", "organization_id"),
    "PER": ("people", "person_id"),
    "RES": ("resolutions", "resolution_id"),
    "DATE": ("dates", "date_id"),
    "LOC": ("places", "place_id"),
}


def rows_of(folder):
    """The rows of every table as dicts, by the JSON Lines."""
    tables = {}
    for name, table in SCHEMA.items():
        dates = [c["name"] for c in table["columns"] if c["type"] == "date"]
        rows = []
        with open(folder / "jsonl" / f"{name}.jsonl", encoding="utf-8", newline="\n") as lines:
            for line in lines:
                row = json.loads(line)
                for d in dates:
                    row[d] = row[d] and datetime.date.fromisoformat(row[d])
                rows.append(row)
        tables[name] = rows
    return tables


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """A run as users have it: one part a table."""
    out = tmp_path_factory.mktemp("whole") / "out"
    tamis("run", DUMP, "--out", out, "--format", "csv,jsonl", "--quiet", check=True)
    return out


@pytest.fixture(scope="session")
def parts(tmp_path_factory):
    """The same dump with tables in as many parts as its few rows allow."""
    out = tmp_path_factory.mktemp("parts") / "out"
    tamis("run", DUMP, "--out", out, "--part-size", "1KiB", "--quiet", check=True)
    for table in ("blocks", "mentions", "aliases"):
        assert len(list((out / table).glob("*.parquet"))) > 1, f"{table} is in one part"
    return out


@pytest.fixture(scope="session")
def tables(whole):
    return rows_of(whole)


def connect(folder):
    """DuckDB with the views of a folder of tables."""
    con = duckdb.connect()
    con.execute(f"SET file_search_path = '{folder}'")
    con.execute((folder / "views.sql").read_text(encoding="utf-8"))
    return con


@pytest.fixture(scope="session")
def duck(whole):
    return connect(whole)


def records(result):
    """The rows of a result of DuckDB as dicts."""
    names = [d[0] for d in result.description]
    return [dict(zip(names, row)) for row in result.fetchall()]


@pytest.fixture(scope="session")
def spark():
    """A Spark session; where there is no Java, its tests are left out, loudly."""
    if os.environ.get("SPARK") == "no":
        pytest.skip("left out: Spark (no Java here, or SPARK=no)")
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def pytest_report_header():
    """Which versions the tests ran with."""
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for name in ("duckdb", "pyarrow", "pandas", "polars", "pyspark", "frictionless", "mlcroissant", "nbclient"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    return [", ".join(found), tamis("--version").stdout.strip()]
