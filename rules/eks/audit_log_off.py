from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.eks import EksCluster, EksClusterSettings


@rule("EKS-004", Severity.MEDIUM, controls=("eks-audit-log",))
def audit_log_off(cluster: EksCluster, settings: EksClusterSettings) -> Verdict:
    """
    Cluster writes no audit log.

    Who did what by the API server is then known to nobody after the fact. Switch on the logs `audit` and `authenticator` at
    least; they go to CloudWatch Logs.

    ```evidence bad
    eks:ListClusters: {clusters: [shop]}
    eks:DescribeCluster:
      - parameters: {name: shop}
        response:
          cluster:
            name: shop
            status: ACTIVE
            version: "1.33"
            logging: {clusterLogging: [{types: [audit], enabled: false}]}
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
            logging: {clusterLogging: [{types: [api, audit], enabled: true}]}
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
      }

      enabled_cluster_log_types = ["api", "audit"]
    }
    ```
    """
    if "audit" in settings.logs:
        return PASS
    return Fail(f"{cluster.label} writes no audit log", facts("audit log", "off"))
