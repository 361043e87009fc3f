"""What plans and their application stand on: which facts to read for a remedy, and how evidence becomes an inventory."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from scanner.aws.readers import READERS
from scanner.config import Config
from scanner.derivations import DERIVATIONS
from scanner.evidence import Evidence
from scanner.inventory import Inventory
from scanner.model.kind import Kind, Moment, Resource
from scanner.plan import Plan
from scanner.remedies.owners import OPT_OUT, StateFile, owner_of
from scanner.remedies.planfile import Owner
from scanner.remedies.planning import Ground
from scanner.rule import Rule
from scanner.scan import trust
from scanner.signature import OptionValue


def remedy_kinds(rules: Iterable[Rule]) -> tuple[type[Kind], ...]:
    """Return the kinds that the remedies of these rules need beside those of the rules."""
    remedies = [rule.remedy for rule in rules if rule.remedy is not None]
    needed = [need.kind for remedy in remedies for need in remedy.needs if need.kind is not None]
    return tuple(dict.fromkeys((*(remedy.judges for remedy in remedies), *needed)))


def reading_plan(rules: Sequence[Rule]) -> Plan:
    """Return what must be read to judge by these rules, to plan their remedies, and to know who owns what: tags too."""
    return Plan.of(rules, READERS, DERIVATIONS, kinds=remedy_kinds(rules), tags=True)


def ground_for(
    rules: Sequence[Rule],
    evidence: Evidence,
    config: Config,
    options: Mapping[str, Mapping[str, OptionValue]],
    *,
    states: Sequence[StateFile] = (),
    now: datetime | None = None,
) -> Ground:
    """Return the ground of a plan over this evidence."""
    opt_out = config.remediate.opt_out_tag or OPT_OUT

    def owner(resource: Resource, inventory: Inventory) -> Owner | None:
        return owner_of(resource, inventory.tags(resource), states, opt_out)

    return Ground(
        evidence=evidence,
        readers=READERS,
        build=builder(rules, config, now),
        options=options,
        owner=owner,
    )


def builder(
    rules: Sequence[Rule], config: Config, now: datetime | None = None
) -> Callable[[Evidence, Rule | None], Inventory]:
    """Return the function that makes inventories: of all that these rules need, or of what one of them needs."""
    plans: dict[str, Plan] = {}

    def build(evidence: Evidence, rule: Rule | None) -> Inventory:
        name = "" if rule is None else rule.id
        plan = plans.get(name)
        if plan is None:
            plan = plans[name] = reading_plan(rules if rule is None else (rule,))
        moment = Moment(now or evidence.taken_at or datetime.now(UTC))
        inventory = Inventory.of(plan, evidence, moment)
        trust(inventory, config)
        return inventory

    return build
