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

      encryption_info {
        encryption_in_transit {
          client_broker = "PLAINTEXT"
          in_cluster    = true
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

      encryption_info {
        encryption_in_transit {
          client_broker = "TLS"
          in_cluster    = true
        }
      }
    }
    ```
    """
    plain = [] if cluster.client_encryption in ("TLS", ABSENT) else ["from clients"]
    plain += [] if cluster.encrypted_inside else ["between brokers"]
    if not plain:
        return PASS
    return Fail(f"{cluster.label} takes traffic {' and '.join(plain)} without encryption", facts("unencrypted", *plain))
