from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.ec2 import SerialConsoleAccess
from scanner.remedies.ec2 import disable_serial_console


@rule("EC2-022", Severity.LOW, controls=("ec2-serial-console-off",), remedy=disable_serial_console)
def serial_console_enabled(region: AccountRegion, console: SerialConsoleAccess) -> Verdict:
    """
    EC2 serial console is enabled.

    The serial console reaches the text console of every instance past all security groups and network ACLs; only IAM
    and the operating system's password stand in the way. Disable it in each region, and enable it for the hour in
    which it is needed.

    ```evidence bad
    ec2:GetSerialConsoleAccessStatus: {SerialConsoleAccessEnabled: true, ManagedBy: account}
    ```
    ```evidence good
    ec2:GetSerialConsoleAccessStatus: {SerialConsoleAccessEnabled: false, ManagedBy: account}
    ```
    ```terraform bad
    resource "aws_ec2_serial_console_access" "all" {
      enabled = true
    }
    ```
    ```terraform good
    resource "aws_ec2_serial_console_access" "all" {
      enabled = false
    }
    ```
    """
    if not console.enabled:
        return PASS
    return Fail(f"the EC2 serial console is enabled in {region.id}", facts("serial console", "enabled"))
