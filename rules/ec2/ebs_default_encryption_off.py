from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.ec2 import EbsDefaultEncryption
from scanner.remedies.ec2 import encrypt_volumes_by_default


@rule("EC2-004", Severity.MEDIUM, controls=("ebs-default-encryption",), remedy=encrypt_volumes_by_default)
def ebs_default_encryption_off(region: AccountRegion, default: EbsDefaultEncryption) -> Verdict:
    """
    EBS encryption by default is off.

    While it is off, each volume is encrypted only if whoever makes it remembers to ask. The switch is free, is set
    per region, and leaves existing volumes as they are. Turn it on in every region, also in those not used yet.

    ```evidence bad
    ec2:GetEbsEncryptionByDefault: {EbsEncryptionByDefault: false}
    ```
    ```evidence good
    ec2:GetEbsEncryptionByDefault: {EbsEncryptionByDefault: true}
    ```
    ```terraform bad
    resource "aws_ebs_encryption_by_default" "all" {
      enabled = false
    }
    ```
    ```terraform good
    resource "aws_ebs_encryption_by_default" "all" {
      enabled = true
    }
    ```
    """
    if default.enabled:
        return PASS
    return Fail(f"EBS encryption by default is off in {region.id}", facts("default encryption", "off"))
