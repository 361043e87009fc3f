from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.s3 import AccountPublicAccessBlock, MultiRegionAccessPoint, MultiRegionAccessPointBlock


@rule("S3-021", Severity.HIGH, controls=("s3-mrap-bpa",))
def multi_region_access_point_public_access_unblocked(
    point: MultiRegionAccessPoint, own: MultiRegionAccessPointBlock, account: AccountPublicAccessBlock
) -> Verdict:
    """
    Multi-region access point does not block public access.

    A multi-region access point is one global door to buckets in several regions, with Block Public Access settings that
    cannot be changed once it exists. With one off there and at the account, a policy statement can make the data
    public. Turn the four settings on for the account, or replace the access point by one that has them on.

    ```evidence bad
    s3control:ListMultiRegionAccessPoints:
      AccessPoints:
        - Name: world
          Alias: mfzwi23gnjvgw.mrap
          PublicAccessBlock:
            {BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: false}
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        error: NoSuchPublicAccessBlockConfiguration
    ```
    ```evidence good
    s3control:ListMultiRegionAccessPoints:
      AccessPoints:
        - Name: world
          Alias: mfzwi23gnjvgw.mrap
          PublicAccessBlock:
            {BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        error: NoSuchPublicAccessBlockConfiguration
    ```
    ```terraform bad
    resource "aws_s3control_multi_region_access_point" "reports" {
      details {
        name = "reports"

        region {
          bucket = "data"
        }

        public_access_block {
          block_public_acls       = true
          ignore_public_acls      = true
          block_public_policy     = false
          restrict_public_buckets = true
        }
      }
    }
    ```
    ```terraform good
    resource "aws_s3control_multi_region_access_point" "reports" {
      details {
        name = "reports"

        region {
          bucket = "data"
        }

        public_access_block {
          block_public_acls       = true
          ignore_public_acls      = true
          block_public_policy     = true
          restrict_public_buckets = true
        }
      }
    }
    ```
    """
    off = own.off_beside(account)
    if off:
        return Fail(f"multi-region access point {point.name} leaves {', '.join(sorted(off))} off", facts("off", *off))
    return PASS
