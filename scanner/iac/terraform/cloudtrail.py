"""CloudTrail as Terraform declares it: trails, whether they record, and which events."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from scanner.aws.cloudtrail import selected
from scanner.iac.declared import Declared, as_block
from scanner.iac.terraform.rows import Reading, aspect, row
from scanner.iac.values import Value, first_hole, flag_of, list_of
from scanner.iac.world import World, unknown_if
from scanner.model.cloudtrail import RegionTrails, Trail, TrailSelectors, TrailStatus
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Unknown, UnknownAsked

_TRAIL: Final = "aws_cloudtrail"
_FIELDS: Final = {
    "equal_to": "Equals",
    "equals": "Equals",
    "not_equals": "NotEquals",
    "starts_with": "StartsWith",
    "not_starts_with": "NotStartsWith",
    "ends_with": "EndsWith",
    "not_ends_with": "NotEndsWith",
}


def _trail(world: World, one: Declared) -> Iterator[Kind]:
    yield Trail(
        **row(world, one, name="name"),
        bucket=world.relation(one.get("s3_bucket_name")),
        multi_region=flag_of(one.get("is_multi_region_trail"), default=False),
        global_events=flag_of(one.get("include_global_service_events"), default=True),
        validation=flag_of(one.get("enable_log_file_validation"), default=False),
        kms_key=world.relation(one.get("kms_key_id")),
        log_group=world.relation(one.get("cloud_watch_logs_group_arn")),
        of_organization=flag_of(one.get("is_organization_trail"), default=False),
        insights=bool(one.get("insight_selector")),
    )
    logging = unknown_if(one.perhaps, flag_of(one.get("enable_logging"), default=True))
    yield aspect(TrailStatus, world, one, None, "enable_logging", logging=logging, delivery_error=ABSENT)
    yield _selectors(world, one)


def _selectors(world: World, one: Declared) -> TrailSelectors:
    said = [*one.blocks("event_selector"), *one.blocks("advanced_event_selector")]
    path = "event_selector" if one.get("event_selector") else "advanced_event_selector"
    try:
        fields = _selected(world, one, said)
    except UnknownAsked as asked:
        fields = dict.fromkeys(("management", "data"), Unknown(asked.why))
    made: TrailSelectors = aspect(TrailSelectors, world, one, None, path, **fields)
    return made


def _selected(world: World, one: Declared, said: list[Value]) -> dict[str, Any]:
    """Return what the selectors choose. Raises `UnknownAsked` where some part of them is not known."""
    hole = first_hole(said)
    if hole is not None and not _is_named_only(said):
        return dict.fromkeys(("management", "data"), hole.unknown())
    basic = [_basic(world, as_block(block)) for block in one.blocks("event_selector")]
    advanced = [_advanced(world, as_block(block)) for block in one.blocks("advanced_event_selector")]
    management, data = selected(basic, advanced)
    return {"management": management, "data": data}


def _is_named_only(said: list[Value]) -> bool:
    """Whether what is not known of selectors is but the names of declared things."""
    return all(isinstance(block, dict) and _are_names(block) for block in said)


def _are_names(value: Value) -> bool:
    if isinstance(value, dict):
        return all(_are_names(inner) for inner in value.values())
    if isinstance(value, list):
        return all(_are_names(inner) for inner in value)
    hole = first_hole(value)
    return hole is None or hole.is_concrete


def _basic(world: World, block: Mapping[str, Value]) -> dict[str, Any]:
    """Return an event selector as the API has it."""
    resources = block.get("data_resource") or []
    return {
        "ReadWriteType": block.get("read_write_type") or "All",
        "IncludeManagementEvents": flag_of(block.get("include_management_events"), default=True),
        "ExcludeManagementEventSources": [*list_of(block.get("exclude_management_event_sources"))],
        "DataResources": [
            {"Type": said.get("type"), "Values": _texts(world, said.get("values"))}
            for said in map(as_block, list_of(resources))
        ],
    }


def _advanced(world: World, block: Mapping[str, Value]) -> dict[str, Any]:
    """Return an advanced event selector as the API has it."""
    fields = []
    for said in map(as_block, list_of(block.get("field_selector"))):
        field: dict[str, Any] = {"Field": said.get("field")}
        for argument, member in _FIELDS.items():
            if said.get(argument):
                field[member] = _texts(world, said.get(argument))
        fields.append(field)
    return {"FieldSelectors": fields}


def _texts(world: World, value: Value) -> list[str]:
    """Return texts as CloudTrail would have them, the names of declared things included."""
    return [str(world.spelled(one)) for one in list_of(value)]


def _in_regions(world: World) -> Iterator[Kind]:
    """Yield for each region the trails that record it, as far as they are declared."""
    trails = [*world.of_type(_TRAIL)]
    for scope in world.regions():
        at = trails[0].source() if trails else world.origin()
        yield RegionTrails(
            scope=scope, id=scope.region, origin=at, arns=tuple(sorted(world.arn(trail) for trail in trails))
        )


READINGS: Final = (
    Reading(
        types=(_TRAIL,),
        yields=(Trail, TrailStatus, TrailSelectors, RegionTrails),
        read=_trail,
        otherwise=_in_regions,
    ),
)
