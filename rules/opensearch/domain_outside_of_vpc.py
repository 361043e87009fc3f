from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.opensearch import Domain, DomainSettings


@rule("OPENSEARCH-003", Severity.MEDIUM, controls=("opensearch-in-vpc",))
def domain_outside_of_vpc(domain: Domain, settings: DomainSettings) -> Verdict:
    """
    Domain has a public endpoint.

    Its access policy is all that stands between the internet and the data: no security group, no route. Make a domain in a VPC,
    and move the data by a snapshot. Whether the policy lets anyone in is told by OPENSEARCH-001.

    ```evidence bad
    opensearch:ListDomainNames: {DomainNames: [{DomainName: search}]}
    opensearch:DescribeDomain:
      - parameters: {DomainName: search}
        response:
          DomainStatus:
            DomainId: "123456789012/search"
            DomainName: search
            ARN: "arn:aws:es:eu-west-1:123456789012:domain/search"
            ClusterConfig: {}
    ```
    ```evidence good
    opensearch:ListDomainNames: {DomainNames: [{DomainName: search}]}
    opensearch:DescribeDomain:
      - parameters: {DomainName: search}
        response:
          DomainStatus:
            DomainId: "123456789012/search"
            DomainName: search
            ARN: "arn:aws:es:eu-west-1:123456789012:domain/search"
            ClusterConfig: {}
            VPCOptions: {VPCId: vpc-1, SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}
    ```
    ```terraform bad
    resource "aws_opensearch_domain" "logs" {
      domain_name = "logs"
    }
    ```
    ```terraform good
    resource "aws_opensearch_domain" "logs" {
      domain_name = "logs"

      vpc_options {
        subnet_ids         = ["subnet-0a1b2c3d"]
        security_group_ids = ["sg-0a1b2c3d"]
      }
    }
    ```
    """
    if settings.vpc:
        return PASS
    return Fail(f"{domain.label} has a public endpoint", facts("endpoint", "public"))
