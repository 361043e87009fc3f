"""The plan of a fix as a file: everything that apply needs, nothing that it decides, addressed by its content.

JSON with a SHA-256 over all but itself. Who approves a plan approves that digest.
"""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from scanner.errors import RemedyError, SourceError
from scanner.image import Image, Leftover, Look, canonical_json
from scanner.remedy import Check, Safety, Snippet, Token, Write

FORMAT: Final = "casemate-fix-plan"
VERSION: Final = 1
MOST_BYTES: Final = 256 << 20


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """The resource that a step is for."""

    kind: str
    noun: str
    id: str
    account: str
    region: str
    arn: str = ""
    name: str = ""


class Owner(msgspec.Struct, frozen=True):
    """Who else sets the resource: infrastructure as code, or its owner by a tag. API writes are refused then."""

    system: str
    """`CloudFormation`, `Terraform`, `Pulumi` …, or `opted out`, or `unknown`."""
    detail: str


class PlannedLook(msgspec.Struct, frozen=True, kw_only=True):
    """What a step rests on and what it makes of it."""

    look: Look
    before: Image
    before_sha256: str
    after: Image
    after_sha256: str


class PlannedStep(msgspec.Struct, frozen=True, kw_only=True):
    """One call of a plan. The steps of a unit together put one finding right."""

    number: int
    unit: int
    rule: str
    severity: str
    title: str
    fingerprint: str
    message: str
    """What the rule found."""
    subject: Subject
    remedy: str
    safety: Safety
    why: str
    checks: tuple[Check, ...]
    call: Write
    undo: tuple[Write, ...]
    looks: tuple[PlannedLook, ...]
    leaves_behind: tuple[Leftover, ...] = ()
    token: Token | None = None
    makes: bool = False
    rests_on: tuple[int, ...] = ()
    """Earlier steps that alter what this one rests on."""
    owner: Owner | None = None
    code: tuple[Snippet, ...] = ()


class ByHand(msgspec.Struct, frozen=True, kw_only=True):
    """What people must do themselves."""

    rule: str
    severity: str
    fingerprint: str
    message: str
    subject: Subject
    title: str
    why: str
    script: tuple[Write, ...] = ()
    code: tuple[Snippet, ...] = ()


class NotPlanned(msgspec.Struct, frozen=True, kw_only=True):
    """A failure for which there is no step, and why."""

    rule: str
    fingerprint: str
    subject: Subject
    reason: str


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How the account stands by the rules of the profile."""

    posture: float
    exposure: float
    failing: int
    undecided: int
    paths: int = 0
    """How many attack paths are known; none where the rules of the profile do not ask for them."""


class Predicted(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules say before the plan and, evaluated on what it makes of the evidence, after it."""

    before: Standing
    after: Standing
    fixed: tuple[str, ...] = ()
    """Fingerprints of findings that fail no longer."""
    new: tuple[str, ...] = ()
    """`rule resource` of failures that the plan would bring."""


class FixPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan for one account."""

    format: str = FORMAT
    version: int = VERSION
    tool: str
    created: datetime
    expires: datetime
    partition: str
    account: str
    regions: tuple[str, ...]
    rules: tuple[str, ...]
    """The ids of the rules whose findings it puts right."""
    options: dict[str, dict[str, Any]]
    """Their options, by rule id."""
    judged: dict[str, int]
    """How many resources each rule judged: what a percentage is of."""
    steps: tuple[PlannedStep, ...]
    by_hand: tuple[ByHand, ...] = ()
    not_planned: tuple[NotPlanned, ...] = ()
    predicted: Predicted
    policy: dict[str, Any]
    """The IAM policy that applying and undoing it takes."""
    sha256: str = ""

    def sealed(self) -> "FixPlan":
        """Return the plan with its digest."""
        return msgspec.structs.replace(self, sha256=self.computed())

    def computed(self) -> str:
        """Return the digest of what it says."""
        said = msgspec.to_builtins(msgspec.structs.replace(self, sha256=""))
        return hashlib.sha256(canonical_json(said).encode("utf-8", "surrogatepass")).hexdigest()

    def of(self, safety: Safety) -> tuple[PlannedStep, ...]:
        """Return the steps of a class."""
        return tuple(step for step in self.steps if step.safety is safety)


def encode_plan(plan: FixPlan) -> bytes:
    """Return the plan as the text of its file."""
    return msgspec.json.format(msgspec.json.encode(plan), indent=2) + b"\n"


def read_plan(path: Path) -> FixPlan:
    """Read a plan and check it. Raises `SourceError` if it is unreadable, foreign, too new or was changed."""
    advice = "make it again with `casemate fix plan -o FILE`"
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SourceError(f"{path}: larger than {MOST_BYTES >> 20} MiB; refused")
        data = path.read_bytes()
        probe = msgspec.json.decode(data)
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror or error}") from error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: no plan of a fix ({error}); {advice}") from error
    if not isinstance(probe, dict) or probe.get("format") != FORMAT:
        raise SourceError(f"{path}: no plan of a fix; {advice}")
    if probe.get("version") != VERSION:
        raise SourceError(f"{path}: plan version {probe.get('version')}, and this casemate reads {VERSION}; {advice}")
    try:
        plan = msgspec.convert(probe, FixPlan)
    except (msgspec.ValidationError, RecursionError) as error:
        raise SourceError(f"{path}: the plan is damaged ({error}); {advice}") from error
    if plan.computed() != plan.sha256:
        raise SourceError(f"{path}: its digest does not match its content: it was changed after it was made; {advice}")
    return plan


def refuse_expired(plan: FixPlan, now: datetime | None = None) -> None:
    """Raise `RemedyError` for a plan that is too old to be applied: what it rests on was read too long ago."""
    if (now or datetime.now(UTC)) > plan.expires:
        raise RemedyError(
            f"the plan expired at {plan.expires.isoformat()}; make it again with `casemate fix plan`, and look at it"
        )
