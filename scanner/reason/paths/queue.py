"""How soon to act on a finding: after SSVC, by what an attacker can exploit, reach and gain (CISA, SSVC guide).

*Act* where all three hold, *attend* where two do, else *track*. It orders work and is no part of the score.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

from scanner.model.access import PrincipalEscalation
from scanner.model.attack import AttackPath, Standing, Weaknesses
from scanner.model.ec2 import Instance
from scanner.model.exposure import Exposure, ExposurePath
from scanner.model.inspector2 import InspectorFinding
from scanner.model.kind import Kind, Resource
from scanner.model.lambda_ import FunctionUrl
from scanner.model.maybe import Absent, UnknownAsked, known, why_unknown
from scanner.model.publicaccess import OutsideAccess
from scanner.model.vpc import NetworkInterface
from scanner.reason.paths.weaknesses import exploit_of, workload_of

Class: TypeAlias = Literal["act", "attend", "track"]
_CLASSES: Final[tuple[Class, ...]] = ("track", "track", "attend", "act")
_BEARING: Final = (Exposure, ExposurePath, OutsideAccess, PrincipalEscalation, Weaknesses)
"""Kinds that tell of a way in or on: a finding that rests on one of them is part of what an attacker uses."""
NOWHERE: Final = Standing()
_MOST_REASONS: Final = 3


class Queued(NamedTuple):
    """How soon to act on a finding, and why."""

    class_: Class
    reasons: tuple[str, ...]
    fixable: bool = False
    """Whether there is a version with the fix."""


def queued(resource: Resource, rests_on: Iterable[type[Kind]], standings: Mapping[str, Standing]) -> Queued:
    """Classify the failure of a rule that needs these kinds, on a resource.

    Failures that are no part of a way in or on, whatever the resource, are tracked.
    """
    if isinstance(resource, InspectorFinding):
        found = [standings.get(arn, NOWHERE) for arn in _arns(resource)]
        standing = max(found, key=lambda one: (bool(one.reached), bool(one.leads)), default=NOWHERE)
        is_fixable = why_unknown(resource.fix_available) is None and resource.fix_available in {"YES", "PARTIAL"}
        return _class(_exploit(resource), standing.reached, standing.leads)._replace(fixable=is_fixable)
    if not isinstance(resource, FunctionUrl) and not any(issubclass(kind, _BEARING) for kind in rests_on):
        return _class()
    standing = next((standings[arn] for arn in _arns(resource) if arn in standings), NOWHERE)
    return _class(standing.weakness, standing.reached, standing.leads)


def queued_paths(told: Iterable[str], paths: Iterable[AttackPath]) -> Queued:
    """Classify a failure that tells of these attack paths: a confirmed one meets all three conditions."""
    described = set(told)
    found = [path for path in paths if path.described in described]
    is_sure = any(path.status == "confirmed" for path in found)
    return Queued("act" if is_sure else "attend", tuple(path.described for path in found[:_MOST_REASONS]))


def _class(*reasons: str) -> Queued:
    given = tuple(reason for reason in reasons if reason)
    return Queued(_CLASSES[len(given)], given)


def _exploit(finding: InspectorFinding) -> str:
    try:
        reason = exploit_of(finding)
    except UnknownAsked:
        return ""
    return f"it can be exploited ({reason})" if reason else ""


def _arns(resource: Resource) -> Iterator[str]:
    """Yield the ARNs under which a resource, or what it speaks of, may stand on a path."""
    at = resource.scope
    machine = f"arn:{at.partition}:ec2:{at.region}:{at.account}:instance/"
    match resource:
        case Instance():
            yield f"{machine}{resource.id}"
        case NetworkInterface():
            if why_unknown(resource.instance) is None and not isinstance(resource.instance, Absent):
                yield f"{machine}{known(resource.instance)}"
        case InspectorFinding():
            for one in known(resource.resources) if why_unknown(resource.resources) is None else ():
                workload = workload_of(one.id)
                yield workload if workload.startswith("arn:") else f"{machine}{workload}"
        case FunctionUrl():
            if why_unknown(resource.function) is None:
                yield f"arn:{at.partition}:lambda:{at.region}:{at.account}:function:{known(resource.function)}"
        case _:
            arn = resource.arn
            if why_unknown(arn) is None and not isinstance(arn, Absent):
                yield str(known(arn))
