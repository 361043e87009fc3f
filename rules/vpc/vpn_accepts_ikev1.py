from scanner import PASS, Fail, Severity, Verdict, facts, known, rule
from scanner.model.gateways import VpnConnection
from scanner.model.quantifiers import some


@rule("VPC-035", Severity.MEDIUM, controls=("vpn-ikev2",))
def vpn_accepts_ikev1(connection: VpnConnection) -> Verdict:
    """
    VPN connection accepts IKEv1.

    Version 1 of the key exchange has weaker negotiation and is obsolete (RFC 9395). Set the IKE versions of both
    tunnels to `ikev2`; a tunnel that chooses none accepts both.

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
              - {OutsideIpAddress: 198.51.100.1, IkeVersions: [{Value: ikev2}]}
              - {OutsideIpAddress: 198.51.100.2, IkeVersions: [{Value: ikev2}]}
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

      tunnel1_ike_versions = ["ikev2"]
      tunnel2_ike_versions = ["ikev2"]
    }
    ```
    """
    tunnels = known(connection.tunnels)
    if not some(tunnels, lambda tunnel: "ikev1" in known(tunnel.ike_versions)):
        return PASS
    found = [f"{tunnel.outside_address}" for tunnel in tunnels if "ikev1" in known(tunnel.ike_versions)]
    return Fail(f"{connection.label} accepts IKEv1 on tunnel: {', '.join(found)}", facts("tunnel", *found))
