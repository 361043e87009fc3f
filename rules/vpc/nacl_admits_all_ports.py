from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.network_acl import NetworkAcl
from scanner.model.security_group import ALL_PORTS


@rule("VPC-015", Severity.LOW, controls=("nacl-no-all-ports",))
def nacl_admits_all_ports(acl: NetworkAcl, *, share: float = 0.25) -> Verdict:
    """
    Network ACL lets the internet reach every port.

    Such a network ACL, as AWS makes by default, adds nothing to the security groups. Let in what the subnets offer,
    and the ephemeral ports that answers come back to.

    Entries are taken in their order, each address family on its own, and the first that matches decides. Addresses
    count as the internet if they make up at least a quarter of it (option `share`). This is literal: whether a route
    leads to the subnets is not asked; a network ACL without subnets is skipped.

    ```evidence bad
    ec2:DescribeNetworkAcls:
      NetworkAcls:
        - NetworkAclId: acl-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          IsDefault: false
          Associations: [{SubnetId: subnet-1}]
          Entries:
            - {RuleNumber: 100, Egress: false, Protocol: "-1", RuleAction: allow, CidrBlock: 0.0.0.0/0}
    ```
    ```evidence good
    ec2:DescribeNetworkAcls:
      NetworkAcls:
        - NetworkAclId: acl-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          IsDefault: false
          Associations: [{SubnetId: subnet-1}]
          Entries:
            - {RuleNumber: 100, Egress: false, Protocol: "6", RuleAction: allow, CidrBlock: 0.0.0.0/0,
               PortRange: {From: 443, To: 443}}
            - {RuleNumber: 110, Egress: false, Protocol: "6", RuleAction: allow, CidrBlock: 0.0.0.0/0,
               PortRange: {From: 1024, To: 65535}}
    ```
    ```terraform bad
    resource "aws_network_acl" "app" {
      vpc_id     = "vpc-0a1b2c3d"
      subnet_ids = ["subnet-0a1b2c3d"]

      ingress {
        rule_no    = 100
        action     = "allow"
        protocol   = "tcp"
        cidr_block = "0.0.0.0/0"
        from_port  = 0
        to_port    = 65535
      }
    }
    ```
    ```terraform good
    resource "aws_network_acl" "app" {
      vpc_id     = "vpc-0a1b2c3d"
      subnet_ids = ["subnet-0a1b2c3d"]

      ingress {
        rule_no    = 100
        action     = "allow"
        protocol   = "tcp"
        cidr_block = "0.0.0.0/0"
        from_port  = 443
        to_port    = 443
      }
    }
    ```
    """
    if not known(acl.subnets):
        return Skip("it is in force in no subnet")
    if not ALL_PORTS - acl.open_to_internet("tcp", share):
        return Fail(f"{acl.label} lets the internet reach every TCP port", facts("open", "all"))
    return PASS
