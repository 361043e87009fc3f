from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import Account
from scanner.model.s3 import BLOCKS, AccountPublicAccessBlock
from scanner.remedies.s3 import block_account_public_access


@rule("S3-002", Severity.MEDIUM, controls=("s3-account-block-public-access",), remedy=block_account_public_access)
def account_public_access_unblocked(account: Account, block: AccountPublicAccessBlock) -> Verdict:
    """
    Account does not block public access to its buckets.

    The account's Block Public Access holds for every bucket and access point, also for those made tomorrow, and no
    bucket can loosen it. Turn all four settings on for the account; if some bucket must be public, move it into an
    account of its own rather than leave the settings off for all.

    ```evidence bad
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        error: NoSuchPublicAccessBlockConfiguration
    ```
    ```evidence good
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        response:
          PublicAccessBlockConfiguration:
            {BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}
    ```
    ```terraform bad
    resource "aws_s3_account_public_access_block" "all" {
      block_public_acls       = true
      ignore_public_acls      = true
      block_public_policy     = false
      restrict_public_buckets = true
    }
    ```
    ```terraform good
    resource "aws_s3_account_public_access_block" "all" {
      block_public_acls       = true
      ignore_public_acls      = true
      block_public_policy     = true
      restrict_public_buckets = true
    }
    ```
    """
    off = [name for name in BLOCKS if not getattr(block, name)]
    if off:
        return Fail(f"account {account.id} leaves {', '.join(off)} off", facts("off", *off))
    return PASS
