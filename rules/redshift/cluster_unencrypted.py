from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.redshift import RedshiftCluster


@rule("REDSHIFT-003", Severity.MEDIUM, controls=("redshift-encryption-at-rest",))
def cluster_unencrypted(cluster: RedshiftCluster) -> Verdict:
    """
    Redshift cluster is not encrypted.

    Its disks and snapshots can be read by whoever gets at them, without a KMS key that could refuse. Encryption can be switched
    on in place: the cluster moves its data by itself.

    ```evidence bad
    redshift:DescribeClusters:
      Clusters:
        - ClusterIdentifier: figures
          ClusterStatus: available
          Encrypted: false
    ```
    ```evidence good
    redshift:DescribeClusters:
      Clusters:
        - ClusterIdentifier: figures
          ClusterStatus: available
          Encrypted: true
    ```
    """
    if cluster.encrypted:
        return PASS
    return Fail(f"{cluster.label} is not encrypted", facts("encryption", "none"))
