"""Endpoints of managed services: reached by the subnets in which they may lie, their groups and their ports."""

import pytest

from scanner.derivations import DERIVATIONS
from scanner.inventory import Inventory
from scanner.model.service_exposure import BrokerExposure, DbInstanceExposure, RedshiftClusterExposure
from scanner.plan import Plan
from scanner.testing import READERS, evidence_of
from tests.reason.network.answers import HERE, OUT, group, permission, public_network, subnet, table


def database(*, public=True, subnets=("subnet-1",), port=5432, admits=None, **changes):
    """A database in these subnets of the small public network; its groups admit everyone to its port."""
    admits = admits or permission("tcp", 5000, 6000, "0.0.0.0/0")
    answers = public_network(
        **{
            "NetworkInterfaces": [],
            "SecurityGroups": [group("sg-db", admits)],
            "Subnets": [subnet("subnet-1"), subnet("subnet-2", "10.0.1.0/24")],
        }
        | changes
    )
    answers["rds:DescribeDBInstances"] = {
        "DBInstances": [
            {
                "DBInstanceIdentifier": "orders",
                "DBInstanceArn": "arn:aws:rds:eu-west-1:123456789012:db:orders",
                "Engine": "postgres",
                "DBInstanceStatus": "available",
                "PubliclyAccessible": public,
                "DBSubnetGroup": {"VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": one} for one in subnets]},
                "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-db"}],
                "Endpoint": {"Address": "orders.x", "Port": port},
            }
        ]
    }
    return answers


def exposure_of(answers, kind=DbInstanceExposure, native_id="orders"):
    plan = Plan.of((), READERS, DERIVATIONS, kinds=[kind])
    return Inventory.of(plan, evidence_of(answers)).facet(kind, HERE, native_id)


def test_a_public_database_is_reached_by_its_own_port_though_no_interface_carries_its_group():
    found = exposure_of(database())
    assert ("tcp/5432 from anywhere (IPv4)",) == found.opened
    assert ["igw-1", "rtb-1", "acl-1", "sg-db", "orders"] == [hop.id for hop in found.way if hop.id != "internet"]


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"public": False}, "NOT_PUBLICLY_ACCESSIBLE"),
        ({"port": 3306}, "ENI_SG_RULES_MISMATCH"),
        ({"admits": permission("tcp", 5432, None, "10.0.0.0/8")}, "ENI_SG_RULES_MISMATCH"),
        ({"RouteTables": [table("rtb-main", main=True)]}, "NO_ROUTE_TO_DESTINATION"),
        ({"Subnets": [subnet("subnet-1", mode="block-ingress")]}, "VPC_BLOCK_PUBLIC_ACCESS_ENABLED"),
    ],
)
def test_any_one_gate_can_close_the_way_to_a_database(changes, code):
    found = exposure_of(database(**changes))
    assert ((), code) == (found.opened, found.blockers[0].code)
    assert code in found.account()


def test_one_public_subnet_of_its_group_is_enough():
    tables = [table("rtb-1", OUT, subnets=["subnet-2"]), table("rtb-main", main=True)]
    answers = database(subnets=("subnet-1", "subnet-2"), RouteTables=tables)
    answers["ec2:DescribeNetworkAcls"]["NetworkAcls"][0]["Associations"].append({"SubnetId": "subnet-2"})
    assert ("tcp/5432 from anywhere (IPv4)",) == exposure_of(answers).opened


@pytest.mark.parametrize("call", ["ec2:DescribeSubnets", "ec2:DescribeSecurityGroups", "ec2:DescribeRouteTables"])
def test_what_was_not_read_leaves_it_open_whether_a_database_is_reached(call):
    answers = database()
    del answers[call]
    found = exposure_of(answers)
    assert () == found.opened
    assert "not known" in found.account()


def test_a_database_without_a_public_address_needs_no_network_to_be_read():
    found = exposure_of({"rds:DescribeDBInstances": database(public=False)["rds:DescribeDBInstances"]})
    assert "NOT_PUBLICLY_ACCESSIBLE" in found.account()


def test_a_cluster_of_redshift_lies_in_the_subnets_of_its_subnet_group():
    answers = database(admits=permission("tcp", 5439, None, "0.0.0.0/0"))
    answers["redshift:DescribeClusters"] = {
        "Clusters": [
            {
                "ClusterIdentifier": "figures",
                "ClusterStatus": "available",
                "PubliclyAccessible": True,
                "ClusterSubnetGroupName": "data",
                "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-db"}],
                "Endpoint": {"Port": 5439},
            }
        ]
    }
    answers["redshift:DescribeClusterSubnetGroups"] = {
        "ClusterSubnetGroups": [
            {"ClusterSubnetGroupName": "data", "VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]}
        ]
    }
    assert ("tcp/5439 from anywhere (IPv4)",) == exposure_of(answers, RedshiftClusterExposure, "figures").opened
    del answers["redshift:DescribeClusterSubnetGroups"]
    assert "not known" in exposure_of(answers, RedshiftClusterExposure, "figures").account()


@pytest.mark.parametrize("engine, opened", [("RabbitMQ", True), ("ActiveMQ", False)])
def test_nothing_of_a_vpc_filters_a_public_broker_of_rabbitmq(engine, opened):
    answers = database(admits=permission("tcp", 22, None, "0.0.0.0/0"))
    answers["mq:ListBrokers"] = {
        "BrokerSummaries": [
            {
                "BrokerArn": "arn:aws:mq:eu-west-1:123456789012:broker:bus:b-1",
                "BrokerId": "b-1",
                "EngineType": engine,
                "BrokerState": "RUNNING",
                "DeploymentMode": "SINGLE_INSTANCE",
            }
        ]
    }
    answers["mq:DescribeBroker"] = [
        {
            "parameters": {"BrokerId": "b-1"},
            "response": {"PubliclyAccessible": True, "SubnetIds": ["subnet-1"], "SecurityGroups": ["sg-db"]},
        }
    ]
    assert opened == bool(exposure_of(answers, BrokerExposure, "b-1").opened)
