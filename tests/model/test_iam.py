from scanner.model.iam import Policy, PolicyForm
from scanner.model.kind import Api, Scope
from scanner.model.maybe import ABSENT, Reason, unknown

ACCOUNT = Scope("aws", "123456789012")


def policy(**fields):
    said = {
        "arn": ABSENT,
        "name": "read",
        "tags": {},
        "form": PolicyForm.INLINE,
        "path": ABSENT,
        "document": ABSENT,
        "versions": (),
        "holder": "user/alice",
        "attachments": 1,
        "boundary_uses": 0,
        "created": ABSENT,
        "updated": ABSENT,
    }
    return Policy(scope=ACCOUNT, id="user/alice/read", origin=Api("iam:X", ACCOUNT), **{**said, **fields})


def test_an_inline_policy_is_called_after_its_holder():
    assert policy().label == "read of user/alice"


def test_a_policy_whose_name_is_not_known_is_called_by_its_id():
    name = unknown(Reason.KNOWN_AFTER_APPLY, "name_prefix")
    assert policy(name=name, form=PolicyForm.CUSTOMER_MANAGED).label == "user/alice/read"
