from scanner import PASS, Fail, Severity, Undecided, Verdict, all_of, any_of, facts, known, rule
from scanner.model.ec2 import LaunchTemplate, LaunchTemplateVersion, MetadataDefaults
from scanner.model.kind import All
from scanner.model.maybe import Reason, Why


@rule("EC2-019", Severity.MEDIUM, controls=("ec2-launch-template-imdsv2",))
def launch_template_allows_imdsv1(
    template: LaunchTemplate, versions: All[LaunchTemplateVersion], defaults: MetadataDefaults
) -> Verdict:
    """
    Launch template does not require IMDSv2.

    What the template launches answers version 1 of the metadata service, from which forged requests can steal the
    role's credentials. Set `HttpTokens` to `required` in a new version and make it the default. A version that says
    nothing is fine where the account's default requires it. The default and the latest version are judged.

    ```evidence bad
    ec2:DescribeLaunchTemplates: {LaunchTemplates: [{LaunchTemplateId: lt-1, LaunchTemplateName: web}]}
    ec2:DescribeLaunchTemplateVersions:
      LaunchTemplateVersions:
        - LaunchTemplateId: lt-1
          VersionNumber: 3
          DefaultVersion: true
          LaunchTemplateData: {MetadataOptions: {HttpTokens: optional}}
    ec2:GetInstanceMetadataDefaults: {AccountLevel: {HttpTokens: required}}
    ```
    ```evidence good
    ec2:DescribeLaunchTemplates: {LaunchTemplates: [{LaunchTemplateId: lt-1, LaunchTemplateName: web}]}
    ec2:DescribeLaunchTemplateVersions:
      LaunchTemplateVersions:
        - LaunchTemplateId: lt-1
          VersionNumber: 3
          DefaultVersion: true
          LaunchTemplateData: {MetadataOptions: {HttpTokens: required}}
        - {LaunchTemplateId: lt-1, VersionNumber: 4, DefaultVersion: false, LaunchTemplateData: {ImageId: ami-1}}
    ec2:GetInstanceMetadataDefaults: {AccountLevel: {HttpTokens: required}}
    ```
    ```terraform bad
    resource "aws_launch_template" "app" {
      image_id      = "ami-0a1b2c3d"
      instance_type = "t3.micro"

      metadata_options {
        http_tokens = "optional"
      }
    }
    ```
    ```terraform good
    resource "aws_launch_template" "app" {
      image_id      = "ami-0a1b2c3d"
      instance_type = "t3.micro"

      metadata_options {
        http_tokens = "required"
      }
    }
    ```
    """

    def weak(version: LaunchTemplateVersion) -> bool:
        options = known(version.metadata_options)
        return all_of(
            lambda: options.http_tokens != "required",
            lambda: options.http_endpoint != "disabled",
            lambda: any_of(lambda: bool(options.http_tokens), lambda: defaults.http_tokens != "required"),
        )

    own = versions.of(template)
    if not own:
        return Undecided(Why(Reason.NOT_COLLECTED, "none of its versions was listed"))
    bad = sorted(known(version.number) for version in own if weak(version))
    if not bad:
        return PASS
    named = ", ".join(map(str, bad))
    return Fail(f"{template.label} does not require IMDSv2 in version {named}", facts("version", *map(str, bad)))
