"""The network of a report: the ledger as a sentence, pictures as SVG and as Mermaid text, and that names are only names."""

import json
import re
from xml.etree import ElementTree as ET

import pytest

from reports.formats import render
from reports.mermaid import mermaid
from reports.network import BoxEntry, EdgeEntry, Ledger, LedgerReason, PictureEntry, SubnetEntry, ledger_text
from reports.picture import svg
from reports.report import build
from rules.vpc.admin_ports_open_to_internet import admin_ports_open_to_internet
from rules.vpc.admin_ports_reached_from_internet import admin_ports_reached_from_internet
from scanner.cli.work import plan_for
from scanner.config import Config
from scanner.scan import audit, profile_of
from scanner.testing import NOW, evidence_of
from tests.reason.network.answers import group, interface, permission, subnet
from tests.reason.network.test_balancers import balanced
from tests.reason.network.test_use import network

HOSTILE = '<script>"]|`;--> \u202eend'
MANY = [interface(f"eni-{n}", "sg-1", private=f"10.0.0.{n % 250 + 2}", subnet=f"subnet-{n % 40}") for n in range(200)]


def report_of(answers):
    chosen = (admin_ports_open_to_internet, admin_ports_reached_from_internet)
    scan = audit(
        profile_of(chosen, Config(), chosen, partial=False),
        plan_for(chosen),
        evidence_of(answers),
        Config(),
        now=NOW,
        waivers=(),
        source_kind="evidence",
        source_name="small",
    )
    return build(scan)


def picture_of(answers):
    (picture,) = report_of(answers).network.pictures
    return picture


def hostile_picture():
    box = BoxEntry(id="class 0", kind="class", label=HOSTILE, state="exposed", subnet="s", count=1, note=HOSTILE)
    internet = BoxEntry(id="internet", kind="internet", label=HOSTILE, state="exposed", subnet="", count=1, note="")
    edge = EdgeEntry("internet", "class 0", HOSTILE, HOSTILE)
    return PictureEntry(
        vpc=HOSTILE, name=HOSTILE, account="1", region="r", boxes=(internet, box),
        subnets=(SubnetEntry("s", HOSTILE, True),), edges=(edge,), left_out=0,
    )  # fmt: skip


def test_the_ledger_is_a_sentence_with_the_reasons():
    reasons = (LedgerReason("A", "no public address", 20), LedgerReason("B", "no route back", 13))
    ledger = Ledger(open_groups=52, exposed=11, unreachable=33, unattached=8, undecided=2, reasons=reasons)
    assert (
        "52 security groups are open to the internet: 11 exposed, 33 carried by interfaces that nothing reaches "
        "(no public address 20, no route back 13), 8 carried by nothing, 2 not known." == ledger_text(ledger)
    )


def test_a_load_balancer_stands_between_the_gateway_and_its_targets():
    picture = picture_of(balanced() | {"ec2:DescribeVpcs": {"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}]}})
    edges = {(edge.source, edge.target): edge.label for edge in picture.edges}
    (target,) = [box.id for box in picture.boxes if box.subnet == "subnet-2"]
    assert {
        ("internet", "internet gateway igw-1"): "",
        ("internet gateway igw-1", "load balancer app/web/1"): "tcp/443",
        ("load balancer app/web/1", target): "tcp/8080",
    } == edges
    assert {"subnet-2": False} == {one.id: one.public for one in picture.subnets}


def test_a_large_vpc_has_few_boxes_and_what_is_left_out_is_counted():
    answers = network(NetworkInterfaces=MANY, Subnets=[subnet(f"subnet-{n}", f"10.0.{n}.0/24") for n in range(40)])
    picture = picture_of(answers)
    assert len(picture.boxes) <= 30
    assert 200 == picture.left_out + sum(box.count for box in picture.boxes if box.kind == "class")


def test_the_picture_is_well_formed_and_draws_every_box_and_edge():
    picture = picture_of(network())
    root = ET.fromstring(svg(picture, 0))
    assert len(picture.boxes) == len([one for one in root.iter("rect") if one.get("class") == "box"])
    assert len(picture.edges) == len([one for one in root.iter("path") if one.get("class") == "edge"])
    titles = [one.text for one in root.iter("title")]
    assert any("tcp/22 from anywhere (IPv4): internet" in str(text) and "sg-1" in str(text) for text in titles)
    assert not [one for one in root.iter() if one.get("style")]


def test_names_are_only_names_in_a_picture():
    drawn = svg(hostile_picture(), 0)
    assert "<script" not in drawn
    ET.fromstring(drawn)


def test_names_are_only_names_in_mermaid():
    text = mermaid(hostile_picture())
    labels = re.findall(r'"([^"]*)"', text)
    assert labels
    assert not re.search(r'[<>|`;\]"]', re.sub(r"#\d+;", "", "".join(labels)))
    assert all(line.count('"') in (0, 2) for line in text.splitlines())


def test_nothing_is_drawn_in_markdown_where_nothing_is_exposed():
    closed = network(NetworkInterfaces=[interface("eni-1", "sg-1", public=None)])
    assert "" == mermaid(picture_of(closed))
    assert "mermaid" not in render(report_of(closed), "markdown").decode()
    assert "```mermaid" in render(report_of(network()), "markdown").decode()


def test_the_report_is_of_its_schema_and_shows_the_network(validator):
    report = report_of(network(SecurityGroups=[group("sg-1", permission("tcp", 22, None, "0.0.0.0/0"))]))
    said = json.loads(render(report, "json"))
    assert [] == list(validator("report-1").iter_errors(said))
    assert 1 == said["network"]["ledger"]["exposed"]
    assert "1 security group is open to the internet: 1 exposed." in render(report, "text").decode()
    assert '<svg class="net"' in render(report, "html").decode()


@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_a_report_without_the_network_says_nothing_of_it(form):
    report = report_of({"ec2:DescribeSecurityGroups": {"SecurityGroups": []}})
    assert report.network is None
    assert "open to the internet:" not in render(report, form).decode()
