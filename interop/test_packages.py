"""What lies beside the tables: data packages, Croissant, the data dictionary."""

import json
import subprocess
import sys

import frictionless
import mlcroissant
import pyarrow.parquet
import pytest

from conftest import ROOT, SCHEMA, TABLES, tamis


@pytest.mark.parametrize("folder", [".", "csv", "jsonl"])
def test_frictionless(whole, folder):
    """The package is valid: schema, rows, types, nulls, keys, references."""
    done = subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", "--json", "datapackage.json"],
        cwd=whole / folder,
        capture_output=True,
        text=True,
    )
    report = json.loads(done.stdout)
    errors = [e["message"] for t in report["tasks"] for e in t["errors"]] + [e["message"] for e in report["errors"]]
    assert done.returncode == 0 and report["valid"], errors[:5]
    assert [t["name"] for t in report["tasks"]] == TABLES


def test_frictionless_sees_errors(whole, tmp_path):
    """The check is one: a reference to no row, and a text for a number, are seen."""
    for f in (whole / "csv").iterdir():
        (tmp_path / f.name).write_bytes(f.read_bytes())
    roles = tmp_path / "roles.csv"
    roles.write_text(roles.read_text(encoding="utf-8") + "per:nobody,nowhere,many,chair,\n", encoding="utf-8")
    report = frictionless.Package(str(tmp_path / "datapackage.json")).validate()
    assert {"type-error", "foreign-key"} <= {e.type for t in report.tasks for e in t.errors}


def test_frictionless_parts(parts):
    """The package of tables in parts lists them all, as the standard has it.

    Frictionless takes the package, and reads the first part of a table alone:
    it joins parts byte by byte, which suits text.
    """
    pkg = frictionless.Package(str(parts / "datapackage.json"))
    assert [r.name for r in pkg.resources] == TABLES
    for r in pkg.resources:
        assert [r.path, *r.extrapaths] == sorted(str(p.relative_to(parts)) for p in (parts / r.name).glob("*.parquet"))


@pytest.mark.parametrize("output", ["whole", "parts"])
def test_croissant(request, output, tables):
    """mlcroissant finds no error in the file, and loads every row by it."""
    dataset = mlcroissant.Dataset(jsonld=str(request.getfixturevalue(output) / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    assert [r.uuid for r in dataset.metadata.record_sets] == TABLES

    def plain(v):
        v = v.decode("utf-8") if isinstance(v, bytes) else v
        v = v.item() if hasattr(v, "item") else v
        v = v.date() if hasattr(v, "date") else v
        return None if v != v else v  # NaN and NaT

    for name in TABLES:
        rows = [{k.split("/", 1)[1]: plain(v) for k, v in r.items()} for r in dataset.records(name)]
        assert rows == tables[name], name


def test_croissant_is_checked(whole, tmp_path):
    """A field of files that there are not is an error to mlcroissant."""
    card = json.loads((whole / "croissant.json").read_text(encoding="utf-8"))
    card["recordSet"][0]["field"][0]["source"]["fileSet"]["@id"] = "nowhere"
    (tmp_path / "croissant.json").write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(mlcroissant.ValidationError):
        mlcroissant.Dataset(jsonld=str(tmp_path / "croissant.json"))


def test_dictionary(whole):
    """The page beside the tables, the one in the repository and the program agree."""
    page = (whole / "tables.md").read_text(encoding="utf-8")
    assert page == (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    assert page == tamis("schema", "--format", "markdown", check=True).stdout


@pytest.mark.parametrize("table", TABLES)
def test_metadata(parts, table):
    """Each part file carries its part of the dictionary."""
    for part in (parts / table).glob("*.parquet"):
        meta = pyarrow.parquet.read_metadata(part).metadata
        assert meta[b"tamis.table"].decode() == table
        assert meta[b"tamis.description"].decode() == SCHEMA[table]["description"]
        assert json.loads(meta[b"tamis.columns"]) == SCHEMA[table]["columns"]
