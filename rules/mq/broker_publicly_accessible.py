from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.mq import Broker, BrokerSettings
from scanner.model.service_exposure import BrokerExposure


@rule("MQ-001", Severity.HIGH, controls=("mq-not-public",))
def broker_publicly_accessible(broker: Broker, settings: BrokerSettings, exposure: BrokerExposure) -> Verdict:
    """
    Message broker has a public address.

    Queues and the web console of the broker are offered to whoever its security group admits; a public broker of RabbitMQ has no
    group, and everyone may try passwords. Make a private broker, and reach it from inside the VPC.

    The setting alone fails; whether the internet gets in today is reasoned over the network, and told.

    ```evidence bad
    mq:ListBrokers:
      BrokerSummaries:
        - BrokerArn: "arn:aws:mq:eu-west-1:123456789012:broker:bus:b-1"
          BrokerId: b-1
          BrokerName: bus
          EngineType: ACTIVEMQ
          BrokerState: RUNNING
          DeploymentMode: SINGLE_INSTANCE
    mq:DescribeBroker:
      - parameters: {BrokerId: b-1}
        response: {BrokerId: b-1, PubliclyAccessible: true, SubnetIds: [subnet-1], SecurityGroups: [sg-1]}
    ```
    ```evidence good
    mq:ListBrokers:
      BrokerSummaries:
        - BrokerArn: "arn:aws:mq:eu-west-1:123456789012:broker:bus:b-1"
          BrokerId: b-1
          BrokerName: bus
          EngineType: ACTIVEMQ
          BrokerState: RUNNING
          DeploymentMode: SINGLE_INSTANCE
    mq:DescribeBroker:
      - parameters: {BrokerId: b-1}
        response: {BrokerId: b-1, PubliclyAccessible: false, SubnetIds: [subnet-1], SecurityGroups: [sg-1]}
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

    resource "aws_mq_broker" "orders" {
      broker_name         = "orders"
      engine_type         = "RabbitMQ"
      engine_version      = "3.13"
      host_instance_type  = "mq.t3.micro"
      subnet_ids          = [aws_subnet.app.id]
      publicly_accessible = true

      user {
        username = "orders"
        password = "set-elsewhere"
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

    resource "aws_mq_broker" "orders" {
      broker_name         = "orders"
      engine_type         = "RabbitMQ"
      engine_version      = "3.13"
      host_instance_type  = "mq.t3.micro"
      subnet_ids          = [aws_subnet.app.id]
      publicly_accessible = false

      user {
        username = "orders"
        password = "set-elsewhere"
      }
    }
    ```
    """
    if not settings.publicly_accessible:
        return PASS
    evidence = facts("publicly accessible", "yes") + facts("reached", *exposure.opened)
    return Fail(f"{broker.label} has a public address; {exposure.account()}", evidence)
