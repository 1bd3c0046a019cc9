"""The twenty questions of examples/cookbook.md: SQL in DuckDB, and plain Python."""

import datetime
import itertools
import re
import unicodedata
from collections import Counter, defaultdict

import pytest

from conftest import ENTITIES, ROOT

COOKBOOK = (ROOT / "examples" / "cookbook.md").read_text(encoding="utf-8")
QUESTIONS = {int(n): sql for n, sql in re.findall(r"^## (\d+)\.[^\n]*\n\n```sql\n(.*?)```$", COOKBOOK, re.M | re.S)}
COLUMNS = {
    1: "entity_name document_count mention_count",
    2: "source start_char words_before surface words_after",
    3: "adopted_by resolution_count citation_count document_count",
    4: "resolution_a resolution_b document_count",
    5: "symbol resolution_id citation_count paragraphs",
    6: "surface language mention_count",
    7: "person role organization document_count",
    8: "person block_count",
    9: "publication_month language document_count",
    10: "publication_month mention_count document_count",
    11: "site document_count rule line",
    12: "copy original similarity",
    13: "document language other_document other_language evidence confidence",
    14: "reason stage source_count example",
    15: "site language document_count wrongly_declared_count",
    16: "country_code site_count document_count mention_count",
    17: "date_id precision source surface",
    18: "source block_index paragraph",
    19: "type rule mention_count mean_confidence least_sure",
    20: "name wikidata_id site_count sites",
}


class Sample:
    """The tables with what the answers below need of them."""

    def __init__(self, tables):
        self.__dict__.update(tables)
        self.document = {d["document_id"]: d for d in self.documents}
        self.entity = {row[key]: row for table, key in ENTITIES.values() for row in tables[table]}
        self.outside = [m for m in self.mentions if not m["in_boilerplate"]]

    def source(self, row):
        return self.document[row["document_id"]]["source"]

    def name(self, id_):
        return self.entity[id_].get("name", id_)

    def edges(self):
        """Documents and the resolutions that they cite, with the places."""
        found = defaultdict(set)
        for c in self.citations:
            if c["form"] == "number":
                found[c["document_id"], c["resolution_id"]].add(c["mention_index"])
        return found


def last(v):
    """Nulls come last, as DuckDB has them."""
    return (v is None, v or "")


def answer_1(t):
    original = {i for i, d in t.document.items() if not d["duplicate_of"] and not d["near_duplicate_of"]}
    mentions, documents = Counter(), defaultdict(set)
    for m in t.outside:
        if m["type"] == "ORG" and m["document_id"] in original:
            mentions[m["entity_id"]] += 1
            documents[m["entity_id"]].add(m["document_id"])
    rows = sorted((-len(documents[i]), -n, t.name(i), i) for i, n in mentions.items())
    return [(name, -d, -n) for d, n, name, _ in rows[:10]]


def answer_2(t):
    rows = []
    for m in t.mentions:
        if m["entity_id"] == "S/RES/1325(2000)":
            text, start, end = t.document[m["document_id"]]["text"], m["start_char"], m["end_char"]
            rows.append((t.source(m), start, text[max(start - 40, 0) : start], m["surface"], text[end : end + 40]))
    return sorted(rows)


def answer_3(t):
    resolutions, citations, documents = defaultdict(set), Counter(), defaultdict(set)
    for (document, resolution), places in t.edges().items():
        body = t.entity[resolution]["body"] or "?"
        resolutions[body].add(resolution)
        citations[body] += len(places)
        documents[body].add(document)
    return [(b, len(resolutions[b]), n, len(documents[b])) for b, n in sorted(citations.items(), key=lambda x: (-x[1], x[0]))]


def answer_4(t):
    cited = defaultdict(set)
    for document, resolution in t.edges():
        cited[document].add(resolution)
    pairs = Counter(p for rs in cited.values() for p in itertools.combinations(sorted(rs), 2))
    return [(a, b, n) for (a, b), n in sorted(pairs.items(), key=lambda x: (-x[1], x[0]))[:20]]


def answer_5(t):
    paragraphs = defaultdict(set)
    for c in t.citations:
        if c["form"] == "number" and c["paragraph"] is not None:
            paragraphs[c["document_id"], c["resolution_id"]].add(c["paragraph"])
    rows = []
    for (document, resolution), places in t.edges().items():
        symbol = t.document[document]["symbol"]
        if symbol is not None and symbol != resolution:
            rows.append((symbol, t.document[document]["source"], resolution, len(places), sorted(paragraphs[document, resolution]) or None))
    return [(r[0], *r[2:]) for r in sorted(rows)]


def answer_6(t):
    rows = [(a["surface"], a["language"], a["mention_count"]) for a in t.aliases if a["entity_id"] == "org:iom"]
    return sorted(rows, key=lambda r: (-r[2], r[0], last(r[1])))


def answer_7(t):
    documents = defaultdict(set)
    for r in t.roles:
        organization = r["organization_id"] and t.name(r["organization_id"])
        documents[t.name(r["person_id"]), r["role"], organization].add(r["document_id"])
    rows = sorted(documents.items(), key=lambda x: (-len(x[1]), x[0][0], x[0][1], last(x[0][2])))
    return [(*key, len(ds)) for key, ds in rows]


def answer_8(t):
    blocks = {(m["document_id"], m["block_index"]) for m in t.mentions if m["entity_id"] == "org:unhcr"}
    found = defaultdict(set)
    for m in t.outside:
        block = m["document_id"], m["block_index"]
        if m["type"] == "PER" and block in blocks:
            found[m["entity_id"]].add(block)
    return sorted(((t.name(i), len(bs)) for i, bs in found.items()), key=lambda r: (-r[1], r[0]))


def answer_9(t):
    months = Counter(
        (d["published_date"][:7], d["language"])
        for d in t.documents
        if len(d["published_date"] or "") >= 7 and d["duplicate_of"] is None
    )
    return [(*k, n) for k, n in sorted(months.items(), key=lambda x: (x[0][0], last(x[0][1])))]


def answer_10(t):
    months = defaultdict(list)
    for m in t.outside:
        d = t.document[m["document_id"]]
        if m["entity_id"] == "org:unhcr" and d["duplicate_of"] is None and len(d["published_date"] or "") >= 7:
            months[datetime.date.fromisoformat(d["published_date"][:7] + "-01")].append(m["document_id"])
    return [(month, len(ds), len(set(ds))) for month, ds in sorted(months.items())]


def answer_11(t):
    sites = defaultdict(list)
    for b in t.boilerplate:
        sites[b["site"]].append((-b["document_count"], -len(b["text"]), b["boilerplate_id"], b["rule"], b["text"][:60]))
    return [(site, -r[0], r[3], r[4]) for site in sorted(sites) for r in sorted(sites[site])[:3]]


def answer_12(t):
    rows = []
    for d in t.documents:
        original = d["duplicate_of"] or d["near_duplicate_of"]
        if original:
            rows.append((d["source"], t.document[original]["source"], 1.0 if d["similarity"] is None else d["similarity"]))
    return sorted(rows)


def answer_13(t):
    return sorted(
        (t.source(r), r["language"], t.document[r["translation_of"]]["source"], r["other_language"], r["evidence"], r["confidence"])
        for r in t.translations
    )


def answer_14(t):
    sources = defaultdict(list)
    for r in t.rejects:
        sources[r["reason"], r["stage"]].append(r["source"])
    return [(*k, len(s), min(s)) for k, s in sorted(sources.items(), key=lambda x: (-len(x[1]), x[0]))]


def answer_15(t):
    count, wrong = Counter(), Counter()
    for d in t.documents:
        key = d["site"], d["language"]
        count[key] += 1
        wrong[key] += d["language"] is not None and d["declared_language"] is not None and d["declared_language"] != d["language"]
    return [(*k, n, wrong[k]) for k, n in sorted(count.items(), key=lambda x: (x[0][0], -x[1], last(x[0][1])))]


def answer_16(t):
    found = defaultdict(list)
    for m in t.outside:
        if m["type"] == "LOC" and t.entity[m["entity_id"]]["country_code"]:
            found[t.entity[m["entity_id"]]["country_code"]].append(m["document_id"])
    rows = [(c, len({t.document[d]["site"] for d in ds}), len(set(ds)), len(ds)) for c, ds in found.items()]
    return sorted(rows, key=lambda r: (-r[3], r[0]))[:15]


def answer_17(t):
    rows = []
    for m in t.outside:
        if m["type"] != "DATE":
            continue
        date = t.entity[m["entity_id"]]
        if date["start_date"] and date["precision"] in ("day", "month", "year", "range"):
            if date["start_date"].year <= 2016 <= date["end_date"].year:
                rows.append((date["start_date"], date["date_id"], t.source(m), m["start_char"], date["precision"], m["surface"]))
    return [(r[1], r[4], r[2], r[5]) for r in sorted(rows)]


def answer_18(t):
    def plain(s):
        return "".join(c for c in unicodedata.normalize("NFD", s.lower()) if not unicodedata.combining(c))

    rows = []
    for b in t.blocks:
        d = t.document[b["document_id"]]
        text = d["text"][b["start_char"] : b["end_char"]]
        if not b["in_boilerplate"] and d["duplicate_of"] is None and "refugies" in plain(text):
            rows.append((d["source"], b["block_index"], text))
    return sorted(rows)


def answer_19(t):
    found = defaultdict(list)
    for m in t.outside:
        found[m["type"], m["rule"]].append((m["confidence"], m["surface"]))
    rows = [(min(ms)[0], *k, len(ms), pytest.approx(sum(c for c, _ in ms) / len(ms), abs=6e-4), min(ms)[1]) for k, ms in found.items() if len(ms) >= 5]
    return [r[1:] for r in sorted(rows, key=lambda r: r[:3])]


def answer_20(t):
    sites = defaultdict(set)
    for m in t.outside:
        if m["type"] == "ORG":
            sites[m["entity_id"]].add(t.document[m["document_id"]]["site"])
    rows = sorted((-len(s), t.name(i), i) for i, s in sites.items() if len(s) > 1)
    return [(name, t.entity[i]["wikidata_id"], -n, sorted(sites[i])) for n, name, i in rows]


@pytest.fixture(scope="session")
def sample(tables):
    return Sample(tables)


def test_there_are_twenty():
    assert list(QUESTIONS) == list(range(1, 21))


@pytest.mark.parametrize("n", range(1, 21))
def test_question(duck, sample, n):
    result = duck.execute(QUESTIONS[n])
    assert [d[0] for d in result.description] == COLUMNS[n].split()
    rows = result.fetchall()
    assert rows, "the sample has an answer to each question"
    assert rows == globals()[f"answer_{n}"](sample)


def test_known_answers(duck, sample):
    """What the sample was written to say, whatever the rules find besides."""

    def ask(n):
        return duck.execute(QUESTIONS[n]).fetchall()

    assert ("empty", "load") in {r[:2] for r in ask(14)}
    assert {"www.harbourlight.example", "www.observatoire-migrations.example"} <= {"www." + r[0].removeprefix("www.") for r in ask(15)}
    assert {r[0] for r in ask(1)} >= {"UNHCR", "IOM"}
    assert any(surface == "OIM" and language == "fr" for surface, language, _ in ask(6))
