"""What the README tells readers to type works on the sample, word for word."""

import contextlib
import io
import re

from conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)


def test_sql(duck):
    queries = [q for block in blocks("sql") for q in re.split(r";\s*$", block, flags=re.M) if q.strip()]
    queries += re.findall(r'duckdb -init views\.sql -c "([^"]*)"', README)
    assert len(queries) >= 5
    for q in queries:
        assert duck.execute(q).fetchall(), q


def test_python(whole, monkeypatch):
    monkeypatch.chdir(whole)
    programs = blocks("python")
    assert len(programs) >= 2
    for program in programs:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(program, "README.md", "exec"), {"__name__": "readme"})
        assert out.getvalue().strip(), program


def test_views_are_named():
    """Every view that the README names is there."""
    sql = (ROOT / "output" / "views.sql").read_text(encoding="utf-8")
    named = re.search(r"The other views are (.*?);", README, re.S)
    assert named and set(re.findall(r"`(\w+)`", named[1])) <= set(re.findall(r"VIEW (\w+) AS", sql))
