from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.msk import MskCluster
from scanner.model.service_exposure import MskExposure


@rule("MSK-001", Severity.HIGH, controls=("msk-not-public",))
def brokers_public(cluster: MskCluster, exposure: MskExposure) -> Verdict:
    """
    Brokers of a Kafka cluster have public addresses.

    Streams that are meant for services of the VPC are then one rule of a security group away from the internet. Switch public
    access off, and use PrivateLink (multi-VPC connectivity) for clients elsewhere.

    The setting alone fails; whether the internet gets in today is reasoned over the network, and told.

    ```evidence bad
    kafka:ListClustersV2:
      ClusterInfoList:
        - ClusterArn: "arn:aws:kafka:eu-west-1:123456789012:cluster/events/1"
          ClusterName: events
          State: ACTIVE
          ClusterType: PROVISIONED
          Provisioned:
            NumberOfBrokerNodes: 2
            BrokerNodeGroupInfo:
              InstanceType: kafka.m5.large
              ClientSubnets: [subnet-1]
              ConnectivityInfo: {PublicAccess: {Type: SERVICE_PROVIDED_EIPS}}
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
            BrokerNodeGroupInfo:
              InstanceType: kafka.m5.large
              ClientSubnets: [subnet-1]
              ConnectivityInfo: {PublicAccess: {Type: DISABLED}}
    ```
    """
    if not cluster.public:
        return PASS
    evidence = facts("public", "yes") + facts("reached", *exposure.opened)
    return Fail(f"the brokers of {cluster.label} have public addresses; {exposure.account()}", evidence)
