from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.opensearch import Domain, DomainSettings


@rule("OPENSEARCH-004", Severity.MEDIUM, controls=("opensearch-encryption-in-transit",))
def https_not_required(domain: Domain, settings: DomainSettings) -> Verdict:
    """
    Domain answers without encryption.

    Clients that ask by HTTP send their queries, and the answers, where whoever listens can read and change them. Require HTTPS
    with a policy of TLS 1.2 or later.

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
            DomainEndpointOptions: {EnforceHTTPS: false}
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
            DomainEndpointOptions: {EnforceHTTPS: true}
    ```
    ```terraform bad
    resource "aws_opensearch_domain" "logs" {
      domain_name = "logs"
    }
    ```
    ```terraform good
    resource "aws_opensearch_domain" "logs" {
      domain_name = "logs"

      domain_endpoint_options {
        enforce_https       = true
        tls_security_policy = "Policy-Min-TLS-1-2-2019-07"
      }
    }
    ```
    """
    if settings.https_only:
        return PASS
    return Fail(f"{domain.label} answers by HTTP too", facts("https", "not required"))
