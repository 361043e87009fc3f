"""Keeps the metadata options of an instance that a change does not name; moto forgets them.

Source: Amazon EC2 API Reference, ModifyInstanceMetadataOptions.
"""

from typing import Any, Final

from moto.ec2.models import ec2_backends

from scanner.aws.embedded.state import Handlers, Settings
from scanner.aws.embedded.wire import Call

_OPTIONS: Final = {
    "HttpTokens": "http_tokens",
    "HttpPutResponseHopLimit": "http_put_response_hop_limit",
    "HttpEndpoint": "http_endpoint",
    "HttpProtocolIpv6": "http_protocol_ipv6",
    "InstanceMetadataTags": "instance_metadata_tags",
}


def _modify(call: Call, _: Settings) -> dict[str, Any] | None:
    identifier = call.parameters["InstanceId"]
    known = {instance.id: instance for instance in ec2_backends[call.account][call.region].all_instances()}
    if identifier not in known:
        return None
    options = known[identifier].metadata_options
    for name, attribute in _OPTIONS.items():
        if name in call.parameters:
            setattr(options, attribute, call.parameters[name])
    now = {name: getattr(options, attribute) for name, attribute in _OPTIONS.items()}
    return {"InstanceId": identifier, "InstanceMetadataOptions": {"State": "applied", **now}}


HANDLERS: Final[Handlers] = {("ec2", "ModifyInstanceMetadataOptions"): _modify}
