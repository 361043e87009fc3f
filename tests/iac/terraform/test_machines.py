"""Machines that nobody declares one by one: groups of them, and those that lie in a region's default VPC."""

from pathlib import Path

import pytest

from scanner.derivations import DERIVATIONS
from scanner.iac.judged import judge
from scanner.iac.load import load
from scanner.registry import load_rules
from scanner.testing import NOW

RULES = {rule.name: rule for rule in load_rules()}


def verdicts(tmp_path: Path, text: str, rule: str) -> dict[str, str]:
    (tmp_path / "main.tf").write_text(text)
    found = judge([RULES[rule]], load(tmp_path).after, DERIVATIONS, {}, NOW)
    return {one.resource.id: one.status for one in found.findings}


NETWORK = """
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
resource "aws_internet_gateway" "g" { vpc_id = aws_vpc.v.id }
resource "aws_subnet" "s" {
  count                   = 2
  vpc_id                  = aws_vpc.v.id
  cidr_block              = cidrsubnet(aws_vpc.v.cidr_block, 8, count.index)
  map_public_ip_on_launch = %s
}
resource "aws_route_table" "r" {
  vpc_id = aws_vpc.v.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.g.id
  }
}
resource "aws_route_table_association" "a" {
  count          = 2
  subnet_id      = aws_subnet.s[count.index].id
  route_table_id = aws_route_table.r.id
}
resource "aws_security_group" "w" {
  vpc_id = aws_vpc.v.id
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
GROUPS = [
    """
    resource "aws_launch_template" "t" {
      vpc_security_group_ids = [aws_security_group.w.id]
    }
    resource "aws_autoscaling_group" "m" {
      name                = "m"
      vpc_zone_identifier = aws_subnet.s[*].id
      launch_template {
        id      = aws_launch_template.t.id
        version = "$Latest"
      }
    }
    """,
    """
    resource "aws_launch_configuration" "c" {
      name            = "c"
      security_groups = [aws_security_group.w.id]
    }
    resource "aws_autoscaling_group" "m" {
      name                 = "m"
      vpc_zone_identifier  = aws_subnet.s[*].id
      launch_configuration = aws_launch_configuration.c.name
    }
    """,
]


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("public, expected", [("true", "fail"), ("false", "pass")])
def test_the_machines_of_a_group_lie_in_its_subnets(tmp_path: Path, group: str, public: str, expected: str) -> None:
    found = verdicts(tmp_path, NETWORK % public + group, "admin_ports_reached_from_internet")
    assert {"m.instance0.eni0": expected, "m.instance1.eni0": expected} == found


def test_nodes_have_the_group_of_their_cluster(tmp_path: Path) -> None:
    text = """
    resource "aws_eks_cluster" "c" {
      name     = "c"
      role_arn = "r"
      vpc_config { subnet_ids = aws_subnet.s[*].id }
    }
    resource "aws_eks_node_group" "n" {
      cluster_name = aws_eks_cluster.c.name
      subnet_ids   = [aws_subnet.s[0].id]
    }
    %s
    """
    rule = "admin_ports_reached_from_internet"
    node = "aws_eks_node_group.n.instance0.eni0"
    assert "pass" == verdicts(tmp_path, NETWORK % "true" + text % "", rule)[node]
    opened = """
    resource "aws_security_group_rule" "r" {
      security_group_id = aws_eks_cluster.c.vpc_config[0].cluster_security_group_id
      type              = "ingress"
      protocol          = "tcp"
      from_port         = 22
      to_port           = 22
      cidr_blocks       = ["0.0.0.0/0"]
    }
    """
    assert "fail" == verdicts(tmp_path, NETWORK % "true" + text % opened, rule)[node]


INSTANCE = """
resource "aws_security_group" "w" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["%s"]
  }
}
resource "aws_instance" "i" {
  ami                    = "ami-1"
  instance_type          = "t3.micro"
  vpc_security_group_ids = [aws_security_group.w.id]
}
"""


@pytest.mark.parametrize("cidr, expected", [("0.0.0.0/0", "fail"), ("10.0.0.0/8", "pass")])
def test_an_instance_without_a_subnet_lies_in_the_default_vpc(tmp_path: Path, cidr: str, expected: str) -> None:
    found = verdicts(tmp_path, INSTANCE % cidr, "admin_ports_reached_from_internet")
    assert {"aws_instance.i.eni0": expected} == found
    assert {"default-vpc": "fail"} == verdicts(tmp_path, INSTANCE % cidr, "default_vpc_in_use")
    # What AWS made with it is nobody's fault: no finding is about its groups and lists.
    assert {} == verdicts(tmp_path, INSTANCE % cidr, "nacl_admits_admin_ports")
    assert set() == verdicts(tmp_path, INSTANCE % cidr, "default_group_has_rules").keys() - {"aws_security_group.w"}


BALANCED = """
resource "aws_lb" "l" {
  internal        = %s
  subnets         = aws_subnet.s[*].id
  security_groups = [aws_security_group.l.id]
}
resource "aws_security_group" "l" {
  vpc_id = aws_vpc.v.id
  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_security_group" "t" {
  vpc_id = aws_vpc.v.id
  ingress {
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [aws_security_group.l.id]
  }
}
resource "aws_lb_target_group" "g" {
  port        = 5432
  protocol    = "HTTP"
  vpc_id      = aws_vpc.v.id
  target_type = "ip"
}
resource "aws_lb_listener" "h" {
  load_balancer_arn = aws_lb.l.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.g.arn
  }
}
"""
BEHIND = [
    """
    resource "aws_ecs_service" "b" {
      name = "b"
      network_configuration {
        subnets         = [aws_subnet.s[1].id]
        security_groups = [aws_security_group.t.id]
      }
      load_balancer {
        target_group_arn = aws_lb_target_group.g.arn
        container_name   = "b"
        container_port   = 5432
      }
    }
    """,
    """
    resource "aws_instance" "b" {
      ami                    = "ami-1"
      subnet_id              = aws_subnet.s[1].id
      vpc_security_group_ids = [aws_security_group.t.id]
    }
    resource "aws_lb_target_group_attachment" "b" {
      target_group_arn = aws_lb_target_group.g.arn
      target_id        = aws_instance.b.private_ip
    }
    """,
]


@pytest.mark.parametrize("behind", BEHIND)
@pytest.mark.parametrize("internal, expected", [("false", "fail"), ("true", "pass")])
def test_what_stands_behind_a_load_balancer_is_reached_through_it(
    tmp_path: Path, behind: str, internal: str, expected: str
) -> None:
    text = NETWORK % "false" + BALANCED % internal + behind
    found = verdicts(tmp_path, text, "database_ports_reached_from_internet")
    assert {expected} == {status for name, status in found.items() if ".b.eni" in name}


def test_what_policies_of_aws_allow_is_known(tmp_path: Path) -> None:
    text = """
    resource "aws_iam_role" "r" {
      name               = "r"
      assume_role_policy = "{}"
    }
    resource "aws_iam_role_policy_attachment" "a" {
      role       = aws_iam_role.r.name
      policy_arn = "arn:aws:iam::aws:policy/%s"
    }
    """
    rule = "role_can_become_administrator"
    assert {"r": "pass"} == verdicts(tmp_path, text % "service-role/AWSLambdaBasicExecutionRole", rule)
    assert {"r": "fail"} == verdicts(tmp_path, text % "IAMFullAccess", rule)
    assert {"r": "undecided"} == verdicts(tmp_path, text % "MadeTomorrow", rule)
