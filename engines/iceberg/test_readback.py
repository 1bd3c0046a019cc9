"""Reads tables that tamis-iceberg committed with pyiceberg, a client that shares
no code with it, and compares them with the Parquet files of the run.

TAMIS_ICEBERG names the program, TABLES the output folder of a run.
"""

import os
import subprocess
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.expressions import And, EqualTo, GreaterThanOrEqual
from pyiceberg.table import StaticTable

TABLES = Path(os.environ["TABLES"]).resolve()
NAMES = sorted(p.name for p in TABLES.iterdir() if list(p.glob("*.parquet")))


def commit(where, *flags):
    command = [os.environ["TAMIS_ICEBERG"], "commit", "--warehouse", where / "warehouse", *flags, TABLES]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory):
    """Opens tables of an SQL catalog that got the run twice."""
    where = tmp_path_factory.mktemp("sqlite")
    for _ in range(2):
        commit(where, "--catalog", f"sqlite:{where}/catalog.db")
    catalog = SqlCatalog("tamis", uri=f"sqlite:///{where}/catalog.db", warehouse=f"file://{where}/warehouse")
    assert sorted(name for _, name in catalog.list_tables("tamis")) == NAMES
    return lambda name: catalog.load_table(("tamis", name))


@pytest.fixture(scope="session")
def directory(tmp_path_factory):
    """Opens tables of a directory catalog, by their version hints."""
    where = tmp_path_factory.mktemp("directory")
    commit(where)
    return lambda name: StaticTable.from_metadata(str(where / "warehouse" / "tamis" / name))


@pytest.fixture(params=["sqlite", "directory"])
def load(request):
    return request.getfixturevalue(request.param)


def columns(table):
    """Columns as lists; sorted, since rows of a scan have no order."""
    return {name: sorted(table[name].to_pylist(), key=lambda v: (v is None, v)) for name in table.column_names}


@pytest.mark.parametrize("name", NAMES)
def test_same_rows(load, name):
    want = pq.read_table(TABLES / name)
    got = load(name).scan().to_arrow()
    assert got.num_rows == want.num_rows
    assert columns(got) == columns(want)
    for field in want.schema:
        if pa.types.is_integer(field.type) or pa.types.is_floating(field.type):
            assert pc.sum(got[field.name]).as_py() == pytest.approx(pc.sum(want[field.name]).as_py())


def test_filter(load):
    """Readers leave out files by the bounds that the commit took from them."""
    got = load("mentions").scan(row_filter=And(EqualTo("type", "ORG"), GreaterThanOrEqual("confidence", 0.9))).to_arrow()
    want = pq.read_table(TABLES / "mentions").filter((pc.field("type") == "ORG") & (pc.field("confidence") >= 0.9))
    assert got.num_rows == want.num_rows > 0


def test_committed_twice_is_one_snapshot(sqlite):
    for name in NAMES:
        assert len(sqlite(name).snapshots()) == 1


def test_appended_by_both(tmp_path):
    """pyiceberg writes to the tables, and the next run replaces what it wrote."""
    flags = "--catalog", f"sqlite:{tmp_path}/catalog.db"
    commit(tmp_path, *flags)
    catalog = SqlCatalog("tamis", uri=f"sqlite:///{tmp_path}/catalog.db", warehouse=f"file://{tmp_path}/warehouse")
    table = catalog.load_table("tamis.places")
    rows = table.scan().to_arrow()
    first = table.current_snapshot().snapshot_id
    table.append(rows)
    assert table.scan().to_arrow().num_rows == 2 * rows.num_rows
    commit(tmp_path, *flags)
    table.refresh()
    assert table.scan().to_arrow().num_rows == rows.num_rows
    assert len(table.snapshots()) >= 3
    assert table.scan(snapshot_id=first).to_arrow().num_rows == rows.num_rows
