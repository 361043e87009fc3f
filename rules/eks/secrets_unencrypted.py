from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.eks import EksCluster, EksClusterSettings


@rule("EKS-003", Severity.MEDIUM, controls=("eks-secrets-encryption",))
def secrets_unencrypted(cluster: EksCluster, settings: EksClusterSettings) -> Verdict:
    """
    Secrets of a cluster are not encrypted with a key of the account.

    Secrets of Kubernetes are then as safe as the disks and backups of its control plane. Envelope encryption with a KMS key adds
    a lock that the account holds and that leaves a trail. It can be switched on, and never off.

    ```evidence bad
    eks:ListClusters: {clusters: [shop]}
    eks:DescribeCluster:
      - parameters: {name: shop}
        response:
          cluster:
            name: shop
            status: ACTIVE
            version: "1.33"
            encryptionConfig: []
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
            encryptionConfig: [{resources: [secrets], provider: {keyArn: "arn:aws:kms:eu-west-1:123456789012:key/1"}}]
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

      encryption_config {
        resources = ["secrets"]

        provider {
          key_arn = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d"
        }
      }
    }
    ```
    """
    if settings.secrets_key:
        return PASS
    return Fail(
        f"the secrets of {cluster.label} are not encrypted with a key of the account", facts("secrets key", "none")
    )
