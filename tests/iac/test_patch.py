"""Edits of texts and their unified diffs."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.iac.patch import Edit, edited, unified

LINES = st.lists(st.text("ab{}=\n", max_size=8), max_size=6).map("\n".join)


@given(LINES, st.integers(0, 40), st.integers(0, 6), st.text("xy\n", max_size=5))
def test_an_edit_replaces_its_span_and_nothing_else(text: str, start: int, size: int, new: str) -> None:
    begin = min(start, len(text))
    end = min(begin + size, len(text))
    assert text[:begin] + new + text[end:] == edited(text, [Edit("f", begin, end, new)])


def test_of_edits_that_overlap_the_first_stays() -> None:
    assert "Xc" == edited("abc", [Edit("f", 1, 3, "Y"), Edit("f", 0, 2, "X")])


def test_nothing_changed_is_no_diff() -> None:
    assert "" == unified({"f": "a\n"}, [Edit("f", 0, 1, "a")])


@pytest.mark.parametrize("text", ["a\nb\nc\n", "a\nb", "b"])
def test_git_applies_the_diff(tmp_path: Path, text: str) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "f").write_text(text)
    at = text.index("b")
    edits = [Edit("d/f", at, at + 1, "B1\nB2")]
    diff = unified({"d/f": text}, edits)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff.encode(), check=True)
    assert edited(text, edits) == (tmp_path / "d" / "f").read_text()
