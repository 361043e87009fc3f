from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.msk import MskCluster


@rule("MSK-002", Severity.HIGH, controls=("msk-authentication",))
def clients_unauthenticated(cluster: MskCluster) -> Verdict:
    """
    Kafka cluster takes clients without credentials.

    Whoever reaches a broker may read and write every topic that its lists leave open. Switch unauthenticated access off, and use
    IAM, SCRAM or certificates.

    ```evidence bad
    kafka:ListClustersV2:
      ClusterInfoList:
        - ClusterArn: "arn:aws:kafka:eu-west-1:123456789012:cluster/events/1"
          ClusterName: events
          State: ACTIVE
          ClusterType: PROVISIONED
          Provisioned:
            NumberOfBrokerNodes: 2
            ClientAuthentication: {Unauthenticated: {Enabled: true}}
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
            ClientAuthentication: {Sasl: {Iam: {Enabled: true}}}
    ```
    """
    if "unauthenticated" in cluster.authentication:
        return Fail(
            f"{cluster.label} takes clients without credentials", facts("authentication", *cluster.authentication)
        )
    return PASS
