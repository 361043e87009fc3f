"""One project, three ways to see it: live, as a plan, as configuration. The same rules find the same in all.

`tests/fixtures/parity/make.py` says how the evidence and the plan were made. Where Terraform and a provider of AWS are at
hand (a mirror in Terraform's configuration), the project is applied to an embedded AWS besides, and compared anew.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from scanner.aws.embedded import MAIN_REGION, embedded_aws
from scanner.aws.live import collect
from scanner.aws.readers import READERS
from scanner.aws.session import Access
from scanner.cli.main import casemate
from scanner.derivations import DERIVATIONS
from scanner.evaluate import evaluate
from scanner.evidence import Evidence, read_evidence
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
PROJECT, RECORDED_PLAN, RECORDED = FIXTURES / "project", FIXTURES / "plan.json", FIXTURES / "evidence.json.gz"
Said = dict[tuple[str, str, str], str]
"""The verdict by rule, kind of resource, and the address (or the name) of the resource."""

GENERATED = re.compile(
    r"\b(?:[a-z]+-[0-9a-f]{8,17}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b|arn:aws:secretsmanager:\S+"
)


def planned(plan: Path) -> Mapping[str, Mapping[str, str]]:
    """Return what a plan says that each resource will be, by its address."""
    changes = json.loads(plan.read_text())["resource_changes"]
    return {one["address"]: one["change"]["after"] for one in changes if one.get("mode", "managed") == "managed"}


def addresses(plan: Path) -> dict[str, str]:
    """Return the addresses of what has an id that AWS made up, by that id."""
    return {
        values["id"]: address
        for address, values in sorted(planned(plan).items(), reverse=True)
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


SOURCE = of_code(PROJECT)


def both(plan: Judged) -> set[str]:
    """Return the rules that source and plan can answer."""
    return {rule.id for rule in SOURCE.rules} & {rule.id for rule in plan.rules}


def live(evidence: Evidence, plan: Path, rules: set[str]) -> Said:
    inventory = Inventory.of(Plan.of(RULES, READERS, DERIVATIONS), evidence)
    aliases = {**addresses(plan), **made_by_aws(inventory, addresses(plan))}
    found = said(evaluate([rule for rule in RULES if rule.id in rules], inventory, {}), rules, aliases)
    return {key: status for key, status in found.items() if not GENERATED.search(key[2])}


def made_by_aws(inventory: Inventory, known_as: Mapping[str, str]) -> dict[str, str]:
    """Return what code knows the things as that come with a VPC or an instance of the project."""
    vpc = next(native_id for native_id, address in known_as.items() if address.endswith("aws_vpc.this"))
    named = {native_id: f"{known_as[vpc]}.{part}" for native_id, part in with_the_vpc(inventory, vpc)}
    for interface in inventory.listing(NetworkInterface):
        if interface.instance:
            named[interface.id] = f"{known_as[str(interface.instance)]}.eni0"
    for volume in inventory.listing(Volume):
        if volume.attached_to and volume.id not in known_as:
            named[volume.id] = f"{known_as[known(volume.attached_to)[0]]}.root"
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


def differing(evidence: Evidence, plan: Path) -> set[tuple[str, str]]:
    """Return the rules and resources of which account and configuration are not judged alike."""
    rules = both(of_code(plan))
    code, account = said(SOURCE.findings, rules, {}), live(evidence, plan, rules)
    return {(key[0], key[2]) for key in code.keys() | account.keys() if code.get(key) != account.get(key)}


def test_the_project_has_the_size_that_makes_a_comparison_worthwhile() -> None:
    assert 40 <= len(planned(RECORDED_PLAN))
    assert {one.address for one in load(PROJECT).after.declared} == set(planned(RECORDED_PLAN))
    assert 100 <= len(both(of_code(RECORDED_PLAN)))


def test_configuration_and_plan_are_judged_alike() -> None:
    plan = of_code(RECORDED_PLAN)
    assert said(SOURCE.findings, both(plan), {}) == said(plan.findings, both(plan), addresses(RECORDED_PLAN))


def test_the_account_is_judged_as_its_configuration() -> None:
    assert set(EXPLAINED) == differing(read_evidence(RECORDED), RECORDED_PLAN)


def test_a_plan_that_finds_nothing_to_change_brings_the_account_nothing() -> None:
    said = ["gate", str(RECORDED_PLAN), "--against", str(RECORDED)]
    done = CliRunner().invoke(casemate, [*said, "--format", "json", "--quiet"], standalone_mode=False)
    assert {"unchanged", ""} >= {one["delta"] for one in json.loads(done.stdout)["findings"]}
    assert 0 == done.return_value


def terraform(folder: Path, *said: str) -> str:
    """Run Terraform in a folder and return what it prints; its error is the test's."""
    done = subprocess.run(["terraform", *said], cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    assert 0 == done.returncode, done.stderr
    return done.stdout


def initialised(folder: Path) -> None:
    """Make the project's folder ready for Terraform; skip where there is no Terraform or no provider of AWS."""
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not installed")
    ready = subprocess.run(
        ["terraform", "init", "-input=false", "-no-color"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env={**os.environ, "TF_REGISTRY_CLIENT_TIMEOUT": "5", "TF_REGISTRY_DISCOVERY_RETRY": "0"},
    )
    if ready.returncode:
        pytest.skip("terraform finds no provider of AWS")


def test_what_terraform_applies_is_judged_as_configuration_plan_and_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "project"
    shutil.copytree(PROJECT, folder)
    initialised(folder)
    with embedded_aws(seeded=False, managed_policies=False) as aws:
        for name, value in aws.environment().items():
            monkeypatch.setenv(name, value)
        here = {"s3_use_path_style": True, "skip_metadata_api_check": True, "skip_region_validation": True}
        (folder / "here_override.tf.json").write_text(json.dumps({"provider": {"aws": here}}))
        terraform(folder, "apply", "-auto-approve", "-input=false", "-no-color")
        terraform(folder, "plan", "-out=made.tfplan", "-input=false", "-no-color")
        plan = tmp_path / "plan.json"
        plan.write_text(terraform(folder, "show", "-json", "made.tfplan"))
        read = Plan.of(RULES, READERS, DERIVATIONS)
        evidence = collect(Access(regions=(MAIN_REGION,)), read, lambda _done, _known: None, "")
    judged = of_code(plan)
    assert said(SOURCE.findings, both(judged), {}) == said(judged.findings, both(judged), addresses(plan))
    assert set(EXPLAINED) >= differing(evidence, plan)
