from scanner import ABSENT, PASS, Fail, Severity, Undecided, Verdict, all_of, any_of, facts, known, rule
from scanner.model.ec2 import EbsDefaultEncryption, LaunchTemplate, LaunchTemplateVersion
from scanner.model.kind import All
from scanner.model.maybe import Reason, Why


@rule("EC2-021", Severity.MEDIUM, controls=("ec2-launch-template-ebs-encrypted",))
def launch_template_volume_unencrypted(
    template: LaunchTemplate, versions: All[LaunchTemplateVersion], default: EbsDefaultEncryption
) -> Verdict:
    """
    Launch template makes volumes without encryption.

    A volume that the template defines without `Encrypted: true` is encrypted only if the region encrypts by default or
    its snapshot is encrypted. Ask for encryption in the template, or turn encryption by default on in the region, which
    overrides even `Encrypted: false`. The default and the latest version are judged.

    ```evidence bad
    ec2:DescribeLaunchTemplates: {LaunchTemplates: [{LaunchTemplateId: lt-1, LaunchTemplateName: web}]}
    ec2:DescribeLaunchTemplateVersions:
      LaunchTemplateVersions:
        - LaunchTemplateId: lt-1
          VersionNumber: 1
          DefaultVersion: true
          LaunchTemplateData: {BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {VolumeSize: 100}}]}
    ec2:GetEbsEncryptionByDefault: {EbsEncryptionByDefault: false}
    ```
    ```evidence good
    ec2:DescribeLaunchTemplates: {LaunchTemplates: [{LaunchTemplateId: lt-1, LaunchTemplateName: web}]}
    ec2:DescribeLaunchTemplateVersions:
      LaunchTemplateVersions:
        - LaunchTemplateId: lt-1
          VersionNumber: 1
          DefaultVersion: true
          LaunchTemplateData: {BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {Encrypted: true, VolumeSize: 100}}]}
    ec2:GetEbsEncryptionByDefault: {EbsEncryptionByDefault: false}
    ```
    ```evidence good
    ec2:DescribeLaunchTemplates: {LaunchTemplates: [{LaunchTemplateId: lt-1, LaunchTemplateName: web}]}
    ec2:DescribeLaunchTemplateVersions:
      LaunchTemplateVersions:
        - LaunchTemplateId: lt-1
          VersionNumber: 1
          DefaultVersion: true
          LaunchTemplateData: {BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {VolumeSize: 100}}]}
    ec2:GetEbsEncryptionByDefault: {EbsEncryptionByDefault: true}
    ```
    ```terraform bad
    resource "aws_launch_template" "app" {
      image_id      = "ami-0a1b2c3d"
      instance_type = "t3.micro"

      block_device_mappings {
        device_name = "/dev/sda1"

        ebs {
          encrypted = false
        }
      }
    }
    ```
    ```terraform good
    resource "aws_launch_template" "app" {
      image_id      = "ami-0a1b2c3d"
      instance_type = "t3.micro"

      block_device_mappings {
        device_name = "/dev/sda1"

        ebs {
          encrypted = true
        }
      }
    }
    ```
    """

    def plain(version: LaunchTemplateVersion) -> list[str]:
        return [
            f"{known(version.number)} {known(device.device)}"
            for device in known(version.devices)
            if all_of(
                lambda: not default.enabled,
                lambda: not device.encrypted,  # noqa: B023 - asked at once
                lambda: any_of(lambda: device.encrypted != ABSENT, lambda: device.snapshot == ABSENT),  # noqa: B023
            )
        ]

    own = versions.of(template)
    if not own:
        return Undecided(Why(Reason.NOT_COLLECTED, "none of its versions was listed"))
    bad = sorted(one for version in own for one in plain(version))
    if not bad:
        return PASS
    return Fail(f"{template.label} makes unencrypted volumes in version {', '.join(bad)}", facts("device", *bad))
