from scanner import PASS, Fail, Severity, Verdict, any_of, facts, rule
from scanner.model.config import DeliveryChannel, DeliveryStatus


@rule("CONFIG-003", Severity.MEDIUM, controls=("config-recorder-enabled",))
def delivery_failing(channel: DeliveryChannel, last: DeliveryStatus) -> Verdict:
    """
    AWS Config cannot deliver what it records.

    The history of changes does not reach its bucket or topic, mostly because the bucket is gone, or its policy or its
    key does not let AWS Config in. Correct what the error names.

    ```evidence bad
    config:DescribeDeliveryChannels:
      DeliveryChannels: [{name: default, s3BucketName: config-logs}]
    config:DescribeDeliveryChannelStatus:
      DeliveryChannelsStatus:
        - name: default
          configHistoryDeliveryInfo: {lastStatus: Failure, lastErrorCode: AccessDenied, lastErrorMessage: the bucket refuses}
          configSnapshotDeliveryInfo: {lastStatus: Not_Applicable}
          configStreamDeliveryInfo: {lastStatus: Success}
    ```
    ```evidence good
    config:DescribeDeliveryChannels:
      DeliveryChannels: [{name: default, s3BucketName: config-logs}]
    config:DescribeDeliveryChannelStatus:
      DeliveryChannelsStatus:
        - name: default
          configHistoryDeliveryInfo: {lastStatus: Success}
          configSnapshotDeliveryInfo: {lastStatus: Not_Applicable}
          configStreamDeliveryInfo: {lastStatus: Success}
    ```
    """
    if any_of(lambda: last.history == "Failure", lambda: last.snapshot == "Failure", lambda: last.stream == "Failure"):
        return Fail(f"{channel.id} to {channel.bucket} fails: {last.error}", facts("error", f"{last.error}"))
    return PASS
