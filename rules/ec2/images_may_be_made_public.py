from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.ec2 import ImageBlockPublicAccess
from scanner.remedies.ec2 import block_public_images


@rule("EC2-010", Severity.MEDIUM, controls=("ami-block-public-access",), remedy=block_public_images)
def images_may_be_made_public(region: AccountRegion, block: ImageBlockPublicAccess) -> Verdict:
    """
    AMIs may be shared with everyone.

    Block public access for AMIs refuses to make an image public, whoever asks. Enable it in every region where no
    image is meant for the public; it leaves already public ones as they are.

    ```evidence bad
    ec2:GetImageBlockPublicAccessState: {ImageBlockPublicAccessState: unblocked, ManagedBy: account}
    ```
    ```evidence good
    ec2:GetImageBlockPublicAccessState: {ImageBlockPublicAccessState: block-new-sharing, ManagedBy: account}
    ```
    ```terraform bad
    resource "aws_ec2_image_block_public_access" "all" {
      state = "unblocked"
    }
    ```
    ```terraform good
    resource "aws_ec2_image_block_public_access" "all" {
      state = "block-new-sharing"
    }
    ```
    """
    if block.state == "block-new-sharing":
        return PASS
    return Fail(f"AMIs may be made public in {region.id}", facts("block", f"{block.state}"))
