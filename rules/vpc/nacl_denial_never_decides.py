from scanner import PASS, Fail, Severity, Verdict, facts, known, rule
from scanner.model.network_acl import NetworkAcl
from scanner.model.network_hygiene import IdleDenials


@rule("VPC-116", Severity.LOW, controls=("nacl-no-admin-ports-from-internet",))
def nacl_denial_never_decides(acl: NetworkAcl, idle: IdleDenials) -> Verdict:
    """
    Network ACL denies what it has already allowed.

    The first entry that matches decides, by ascending number. A denial behind entries that allow all of what it names never does
    anything: whoever wrote it believes that somebody is kept out. Give it a lower number than the entry that allows.

    ```evidence bad
    ec2:DescribeNetworkAcls:
      NetworkAcls:
        - NetworkAclId: acl-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          IsDefault: false
          Entries:
            - {RuleNumber: 100, RuleAction: allow, Protocol: "-1", Egress: false, CidrBlock: 0.0.0.0/0}
            - {RuleNumber: 200, RuleAction: deny, Protocol: "6", PortRange: {From: 22, To: 22}, Egress: false, CidrBlock: 198.51.100.0/24}
    ```
    ```evidence good
    ec2:DescribeNetworkAcls:
      NetworkAcls:
        - NetworkAclId: acl-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          IsDefault: false
          Entries:
            - {RuleNumber: 90, RuleAction: deny, Protocol: "6", PortRange: {From: 22, To: 22}, Egress: false, CidrBlock: 198.51.100.0/24}
            - {RuleNumber: 100, RuleAction: allow, Protocol: "-1", Egress: false, CidrBlock: 0.0.0.0/0}
    ```
    ```terraform bad
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_network_acl" "app" {
      vpc_id = aws_vpc.main.id

      ingress {
        rule_no    = 100
        action     = "allow"
        protocol   = "-1"
        from_port  = 0
        to_port    = 0
        cidr_block = "0.0.0.0/0"
      }

      ingress {
        rule_no    = 200
        action     = "deny"
        protocol   = "tcp"
        from_port  = 22
        to_port    = 22
        cidr_block = "198.51.100.0/24"
      }
    }
    ```
    ```terraform good
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_network_acl" "app" {
      vpc_id = aws_vpc.main.id

      ingress {
        rule_no    = 100
        action     = "allow"
        protocol   = "-1"
        from_port  = 0
        to_port    = 0
        cidr_block = "0.0.0.0/0"
      }

      ingress {
        rule_no    = 90
        action     = "deny"
        protocol   = "tcp"
        from_port  = 22
        to_port    = 22
        cidr_block = "198.51.100.0/24"
      }
    }
    ```
    """
    found = known(idle.entries)
    if not found:
        return PASS
    return Fail(
        f"{acl.label} never comes to {', '.join(found)}: earlier entries allow all of it", facts("idle", *found)
    )
