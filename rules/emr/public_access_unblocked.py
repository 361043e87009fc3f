from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.emr import EmrBlockPublicAccess

_SSH = 22
"""The port that AWS itself excepts."""


@rule("EMR-001", Severity.MEDIUM, controls=("emr-block-public-access",))
def public_access_unblocked(region: AccountRegion, block: EmrBlockPublicAccess) -> Verdict:
    """
    Clusters may start with groups that are open to everyone.

    Web interfaces of Hadoop and Spark run whatever they are sent; open ones are found within hours. Block public access of EMR in
    every region, and except no port but 22 from it.

    ```evidence bad
    emr:GetBlockPublicAccessConfiguration:
      BlockPublicAccessConfiguration:
        BlockPublicSecurityGroupRules: false
        PermittedPublicSecurityGroupRuleRanges: []
    ```
    ```evidence good
    emr:GetBlockPublicAccessConfiguration:
      BlockPublicAccessConfiguration:
        BlockPublicSecurityGroupRules: true
        PermittedPublicSecurityGroupRuleRanges: [{MinRange: 22, MaxRange: 22}]
    ```
    ```terraform bad
    provider "aws" {
      region = "eu-west-1"
    }

    resource "aws_emr_block_public_access_configuration" "this" {
      block_public_security_group_rules = false
    }
    ```
    ```terraform good
    provider "aws" {
      region = "eu-west-1"
    }

    resource "aws_emr_block_public_access_configuration" "this" {
      block_public_security_group_rules = true
    }
    ```
    """
    if not block.blocks:
        return Fail(f"EMR does not block public access in {region.id}", facts("block", "off"))
    excepted = [f"{low}-{high}" for low, high in block.permitted if (low, high) != (_SSH, _SSH)]
    if excepted:
        return Fail(f"EMR excepts ports {', '.join(excepted)} in {region.id}", facts("excepted", *excepted))
    return PASS
