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

      client_authentication {
        sasl {
          iam = true
        }
      }
    }
    ```
    """
    if "unauthenticated" in cluster.authentication:
        return Fail(
            f"{cluster.label} takes clients without credentials", facts("authentication", *cluster.authentication)
        )
    return PASS
