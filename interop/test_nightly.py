"""examples/nightly.sh, night after night."""

import fcntl
import json
import os
import re
import shutil
import subprocess

import pytest

from conftest import DUMP, ROOT, TAMIS, connect, tamis


@pytest.fixture
def night(tmp_path):
    """Runs the job over a copy of the sample, as cron would: with few variables."""
    shutil.copytree(DUMP, tmp_path / "dump")

    def run(**settings):
        env = {"PATH": os.environ["PATH"], "TAMIS": str(TAMIS), "DUMP": str(tmp_path / "dump"), "OUT": str(tmp_path / "tables")}
        env |= {k: str(v) for k, v in settings.items()}
        return subprocess.run([ROOT / "examples" / "nightly.sh"], env=env, cwd=tmp_path, capture_output=True, text=True)

    run.folder = tmp_path
    return run


def mapped(done):
    return int(re.search(r"(\d+) of them mapped anew", done.stdout)[1])


def rows(folder):
    con = connect(folder)
    return {t: con.execute(f"FROM {t}").fetchall() for t in ("documents", "mentions", "organizations", "rejects")}


def test_second_night_maps_what_is_new(night):
    first = night()
    assert (first.returncode, mapped(first)) == (0, 43), first.stderr
    second = night()
    assert (second.returncode, mapped(second)) == (0, 0), second.stderr
    page = night.folder / "dump" / "www.harbourlight.example" / "news" / "new.txt"
    page.write_text("Geneva, 3 March 2024. The World Health Organization thanked Harbour Light Network.\n", encoding="utf-8")
    third = night()
    assert third.returncode == 0, third.stderr
    # Files are mapped by the chunk: the new one, and those beside it.
    assert 1 <= mapped(third) < 44
    tamis("run", night.folder / "dump", "--out", night.folder / "afresh", "--quiet", check=True)
    assert rows(night.folder / "tables") == rows(night.folder / "afresh")

    [log] = (night.folder / "tables.logs").glob("*.jsonl")
    done = [o for o in map(json.loads, log.read_text(encoding="utf-8").splitlines()) if o["msg"] == "done"]
    assert [o["counts"]["sources"] for o in done] == [43, 43, 44]
    assert (night.folder / "tables" / ".work").is_dir()


def test_too_many_rejects(night):
    done = night(MAX_REJECTS=2)
    assert done.returncode == 3
    assert "more than 2 sources were rejected" in done.stderr
    assert (night.folder / "tables" / "run.json").exists(), "the tables are there all the same"


def test_wrong_settings(night):
    done = night(DUMP=night.folder / "nowhere")
    assert done.returncode == 2 and "nowhere" in done.stderr
    assert not (night.folder / "tables" / "run.json").exists()


def test_failure_leaves_last_night(night):
    assert night().returncode == 0
    before = rows(night.folder / "tables")
    (night.folder / "other").mkdir()
    (night.folder / "other" / "notes.txt").write_text("mine")
    done = night(OUT=night.folder / "other")
    assert done.returncode == 1 and "something else" in done.stderr
    assert [p.name for p in (night.folder / "other").iterdir()] == ["notes.txt"]
    assert rows(night.folder / "tables") == before


def test_two_jobs_at_once(night):
    with open(night.folder / ".tables.tamis-lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as the other job holds it
        done = night()
    assert done.returncode == 1 and "another run of tamis" in done.stderr
    assert night().returncode == 0


def test_unsound_tables_are_seen(night):
    """A program in between that ruins a table: the job says so."""
    wrapper = night.folder / "wrapper"
    wrapper.write_text(f'#!/bin/sh\n"{TAMIS}" "$@" || exit\n[ "$1" = doctor ] || rm "{night.folder}/tables/roles/part-00000.parquet"\n')
    wrapper.chmod(0o755)
    done = night(TAMIS=wrapper)
    assert done.returncode == 1 and "not sound" in done.stderr


def test_metrics(night):
    """The address is served while the job runs, and the log names it."""
    assert night(METRICS="localhost:0").returncode == 0
    [log] = (night.folder / "tables.logs").glob("*.jsonl")
    first = json.loads(log.read_text(encoding="utf-8").splitlines()[0])
    assert first["msg"] == "metrics" and re.match(r"http://(127\.0\.0\.1|\[::1\]):\d+/metrics$", first["address"])


def test_several_inputs_and_old_logs(night):
    logs = night.folder / "logs"
    logs.mkdir()
    (logs / "2020-01-01.jsonl").write_text("{}\n")
    os.utime(logs / "2020-01-01.jsonl", (0, 0))
    sites = [str(p) for p in (night.folder / "dump").iterdir()]
    done = night(DUMP=" ".join(sites), LOGS=logs)
    assert (done.returncode, mapped(done)) == (0, 43), done.stderr
    assert not (logs / "2020-01-01.jsonl").exists() and len(list(logs.glob("*.jsonl"))) == 1


def test_settings_are_asked_for():
    done = subprocess.run([ROOT / "examples" / "nightly.sh"], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True)
    assert done.returncode != 0 and "set DUMP" in done.stderr
