from collections.abc import Iterator

from scanner import PASS, Fail, Severity, Verdict, facts, known, rule
from scanner.model.ec2 import Image, ImageSharing
from scanner.model.publicaccess import Insiders

_ORGANIZATIONS = ":organizations::"


@rule("EC2-025", Severity.MEDIUM, controls=("iam-access-analyzer-no-findings",))
def image_shared_with_untrusted_accounts(image: Image, sharing: ImageSharing, insiders: Insiders) -> Verdict:
    """
    AMI is shared with accounts or organizations that are not trusted.

    They can launch the image and read its disks, with all keys, configuration and history left on them. Remove the
    launch permission, or name the account or organization as trusted in the configuration; the accounts of one scan
    trust each other, and so does the account's own organization.

    ```evidence bad
    ec2:DescribeImages: {Images: [{ImageId: ami-1, Name: base, OwnerId: "123456789012", Public: false}]}
    ec2:DescribeImageAttribute:
      - parameters: {Attribute: launchPermission, ImageId: ami-1}
        response: {ImageId: ami-1, LaunchPermissions: [{UserId: "210987654321"}]}
    ```
    ```evidence good
    ec2:DescribeImages: {Images: [{ImageId: ami-1, Name: base, OwnerId: "123456789012", Public: false}]}
    ec2:DescribeImageAttribute:
      - parameters: {Attribute: launchPermission, ImageId: ami-1}
        response: {ImageId: ami-1, LaunchPermissions: []}
    ```
    ```terraform bad
    resource "aws_ami" "app" {
      name                = "app"
      virtualization_type = "hvm"
    }

    resource "aws_ami_launch_permission" "partner" {
      image_id   = aws_ami.app.id
      account_id = "999988887777"
    }
    ```
    ```terraform good
    data "aws_caller_identity" "me" {}

    resource "aws_ami" "app" {
      name                = "app"
      virtualization_type = "hvm"
    }

    resource "aws_ami_launch_permission" "own" {
      image_id   = aws_ami.app.id
      account_id = data.aws_caller_identity.me.account_id
    }
    ```
    """
    strangers = sorted(set(_strangers(sharing, insiders)))
    if strangers:
        named = ", ".join(strangers)
        return Fail(f"{image.label} can be launched by untrusted {named}", facts("launchable by", *strangers))
    return PASS


def _strangers(sharing: ImageSharing, insiders: Insiders) -> Iterator[str]:
    """Yield the accounts and organizations (units as well) that are not trusted; everyone is the matter of EC2-009."""
    trusted = known(insiders.trusted)
    for party in sharing.shared_with:
        if _ORGANIZATIONS not in party:
            if party != "all" and party not in trusted.accounts:
                yield party
            continue
        organization = party.partition("/")[2].partition("/")[0]
        if organization not in trusted.organizations and organization != insiders.organization:
            yield party
