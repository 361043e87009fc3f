"""Remedies for networks: subnets, flow logs, endpoint services, transit gateways (Amazon EC2 API Reference)."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.image import Allowed
from scanner.model.account import AccountRegion
from scanner.model.gateways import EndpointService, EndpointServicePermissions, TransitGateway
from scanner.model.kind import All
from scanner.model.network_acl import NetworkAcl
from scanner.model.vpc import FlowLog, Subnet, Vpc, VpcBlockPublicAccess
from scanner.remedies.ec2 import ec2_write
from scanner.remedy import Advice, Becomes, Change, Lent, Safety, Snippet, Step, Write, found, remedy

_FLOW_LOG_IDS: Final = (
    "FlowLogId",
    "CreationTime",
    "FlowLogStatus",
    "DeliverLogsStatus",
    "DeliverLogsErrorMessage",
    "LogFormat",
    "MaxAggregationInterval",
    "DestinationOptions",
    "TagFieldSpecifications",
    "Tags",
)


@remedy(Safety.B)
def stop_assigning_public_addresses(lent: Lent, subnet: Subnet) -> Iterator[Step]:
    """Stop assigning public IPv4 addresses at launch.

    What is launched later and needs one must ask for it; running instances keep theirs.
    """
    look = lent.look(
        subnet,
        path=("Subnets",),
        where={"SubnetId": subnet.id},
        only=("SubnetId", "MapPublicIpOnLaunch"),
        ask={"SubnetIds": [subnet.id]},
        gone=("InvalidSubnetID.NotFound",),
    )

    def write(*, value: bool) -> Write:
        parameters = {"SubnetId": subnet.id, "MapPublicIpOnLaunch": {"Value": value}}
        return ec2_write(subnet.scope, "ModifySubnetAttribute", f"subnet/{subnet.id}", **parameters)

    yield Change(
        title=f"Stop assigning public addresses in {subnet.label}",
        call=write(value=False),
        becomes=(Becomes(look, [{"SubnetId": subnet.id, "MapPublicIpOnLaunch": False}]),),
        undo=(write(value=True),),
        why="what is launched later, and relies on getting a public address, is not reached",
        code=(
            Snippet(
                terraform="aws_subnet",
                arguments={"map_public_ip_on_launch": False},
                cloudformation="AWS::EC2::Subnet",
                properties={"MapPublicIpOnLaunch": False},
            ),
        ),
    )


@remedy(Safety.B)
def record_flows(lent: Lent, vpc: Vpc, logs: All[FlowLog]) -> Iterator[Step]:
    """Record the flows of the VPC where the flows of another VPC of the region go already. It is charged by volume."""
    whole = [log for log in logs if log.resource != vpc.id and log.status == "ACTIVE" and not log.delivery_error]
    if not whole:
        yield Advice(
            title=f"Choose where the flows of {vpc.label} are recorded: a bucket, a log group or a stream",
            why="no other flow log of the region shows where to",
            code=(
                Snippet(
                    terraform="aws_flow_log",
                    arguments={
                        "vpc_id": vpc.id,
                        "traffic_type": "ALL",
                        "log_destination_type": "s3",
                        "log_destination": "arn:aws:s3:::BUCKET",
                    },
                ),
            ),
        )
        return
    like = min(whole, key=lambda log: log.id)
    (row,) = lent.image(lent.look(like, path=("FlowLogs",), where={"FlowLogId": like.id}))
    kept = (
        "LogDestinationType",
        "LogDestination",
        "LogGroupName",
        "DeliverLogsPermissionArn",
        "DeliverCrossAccountRole",
    )
    where = {name: row[name] for name in kept if row.get(name)}
    if where.get("LogDestination") and where.get("LogGroupName"):
        where.pop("LogDestination")
    look = lent.look(
        like,
        path=("FlowLogs",),
        where={"ResourceId": vpc.id},
        ask={"Filter": [{"Name": "resource-id", "Values": [vpc.id]}]},
        ignoring=(*_FLOW_LOG_IDS, "LogDestination"),
    )
    before = lent.image(look)
    made = {
        "FlowLogId": f"fl-made-by-this-plan-for-{vpc.id}",
        "ResourceId": vpc.id,
        "TrafficType": "ALL",
        "FlowLogStatus": "ACTIVE",
        "CreationTime": row.get("CreationTime"),
        **where,
    }
    call = ec2_write(
        vpc.scope, "CreateFlowLogs", "*", ResourceIds=[vpc.id], ResourceType="VPC", TrafficType="ALL", **where
    )
    role = where.get("DeliverLogsPermissionArn")
    needs = (*call.needs, *((Allowed("iam:PassRole", role),) if role else ()))
    if where.get("LogDestinationType") in ("s3", "kinesis-data-firehose"):
        needs = (*needs, Allowed("logs:CreateLogDelivery"), Allowed("logs:DeleteLogDelivery"))
    yield Change(
        title=f"Record the flows of {vpc.label} where {like.id} goes",
        call=Write(
            service=call.service, operation=call.operation, region=call.region, parameters=call.parameters, needs=needs
        ),
        becomes=(Becomes(look, [*before, made]),),
        undo=(ec2_write(vpc.scope, "DeleteFlowLogs", "*", FlowLogIds=[found(0, "FlowLogId")]),),
        why="it is charged by the volume of traffic",
        makes=True,
        code=(
            Snippet(
                terraform="aws_flow_log",
                arguments={
                    "vpc_id": vpc.id,
                    "traffic_type": "ALL",
                    "log_destination_type": where.get("LogDestinationType", "cloud-watch-logs"),
                    "log_destination": where.get("LogDestination", where.get("LogGroupName", "")),
                },
            ),
        ),
    )


@remedy(Safety.B)
def name_endpoint_consumers(
    lent: Lent, service: EndpointService, allowed: EndpointServicePermissions
) -> Iterator[Step]:
    """Take the right to connect from everyone. Who is named keeps it; connections that are there stay."""
    look = lent.look(allowed, ignoring=("ServicePermissionId", "PrincipalType", "Tags", "ServiceId"))
    before = lent.image(look)
    rows = [row for row in before.get("AllowedPrincipals") or () if row.get("Principal") != "*"]
    resource = f"vpc-endpoint-service/{service.id}"
    operation = "ModifyVpcEndpointServicePermissions"

    def write(member: str) -> Write:
        return ec2_write(service.scope, operation, resource, ServiceId=service.id, **{member: ["*"]})

    yield Change(
        title=f"Stop letting every account connect to {service.label}",
        call=write("RemoveAllowedPrincipals"),
        becomes=(Becomes(look, {**before, "AllowedPrincipals": rows}),),
        undo=(write("AddAllowedPrincipals"),),
        why="accounts that are not named can make no new connection",
        code=(
            Snippet(
                terraform="aws_vpc_endpoint_service", arguments={"allowed_principals": [], "acceptance_required": True}
            ),
        ),
    )


@remedy(Safety.B)
def accept_attachments_by_hand(lent: Lent, gateway: TransitGateway) -> Iterator[Step]:
    """Accept shared attachments of the transit gateway by hand. Those that are there stay."""
    look = lent.look(
        gateway,
        path=("TransitGateways",),
        where={"TransitGatewayId": gateway.id},
        only=("TransitGatewayId", "Options"),
        ask={"TransitGatewayIds": [gateway.id]},
        gone=("InvalidTransitGatewayID.NotFound",),
    )
    (row,) = lent.image(look)

    def write(value: str) -> Write:
        resource = f"transit-gateway/{gateway.id}"
        options = {"AutoAcceptSharedAttachments": value}
        return ec2_write(gateway.scope, "ModifyTransitGateway", resource, TransitGatewayId=gateway.id, Options=options)

    options = {**row["Options"], "AutoAcceptSharedAttachments": "disable"}
    yield Change(
        title=f"Accept the attachments of {gateway.label} by hand",
        call=write("disable"),
        becomes=(Becomes(look, [{**row, "Options": options}]),),
        undo=(write("enable"),),
        why="automation of other accounts that attaches networks waits until somebody accepts",
        code=(Snippet(terraform="aws_ec2_transit_gateway", arguments={"auto_accept_shared_attachments": "disable"}),),
    )


@remedy(Safety.C)
def block_internet_gateways(_lent: Lent, region: AccountRegion, _block: VpcBlockPublicAccess) -> Iterator[Step]:
    """Block public access of VPCs. It cuts off every public service of the region that has no exclusion: for people."""
    parameters: dict[str, Any] = {"InternetGatewayBlockMode": "block-ingress"}
    yield Advice(
        title=f"Make exclusions for what is meant to be public in {region.id}, then block ingress by internet gateways",
        why="everything public in the region without an exclusion is cut off at once",
        script=(ec2_write(region.scope, "ModifyVpcBlockPublicAccessOptions", **parameters),),
        code=(
            Snippet(
                terraform="aws_vpc_block_public_access_options",
                arguments={"internet_gateway_block_mode": "block-ingress"},
            ),
        ),
    )


@remedy(Safety.C)
def narrow_network_acl(_lent: Lent, acl: NetworkAcl) -> Iterator[Step]:
    """Narrow the network ACL. Its entries are ordered and without state, so only people can tell what answers need them."""
    yield Advice(
        title=f"Deny the ports in {acl.label} by an entry with a lower number than those that admit them",
        why="a network ACL is for whole subnets and has no state: a wrong entry also stops answers",
    )
