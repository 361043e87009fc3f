from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.ec2 import Volume


@rule("EC2-005", Severity.MEDIUM, controls=("ebs-volume-encrypted",))
def volume_unencrypted(volume: Volume) -> Verdict:
    """
    EBS volume is not encrypted.

    Its data, and every snapshot made of it, can be read by whoever gets at the snapshot, without a KMS key that could
    refuse. Copy a snapshot with encryption, make a new volume of it, and exchange the volumes.

    ```evidence bad
    ec2:DescribeVolumes: {Volumes: [{VolumeId: vol-1, Encrypted: false, State: in-use}]}
    ```
    ```evidence good
    ec2:DescribeVolumes: {Volumes: [{VolumeId: vol-1, Encrypted: true, State: in-use}]}
    ```
    ```terraform bad
    resource "aws_ebs_volume" "data" {
      availability_zone = "eu-west-1a"
      size              = 100
      encrypted         = false
    }
    ```
    ```terraform good
    resource "aws_ebs_volume" "data" {
      availability_zone = "eu-west-1a"
      size              = 100
      encrypted         = true
    }
    ```
    """
    if volume.encrypted:
        return PASS
    return Fail(f"{volume.label} is not encrypted", facts("encryption", "none"))
