"""Small plans for tests that need no AWS."""

from datetime import UTC, datetime, timedelta

from scanner.evidence import Key
from scanner.image import Allowed, Look, digest
from scanner.remedies.planfile import FixPlan, PlannedLook, PlannedStep, Predicted, Standing, Subject
from scanner.remedy import Safety, Write

NOBODY = Standing(posture=50.0, exposure=10.0, failing=2, undecided=0)
KEY = Key("aws", "123456789012", "eu-west-1", "city", "GetThing", "")


def write(operation="PutThing", **parameters):
    needs = (Allowed(f"city:{operation}", "arn:aws:city:::thing"),)
    return Write(service="city", operation=operation, region="eu-west-1", parameters=parameters, needs=needs)


def step(number, **changes):
    look = Look(key=KEY, needs=(Allowed("city:GetThing"),))
    planned = PlannedLook(
        look=look,
        before={"On": False},
        before_sha256=digest({"On": False}, look),
        after={"On": True},
        after_sha256=digest({"On": True}, look),
    )
    fields = {
        "number": number,
        "unit": number,
        "rule": "CITY-001",
        "severity": "high",
        "title": f"Turn thing {number} on",
        "fingerprint": f"f{number}",
        "message": "thing is off",
        "subject": Subject(kind="Thing", noun="thing", id=f"t-{number}", account="123456789012", region="eu-west-1"),
        "remedy": "city.turn_on",
        "safety": Safety.A,
        "why": "nobody minds",
        "checks": (),
        "call": write(On=True),
        "undo": (write(On=False),),
        "looks": (planned,),
    }
    return PlannedStep(**{**fields, **changes})


def plan_of(count, **changes):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    fields = {
        "tool": "test",
        "created": now,
        "expires": now + timedelta(hours=1),
        "partition": "aws",
        "account": "123456789012",
        "regions": ("eu-west-1",),
        "rules": ("CITY-001",),
        "options": {},
        "judged": {"CITY-001": 10},
        "steps": tuple(step(number) for number in range(1, count + 1)),
        "predicted": Predicted(before=NOBODY, after=NOBODY),
        "policy": {},
    }
    return FixPlan(**{**fields, **changes}).sealed()
