from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.efs import FileSystem
from scanner.model.publicaccess import FileSystemAccess, atoms, sentences


@rule("EFS-002", Severity.MEDIUM, controls=("iam-access-analyzer-no-findings",))
def file_system_open_to_untrusted_accounts(system: FileSystem, access: FileSystemAccess) -> Verdict:
    """
    File system lets in accounts that are not trusted.

    Clients of another account that mount the file system read and change its files. Remove the grant, or name the
    account, organization or network as trusted in the configuration; the accounts of one scan trust each other.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    efs:DescribeFileSystems: {FileSystems: [{FileSystemId: fs-12345678, OwnerId: "123456789012"}]}
    efs:DescribeFileSystemPolicy:
      - parameters: {FileSystemId: fs-12345678}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
            "arn:aws:iam::210987654321:root"}, "Action": "elasticfilesystem:ClientMount", "Resource":
            "*"}]}
    ```
    ```evidence good
    efs:DescribeFileSystems: {FileSystems: [{FileSystemId: fs-12345678, OwnerId: "123456789012"}]}
    efs:DescribeFileSystemPolicy:
      - parameters: {FileSystemId: fs-12345678}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
            "arn:aws:iam::123456789012:root"}, "Action": "elasticfilesystem:ClientMount", "Resource":
            "*"}]}
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
          Principal = { AWS = "arn:aws:iam::999988887777:root" }
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
    found = access.foreign.untrusted
    if found:
        return Fail(f"{system.id} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
