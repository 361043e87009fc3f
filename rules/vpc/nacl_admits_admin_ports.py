from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.intervals import intervals
from scanner.model.network_acl import NetworkAcl
from scanner.model.security_group import ports_text
from scanner.remedies.vpc import narrow_network_acl

_PORTS = intervals(((22, 22), (3389, 3389)))


@rule("VPC-014", Severity.MEDIUM, controls=("nacl-no-admin-ports-from-internet",), remedy=narrow_network_acl)
def nacl_admits_admin_ports(acl: NetworkAcl, *, share: float = 0.25) -> Verdict:
    """
    Network ACL lets the internet reach administration ports.

    A network ACL is the second wall: it holds when a security group is opened by mistake. Let SSH and RDP in from the
    networks of administrators only, by a deny entry before the wide allow or by narrower allows.

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
            - {RuleNumber: 200, Egress: false, Protocol: "6", RuleAction: deny, CidrBlock: 0.0.0.0/0,
               PortRange: {From: 22, To: 22}}
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
            - {RuleNumber: 90, Egress: false, Protocol: "6", RuleAction: deny, CidrBlock: 0.0.0.0/0,
               PortRange: {From: 22, To: 22}}
            - {RuleNumber: 91, Egress: false, Protocol: "6", RuleAction: deny, CidrBlock: 0.0.0.0/0,
               PortRange: {From: 3389, To: 3389}}
            - {RuleNumber: 100, Egress: false, Protocol: "-1", RuleAction: allow, CidrBlock: 0.0.0.0/0}
            - {RuleNumber: 101, Egress: false, Protocol: "6", RuleAction: allow, Ipv6CidrBlock: "::/0",
               PortRange: {From: 443, To: 443}}
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
        from_port  = 22
        to_port    = 22
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
    found = acl.open_to_internet("tcp", share) & _PORTS
    if not found:
        return PASS
    return Fail(f"{acl.label} lets the internet reach TCP {ports_text(found)}", facts("open", ports_text(found)))
