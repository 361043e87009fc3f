from scanner import PASS, Fail, Severity, Verdict, facts, known, rule
from scanner.model.gateways import VpnConnection
from scanner.model.quantifiers import some


@rule("VPC-034", Severity.MEDIUM, controls=("vpn-tunnels-up",))
def vpn_tunnel_down(connection: VpnConnection) -> Verdict:
    """
    VPN tunnel is down.

    With one tunnel left, AWS's maintenance or one failure cuts the connection; with none it is cut. Bring both tunnels
    up on the customer gateway.

    ```evidence bad
    ec2:DescribeVpnConnections:
      VpnConnections:
        - VpnConnectionId: vpn-1
          State: available
          VgwTelemetry: [{OutsideIpAddress: 198.51.100.1, Status: DOWN}, {OutsideIpAddress: 198.51.100.2, Status: UP}]
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
              - {OutsideIpAddress: 198.51.100.1}
              - {OutsideIpAddress: 198.51.100.2}
    ```
    """
    tunnels = known(connection.tunnels)
    if not some(tunnels, lambda tunnel: not tunnel.up):
        return PASS
    found = [f"{tunnel.outside_address}" for tunnel in tunnels if not tunnel.up]
    return Fail(f"{connection.label} has tunnels that are down: {', '.join(found)}", facts("tunnel", *found))
