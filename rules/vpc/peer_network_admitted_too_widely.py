from typing import Final

from scanner import PASS, Fail, Severity, Verdict, facts, known, rule
from scanner.model.intervals import Intervals, intervals
from scanner.model.peer_admission import PeerAdmission
from scanner.model.port_families import ADMINISTRATION, DATABASES
from scanner.model.security_group import SecurityGroup
from scanner.model.traffic import ports

_EVERY_PORT: Final = ports("tcp", intervals([(1, 65535)]))


def _named(traffic: Intervals) -> str:
    """Return the ports of administration and databases in some traffic, as people speak of them; empty if none is."""
    if traffic >= _EVERY_PORT:
        return "all ports"
    rows = (*ADMINISTRATION, *DATABASES)
    return ", ".join(str(row) for row in rows if traffic & ports(row.protocol, row.numbers))


@rule("VPC-117", Severity.LOW, controls=("vpc-peering-least-route", "sg-only-authorized-ports"))
def peer_network_admitted_too_widely(group: SecurityGroup, admission: PeerAdmission) -> Verdict:
    """
    Security group admits a whole other VPC to administration or database ports.

    Whoever gets hold of any machine of the other VPC can try these ports. Admit the subnets or hosts that need them, or refer
    to their security group.

    It fails where the group admits all addresses of another VPC, on all ports or on some of administration or databases, and
    packets really come: something carries the group, a peering connection or transit gateway joins the VPCs with routes both
    ways, and the network ACLs of both let them pass.

    ```evidence bad
    ec2:DescribeVpcs:
      Vpcs:
        - {VpcId: vpc-1, OwnerId: "123456789012", CidrBlock: 10.0.0.0/16}
        - {VpcId: vpc-2, OwnerId: "123456789012", CidrBlock: 10.1.0.0/16}
    ec2:DescribeSubnets:
      Subnets:
        - {SubnetId: subnet-1, VpcId: vpc-1, OwnerId: "123456789012", CidrBlock: 10.0.0.0/24}
        - {SubnetId: subnet-2, VpcId: vpc-2, OwnerId: "123456789012", CidrBlock: 10.1.0.0/24}
    ec2:DescribeVpcPeeringConnections:
      VpcPeeringConnections:
        - VpcPeeringConnectionId: pcx-1
          Status: {Code: active}
          RequesterVpcInfo: {VpcId: vpc-1, OwnerId: "123456789012", Region: eu-west-1, CidrBlock: 10.0.0.0/16}
          AccepterVpcInfo: {VpcId: vpc-2, OwnerId: "123456789012", Region: eu-west-1, CidrBlock: 10.1.0.0/16}
    ec2:DescribeRouteTables:
      RouteTables:
        - RouteTableId: rtb-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          Associations: [{RouteTableAssociationId: rtbassoc-1, Main: true}]
          Routes: [{DestinationCidrBlock: 10.1.0.0/16, VpcPeeringConnectionId: pcx-1, State: active}]
        - RouteTableId: rtb-2
          VpcId: vpc-2
          OwnerId: "123456789012"
          Associations: [{RouteTableAssociationId: rtbassoc-2, Main: true}]
          Routes: [{DestinationCidrBlock: 10.0.0.0/16, VpcPeeringConnectionId: pcx-1, State: active}]
    ec2:DescribeNetworkAcls:
      NetworkAcls:
        - NetworkAclId: acl-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          IsDefault: true
          Associations: [{SubnetId: subnet-1}]
          Entries:
            - {RuleNumber: 100, RuleAction: allow, Protocol: "-1", Egress: false, CidrBlock: 0.0.0.0/0}
            - {RuleNumber: 100, RuleAction: allow, Protocol: "-1", Egress: true, CidrBlock: 0.0.0.0/0}
        - NetworkAclId: acl-2
          VpcId: vpc-2
          OwnerId: "123456789012"
          IsDefault: true
          Associations: [{SubnetId: subnet-2}]
          Entries:
            - {RuleNumber: 100, RuleAction: allow, Protocol: "-1", Egress: false, CidrBlock: 0.0.0.0/0}
            - {RuleNumber: 100, RuleAction: allow, Protocol: "-1", Egress: true, CidrBlock: 0.0.0.0/0}
    ec2:DescribeNetworkInterfaces:
      NetworkInterfaces:
        - NetworkInterfaceId: eni-1
          OwnerId: "123456789012"
          VpcId: vpc-1
          SubnetId: subnet-1
          Status: in-use
          InterfaceType: interface
          Groups: [{GroupId: sg-1}]
          PrivateIpAddresses: [{PrivateIpAddress: 10.0.0.10, Primary: true}]
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: db
          VpcId: vpc-1
          OwnerId: "123456789012"
          IpPermissions: [{IpProtocol: tcp, FromPort: 5432, ToPort: 5432, IpRanges: [{CidrIp: 10.0.0.0/8}]}]
    ```
    ```evidence good
    ec2:DescribeVpcs:
      Vpcs:
        - {VpcId: vpc-1, OwnerId: "123456789012", CidrBlock: 10.0.0.0/16}
        - {VpcId: vpc-2, OwnerId: "123456789012", CidrBlock: 10.1.0.0/16}
    ec2:DescribeSubnets:
      Subnets:
        - {SubnetId: subnet-1, VpcId: vpc-1, OwnerId: "123456789012", CidrBlock: 10.0.0.0/24}
        - {SubnetId: subnet-2, VpcId: vpc-2, OwnerId: "123456789012", CidrBlock: 10.1.0.0/24}
    ec2:DescribeVpcPeeringConnections:
      VpcPeeringConnections:
        - VpcPeeringConnectionId: pcx-1
          Status: {Code: active}
          RequesterVpcInfo: {VpcId: vpc-1, OwnerId: "123456789012", Region: eu-west-1, CidrBlock: 10.0.0.0/16}
          AccepterVpcInfo: {VpcId: vpc-2, OwnerId: "123456789012", Region: eu-west-1, CidrBlock: 10.1.0.0/16}
    ec2:DescribeRouteTables:
      RouteTables:
        - RouteTableId: rtb-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          Associations: [{RouteTableAssociationId: rtbassoc-1, Main: true}]
          Routes: [{DestinationCidrBlock: 10.1.0.0/16, VpcPeeringConnectionId: pcx-1, State: active}]
        - RouteTableId: rtb-2
          VpcId: vpc-2
          OwnerId: "123456789012"
          Associations: [{RouteTableAssociationId: rtbassoc-2, Main: true}]
          Routes: [{DestinationCidrBlock: 10.0.0.0/16, VpcPeeringConnectionId: pcx-1, State: active}]
    ec2:DescribeNetworkAcls:
      NetworkAcls:
        - NetworkAclId: acl-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          IsDefault: true
          Associations: [{SubnetId: subnet-1}]
          Entries:
            - {RuleNumber: 100, RuleAction: allow, Protocol: "-1", Egress: false, CidrBlock: 0.0.0.0/0}
            - {RuleNumber: 100, RuleAction: allow, Protocol: "-1", Egress: true, CidrBlock: 0.0.0.0/0}
        - NetworkAclId: acl-2
          VpcId: vpc-2
          OwnerId: "123456789012"
          IsDefault: true
          Associations: [{SubnetId: subnet-2}]
          Entries:
            - {RuleNumber: 100, RuleAction: allow, Protocol: "-1", Egress: false, CidrBlock: 0.0.0.0/0}
            - {RuleNumber: 100, RuleAction: allow, Protocol: "-1", Egress: true, CidrBlock: 0.0.0.0/0}
    ec2:DescribeNetworkInterfaces:
      NetworkInterfaces:
        - NetworkInterfaceId: eni-1
          OwnerId: "123456789012"
          VpcId: vpc-1
          SubnetId: subnet-1
          Status: in-use
          InterfaceType: interface
          Groups: [{GroupId: sg-1}]
          PrivateIpAddresses: [{PrivateIpAddress: 10.0.0.10, Primary: true}]
    ec2:DescribeSecurityGroups:
      SecurityGroups:
        - GroupId: sg-1
          GroupName: db
          VpcId: vpc-1
          OwnerId: "123456789012"
          IpPermissions: [{IpProtocol: tcp, FromPort: 5432, ToPort: 5432, IpRanges: [{CidrIp: 10.1.0.16/28}]}]
    ```
    ```terraform bad
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc" "shared" {
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_vpc_peering_connection" "shared" {
      vpc_id      = aws_vpc.main.id
      peer_vpc_id = aws_vpc.shared.id
      auto_accept = true
    }

    resource "aws_subnet" "app" {
      vpc_id     = aws_vpc.main.id
      cidr_block = "10.0.1.0/24"
    }

    resource "aws_subnet" "shared" {
      vpc_id     = aws_vpc.shared.id
      cidr_block = "10.1.1.0/24"
    }

    resource "aws_route_table" "app" {
      vpc_id = aws_vpc.main.id

      route {
        cidr_block                = "10.1.0.0/16"
        vpc_peering_connection_id = aws_vpc_peering_connection.shared.id
      }
    }

    resource "aws_route_table" "shared" {
      vpc_id = aws_vpc.shared.id

      route {
        cidr_block                = "10.0.0.0/16"
        vpc_peering_connection_id = aws_vpc_peering_connection.shared.id
      }
    }

    resource "aws_route_table_association" "app" {
      subnet_id      = aws_subnet.app.id
      route_table_id = aws_route_table.app.id
    }

    resource "aws_route_table_association" "shared" {
      subnet_id      = aws_subnet.shared.id
      route_table_id = aws_route_table.shared.id
    }

    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = aws_vpc.main.id
    }

    resource "aws_vpc_security_group_ingress_rule" "app" {
      security_group_id = aws_security_group.app.id
      description       = "Administrators"
      ip_protocol       = "tcp"
      from_port         = 22
      to_port           = 22
      cidr_ipv4         = "10.0.0.0/8"
    }

    resource "aws_instance" "app" {
      ami                    = "ami-0a1b2c3d"
      instance_type          = "t3.micro"
      subnet_id              = aws_subnet.app.id
      vpc_security_group_ids = [aws_security_group.app.id]
    }
    ```
    ```terraform good
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc" "shared" {
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_vpc_peering_connection" "shared" {
      vpc_id      = aws_vpc.main.id
      peer_vpc_id = aws_vpc.shared.id
      auto_accept = true
    }

    resource "aws_subnet" "app" {
      vpc_id     = aws_vpc.main.id
      cidr_block = "10.0.1.0/24"
    }

    resource "aws_subnet" "shared" {
      vpc_id     = aws_vpc.shared.id
      cidr_block = "10.1.1.0/24"
    }

    resource "aws_route_table" "app" {
      vpc_id = aws_vpc.main.id

      route {
        cidr_block                = "10.1.0.0/16"
        vpc_peering_connection_id = aws_vpc_peering_connection.shared.id
      }
    }

    resource "aws_route_table" "shared" {
      vpc_id = aws_vpc.shared.id

      route {
        cidr_block                = "10.0.0.0/16"
        vpc_peering_connection_id = aws_vpc_peering_connection.shared.id
      }
    }

    resource "aws_route_table_association" "app" {
      subnet_id      = aws_subnet.app.id
      route_table_id = aws_route_table.app.id
    }

    resource "aws_route_table_association" "shared" {
      subnet_id      = aws_subnet.shared.id
      route_table_id = aws_route_table.shared.id
    }

    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = aws_vpc.main.id
    }

    resource "aws_vpc_security_group_ingress_rule" "app" {
      security_group_id = aws_security_group.app.id
      description       = "Administrators"
      ip_protocol       = "tcp"
      from_port         = 22
      to_port           = 22
      cidr_ipv4         = "10.1.1.16/28"
    }

    resource "aws_instance" "app" {
      ami                    = "ami-0a1b2c3d"
      instance_type          = "t3.micro"
      subnet_id              = aws_subnet.app.id
      vpc_security_group_ids = [aws_security_group.app.id]
    }
    ```
    """
    openings = known(admission.openings)
    found = [(one.vpc, named) for one in openings if (named := _named(one.certain))]
    if found:
        told = "; ".join(f"{named} to all of {vpc}" for vpc, named in found)
        evidence = [f"{vpc}: {named}" for vpc, named in found]
        return Fail(f"{group.label} opens {told}", facts("open", *evidence))
    for one in openings:
        if _named(one.perhaps):
            one.ask()
    return PASS
