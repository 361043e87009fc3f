"""Organizations as Terraform declares it: service and resource control policies, and what they are attached to.

Policies of other types (tags, backups, declarative ones …) take no part in authorization; what a policy of unknown type
says is unknown. An attachment of a policy that
is not declared here, or to what is not known yet, is left out: control policies only take permissions away, so that
more stays open. Source: provider documentation, `aws_organizations_policy`; Organizations User Guide, "SCP evaluation".
"""

from collections.abc import Iterator
from typing import Any, Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import Reading, row, text_or
from scanner.iac.world import World, unknown_if
from scanner.model.kind import Kind
from scanner.model.maybe import why_unknown
from scanner.model.organizations import ControlForm, ControlPolicy, ControlPolicyDocument, ControlPolicyTargets

_ATTACHMENT: Final = "aws_organizations_policy_attachment"


def _policy(world: World, one: Declared) -> Iterator[Kind]:
    said = text_or(one.get("type"), ControlForm.SERVICE)
    why = why_unknown(said)
    if why is None and said not in set(ControlForm):
        return
    place = row(world, one, name="name", at=world.whole())
    form = ControlForm.SERVICE if why is not None else ControlForm(str(said))
    yield ControlPolicy(**place, form=form, aws_managed=False)
    document = unknown_if(why, world.policy(one.get("content")))
    at: dict[str, Any] = {"scope": world.whole(), "id": world.id(one)}
    yield ControlPolicyDocument(**at, origin=one.source("content"), document=document)
    attached = world.referring("policy_id", _ATTACHMENT)(world.id(one))
    targets = tuple(world.named(each.get("target_id")) for each in attached if each.perhaps is None)
    yield ControlPolicyTargets(**at, origin=one.source(), targets=targets)


READINGS: Final = (
    Reading(
        types=("aws_organizations_policy",),
        yields=(ControlPolicy, ControlPolicyDocument, ControlPolicyTargets),
        read=_policy,
        beside=(_ATTACHMENT,),
    ),
)
