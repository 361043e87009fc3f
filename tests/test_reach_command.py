"""`casemate reach`: its exit codes and its JSON, on a folder of AWS CLI output."""

import json

import pytest
from click.testing import CliRunner

from scanner.cli.reach import reach
from scanner.errors import UsageError
from scanner.testing import ACCOUNT, REGION
from tests.reason.network.answers import public_network


@pytest.fixture
def folder(tmp_path):
    """The small public network as a folder of answers."""
    place = tmp_path / ACCOUNT / REGION
    place.mkdir(parents=True)
    for call, answer in public_network().items():
        (place / f"{call.replace(':', '.')}.json").write_text(json.dumps(answer))
    return tmp_path


def ask(folder, *arguments):
    return CliRunner().invoke(reach, ["--from", str(folder), "--quiet", *arguments], standalone_mode=False)


@pytest.mark.parametrize("port, code", [("443", 0), ("22", 1)])
def test_the_exit_code_says_whether_it_can_be_reached(folder, port, code):
    assert ask(folder, "internet", f"eni-1:{port}").return_value == code


def test_what_was_not_read_ends_undecided(folder):
    next(folder.rglob("ec2.DescribeNetworkAcls.json")).unlink()
    done = ask(folder, "internet", "eni-1:443", "--format", "json")
    assert (3, "NotCollected") == (done.return_value, json.loads(done.output)["reason"].partition(":")[0])


def test_an_unknown_place_is_an_error_of_usage(folder):
    assert isinstance(ask(folder, "internet", "nowhere:443").exception, UsageError)


def test_the_answer_as_json_has_a_verdict_the_hops_and_the_blocker(folder):
    reached = json.loads(ask(folder, "internet", "eni-1:443", "--format", "json").output)
    stopped = json.loads(ask(folder, "internet", "eni-1:22", "--format", "json").output)
    assert ("reachable", "igw-1") == (reached["verdict"], reached["hops"][1]["id"])
    assert ("not-reachable", "ENI_SG_RULES_MISMATCH") == (stopped["verdict"], stopped["blocker"]["code"])
    assert [] == stopped["hops"]


def test_the_answer_tells_the_way_back_and_the_rules_that_close_it(folder):
    reached = json.loads(ask(folder, "internet", "eni-1:443", "--format", "json").output)
    assert ["acl-1", "rtb-1"] == [hop["id"] for hop in reached["back"]]
    assert ["sg-1 tcp/443 0.0.0.0/0"] == reached["closing"]
    assert "closed by removing:\n    sg-1 tcp/443 0.0.0.0/0\n" in ask(folder, "internet", "eni-1:443").output


def test_everything_that_stops_a_packet_by_itself_is_told(folder):
    file = next(folder.rglob("ec2.DescribeNetworkInterfaces.json"))
    said = json.loads(file.read_text())
    del said["NetworkInterfaces"][0]["PrivateIpAddresses"][0]["Association"]
    file.write_text(json.dumps(said))
    tables = next(folder.rglob("ec2.DescribeRouteTables.json"))
    said = json.loads(tables.read_text())
    said["RouteTables"][0]["Routes"].pop()
    tables.write_text(json.dumps(said))
    output = ask(folder, "internet", "eni-1:443").output
    assert "stopped by IGW_PUBLIC_IP_ASSOCIATION_FOR_INGRESS" in output
    assert "and by NO_ROUTE_TO_DESTINATION" in output
    assert "2 changes keep it from being reachable" in output
