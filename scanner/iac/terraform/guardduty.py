"""GuardDuty as Terraform declares it: the detector of a region and its features."""

from collections.abc import Iterator, Mapping
from typing import Final

from scanner.iac.declared import Declared, as_block, block_of
from scanner.iac.terraform.rows import Reading, aspect, is_one_of, row, text_or
from scanner.iac.values import Value, flag_of
from scanner.iac.world import World, unknown_if
from scanner.model.guardduty import Detector, DetectorSettings
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Maybe, Unknown, why_unknown

_DETECTOR: Final = "aws_guardduty_detector"
_FEATURE: Final = "aws_guardduty_detector_feature"
_SOURCES: Final = {
    "S3_DATA_EVENTS": ("s3_logs",),
    "EKS_AUDIT_LOGS": ("kubernetes", "audit_logs"),
    "EBS_MALWARE_PROTECTION": ("malware_protection", "scan_ec2_instance_with_findings", "ebs_volumes"),
}
"""Features by the nested blocks in which older providers have them."""


def _detector(world: World, one: Declared) -> Iterator[Kind]:
    yield Detector(**row(world, one) | {"name": ABSENT})
    yield aspect(
        DetectorSettings,
        world,
        one,
        None,
        "enable",
        enabled=unknown_if(one.perhaps, flag_of(one.get("enable"), default=True)),
        publishing_frequency=text_or(one.get("finding_publishing_frequency"), "SIX_HOURS"),
        features=_features(world, one),
    )


def _features(world: World, one: Declared) -> Maybe[Mapping[str, bool]]:
    found: dict[str, Maybe[bool]] = {}
    for name, path in _SOURCES.items():
        block: Mapping[str, Value] | None = one.block("datasources")
        for step in path:
            block = block_of(block, step) if block is not None else None
        if block is not None:
            found[name] = flag_of(block.get("enable"), default=False)
    for other in world.referring("detector_id", _FEATURE)(world.id(one)):
        if other.perhaps is not None:
            return Unknown(other.perhaps)
        for said in (other.values, *(as_block(block) for block in other.blocks("additional_configuration"))):
            found[str(said.get("name"))] = is_one_of(said.get("status"), "ENABLED")
    why = next((why for why in map(why_unknown, found.values()) if why is not None), None)
    return Unknown(why) if why is not None else {name: bool(on) for name, on in found.items()}


READINGS: Final = (
    Reading(types=(_DETECTOR,), yields=(Detector, DetectorSettings), read=_detector, beside=(_FEATURE,)),
)
