from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.vpc import VpcBlockPublicAccess
from scanner.remedies.vpc import block_internet_gateways


@rule("VPC-023", Severity.LOW, controls=("vpc-block-public-access",), remedy=block_internet_gateways)
def public_access_unblocked(region: AccountRegion, block: VpcBlockPublicAccess) -> Verdict:
    """
    VPC Block Public Access is off.

    It stops all traffic of internet gateways in the region, whatever routes and groups say, with exclusions for the
    VPCs and subnets that are meant to be public. Turn on at least `block-ingress` once the exclusions are in place; in
    regions that are not used, at once.

    ```evidence bad
    ec2:DescribeVpcBlockPublicAccessOptions:
      VpcBlockPublicAccessOptions: {InternetGatewayBlockMode: "off", State: default-state}
    ```
    ```evidence good
    ec2:DescribeVpcBlockPublicAccessOptions:
      VpcBlockPublicAccessOptions: {InternetGatewayBlockMode: block-ingress, State: update-complete}
    ```
    ```terraform bad
    provider "aws" {
      region = "eu-west-1"
    }

    resource "aws_vpc_block_public_access_options" "this" {
      internet_gateway_block_mode = "off"
    }
    ```
    ```terraform good
    provider "aws" {
      region = "eu-west-1"
    }

    resource "aws_vpc_block_public_access_options" "this" {
      internet_gateway_block_mode = "block-bidirectional"
    }
    ```
    """
    if block.mode != "off":
        return PASS
    return Fail(f"VPC Block Public Access is off in {region.id}", facts("block mode", "off"))
