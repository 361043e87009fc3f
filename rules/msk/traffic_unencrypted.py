from scanner import ABSENT, PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.msk import MskCluster


@rule("MSK-003", Severity.MEDIUM, controls=("msk-encryption-in-transit",))
def traffic_unencrypted(cluster: MskCluster) -> Verdict:
    """
    Kafka cluster speaks without encryption.

    Whoever listens on the way reads messages and passwords. Take TLS alone from clients, and encrypt what brokers say to each
    other.

    ```evidence bad
    kafka:ListClustersV2:
      ClusterInfoList:
        - ClusterArn: "arn:aws:kafka:eu-west-1:123456789012:cluster/events/1"
          ClusterName: events
          State: ACTIVE
          ClusterType: PROVISIONED
          Provisioned:
            NumberOfBrokerNodes: 2
            EncryptionInfo: {EncryptionInTransit: {ClientBroker: TLS_PLAINTEXT, InCluster: true}}
    ```
    ```evidence good
    kafka:ListClustersV2:
      ClusterInfoList:
        - ClusterArn: "arn:aws:kafka:eu-west-1:123456789012:cluster/events/1"
          ClusterName: events
          State: ACTIVE
          ClusterType: PROVISIONED
          Provisioned:
            NumberOfBrokerNodes: 2
            EncryptionInfo: {EncryptionInTransit: {ClientBroker: TLS, InCluster: true}}
    ```
    """
    plain = [] if cluster.client_encryption in ("TLS", ABSENT) else ["from clients"]
    plain += [] if cluster.encrypted_inside else ["between brokers"]
    if not plain:
        return PASS
    return Fail(f"{cluster.label} takes traffic {' and '.join(plain)} without encryption", facts("unencrypted", *plain))
