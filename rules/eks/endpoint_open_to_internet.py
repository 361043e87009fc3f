from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.addresses import address_set
from scanner.model.eks import EksCluster, EksClusterSettings
from scanner.model.exposure import sources_text


@rule("EKS-001", Severity.HIGH, controls=("eks-endpoint-not-public",))
def endpoint_open_to_internet(cluster: EksCluster, settings: EksClusterSettings, *, share: float = 0.25) -> Verdict:
    """
    API server of a cluster is open to the internet.

    Whoever finds a token, a flaw of the API server or a service account that anyone may use governs the cluster from anywhere.
    Make the endpoint private, or name the few blocks of addresses that need it. It fails where at least the part of the internet
    in the option `share` may connect.

    ```evidence bad
    eks:ListClusters: {clusters: [shop]}
    eks:DescribeCluster:
      - parameters: {name: shop}
        response:
          cluster:
            name: shop
            status: ACTIVE
            version: "1.33"
            resourcesVpcConfig: {endpointPublicAccess: true, endpointPrivateAccess: true, publicAccessCidrs: ["0.0.0.0/1", "128.0.0.0/1"]}
    ```
    ```evidence good
    eks:ListClusters: {clusters: [shop]}
    eks:DescribeCluster:
      - parameters: {name: shop}
        response:
          cluster:
            name: shop
            status: ACTIVE
            version: "1.33"
            resourcesVpcConfig: {endpointPublicAccess: true, endpointPrivateAccess: true, publicAccessCidrs: ["192.0.2.0/24"]}
    ```
    ```terraform bad
    resource "aws_eks_cluster" "main" {
      name     = "main"
      role_arn = "arn:aws:iam::111122223333:role/eks"

      vpc_config {
        subnet_ids = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      }
    }
    ```
    ```terraform good
    resource "aws_eks_cluster" "main" {
      name     = "main"
      role_arn = "arn:aws:iam::111122223333:role/eks"

      vpc_config {
        subnet_ids = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]

        endpoint_private_access = true
        endpoint_public_access  = false
      }
    }
    ```
    """
    if not settings.public_endpoint:
        return PASS
    admitted = address_set(settings.public_cidrs)
    if admitted.internet_share < share:
        return PASS
    whom = sources_text(admitted)
    return Fail(f"{whom} may connect to the API server of {cluster.label}", facts("admitted", whom))
