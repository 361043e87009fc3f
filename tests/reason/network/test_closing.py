"""The fewest rules that close a way, proven by asking again; and ways that identity guards."""

from scanner.inventory import Inventory
from scanner.plan import Plan
from scanner.reason.network.answer import Verdict
from scanner.reason.network.closing import closing_rules
from scanner.reason.network.estate import KINDS, Estate
from scanner.reason.network.identity import identity_ways
from scanner.reason.network.places import place_of, split_port
from scanner.reason.network.reach import reach
from scanner.testing import ACCOUNT, READERS, REGION, evidence_of
from tests.reason.network.answers import group, interface, permission, public_network
from tests.reason.network.test_balancers import balanced
from tests.reason.network.test_reach import GROUPS, two_tiers


def estate_of(answers):
    inventory = Inventory.of(Plan.of((), READERS, kinds=KINDS), evidence_of(answers))
    rows = [row for kind in KINDS for row in inventory.listing(kind)]
    unread = {(kind, at.region): why for kind in KINDS for at, why in inventory.unlisted(kind).items()}
    return Estate(rows, lambda kind, region: unread.get((kind, region or REGION)))


def closing(answers, source, target):
    estate = estate_of(answers)
    name, asked = split_port(target)
    sender, receiver = place_of(source, estate), place_of(name, estate)

    def ask(other):
        return reach(sender, receiver, asked, other)

    answer = ask(estate)
    assert answer.verdict is Verdict.REACHABLE
    return sorted(closing_rules(answer, asked, estate, ask))


def test_all_rules_that_admit_have_to_go_and_no_other():
    rules = [
        permission("tcp", 22, None, "0.0.0.0/0"),
        permission("tcp", 20, 30, "0.0.0.0/1"),
        permission("tcp", 443, None, "0.0.0.0/0"),
        permission("tcp", 22, None, "10.0.0.0/8"),
    ]
    answers = public_network(SecurityGroups=[group("sg-1", *rules)])
    assert ["sg-1 tcp/20-30 0.0.0.0/1", "sg-1 tcp/22 0.0.0.0/0"] == closing(answers, "internet", "eni-1:22")


def test_rules_of_two_groups_close_one_way_together():
    answers = public_network(
        NetworkInterfaces=[interface("eni-1", "sg-1", "sg-2")],
        SecurityGroups=[
            group("sg-1", permission("tcp", 22, None, "0.0.0.0/0")),
            group("sg-2", permission("-1", None, None, "0.0.0.0/0")),
        ],
    )
    assert ["sg-1 tcp/22 0.0.0.0/0", "sg-2 all traffic 0.0.0.0/0"] == closing(answers, "internet", "eni-1:22")


def test_a_way_through_a_load_balancer_closes_at_the_target_too():
    assert ["sg-app tcp/8080 sg-lb"] == closing(balanced(), "internet", "i-app:8080")


def test_a_way_inside_closes_by_the_rule_that_names_the_sources_group():
    assert ["sg-db tcp/5432 sg-web"] == closing(two_tiers(), "i-web", "eni-2:5432")


def test_where_no_group_filters_no_rule_closes():
    answers = public_network(NetworkInterfaces=[interface("eni-1")])
    assert [] == closing(answers, "internet", "eni-1:443")


def ways(answers, target="eni-2:22"):
    estate = estate_of(answers)
    name, asked = split_port(target)
    return [(one.kind, one.action) for one in identity_ways(place_of(name, estate), asked, estate)]


def connected(*, admits="sg-eice"):
    target = interface(
        "eni-2", "sg-db", private="10.0.1.20", public=None, subnet="subnet-2", Attachment={"InstanceId": "i-db"}
    )
    node = interface("eni-e", "sg-eice", private="10.0.0.9", public=None)
    answers = two_tiers(
        NetworkInterfaces=[target, node],
        SecurityGroups=[*GROUPS[:1], group("sg-db", permission("tcp", 22, groups=[admits])), group("sg-eice")],
    )
    answers["ec2:DescribeInstanceConnectEndpoints"] = {
        "InstanceConnectEndpoints": [
            {
                "InstanceConnectEndpointId": "eice-1",
                "OwnerId": ACCOUNT,
                "State": "create-complete",
                "VpcId": "vpc-1",
                "SubnetId": "subnet-1",
                "NetworkInterfaceIds": ["eni-e"],
                "SecurityGroupIds": ["sg-eice"],
                "PreserveClientIp": False,
            }
        ]
    }
    answers["ssm:DescribeInstanceInformation"] = {
        "InstanceInformationList": [{"InstanceId": "i-db", "PingStatus": "Online"}]
    }
    return answers


def test_session_manager_and_a_connect_endpoint_are_ways_that_identity_guards():
    assert [
        ("Session Manager", "ssm:StartSession"),
        ("EC2 Instance Connect endpoint", "ec2-instance-connect:OpenTunnel"),
    ] == ways(connected())


def test_a_connect_endpoint_leads_only_where_its_interface_is_admitted():
    assert [("Session Manager", "ssm:StartSession")] == ways(connected(admits="sg-web"))
    assert [("Session Manager", "ssm:StartSession")] == ways(connected(), "eni-2:5432")
