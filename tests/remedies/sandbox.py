"""An account of one's own in the embedded AWS, and the way through plan, apply and undo in it."""

import itertools
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import botocore.session
import msgspec
from botocore.config import Config as BotoConfig

from scanner.aws.live import collect_by
from scanner.aws.readers import READERS
from scanner.aws.session import Access, Session
from scanner.config import Config
from scanner.derivations import DERIVATIONS
from scanner.evaluate import evaluate
from scanner.evidence import Answer, Evidence
from scanner.image import put
from scanner.plan import Plan
from scanner.registry import load_rules
from scanner.remedies.apply import apply_steps
from scanner.remedies.grounds import ground_for, reading_plan
from scanner.remedies.journal import create_journal, open_journal
from scanner.remedies.planfile import FixPlan, Predicted, Standing
from scanner.remedies.planning import Planned, plan_steps
from scanner.remedies.undo import undo_steps
from scanner.remedies.wire import Wire
from scanner.remedies.work import Work

REGION = "eu-west-1"
RULES = {rule.id: rule for rule in load_rules()}
WITH_REMEDY = {name: rule for name, rule in RULES.items() if rule.remedy is not None}
NOWHERE = Standing(posture=0, exposure=0, failing=0, undecided=0)

_LOADER = botocore.session.Session().get_component("data_loader")
_NUMBERS = itertools.count(200_000_000_001)


def core_of(keys: Mapping[str, str]) -> Any:
    """Return botocore's session with these keys, over one loader for all."""
    core = botocore.session.Session()
    core.register_component("data_loader", _LOADER)
    core.set_credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    core.set_config_variable("region", REGION)
    return core


class Sandbox:
    """An empty account. Calls go where AWS_ENDPOINT_URL points when their client is made."""

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url
        self.account = str(next(_NUMBERS))
        root = botocore.session.Session()
        root.register_component("data_loader", _LOADER)
        root.set_credentials("AKIAIOSFODNN7EXAMPLE", "embedded")
        sts = root.create_client("sts", region_name=REGION, endpoint_url=endpoint_url)
        role = f"arn:aws:iam::{self.account}:role/fixer"
        self.keys = sts.assume_role(RoleArn=role, RoleSessionName="fix")["Credentials"]
        self.core = core_of(self.keys)
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, region: str = REGION) -> Any:
        """Return a client that speaks to the embedded AWS itself, past any proxy."""
        if (service, region) not in self._clients:
            client = self.core.create_client(
                service,
                region_name=region,
                endpoint_url=self.endpoint_url,
                config=BotoConfig(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
            )
            if service == "s3control":
                client.meta.events.register("before-call.s3-control", self._keep_host)
            self._clients[(service, region)] = client
        return self._clients[(service, region)]

    def _keep_host(self, params: dict[str, Any], **_: Any) -> None:
        params["url"] = params["url"].replace(f"//{self.account}.", "//", 1)

    def bucket(self, name: str, **more: Any) -> str:
        """Create a bucket whose name nobody else has."""
        full = f"{name}-{self.account}"
        self.client("s3").create_bucket(Bucket=full, CreateBucketConfiguration={"LocationConstraint": REGION}, **more)
        return full

    def environment(self) -> dict[str, str]:
        """Return the variables by which any program is in this account."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": self.keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": self.keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": self.keys["SessionToken"],
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }


class Fix:
    """One rule's remedy at work in a sandbox, step by step."""

    def __init__(self, box: Sandbox, folder: Path, *rules: str, options: dict[str, Any] | None = None) -> None:
        self.box = box
        self.folder = folder
        self.rules = tuple(RULES[name] for name in rules)
        self.options = options or {}
        self.session = Session(core_of(box.keys), "aws", box.account, f"arn:aws:iam::{box.account}:role/fixer")
        self.told: list[tuple[int, str, str]] = []
        self._numbers = itertools.count(1)

    def read(self, plan: Plan | None = None) -> Evidence:
        """Read the account as it is."""
        access = Access(regions=(REGION,))
        return collect_by(self.session, access, plan or reading_plan(self.rules), lambda _done, _known: None, "test")

    def judge(self, evidence: Evidence | None = None) -> list[Any]:
        """Return what the rules find."""
        read = self.read() if evidence is None else evidence
        return list(evaluate(self.rules, self.ground(read).build(read, None), self.options))

    def failing(self) -> list[str]:
        """Return the ids of the resources that fail."""
        return sorted(one.resource.id for one in self.judge() if one.status == "fail")

    def ground(self, evidence: Evidence, states: Any = ()) -> Any:
        """Return the ground over some evidence."""
        return ground_for(self.rules, evidence, Config(), self.options, states=states)

    def planned(self) -> Planned:
        """Plan what fails now."""
        self.evidence = self.read()
        return plan_steps(self.judge(self.evidence), self.ground(self.evidence))

    def plan(self) -> FixPlan:
        """Return the plan of what fails now, as a file would hold it."""
        planned = self.planned()
        assert planned.steps, ([one.reason for one in planned.not_planned], planned.by_hand)
        now = datetime.now(UTC)
        plan = FixPlan(
            tool="test",
            created=now,
            expires=now + timedelta(hours=1),
            partition="aws",
            account=self.box.account,
            regions=(REGION,),
            rules=tuple(rule.id for rule in self.rules),
            options={},
            judged={},
            steps=tuple(planned.steps),
            by_hand=tuple(planned.by_hand),
            predicted=Predicted(before=NOWHERE, after=NOWHERE),
            policy={},
        ).sealed()
        return msgspec.json.decode(msgspec.json.encode(plan), type=FixPlan)

    def new_journal(self) -> Path:
        """Return the path of a journal that is not there yet."""
        return self.folder / f"{next(self._numbers)}.journal.jsonl"

    def apply(self, plan: FixPlan, path: Path, *, patience: float = 1.0, steps: Any = None) -> Any:
        """Apply a plan, or go on with it where the journal says how far it went. Returns the finished work.

        The facts that nothing alters are those which the plan was made of.
        """
        numbers = [step.number for step in plan.steps]
        journal = open_journal(path) if path.exists() else create_journal(path, plan, "test", "test", numbers)
        with journal:
            work = self._work(journal, patience)
            work.done = apply_steps(plan.steps if steps is None else steps, work)
        return work

    def undo(self, path: Path, *, patience: float = 1.0) -> Any:
        """Take back all that the journal says was done."""
        with open_journal(path) as journal:
            work = self._work(journal, patience)
            work.done = undo_steps(tuple(journal.record.steps.values()), work)
        return work

    def _work(self, journal: Any, patience: float) -> Any:
        evidence = msgspec.structs.replace(self.evidence, answers=dict(self.evidence.answers))
        return _Finished(
            journal=journal,
            wire=Wire(self.session, patience),
            ground=self.ground(evidence),
            rules={rule.id: rule for rule in self.rules},
            tell=lambda step, event, why: self.told.append((step.number, event, why)),
            refresh=self.read,
        )

    def everything(self, services: tuple[str, ...]) -> Evidence:
        """Read all that any reader tells of these services; of none, what the rules and their remedies need."""
        if not services:
            return self.read()
        kinds = [kind for reader in READERS if reader.service in set(services) for kind in reader.yields]
        return self.read(Plan.of((), READERS, DERIVATIONS, kinds=kinds))


class _Finished(Work):
    done: bool = False


COUNTERS = re.compile(r"AttachmentCount|SummaryMap|RevisionId|.*Time|.*Times|.*Date|Time(Logging)?(Started|Stopped)")
"""What AWS counts and dates by itself when something else changes."""


def beside(evidence: Evidence, plan: FixPlan) -> dict[str, Any]:
    """Return every answer but for the parts that the plan alters: what bystanders look like."""
    rest = msgspec.structs.replace(evidence, answers=dict(evidence.answers))
    for look in (one.look for step in plan.steps for one in step.looks):
        if look.key not in rest.answers:
            continue
        if look.path:
            put(rest, look, [dict.fromkeys(look.only)] if look.only else [])
        else:
            rest.answers[look.key] = Answer(({},))
    return {
        f"{key.operation} {key.request}": (_plain(list(one.pages)), one.failure) for key, one in rest.answers.items()
    }


def _plain(value: Any) -> Any:
    """Return an answer without counters and dates, and without the policies of AWS, which are listed while in use."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items() if not COUNTERS.fullmatch(name)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value if not (isinstance(item, dict) and ":iam::aws:" in str(item.get("Arn")))]
    return value


def same_beside(before: Evidence, after: Evidence, plan: FixPlan) -> None:
    """Raise AssertionError if anything but what the plan alters differs, among what both tell."""
    old, new = beside(before, plan), beside(after, plan)
    for name in sorted(old.keys() & new.keys()):
        assert new[name] == old[name], name
