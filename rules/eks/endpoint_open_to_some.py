from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.addresses import address_set
from scanner.model.eks import EksCluster, EksClusterSettings
from scanner.model.exposure import sources_text


@rule("EKS-002", Severity.LOW, controls=("eks-endpoint-not-public",))
def endpoint_open_to_some(cluster: EksCluster, settings: EksClusterSettings, *, share: float = 0.25) -> Verdict:
    """
    API server of a cluster has a public address, for some clients.

    A list of addresses is all that stands between the internet and the API server. Make the endpoint private, and reach it from
    inside the VPC or through a VPN. An endpoint for everyone is told by EKS-001.

    ```evidence bad
    eks:ListClusters: {clusters: [shop]}
    eks:DescribeCluster:
      - parameters: {name: shop}
        response:
          cluster:
            name: shop
            status: ACTIVE
            version: "1.33"
            resourcesVpcConfig: {endpointPublicAccess: true, endpointPrivateAccess: true, publicAccessCidrs: ["8.8.8.0/24"]}
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
            resourcesVpcConfig: {endpointPublicAccess: false, endpointPrivateAccess: true, publicAccessCidrs: []}
    ```
    ```terraform bad
    resource "aws_eks_cluster" "main" {
      name     = "main"
      role_arn = "arn:aws:iam::111122223333:role/eks"

      vpc_config {
        subnet_ids = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]

        endpoint_private_access = true
        public_access_cidrs     = ["203.0.113.0/24"]
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
    if admitted.internet_share >= share:
        return Skip("it is open to the internet, which EKS-001 tells")
    whom = sources_text(admitted)
    return Fail(f"{whom} may connect to the public address of {cluster.label}", facts("admitted", whom))
