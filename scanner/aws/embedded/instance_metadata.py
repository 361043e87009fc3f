"""Keeps the metadata options of an instance that a change does not name, which moto forgets; and its monitoring.

Source: Amazon EC2 API Reference, ModifyInstanceMetadataOptions, MonitorInstances, UnmonitorInstances.
"""

from typing import Any, Final

from moto.ec2.models import ec2_backends

from scanner.aws.embedded.state import Handler, Handlers, Settings
from scanner.aws.embedded.wire import Call, ServiceError

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


def _monitor(state: str) -> Handler:
    def handler(call: Call, _: Settings) -> dict[str, Any]:
        known = {instance.id: instance for instance in ec2_backends[call.account][call.region].all_instances()}
        for identifier in call.parameters["InstanceIds"]:
            if identifier not in known:
                raise ServiceError("InvalidInstanceID.NotFound", f"The instance ID '{identifier}' does not exist")
            known[identifier].monitoring_state = state
        rows = [{"InstanceId": one, "Monitoring": {"State": state}} for one in call.parameters["InstanceIds"]]
        return {"InstanceMonitorings": rows}

    return handler


HANDLERS: Final[Handlers] = {
    ("ec2", "ModifyInstanceMetadataOptions"): _modify,
    ("ec2", "MonitorInstances"): _monitor("enabled"),
    ("ec2", "UnmonitorInstances"): _monitor("disabled"),
}
