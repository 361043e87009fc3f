from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.kind import All
from scanner.model.quantifiers import some
from scanner.model.vpc import FlowLog, Vpc
from scanner.remedies.vpc import record_flows


@rule("VPC-018", Severity.MEDIUM, controls=("vpc-flow-logs",), remedy=record_flows)
def flow_logs_missing(vpc: Vpc, logs: All[FlowLog]) -> Verdict:
    """
    VPC has no flow log.

    Without flow logs nobody can tell afterwards who spoke to whom, and GuardDuty is the only witness left. Record at
    least the rejected traffic of every VPC, to CloudWatch Logs, S3 or Firehose. Logs that record accepted traffic only
    do not show probes and do not count, nor do those of single subnets.

    ```evidence bad
    ec2:DescribeVpcs: {Vpcs: [{VpcId: vpc-1, OwnerId: "123456789012"}]}
    ec2:DescribeFlowLogs: {FlowLogs: [{FlowLogId: fl-1, ResourceId: subnet-1, TrafficType: ALL}]}
    ```
    ```evidence good
    ec2:DescribeVpcs: {Vpcs: [{VpcId: vpc-1, OwnerId: "123456789012"}]}
    ec2:DescribeFlowLogs:
      FlowLogs: [{FlowLogId: fl-1, ResourceId: vpc-1, TrafficType: REJECT, FlowLogStatus: ACTIVE}]
    ```
    ```terraform bad
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }
    ```
    ```terraform good
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_flow_log" "main" {
      vpc_id          = aws_vpc.main.id
      traffic_type    = "ALL"
      iam_role_arn    = "arn:aws:iam::123456789012:role/flow-logs"
      log_destination = "arn:aws:logs:eu-west-1:123456789012:log-group:flow-logs"
    }
    ```
    """
    if some(logs, lambda log: log.resource == vpc.id and log.traffic_type in ("ALL", "REJECT")):
        return PASS
    return Fail(f"{vpc.label} has no flow log of its rejected traffic", facts("flow logs", "none"))
