from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.ec2 import MetadataDefaults
from scanner.remedies.ec2 import require_imdsv2_by_default


@rule("EC2-002", Severity.MEDIUM, controls=("ec2-account-imdsv2",), remedy=require_imdsv2_by_default)
def account_default_allows_imdsv1(region: AccountRegion, defaults: MetadataDefaults) -> Verdict:
    """
    Account default does not require IMDSv2.

    A launch that says nothing of the metadata service takes the account's default in that region; without one, the
    image decides, and old images leave version 1 on. Set the default `HttpTokens` to `required` in every region.

    ```evidence bad
    ec2:GetInstanceMetadataDefaults: {AccountLevel: {ManagedBy: account}}
    ```
    ```evidence good
    ec2:GetInstanceMetadataDefaults: {AccountLevel: {HttpTokens: required, ManagedBy: account}}
    ```
    ```terraform bad
    resource "aws_ec2_instance_metadata_defaults" "all" {
      http_tokens = "optional"
    }
    ```
    ```terraform good
    resource "aws_ec2_instance_metadata_defaults" "all" {
      http_tokens = "required"
    }
    ```
    """
    if defaults.http_tokens == "required":
        return PASS
    said = "sets no preference" if not defaults.http_tokens else f"is {defaults.http_tokens}"
    return Fail(f"in {region.id} the account default for HttpTokens {said}", facts("metadata default", "imdsv1"))
