"""The HTML report in a real browser: what the policy lets run, what the filters do, and that names are only names."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from reports.formats import render
from reports.report import build
from tests.reason.network.test_use import network
from tests.reports.small_scans import RULES, scan_of, waiver
from tests.reports.test_network import report_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
)
HOSTILE = (
    "<script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "'\"><svg onload=document.title='owned'>",
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@pytest.fixture(scope="module")
def page() -> str:
    names = [f"bad-{name}" for name in ("alpha", "beta", *HOSTILE)]
    scan = scan_of(*names, "dim", "broken", rules=RULES, waivers=(waiver("bad-beta"),))
    return render(build(scan), "html").decode()


def opened(page: str, folder: Path, fragment: str = "", window: str = "1280,900") -> tuple[str, str]:
    """Open the page and return the document as it is then, and what the browser complained of."""
    file = folder / "report.html"
    file.write_text(page, "utf-8")
    assert CHROMIUM is not None
    done = subprocess.run(
        [
            CHROMIUM,
            *FLAGS,
            f"--user-data-dir={folder / 'browser'}",
            f"--window-size={window}",
            "--dump-dom",
            f"{file.as_uri()}{fragment}",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


def visible_rows(document: str) -> list[str]:
    return re.findall(r'<tr><th scope="row" class="what">(.*?)<small>', document)


def test_the_page_runs_its_script_without_a_complaint(page: str, tmp_path: Path) -> None:
    document, complaints = opened(page, tmp_path)
    assert complaints == ""
    assert re.search(r'<output id="live"[^>]*>\d+ findings shown', document)


def test_a_picture_needs_no_style_or_script_that_the_policy_refuses(tmp_path: Path) -> None:
    document, complaints = opened(render(report_of(network()), "html").decode(), tmp_path)
    assert complaints == ""
    assert document.count('<rect class="box"') == 3


def test_the_policy_stops_a_script_that_got_through(page: str, tmp_path: Path) -> None:
    injected = page.replace("</main>", "<script>document.title='owned'</script></main>")
    document, complaints = opened(injected, tmp_path)
    assert "<title>owned" not in document
    assert "Content Security Policy" in complaints


def test_hostile_names_are_only_names(page: str, tmp_path: Path) -> None:
    document, _ = opened(page, tmp_path)
    assert "<title>Casemate report" in document
    assert document.count("<script>") == 1
    assert "<img" not in document
    assert "<svg onload" not in document


def test_a_search_hides_the_rows_without_the_words(page: str, tmp_path: Path) -> None:
    document, _ = opened(page, tmp_path, "#search=alpha%20named")
    assert visible_rows(document) == ["bad-alpha"]
    assert re.search(r'<output id="live"[^>]*>1 finding shown', document)


def test_a_search_for_nothing_that_is_there_hides_every_group(page: str, tmp_path: Path) -> None:
    document, _ = opened(page, tmp_path, "#search=zzzz")
    assert visible_rows(document) == []
    groups = re.findall(r'<details class="group"[^>]*>', document)
    assert groups
    assert all('hidden=""' in group for group in groups)
