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
    ```terraform bad
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "app" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = aws_vpc.main.id
    }

    resource "aws_msk_cluster" "events" {
      cluster_name           = "events"
      kafka_version          = "3.6.0"
      number_of_broker_nodes = 2

      broker_node_group_info {
        instance_type   = "kafka.m7g.large"
        client_subnets  = [aws_subnet.app.id]
        security_groups = [aws_security_group.app.id]

        connectivity_info {
          public_access {
            type = "SERVICE_PROVIDED_EIPS"
          }
        }
      }
    }
    ```
    ```terraform good
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "app" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_security_group" "app" {
      name        = "app"
      description = "Application servers"
      vpc_id      = aws_vpc.main.id
    }

    resource "aws_msk_cluster" "events" {
      cluster_name           = "events"
      kafka_version          = "3.6.0"
      number_of_broker_nodes = 2

      broker_node_group_info {
        instance_type   = "kafka.m7g.large"
        client_subnets  = [aws_subnet.app.id]
        security_groups = [aws_security_group.app.id]
      }
    }
    ```
    """
    if not cluster.public:
        return PASS
    evidence = facts("public", "yes") + facts("reached", *exposure.opened)
    return Fail(f"the brokers of {cluster.label} have public addresses; {exposure.account()}", evidence)
