"""The report as one HTML file that needs nothing else: no network, no server, and for reading no script."""

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reports.entries import FindingEntry, Report
from reports.groups import Doubt, atom_text, by_rule, disputed, doubts, failures, label, place, waived
from reports.network import PictureEntry, ledger_text
from reports.path_picture import drawn
from reports.paths import node_text, to_do_first
from reports.plain import plain
from reports.report import counted
from reports.score import explain, shown
from scanner.verdict import Severity

if TYPE_CHECKING:
    from markupsafe import Markup

_PAGE: Final = Path(__file__).parent / "page"
MOST_UNFOLDED: Final = 60
"""Findings up to which every group is shown unfolded."""

MOST_PATHS: Final = 50
MOST_FIRST: Final = 20


def render_html(report: Report) -> str:
    """Return the report as a page of its own.

    Every text is escaped and made plain; a Content Security Policy admits the page's one style and one script by their
    SHA-256 (W3C CSP Level 3) and nothing else, so that a name that got through could still load or run nothing.
    """
    import jinja2  # noqa: PLC0415 - only this page needs it
    from markupsafe import Markup  # noqa: PLC0415

    def finish(value: Any) -> Any:
        return plain(value) if type(value) is str else value

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, finalize=finish, loader=jinja2.FileSystemLoader(_PAGE)
    )
    style = (_PAGE / "report.css").read_text("utf-8")
    script = (_PAGE / "report.js").read_text("utf-8")
    return environment.get_template(
        "report.html"
    ).render(
        report=report,
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        style_hash=_csp_hash(style),
        script_hash=_csp_hash(script),
        failing=failures(report.findings),
        unknown=_by_severity(report.findings),
        waived=waived(report.findings),
        disputed=disputed(report.findings),
        passed=by_rule(
            one for one in report.findings if one.status == "pass" or (one.status == "skip" and not one.disputes)
        ),
        picture=Markup(drawn(report.paths[:MOST_PATHS])),  # noqa: S704 - ours, with every text escaped
        most_paths=MOST_PATHS,
        several=[choke for choke in report.chokes if choke.closes > 1],
        first=to_do_first(report.findings)[:MOST_FIRST],
        node_text=node_text,
        unfold=len(report.findings) <= MOST_UNFOLDED,
        arithmetic=() if report.score is None else explain(report.score),
        ledger_text=ledger_text,
        pictures=_pictures(report),
        label=label,
        place=place,
        atom_text=atom_text,
        counted=counted,
        shown=shown,
    )


def _pictures(report: Report) -> "list[tuple[PictureEntry, Markup]]":
    from markupsafe import Markup  # noqa: PLC0415 - as above

    from reports.picture import svg  # noqa: PLC0415 - as above

    pictures = () if report.network is None else report.network.pictures
    return [(one, Markup(svg(one, number))) for number, one in enumerate(pictures)]  # noqa: S704 - it escapes every text


def _csp_hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _by_severity(findings: tuple[FindingEntry, ...]) -> tuple[Doubt, ...]:
    """Return what is not known by severity and reason, so that the page can be filtered by severity."""
    return tuple(
        doubt for severity in Severity for doubt in doubts(one for one in findings if one.severity == severity)
    )
