from scanner import PASS, Fail, Severity, Verdict, facts, known, rule
from scanner.model.gateways import VpnConnection
from scanner.model.quantifiers import some


@rule("VPC-036", Severity.LOW, controls=("vpn-logging",))
def vpn_tunnel_unlogged(connection: VpnConnection) -> Verdict:
    """
    VPN tunnel does not log.

    Without logs neither failed negotiations nor attempts at them can be seen. Send the logs of both tunnels to a
    CloudWatch log group.

    ```evidence bad
    ec2:DescribeVpnConnections:
      VpnConnections:
        - VpnConnectionId: vpn-1
          State: available
          VgwTelemetry: [{OutsideIpAddress: 198.51.100.1, Status: UP}, {OutsideIpAddress: 198.51.100.2, Status: UP}]
          Options: {TunnelOptions: [{OutsideIpAddress: 198.51.100.1}, {OutsideIpAddress: 198.51.100.2}]}
    ```
    ```evidence good
    ec2:DescribeVpnConnections:
      VpnConnections:
        - VpnConnectionId: vpn-1
          State: available
          VgwTelemetry: [{OutsideIpAddress: 198.51.100.1, Status: UP}, {OutsideIpAddress: 198.51.100.2, Status: UP}]
          Options:
            TunnelOptions:
              - {OutsideIpAddress: 198.51.100.1, LogOptions: {CloudWatchLogOptions: {LogEnabled: true}}}
              - {OutsideIpAddress: 198.51.100.2, LogOptions: {CloudWatchLogOptions: {LogEnabled: true}}}
    ```
    ```terraform bad
    resource "aws_vpn_connection" "office" {
      customer_gateway_id = "cgw-0a1b2c3d"
      vpn_gateway_id      = "vgw-0a1b2c3d"
      type                = "ipsec.1"
    }
    ```
    ```terraform good
    resource "aws_vpn_connection" "office" {
      customer_gateway_id = "cgw-0a1b2c3d"
      vpn_gateway_id      = "vgw-0a1b2c3d"
      type                = "ipsec.1"

      tunnel1_log_options {
        cloudwatch_log_options {
          log_enabled   = true
          log_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:vpn"
        }
      }

      tunnel2_log_options {
        cloudwatch_log_options {
          log_enabled   = true
          log_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:vpn"
        }
      }
    }
    ```
    """
    tunnels = known(connection.tunnels)
    if not some(tunnels, lambda tunnel: not tunnel.logs):
        return PASS
    found = [f"{tunnel.outside_address}" for tunnel in tunnels if not tunnel.logs]
    return Fail(f"{connection.label} does not log tunnel: {', '.join(found)}", facts("tunnel", *found))
