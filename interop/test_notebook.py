"""The notebook runs from its first cell to its last, and shows what it says."""

import nbclient
import nbformat

from conftest import ROOT

PATH = ROOT / "examples" / "first-look.ipynb"


def test_notebook(whole, tables, monkeypatch):
    monkeypatch.setenv("OUT", str(whole))
    monkeypatch.setenv("IPYTHONDIR", str(whole.parent / "ipython"))
    notebook = nbformat.read(PATH, as_version=4)
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(PATH.parent)}}).execute()
    shown = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            shown.append("".join(o.get("text", "") or o["data"].get("text/plain", "") for o in cell.outputs))
    assert all(shown[1:]), "a cell shows nothing"
    text = "\n".join(shown)
    for word in ("docs.comla.example", "empty", "org:iom", "UNHCR", "boilerplate_char_count", "name_b"):
        assert word in text, word
    originals = sum(d["duplicate_of"] is None for d in tables["documents"])
    assert f"{originals} texts," in text


def test_notebook_is_kept_without_outputs():
    """What a run shows would go stale, and make every change of it a diff."""
    notebook = nbformat.read(PATH, as_version=4)
    nbformat.validate(notebook)
    assert not any(c.get("outputs") or c.get("execution_count") for c in notebook.cells)
