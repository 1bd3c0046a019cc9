"""The views of views.sql in DuckDB, each against the same thing in plain Python."""

import itertools
import re
from collections import Counter, defaultdict

import pytest

from conftest import ENTITIES, connect, records


@pytest.fixture(scope="session")
def documents(tables):
    return {d["document_id"]: d for d in tables["documents"]}


@pytest.fixture(scope="session")
def names(tables):
    """The name of each entity; resolutions and dates are their own."""
    found = {}
    for table, key in ENTITIES.values():
        for row in tables[table]:
            found[row[key]] = row.get("name", row[key])
    return found


def outside(tables):
    return [m for m in tables["mentions"] if not m["in_boilerplate"]]


def test_all_views_are_tested(whole):
    """A view that is added has a test here."""
    sql = (whole / "views.sql").read_text(encoding="utf-8")
    views = {v for v in re.findall(r"CREATE OR REPLACE VIEW (\w+) AS\n", sql)}
    tested = {name.removeprefix("test_view_") for name in globals() if name.startswith("test_view_")}
    assert views == tested


def test_views_over_parts(whole, parts):
    """Parts change nothing: every view has the same rows."""
    a, b = connect(whole), connect(parts)
    names = [r[0] for r in a.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()]
    assert len(names) > 20
    for name in names:
        rows = [sorted(map(repr, con.execute(f"FROM {name}").fetchall())) for con in (a, b)]
        assert rows[0] == rows[1], name


def test_view_content(duck, tables, documents):
    blocks = defaultdict(list)
    for b in tables["blocks"]:
        if not b["in_boilerplate"]:
            blocks[b["document_id"]].append(b)
    rows = records(duck.execute("FROM content"))
    assert len(rows) == len(documents)
    sentences = 0
    for r in rows:
        text, kept = documents[r["document_id"]]["text"], blocks[r["document_id"]]
        want = ""
        for before, b in zip([None, *kept], kept):
            if before is not None:
                gap = text[before["end_char"] : b["start_char"]]
                want += gap if gap.strip() == "" else "\n"
            want += text[b["start_char"] : b["end_char"]]
        assert r["content"] == want
        # Whole sentences, in order: each that a block of content holds stands there.
        at = 0
        for b in kept:
            for sentence in re.findall(r"[^.!?]+[.!?]+", text[b["start_char"] : b["end_char"]]):
                at = r["content"].index(sentence, at) + len(sentence)
                sentences += 1
        assert {k: r[k] for k in ("site", "title", "language", "duplicate_of")} == {
            k: documents[r["document_id"]][k] for k in ("site", "title", "language", "duplicate_of")
        }
    assert sentences > 300


def test_view_mentions_with_entities(duck, tables, names, documents):
    rows = records(duck.execute("FROM mentions_with_entities ORDER BY document_id, mention_index"))
    mentions = sorted(tables["mentions"], key=lambda m: (m["document_id"], m["mention_index"]))
    assert len(rows) == len(mentions)
    places = {p["place_id"]: p for p in tables["places"]}
    for r, m in zip(rows, mentions):
        assert (r["document_id"], r["mention_index"], r["entity_id"]) == (m["document_id"], m["mention_index"], m["entity_id"])
        assert r["entity_name"] == names[m["entity_id"]]
        assert r["site"] == documents[m["document_id"]]["site"]
        assert r["country_code"] == (places[m["entity_id"]]["country_code"] if m["type"] == "LOC" else None)


def test_view_people_with_roles(duck, tables, names):
    rows = records(duck.execute("FROM people_with_roles"))
    found = Counter((r["person"], r["role"], r["organization"], r["document_id"]) for r in rows)
    assert found == Counter(
        (names[r["person_id"]], r["role"], names.get(r["organization_id"]), r["document_id"]) for r in tables["roles"]
    )
    assert len(rows) > 10


def test_view_citation_graph(duck, tables):
    places, paragraphs = defaultdict(set), defaultdict(set)
    for c in tables["citations"]:
        if c["form"] == "number":
            edge = c["document_id"], c["resolution_id"]
            places[edge].add(c["mention_index"])
            if c["paragraph"] is not None:
                paragraphs[edge].add(c["paragraph"])
    rows = records(duck.execute("FROM citation_graph"))
    assert {(r["document_id"], r["resolution_id"]): (r["citation_count"], r["paragraphs"] or []) for r in rows} == {
        edge: (len(p), sorted(paragraphs[edge])) for edge, p in places.items()
    }
    assert len(rows) == len(places) > 20


def test_view_co_mentions(duck, tables, documents, names):
    named = defaultdict(set)
    for m in outside(tables):
        if m["type"] == "ORG" and documents[m["document_id"]]["duplicate_of"] is None:
            named[m["document_id"]].add(m["entity_id"])
    want = Counter(pair for ids in named.values() for pair in itertools.combinations(sorted(ids), 2))
    rows = records(duck.execute("FROM co_mentions"))
    assert {(r["organization_a"], r["organization_b"]): r["document_count"] for r in rows} == want
    assert all((r["name_a"], r["name_b"]) == (names[r["organization_a"]], names[r["organization_b"]]) for r in rows)


def test_view_mentions_by_month(duck, tables, documents):
    want = Counter()
    for m in outside(tables):
        d = documents[m["document_id"]]
        if d["duplicate_of"] is None and re.match(r"\d{4}-\d\d", d["published_date"] or ""):
            want[d["published_date"][:7], m["entity_id"]] += 1
    rows = records(duck.execute("FROM mentions_by_month"))
    assert {(f"{r['publication_month']:%Y-%m}", r["entity_id"]): r["mention_count"] for r in rows} == want
    assert len(rows) > 100


def test_view_boilerplate_share(duck, tables, documents):
    lengths = defaultdict(lambda: [0, 0])
    for b in tables["blocks"]:
        lengths[documents[b["document_id"]]["site"]][b["in_boilerplate"]] += b["end_char"] - b["start_char"]
    rows = records(duck.execute("FROM boilerplate_share"))
    assert {r["site"]: (r["char_count"], r["boilerplate_char_count"]) for r in rows} == {
        site: (content + boilerplate, boilerplate) for site, (content, boilerplate) in lengths.items()
    }
    assert all(r["boilerplate_share"] == pytest.approx(r["boilerplate_char_count"] / r["char_count"], abs=1e-4) for r in rows)


def test_view_counts_without_copies(duck, tables, documents, names):
    originals = {i for i, d in documents.items() if d["duplicate_of"] is None and d["near_duplicate_of"] is None}
    assert len(originals) < len(documents), "the sample has copies"
    ms = [m for m in outside(tables) if m["document_id"] in originals]
    mentions = Counter((m["type"], m["entity_id"]) for m in ms)
    in_documents = Counter(key for key, _ in {((m["type"], m["entity_id"]), m["document_id"]) for m in ms})
    rows = records(duck.execute("FROM counts_without_copies"))
    assert {(r["type"], r["entity_id"]): (r["mention_count"], r["document_count"], r["entity_name"]) for r in rows} == {
        key: (n, in_documents[key], names[key[1]]) for key, n in mentions.items()
    }
