from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.opensearch import Domain
from scanner.model.publicaccess import DomainAccess, atoms, sentences


@rule("OPENSEARCH-001", Severity.CRITICAL, controls=("resource-policy-no-wildcard-principal",))
def domain_open_to_anyone(domain: Domain, access: DomainAccess) -> Verdict:
    """
    OpenSearch domain is open to anyone.

    Anyone on the internet can search and change the indexes of the domain. Put it into a VPC, turn fine-grained access
    control on, or name the principals or addresses in the policy.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    opensearch:ListDomainNames: {DomainNames: [{DomainName: logs}]}
    opensearch:DescribeDomain:
      - parameters: {DomainName: logs}
        response:
          DomainStatus:
            AccessPolicies: >-
              {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
              "es:ESHttp*", "Resource": "arn:aws:es:eu-west-1:123456789012:domain/logs/*"}]}
    ```

    An open statement that a denial cuts down to one organization is fine:
    ```evidence good
    opensearch:ListDomainNames: {DomainNames: [{DomainName: logs}]}
    opensearch:DescribeDomain:
      - parameters: {DomainName: logs}
        response:
          DomainStatus:
            AccessPolicies: >-
              {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
              "es:ESHttp*", "Resource": "arn:aws:es:eu-west-1:123456789012:domain/logs/*"}, {"Effect":
              "Deny", "Principal": "*", "Action": "*", "Resource":
              "arn:aws:es:eu-west-1:123456789012:domain/logs/*", "Condition": {"StringNotEquals":
              {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}]}
    ```

    In a VPC the network stands before an open policy:
    ```evidence good
    opensearch:ListDomainNames: {DomainNames: [{DomainName: logs}]}
    opensearch:DescribeDomain:
      - parameters: {DomainName: logs}
        response:
          DomainStatus:
            VPCOptions: {VPCId: vpc-1a2b3c4d}
            AccessPolicies: >-
              {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
              "es:ESHttp*", "Resource": "arn:aws:es:eu-west-1:123456789012:domain/logs/*"}]}
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
          Principal = { AWS = "*" }
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
    found = access.public.every
    if found:
        return Fail(f"{domain.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
