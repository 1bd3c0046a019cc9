"""Joins give the documented counts, and labels lead back into the text."""

import hashlib
import json
from collections import Counter, defaultdict

import polars
import pytest

from conftest import ENTITIES, SCHEMA

# The same words for DuckDB and Spark.
COUNTS = """
SELECT e.{key} AS id, e.mention_count AS stated_mentions, e.document_count AS stated_documents,
  count(m.document_id) AS mentions, count(DISTINCT m.document_id) AS documents
FROM {table} e LEFT JOIN mentions m ON m.entity_id = e.{key} AND m.type = '{type}' AND NOT m.in_boilerplate
GROUP BY e.{key}, e.mention_count, e.document_count
"""


@pytest.mark.parametrize("type_", ENTITIES)
def test_entity_counts_duckdb(duck, tables, type_):
    table, key = ENTITIES[type_]
    rows = duck.execute(COUNTS.format(table=table, key=key, type=type_)).fetchall()
    assert len(rows) == len(tables[table]) > 0
    for id_, stated_mentions, stated_documents, mentions, documents in rows:
        assert (stated_mentions, stated_documents) == (mentions, documents), id_


@pytest.mark.parametrize("type_", ENTITIES)
def test_entity_counts_spark(spark, parts, tables, type_):
    for name in SCHEMA:
        spark.read.parquet(str(parts / name)).createOrReplaceTempView(name)
    table, key = ENTITIES[type_]
    rows = spark.sql(COUNTS.format(table=table, key=key, type=type_)).collect()
    assert len(rows) == len(tables[table])
    for r in rows:
        assert (r.stated_mentions, r.stated_documents) == (r.mentions, r.documents), r.id


@pytest.mark.parametrize("type_", ENTITIES)
def test_entity_counts_polars(parts, tables, type_):
    table, key = ENTITIES[type_]
    found = (
        polars.scan_parquet(parts / "mentions" / "*.parquet")
        .filter((polars.col("type") == type_) & ~polars.col("in_boilerplate"))
        .group_by("entity_id")
        .agg(polars.len().alias("mentions"), polars.col("document_id").n_unique().alias("documents"))
    )
    joined = polars.scan_parquet(parts / table / "*.parquet").join(found, left_on=key, right_on="entity_id", how="left").collect()
    assert len(joined) == len(tables[table])
    for r in joined.iter_rows(named=True):
        assert (r["mention_count"], r["document_count"]) == (r["mentions"] or 0, r["documents"] or 0), r[key]


def test_references(tables):
    """Each reference leads to a row; of several tables, to one of them."""
    values = {f"{t}.{c['name']}": {r[c["name"]] for r in tables[t]} for t, info in SCHEMA.items() for c in info["columns"]}
    seen = 0
    for name, table in SCHEMA.items():
        for c in table["columns"]:
            refs = c.get("references")
            if not refs:
                continue
            for row in tables[name]:
                v = row[c["name"]]
                if v is not None:
                    assert any(v in values[r] for r in refs), (name, c["name"], v)
                    seen += 1
    assert seen > 1000


def test_composite_references(tables):
    blocks = {(b["document_id"], b["block_index"]) for b in tables["blocks"]}
    mentions = {(m["document_id"], m["mention_index"]) for m in tables["mentions"]}
    assert {(m["document_id"], m["block_index"]) for m in tables["mentions"]} <= blocks
    assert {(r["document_id"], r["mention_index"]) for r in tables["roles"]} <= mentions
    assert {(c["document_id"], c["mention_index"]) for c in tables["citations"] if c["mention_index"] is not None} <= mentions


def test_aliases(tables):
    """The forms of an entity have as many mentions as the entity."""
    stated = Counter()
    for a in tables["aliases"]:
        stated[a["entity_id"]] += a["mention_count"]
    outside = Counter(m["entity_id"] for m in tables["mentions"] if not m["in_boilerplate"])
    assert +stated == outside
    forms = Counter((m["entity_id"], m["surface"]) for m in tables["mentions"] if not m["in_boilerplate"])
    by_form = Counter()
    for a in tables["aliases"]:
        by_form[a["entity_id"], a["surface"]] += a["mention_count"]
    assert +by_form == forms


def test_offsets(tables):
    """Offsets are code points: slices of Python give the words."""
    texts = {d["document_id"]: d["text"] for d in tables["documents"]}
    assert any(ord(ch) > 0xFFFF for t in texts.values() for ch in t) or any(not t.isascii() for t in texts.values())
    for m in tables["mentions"]:
        assert texts[m["document_id"]][m["start_char"] : m["end_char"]] == m["surface"]
    blocks = {(b["document_id"], b["block_index"]): b for b in tables["blocks"]}
    for m in tables["mentions"]:
        b = blocks[m["document_id"], m["block_index"]]
        assert b["start_char"] <= m["start_char"] < b["end_char"]
        assert m["in_boilerplate"] == b["in_boilerplate"]


def test_blocks_cover_the_text(tables):
    by_document = defaultdict(list)
    for b in tables["blocks"]:
        by_document[b["document_id"]].append(b)
    for d in tables["documents"]:
        end, content = 0, 0
        for i, b in enumerate(by_document[d["document_id"]]):
            assert b["block_index"] == i
            assert d["text"][end : b["start_char"]].strip() == "" and b["start_char"] >= end
            end = b["end_char"]
            content += 0 if b["in_boilerplate"] else b["end_char"] - b["start_char"]
        assert d["text"][end:].strip() == ""
        assert (d["char_count"], d["content_char_count"]) == (len(d["text"]), content)


def test_offsets_in_sql(duck):
    assert duck.execute("""
        SELECT count(*) FROM mentions m JOIN documents d USING (document_id)
        WHERE substring(d.text, m.start_char + 1, m.end_char - m.start_char) <> m.surface""").fetchone() == (0,)


def test_sources_end_somewhere(whole, tables):
    counts = json.loads((whole / "run.json").read_text(encoding="utf-8"))["counts"]
    assert counts["tables"] == {name: len(rows) for name, rows in tables.items()}
    assert counts["sources"] == len(tables["documents"]) + len(tables["rejects"])
    read = [r["source"] for r in tables["documents"] + tables["rejects"]]
    assert len(set(read)) == len(read)


def test_checksums(whole):
    lines = (whole / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    stated = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    found = {
        str(p.relative_to(whole)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in whole.rglob("*")
        if p.is_file() and p.name not in ("run.json", "SHA256SUMS") and ".work" not in p.relative_to(whole).parts
    }
    assert stated == found


def test_duplicates_point_to_originals(tables):
    by_id = {d["document_id"]: (i, d) for i, d in enumerate(tables["documents"])}
    copies = [d for d in tables["documents"] if d["duplicate_of"] or d["near_duplicate_of"]]
    assert copies, "the sample has copies"
    for d in copies:
        assert not (d["duplicate_of"] and d["near_duplicate_of"])
        i, original = by_id[d["duplicate_of"] or d["near_duplicate_of"]]
        assert i < by_id[d["document_id"]][0]
        assert original["duplicate_of"] is None
        assert (d["similarity"] is None) == (d["near_duplicate_of"] is None)
