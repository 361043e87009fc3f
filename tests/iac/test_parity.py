"""One project, three ways to see it: live, as a plan, as configuration. The same rules find the same in all.

`tests/fixtures/parity/make.py` says how the evidence and the plan were made.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from click.testing import CliRunner

from scanner.aws.readers import READERS
from scanner.cli.main import casemate
from scanner.derivations import DERIVATIONS
from scanner.evaluate import evaluate
from scanner.evidence import read_evidence
from scanner.findings import Finding
from scanner.iac.judged import Judged, judge
from scanner.iac.load import load
from scanner.inventory import Inventory
from scanner.model.ec2 import Volume
from scanner.model.maybe import known
from scanner.model.network_acl import NetworkAcl
from scanner.model.security_group import SecurityGroup
from scanner.model.vpc import NetworkInterface, RouteTable
from scanner.plan import Plan
from scanner.registry import load_rules
from scanner.testing import NOW

FIXTURES = Path(__file__).parents[1] / "fixtures" / "parity"
RULES = load_rules()
PLANNED = {
    change["address"]: change["change"]["after"]
    for change in json.loads((FIXTURES / "plan.json").read_text())["resource_changes"]
}
Said = dict[tuple[str, str, str], str]
"""The verdict by rule, kind of resource, and the address (or the name) of the resource."""

GENERATED = re.compile(
    r"\b(?:[a-z]+-[0-9a-f]{8,17}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b|arn:aws:secretsmanager:\S+"
)
ADDRESSES = {
    values["id"]: address
    for address, values in sorted(PLANNED.items(), reverse=True)
    if GENERATED.fullmatch(values["id"])
}


def addressed(native_id: str, aliases: dict[str, str]) -> str:
    """Return an id with addresses in the place of what AWS made up."""
    return GENERATED.sub(lambda match: aliases.get(match.group(), match.group()), native_id)


def said(findings: Iterable[Finding], rules: set[str], aliases: dict[str, str]) -> Said:
    return {
        (one.rule.id, type(one.resource).__name__, addressed(one.resource.id, aliases)): one.status
        for one in findings
        if one.rule.id in rules
    }


def of_code(path: Path) -> Judged:
    return judge(RULES, load(path).after, DERIVATIONS, {}, NOW)


SOURCE, PLAN = of_code(FIXTURES / "project"), of_code(FIXTURES / "plan.json")
EVERY = {rule.id for rule in SOURCE.rules} & {rule.id for rule in PLAN.rules}


def live() -> Said:
    plan = Plan.of(RULES, READERS, DERIVATIONS)
    inventory = Inventory.of(plan, read_evidence(FIXTURES / "evidence.json.gz"))
    aliases = {**ADDRESSES, **made_by_aws(inventory)}
    chosen = [rule for rule in RULES if rule.id in EVERY]
    found = said(evaluate(chosen, inventory, {}), EVERY, aliases)
    strange = {key for key in found if GENERATED.search(key[2])}
    return {key: status for key, status in found.items() if key not in strange}


def made_by_aws(inventory: Inventory) -> dict[str, str]:
    """Return what code knows the things as that come with a VPC or an instance of the project."""
    vpc = next(native_id for native_id, address in ADDRESSES.items() if address.endswith("aws_vpc.this"))
    named = {native_id: f"{ADDRESSES[vpc]}.{part}" for native_id, part in with_the_vpc(inventory, vpc)}
    for interface in inventory.listing(NetworkInterface):
        if interface.instance:
            named[interface.id] = f"{ADDRESSES[str(interface.instance)]}.eni0"
    for volume in inventory.listing(Volume):
        if volume.attached_to and volume.id not in ADDRESSES:
            named[volume.id] = f"{ADDRESSES[known(volume.attached_to)[0]]}.root"
    return named


def with_the_vpc(inventory: Inventory, vpc: str) -> Iterator[tuple[str, str]]:
    for group in inventory.listing(SecurityGroup):
        if group.vpc == vpc and group.name == "default":
            yield group.id, "default_security_group"
    for acl in inventory.listing(NetworkAcl):
        if acl.vpc == vpc and acl.is_default:
            yield acl.id, "default_network_acl"
    for table in inventory.listing(RouteTable):
        if table.vpc == vpc and any(one.main for one in known(table.associations)):
            yield table.id, "main_route_table"


EXPLAINED = {
    ("EC2-005", "aws_instance.web.root"): "the image makes the root volume, and no configuration says anything of it",
    ("EVENTBRIDGE-001", "default"): "every region has the default bus; configuration declares only what it lets in",
    ("EVENTBRIDGE-002", "default"): "as above",
    (
        "VPC-011",
        "module.network.aws_vpc.this.default_security_group",
    ): "the embedded AWS makes default groups without the rule by which AWS lets them in themselves",
}
"""Differences between the account and the code, by rule and resource, and why they are there."""


def test_the_project_has_the_size_that_makes_a_comparison_worthwhile() -> None:
    assert 40 <= len(PLANNED)
    assert {one.address for one in load(FIXTURES / "project").after.declared} == set(PLANNED)
    assert 100 <= len(EVERY)


def test_configuration_and_plan_are_judged_alike() -> None:
    source = said(SOURCE.findings, EVERY, {})
    planned = said(PLAN.findings, EVERY, ADDRESSES)
    assert source == planned


def test_the_account_is_judged_as_its_configuration() -> None:
    code, account = said(SOURCE.findings, EVERY, {}), live()
    different = {
        key: (code.get(key, "nothing"), account.get(key, "nothing"))
        for key in code.keys() | account.keys()
        if code.get(key) != account.get(key)
    }
    assert set() == {(rule, resource) for rule, _, resource in different} ^ set(EXPLAINED)


def test_a_plan_that_finds_nothing_to_change_brings_the_account_nothing() -> None:
    said = ["gate", str(FIXTURES / "plan.json"), "--against", str(FIXTURES / "evidence.json.gz")]
    done = CliRunner().invoke(casemate, [*said, "--format", "json", "--quiet"], standalone_mode=False)
    assert {"unchanged", ""} >= {one["delta"] for one in json.loads(done.stdout)["findings"]}
    assert 0 == done.return_value
