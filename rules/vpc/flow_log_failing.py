from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.vpc import FlowLog


@rule("VPC-019", Severity.MEDIUM, controls=("vpc-flow-logs",))
def flow_log_failing(log: FlowLog) -> Verdict:
    """
    Flow log cannot deliver.

    A flow log whose delivery fails records nothing, and the gap is found when the records are needed. Mostly its role
    lacks a permission, or the bucket or log group is gone or refuses: mend what the error names.

    ```evidence bad
    ec2:DescribeFlowLogs:
      FlowLogs:
        - FlowLogId: fl-1
          ResourceId: vpc-1
          FlowLogStatus: ACTIVE
          DeliverLogsStatus: FAILED
          DeliverLogsErrorMessage: Access error
    ```
    ```evidence good
    ec2:DescribeFlowLogs:
      FlowLogs: [{FlowLogId: fl-1, ResourceId: vpc-1, FlowLogStatus: ACTIVE, DeliverLogsStatus: SUCCESS}]
    ```
    """
    if log.delivery != "FAILED":
        return PASS
    return Fail(f"{log.label} of {log.resource} fails: {log.delivery_error}", facts("delivery", "failed"))
