from datetime import timedelta

from scanner import PASS, Absent, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.iam import ServerCertificate
from scanner.model.kind import Moment


@rule("IAM-044", Severity.MEDIUM, controls=("iam-no-expired-server-certs",))
def server_certificate_expired(certificate: ServerCertificate, now: Moment) -> Verdict:
    """
    TLS certificate in IAM has expired.

    A load balancer that is given it by mistake fails for every visitor, and who is used to warnings clicks through
    real ones. Delete it, and keep certificates in AWS Certificate Manager, which renews them.

    ```evidence bad
    iam:ListServerCertificates:
      ServerCertificateMetadataList:
        - ServerCertificateName: shop
          Arn: arn:aws:iam::123456789012:server-certificate/shop
          Expiration: "2025-06-01T00:00:00+00:00"
    ```
    ```evidence good
    iam:ListServerCertificates:
      ServerCertificateMetadataList:
        - ServerCertificateName: shop
          Arn: arn:aws:iam::123456789012:server-certificate/shop
          Expiration: "2026-06-01T00:00:00+00:00"
    ```
    """
    expires = certificate.expires
    if isinstance(expires, Absent):
        return Skip(f"{certificate.name} has no end")
    if now.age(known(expires)) < timedelta(0):
        return PASS
    return Fail(f"{certificate.name} expired on {known(expires):%Y-%m-%d}", facts("expired", certificate.id))
