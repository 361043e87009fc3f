from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.opensearch import Domain
from scanner.model.publicaccess import DomainAccess, atoms, sentences


@rule("OPENSEARCH-002", Severity.MEDIUM, controls=("iam-access-analyzer-no-findings",))
def domain_open_to_untrusted_accounts(domain: Domain, access: DomainAccess) -> Verdict:
    """
    OpenSearch domain lets in accounts that are not trusted.

    Principals of another account search or change the indexes. Remove the grant, or name the account, organization or
    network as trusted in the configuration; the accounts of one scan trust each other.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    opensearch:ListDomainNames: {DomainNames: [{DomainName: logs}]}
    opensearch:DescribeDomain:
      - parameters: {DomainName: logs}
        response:
          DomainStatus:
            AccessPolicies: >-
              {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
              "arn:aws:iam::210987654321:root"}, "Action": "es:ESHttp*", "Resource":
              "arn:aws:es:eu-west-1:123456789012:domain/logs/*"}]}
    ```
    ```evidence good
    opensearch:ListDomainNames: {DomainNames: [{DomainName: logs}]}
    opensearch:DescribeDomain:
      - parameters: {DomainName: logs}
        response:
          DomainStatus:
            AccessPolicies: >-
              {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
              "arn:aws:iam::123456789012:root"}, "Action": "es:ESHttp*", "Resource":
              "arn:aws:es:eu-west-1:123456789012:domain/logs/*"}]}
    ```
    ```terraform bad
    resource "aws_opensearch_domain" "logs" {
      domain_name = "logs"
    }

    resource "aws_opensearch_domain_policy" "logs" {
      domain_name = aws_opensearch_domain.logs.domain_name
      access_policies = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::999988887777:root" }
          Action    = "es:*"
          Resource  = "${aws_opensearch_domain.logs.arn}/*"
        }]
      })
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    resource "aws_opensearch_domain" "logs" {
      domain_name = "logs"
    }

    resource "aws_opensearch_domain_policy" "logs" {
      domain_name = aws_opensearch_domain.logs.domain_name
      access_policies = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
          Action    = "es:*"
          Resource  = "${aws_opensearch_domain.logs.arn}/*"
        }]
      })
    }
    ```
    """
    found = access.foreign.untrusted
    if found:
        return Fail(f"{domain.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
