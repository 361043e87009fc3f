"""`casemate doctor`: can a scan work here, and if not, what is missing."""

import platform
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import click

from scanner.cli import options, work
from scanner.errors import CasemateError

if TYPE_CHECKING:
    from scanner.aws.session import Session
    from scanner.evidence import Evidence
    from scanner.plan import Plan


@click.command()
@options.reading
@options.choosing
@options.talking
def doctor(**said: Any) -> int:
    """Check what a scan needs: versions, credentials, endpoint, regions, and the permission for every call.

    It makes the calls that find out, in one region, and prints what was refused. Exit code 0 if all is well, 3 if some
    call is refused or fails, 2 if no account can be read at all.
    """
    click.echo(f"casemate   {version('casemate')}, python {platform.python_version()} ({sys.prefix})")
    click.echo(f"libraries  boto3 {version('boto3')}, botocore {version('botocore')}, msgspec {version('msgspec')}")
    chosen = work.choose(said)
    click.echo(f"rules      {len(chosen.rules)} chosen of {len(chosen.every)} installed")
    plan = chosen.plan()
    session = _session(said, chosen)
    said["regions"] = tuple(said["regions"] or chosen.config.regions or (session.usual_region,))
    evidence, _ = work.get_evidence(None, plan, chosen.config, said)
    regions = sorted({scope.region for scope in evidence.targets if not scope.is_global})
    click.echo(f"calls      {len(evidence.answers)} made in {', '.join(regions)}")
    refused = _refused(evidence, plan)
    for line in refused:
        click.echo(f"  ✗ {line}")
    click.echo("all calls that the chosen rules need are answered" if not refused else _ADVICE)
    return 3 if refused else 0


_ADVICE = (
    "Grant what is refused (`casemate permissions` prints the whole policy), or leave those rules out with --skip."
)


def _session(said: dict[str, Any], chosen: "work.Chosen") -> "Session":
    from scanner.aws.session import custom_endpoint, open_session  # noqa: PLC0415

    try:
        session = open_session(work.access_of(chosen.config, said))
    except CasemateError:
        click.echo("account    none: see below")
        raise
    click.echo(f"account    {session.account} ({session.partition}) as {session.arn}")
    click.echo(f"endpoint   {custom_endpoint() or 'AWS'}")
    return session


def _refused(evidence: "Evidence", plan: "Plan") -> list[str]:
    from scanner.inventory import Inventory  # noqa: PLC0415

    gaps = Inventory.of(plan, evidence).gaps
    return sorted({f"{gap.call} in {gap.scope.region}: {gap.why}" for gap in gaps})
