from scanner import PASS, Fail, Severity, Undecided, Verdict, facts, known, rule
from scanner.model.ec2 import LaunchTemplate, LaunchTemplateVersion
from scanner.model.kind import All
from scanner.model.maybe import Reason, Why


@rule("EC2-020", Severity.HIGH, controls=("ec2-launch-template-no-public-ip",))
def launch_template_assigns_public_address(template: LaunchTemplate, versions: All[LaunchTemplateVersion]) -> Verdict:
    """
    Launch template assigns public IPv4 addresses.

    Every instance that the template launches gets a public address, whatever its subnet says. Set
    `AssociatePublicIpAddress` to false and publish through a load balancer. The default and the latest version are
    judged. This is literal: routes and groups are not asked.

    ```evidence bad
    ec2:DescribeLaunchTemplates: {LaunchTemplates: [{LaunchTemplateId: lt-1, LaunchTemplateName: web}]}
    ec2:DescribeLaunchTemplateVersions:
      LaunchTemplateVersions:
        - LaunchTemplateId: lt-1
          VersionNumber: 1
          DefaultVersion: true
          LaunchTemplateData: {NetworkInterfaces: [{DeviceIndex: 0, AssociatePublicIpAddress: true}]}
    ```
    ```evidence good
    ec2:DescribeLaunchTemplates: {LaunchTemplates: [{LaunchTemplateId: lt-1, LaunchTemplateName: web}]}
    ec2:DescribeLaunchTemplateVersions:
      LaunchTemplateVersions:
        - LaunchTemplateId: lt-1
          VersionNumber: 1
          DefaultVersion: true
          LaunchTemplateData: {NetworkInterfaces: [{DeviceIndex: 0, AssociatePublicIpAddress: false}]}
    ```
    ```terraform bad
    resource "aws_launch_template" "app" {
      image_id      = "ami-0a1b2c3d"
      instance_type = "t3.micro"

      network_interfaces {
        associate_public_ip_address = true
      }
    }
    ```
    ```terraform good
    resource "aws_launch_template" "app" {
      image_id      = "ami-0a1b2c3d"
      instance_type = "t3.micro"

      network_interfaces {
        associate_public_ip_address = false
      }
    }
    ```
    """
    own = versions.of(template)
    if not own:
        return Undecided(Why(Reason.NOT_COLLECTED, "none of its versions was listed"))
    bad = sorted(
        known(version.number)
        for version in own
        if any(bool(interface.public_ipv4) for interface in known(version.interfaces))
    )
    if not bad:
        return PASS
    named = ", ".join(map(str, bad))
    return Fail(f"{template.label} assigns public addresses in version {named}", facts("version", *map(str, bad)))
