from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.ec2 import Image
from scanner.remedies.ec2 import make_image_private


@rule("EC2-009", Severity.HIGH, controls=("ami-not-public",), remedy=make_image_private)
def image_is_public(image: Image) -> Verdict:
    """
    AMI is public.

    Anyone can launch the image and read its disks, with all keys, configuration and history left on them. Make it
    private and share it with named accounts or the organization. If it is meant for the public, waive this finding.

    ```evidence bad
    ec2:DescribeImages: {Images: [{ImageId: ami-1, Name: base, OwnerId: "123456789012", Public: true}]}
    ```
    ```evidence good
    ec2:DescribeImages: {Images: [{ImageId: ami-1, Name: base, OwnerId: "123456789012", Public: false}]}
    ```
    ```terraform bad
    resource "aws_ami" "app" {
      name                = "app"
      virtualization_type = "hvm"
    }

    resource "aws_ami_launch_permission" "all" {
      image_id = aws_ami.app.id
      group    = "all"
    }
    ```
    ```terraform good
    resource "aws_ami" "app" {
      name                = "app"
      virtualization_type = "hvm"
    }
    ```
    """
    if not image.public:
        return PASS
    return Fail(f"anyone can launch {image.label}", facts("launchable by", "all"))
