from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.efs import FileSystem
from scanner.model.publicaccess import FileSystemAccess, atoms, sentences


@rule("EFS-001", Severity.HIGH, controls=("efs-not-public", "resource-policy-no-wildcard-principal"))
def file_system_open_to_anyone(system: FileSystem, access: FileSystemAccess) -> Verdict:
    """
    File system is open to anyone.

    Anyone whom the network lets through can mount the file system, and anyone with an AWS account can use what else the
    policy opens. Limit the statement for everyone with elasticfilesystem:AccessedViaMountTarget, or name the
    principals.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    efs:DescribeFileSystems: {FileSystems: [{FileSystemId: fs-12345678, OwnerId: "123456789012"}]}
    efs:DescribeFileSystemPolicy:
      - parameters: {FileSystemId: fs-12345678}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"},
            "Action": "elasticfilesystem:ClientMount", "Resource": "*"}]}
    ```

    An open statement that a denial cuts down to one organization is fine:
    ```evidence good
    efs:DescribeFileSystems: {FileSystems: [{FileSystemId: fs-12345678, OwnerId: "123456789012"}]}
    efs:DescribeFileSystemPolicy:
      - parameters: {FileSystemId: fs-12345678}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
            "elasticfilesystem:ClientMount", "Resource": "*"}, {"Effect": "Deny", "Principal": "*",
            "Action": "*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalOrgID":
            "o-a1b2c3d4e5"}}}]}
    ```

    A statement for everyone who comes through a mount target of the VPC is fine:
    ```evidence good
    efs:DescribeFileSystems: {FileSystems: [{FileSystemId: fs-12345678, OwnerId: "123456789012"}]}
    efs:DescribeFileSystemPolicy:
      - parameters: {FileSystemId: fs-12345678}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"},
            "Action": "elasticfilesystem:ClientMount", "Resource": "*", "Condition": {"Bool":
            {"elasticfilesystem:AccessedViaMountTarget": "true"}}}]}
    ```
    ```terraform bad
    resource "aws_efs_file_system" "home" {
      encrypted = true
    }

    resource "aws_efs_file_system_policy" "home" {
      file_system_id = aws_efs_file_system.home.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "*" }
          Action    = "elasticfilesystem:ClientMount"
          Resource  = aws_efs_file_system.home.arn
        }]
      })
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    resource "aws_efs_file_system" "home" {
      encrypted = true
    }

    resource "aws_efs_file_system_policy" "home" {
      file_system_id = aws_efs_file_system.home.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
          Action    = "elasticfilesystem:ClientMount"
          Resource  = aws_efs_file_system.home.arn
        }]
      })
    }
    ```
    """
    found = access.public.every
    if found:
        return Fail(f"{system.id} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
