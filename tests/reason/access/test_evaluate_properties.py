from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.policy import parse_policy
from scanner.reason.access.evaluate import Decision, Source, Stack, evaluate
from scanner.reason.access.principal import parse_principal
from scanner.reason.access.request import make_request
from tests.reason.access.policies import TRIED, WORLDS, policies
from tests.reason.access.requests import ELSEWHERE, FULL, HERE, ROLE, ROOT, SESSION, USER, deny, policy

_CALLERS = st.sampled_from([USER, ROLE, SESSION, ROOT, "anonymous"])
_GRANTEES = st.sampled_from(["*", USER, ROLE, SESSION, HERE, ELSEWHERE])


def _source(name, document):
    return (Source.of(name, parse_policy(document)),)


@st.composite
def _asked(draw):
    action, resource = draw(st.sampled_from(TRIED))
    stack = Stack(
        identity=_source("i", draw(policies())),
        boundary=_source("b", draw(policies())) if draw(st.booleans()) else (),
        session=_source("s", draw(policies())) if draw(st.booleans()) else (),
        resource=_source("r", draw(policies(_GRANTEES))) if draw(st.booleans()) else (),
        scps=(_source("o", FULL), _source("a", draw(policies()))) if draw(st.booleans()) else (),
    )
    owner = draw(st.sampled_from([HERE, ELSEWHERE]))
    request = make_request(
        parse_principal(draw(_CALLERS)), action, resource, draw(st.sampled_from(WORLDS)), resource_account=owner
    )
    return stack, request


def _with(stack, layer, document):
    """The stack with one more policy in a layer that it has."""
    added = _source("more", document)
    return Stack(
        **{name: getattr(stack, name) for name in stack.__struct_fields__} | {layer: getattr(stack, layer) + added}
    )


@settings(max_examples=150, deadline=None)
@given(_asked(), st.sampled_from(["identity", "boundary", "session"]), policies())
def test_a_policy_of_denies_never_opens_anything(asked, layer, document):
    stack, request = asked
    denies = policy(*({**each, "Effect": "Deny"} for each in document["Statement"]))
    if not evaluate(stack, request).is_allowed:
        assert not evaluate(_with(stack, layer, denies), request).is_allowed


@settings(max_examples=150, deadline=None)
@given(_asked(), policies())
def test_a_policy_of_allows_never_closes_anything(asked, document):
    stack, request = asked
    allows = policy(*({**each, "Effect": "Allow"} for each in document["Statement"]))
    if evaluate(stack, request).is_allowed:
        assert evaluate(_with(stack, "identity", allows), request).is_allowed


@settings(max_examples=150, deadline=None)
@given(_asked(), st.sampled_from(["identity", "resource"]))
def test_a_deny_of_everything_wins(asked, layer):
    stack, request = asked
    everything = policy({**deny(), "Principal": "*"} if layer == "resource" else deny())
    decision = evaluate(_with(stack, layer, everything), request).decision
    expected = Decision.EXPLICIT_DENY if layer == "resource" or request.principal.in_account else decision
    assert decision is expected


@settings(max_examples=150, deadline=None)
@given(_asked())
def test_every_deciding_statement_has_the_effect_of_the_decision(asked):
    stack, request = asked
    outcome = evaluate(stack, request)
    effects = {each.effect for each in outcome.statements}
    expected = {Decision.ALLOWED: "Allow", Decision.EXPLICIT_DENY: "Deny"}.get(outcome.decision)
    assert effects <= {expected}
    assert (outcome.blocked_by is None) is outcome.is_allowed
