"""CloudFormation resources as the declarations that Terraform makes of the same things."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from scanner.iac.cloudformation import compute, data, iam, network, s3, services, workloads
from scanner.iac.cloudformation.lines import body_of
from scanner.iac.cloudformation.shapes import Document, Piece, Properties, Shape, argument, arguments_of, tags
from scanner.iac.cloudformation.stacks import STACK
from scanner.iac.cloudformation.template import Template
from scanner.iac.declared import Declared, ModuleCall
from scanner.iac.terraform.attributes import computed
from scanner.iac.values import SYMBOLS, Hole, Value
from scanner.model.maybe import Why

SHAPES: Final[Mapping[str, Shape]] = {
    **compute.SHAPES,
    **data.SHAPES,
    **iam.SHAPES,
    **network.SHAPES,
    **s3.SHAPES,
    **services.SHAPES,
    **workloads.SHAPES,
}
_OUTPUTS: Final = "Outputs."
_ATTRIBUTES: Final = {
    "Arn": "arn",
    "TopicArn": "arn",
    "LoadBalancerArn": "arn",
    "ListenerArn": "arn",
    "TargetGroupArn": "arn",
    "FunctionArn": "arn",
    "DomainArn": "arn",
    "BackupVaultArn": "arn",
    "DBInstanceArn": "arn",
    "DBClusterArn": "arn",
    "ClusterArn": "arn",
    "QueueUrl": "url",
    "QueueName": "name",
    "TopicName": "name",
    "Name": "name",
    "BackupVaultName": "name",
    "DefaultSecurityGroup": "default_security_group_id",
    "DefaultNetworkAcl": "default_network_acl_id",
    **dict.fromkeys(
        (
            *("GroupId", "Id", "KeyId", "VpcId", "SubnetId", "VolumeId", "InstanceId", "RouteTableId", "NatGatewayId"),
            *("InternetGatewayId", "AllocationId", "FileSystemId", "RestApiId", "LaunchTemplateId", "PrefixListId"),
            *("TransitGatewayId", "TransitGatewayRouteTableId", "VPNGatewayId", "NetworkAclId", "ServiceId"),
            *("PrimaryNetworkInterfaceId", "ReplicationInstanceId", "CustomerGatewayId", "VpnConnectionId"),
        ),
        "id",
    ),
}
"""What GetAtt's names are in Terraform."""


def declared(template: Template, calls: tuple[ModuleCall, ...] = ()) -> Iterator[Declared]:
    """Yield what a template declares; resources of other types under their own names, for they are not looked at.

    What stands in the templates of stacks within it follows in the place of those; `calls` are the stacks on the way.
    """
    prepared(template)
    file = template.file
    lines = getattr(template.resources, "lines", {})
    for name, resource in template.resources.items():
        exists = template.exists(resource)
        if exists is False:
            continue
        type_ = str(resource.get("Type"))
        written = resource.get("Properties") or {}
        properties = template.value(written)
        line = lines.get(name, 1)
        perhaps = Why(exists.reason, exists.detail) if isinstance(exists, Hole) else None
        inner = _stack(template, name, type_)
        if inner is not None:
            way = (*calls, ModuleCall(f"{template.prefix}{name}", file, line))
            for one in declared(inner, way):
                yield msgspec.structs.replace(one, perhaps=one.perhaps or perhaps)
            continue
        specs = SHAPES[type_].arguments if type_ in SHAPES else {}
        for terraform, suffix, source, arguments in _pieces(type_, template.prefix + name, properties):
            part = written.get(source) if suffix and isinstance(written, Mapping) else written
            yield Declared(
                type=terraform,
                address=f"{template.prefix}{name}{suffix}",
                values={key: value for key, value in arguments.items() if value is not None},
                file=file,
                line=getattr(written, "lines", {}).get(source, line),
                body=body_of(terraform, part, {} if suffix else specs, file),
                region=template.region,
                calls=calls,
                perhaps=perhaps,
            )


def prepared(template: Template) -> Template:
    """Return the template, which can tell the attributes of its resources then."""
    template.computed = lambda name, attribute: _computed(template, name, attribute)
    return template


def _stack(template: Template, name: str, type_: str) -> Template | None:
    """Return the template of a stack within a template, where the resource of this name is one and that is here."""
    inner = template.stack(name) if type_ == STACK else None
    return inner if inner is None or inner.computed is not None else prepared(inner)


def _computed(template: Template, name: str, attribute: str) -> Value:
    """Return what Ref (`id`) or GetAtt gives of a resource."""
    resource = template.resources[name]
    type_ = str(resource.get("Type"))
    inner = _stack(template, name, type_) if attribute.startswith(_OUTPUTS) else None
    if inner is not None:
        return inner.output(attribute.removeprefix(_OUTPUTS))
    shape = SHAPES.get(type_)
    said = resource.get("Properties") or {}
    told = shape.ref if shape is not None and attribute == "id" else _ATTRIBUTES.get(attribute, attribute)

    def get(wanted: str) -> Value:
        spec = shape.arguments.get(wanted) if shape is not None else None
        if not isinstance(spec, str) or not isinstance(said, Mapping):
            return None
        return template.value(argument(spec, said))

    terraform = shape.type if shape is not None else type_.replace("::", "_").lower()
    return computed(terraform, template.prefix + name, told, get, template.account, region=template.region)


def _pieces(type_: str, name: str, said: Value) -> Iterator[Piece]:
    properties: Properties = said if isinstance(said, Mapping) and not isinstance(said, SYMBOLS) else {}
    shape = SHAPES.get(type_)
    if shape is None:
        yield type_, "", "", {}
        return
    terraform = shape.type if shape.type_of is None else shape.type_of(properties)
    if terraform and shape.exists(properties):
        made = arguments_of(shape.arguments, properties)
        made["tags"] = tags(properties.get("Tags"))
        yield terraform, "", _policy_in(shape), {**made, **(shape.more(properties) if shape.more else {})}
    if shape.beside is not None:
        yield from shape.beside(name, properties)


def _policy_in(shape: Shape) -> str:
    """Return the property whose line is meant where a resource is nothing but a policy."""
    documents: list[Any] = [spec.of for spec in shape.arguments.values() if isinstance(spec, Document)]
    return documents[0] if documents and shape.type.endswith("_policy") else ""
