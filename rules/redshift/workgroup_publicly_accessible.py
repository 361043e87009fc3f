from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.redshift import RedshiftWorkgroup
from scanner.model.service_exposure import RedshiftWorkgroupExposure


@rule("REDSHIFT-002", Severity.CRITICAL, controls=("redshift-not-public",))
def workgroup_publicly_accessible(workgroup: RedshiftWorkgroup, exposure: RedshiftWorkgroupExposure) -> Verdict:
    """
    Redshift Serverless workgroup asks for a public address.

    Its endpoint is one rule of a security group, or one route, away from every password guesser on the internet. Switch public
    access off, and reach it from inside the VPC.

    The setting alone fails. Whether the internet gets in today is reasoned over its subnets, their routes and network ACLs, and
    its security groups, and the message tells the way or what stops it.

    ```evidence bad
    redshift-serverless:ListWorkgroups:
      workgroups:
        - workgroupName: ad-hoc
          workgroupArn: "arn:aws:redshift-serverless:eu-west-1:123456789012:workgroup/1"
          publiclyAccessible: true
    ```
    ```evidence good
    redshift-serverless:ListWorkgroups:
      workgroups:
        - workgroupName: ad-hoc
          workgroupArn: "arn:aws:redshift-serverless:eu-west-1:123456789012:workgroup/1"
          publiclyAccessible: false
    ```
    ```terraform bad
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "app" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = aws_vpc.main.id
    }

    resource "aws_redshiftserverless_workgroup" "warehouse" {
      namespace_name      = "warehouse"
      workgroup_name      = "warehouse"
      subnet_ids          = [aws_subnet.app.id]
      security_group_ids  = [aws_security_group.app.id]
      publicly_accessible = true
    }
    ```
    ```terraform good
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "app" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = aws_vpc.main.id
    }

    resource "aws_redshiftserverless_workgroup" "warehouse" {
      namespace_name      = "warehouse"
      workgroup_name      = "warehouse"
      subnet_ids          = [aws_subnet.app.id]
      security_group_ids  = [aws_security_group.app.id]
      publicly_accessible = false
    }
    ```
    """
    if not workgroup.publicly_accessible:
        return PASS
    evidence = facts("publicly accessible", "yes") + facts("reached", *exposure.opened)
    return Fail(f"{workgroup.label} asks for a public address; {exposure.account()}", evidence)
