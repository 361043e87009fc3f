"""What takes access away never opens a way: a Deny, a boundary, a trust removed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.access import Escalation
from scanner.model.account import Account
from tests.reason.account.accounts import allow, arn, deny, inventory_of, managed, role, trusting, user

ALLOWED = (
    allow("*"),
    allow("iam:PutUserPolicy", arn("user/ana")),
    allow("iam:AttachRolePolicy"),
    allow("sts:AssumeRole", arn("role/*")),
    allow("iam:PassRole", arn("role/one")),
    allow(["lambda:CreateFunction", "lambda:InvokeFunction"]),
    allow("iam:UpdateAssumeRolePolicy", arn("role/two")),
    allow("iam:CreateAccessKey"),
    allow("s3:*"),
)
DENIED = (deny("iam:Put*"), deny("sts:*"), deny("iam:PassRole", arn("role/one")), deny("*"), deny("lambda:*"))
TRUSTED = (arn("root"), arn("user/ana"), arn("role/one"), {"Service": "lambda.amazonaws.com"})


def starts(*rows):
    inventory = inventory_of(*rows, managed("cap", allow(["s3:*", "lambda:*"])), kinds=[Escalation])
    (account,) = inventory.listing(Account)
    return {path.start for path in inventory.facet(Escalation, account.scope, account.id).paths}


@settings(max_examples=40, deadline=None)
@given(
    held=st.lists(st.lists(st.sampled_from(ALLOWED), max_size=3), min_size=3, max_size=3),
    trusts=st.lists(st.lists(st.sampled_from(TRUSTED), min_size=1, max_size=3), min_size=2, max_size=2),
    refused=st.sampled_from(DENIED),
    change=st.sampled_from(["deny", "boundary", "trust"]),
)
def test_taking_access_away_opens_no_way(held, trusts, refused, change):
    def rows(*, changed):
        own = [*held[0], *([refused] if changed and change == "deny" else [])]
        cap = arn("policy/cap") if changed and change == "boundary" else ""
        kept = trusts[0][1:] or [{"Service": "nobody.amazonaws.com"}] if changed and change == "trust" else trusts[0]
        yield user("ana", *own, boundary=cap)
        yield role("one", *held[1], trust=trusting(*kept))
        yield role("two", *held[2], trust=trusting(*trusts[1]))

    assert starts(*rows(changed=True)) <= starts(*rows(changed=False))
