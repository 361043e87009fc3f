"""Organizations as managers and as plain members see it."""

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from scanner.aws import organizations
from scanner.inventory import Inventory
from scanner.model.maybe import ABSENT, Reason, why_unknown
from scanner.model.organizations import (
    ControlForm,
    ControlPolicy,
    ControlPolicyDocument,
    ControlPolicyListing,
    ControlPolicyTargets,
    OrganizationMembership,
    OrganizationParent,
)
from scanner.plan import Plan
from scanner.testing import ACCOUNT, evidence_of

KINDS = (OrganizationMembership, OrganizationParent, ControlPolicyListing, ControlPolicyDocument, ControlPolicyTargets)
MANAGER = "999999999999"
MEMBER = {
    "Organization": {
        "Id": "o-exampleorg1",
        "Arn": f"arn:aws:organizations::{MANAGER}:organization/o-exampleorg1",
        "FeatureSet": "ALL",
        "MasterAccountArn": f"arn:aws:organizations::{MANAGER}:account/o-exampleorg1/{MANAGER}",
        "MasterAccountId": MANAGER,
        "MasterAccountEmail": "a@example.com",
    }
}
POLICY = {
    "Id": "p-guard111",
    "Arn": f"arn:aws:organizations::{MANAGER}:policy/o-exampleorg1/service_control_policy/p-guard111",
    "Name": "guard",
    "Type": "SERVICE_CONTROL_POLICY",
    "AwsManaged": False,
}
CONTENT = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"iam:*","Resource":"*"}}'
SCPS = {"Filter": "SERVICE_CONTROL_POLICY", "MaxResults": 20}
RCPS = {"Filter": "RESOURCE_CONTROL_POLICY", "MaxResults": 20}


def parent_of(child, parent, kind):
    return {"parameters": {"ChildId": child}, "response": {"Parents": [{"Id": parent, "Type": kind}]}}


SEEN = {
    "organizations:DescribeOrganization": MEMBER,
    "organizations:ListParents": [
        parent_of(ACCOUNT, "ou-ab12-cdefgh34", "ORGANIZATIONAL_UNIT"),
        parent_of("ou-ab12-cdefgh34", "r-ab12", "ROOT"),
    ],
    "organizations:ListPolicies": [
        {"parameters": SCPS, "response": {"Policies": [POLICY]}},
        {"parameters": RCPS, "response": {"Policies": []}},
    ],
    "organizations:DescribePolicy": [
        {
            "parameters": {"PolicyId": POLICY["Id"]},
            "response": {"Policy": {"PolicySummary": POLICY, "Content": CONTENT}},
        }
    ],
    "organizations:ListTargetsForPolicy": [
        {
            "parameters": {"PolicyId": POLICY["Id"], "MaxResults": 20},
            "response": {"Targets": [{"TargetId": "r-ab12", "Type": "ROOT"}]},
        }
    ],
}


def inventory_of(calls):
    return Inventory.of(Plan.of((), organizations.READERS, kinds=KINDS), evidence_of(calls))


@pytest.mark.parametrize("call", sorted(SEEN))
def test_the_recorded_answers_have_the_shape_that_aws_answers(call):
    model = get_session().get_service_model("organizations").operation_model(call.partition(":")[2])
    answers = SEEN[call] if isinstance(SEEN[call], list) else [{"response": SEEN[call]}]
    for each in answers:
        assert not ParamValidator().validate(each["response"], model.output_shape).has_errors()
        if "parameters" in each:
            assert not ParamValidator().validate(each["parameters"], model.input_shape).has_errors()


def test_the_way_to_the_root_is_followed_step_by_step():
    steps = inventory_of(SEEN).listing(OrganizationParent)
    assert [("ou-ab12-cdefgh34", False, 1), ("r-ab12", True, 2)] == [
        (each.parent, each.is_root, each.height) for each in steps
    ]


def test_a_control_policy_has_its_document_and_its_targets():
    inventory = inventory_of(SEEN)
    (policy,) = inventory.listing(ControlPolicy)
    assert (MANAGER, ControlForm.SERVICE) == (policy.scope.account, policy.form)
    assert ("iam:*",) == inventory.listing(ControlPolicyDocument)[0].document.statements[0].actions
    assert ("r-ab12",) == inventory.listing(ControlPolicyTargets)[0].targets


def test_a_member_that_may_not_list_policies_sees_none_and_has_no_gap():
    refused = {"error": "AccessDeniedException"}
    inventory = inventory_of(
        {
            "organizations:DescribeOrganization": MEMBER,
            "organizations:ListParents": [{"parameters": {"ChildId": ACCOUNT}, **refused}],
            "organizations:ListPolicies": [{"parameters": each, **refused} for each in (SCPS, RCPS)],
        }
    )
    assert [] == inventory.gaps
    assert {(ControlForm.SERVICE, False), (ControlForm.RESOURCE, False)} == {
        (each.form, each.visible) for each in inventory.listing(ControlPolicyListing)
    }


def test_a_management_account_that_may_not_list_policies_has_a_gap():
    organization = {"Id": "o-a1b2c3d4e5", "MasterAccountId": ACCOUNT, "FeatureSet": "ALL"}
    refused = {"error": "AccessDeniedException"}
    inventory = inventory_of(
        {
            "organizations:DescribeOrganization": {"Organization": organization},
            "organizations:ListParents": [{"parameters": {"ChildId": ACCOUNT}, **refused}],
            "organizations:ListPolicies": [{"parameters": each, **refused} for each in (SCPS, RCPS)],
        }
    )
    assert ["organizations:ListPolicies"] * 2 == [gap.call for gap in inventory.gaps]
    assert list(inventory.unlisted(ControlPolicy))


def test_an_account_in_no_organization_needs_no_further_call():
    inventory = inventory_of(
        {"organizations:DescribeOrganization": [{"parameters": {}, "error": "AWSOrganizationsNotInUseException"}]}
    )
    (membership,) = inventory.listing(OrganizationMembership)
    assert ABSENT == membership.organization
    assert [] == inventory.gaps
    assert all(each.visible for each in inventory.listing(ControlPolicyListing))


def test_a_way_that_breaks_off_is_unknown_above_and_ends():
    broken = SEEN | {"organizations:ListParents": SEEN["organizations:ListParents"][:1]}
    steps = inventory_of(broken).listing(OrganizationParent)
    assert ["ou-ab12-cdefgh34"] == [each.parent for each in steps if why_unknown(each.parent) is None]
    assert [Reason.NOT_COLLECTED] == [why.reason for each in steps if (why := why_unknown(each.parent))]


def test_an_organization_that_is_its_own_parent_is_followed_no_higher_than_aws_allows():
    circle = SEEN | {
        "organizations:ListParents": [
            parent_of(ACCOUNT, "ou-ab12-cdefgh34", "ORGANIZATIONAL_UNIT"),
            parent_of("ou-ab12-cdefgh34", "ou-ab12-cdefgh34", "ORGANIZATIONAL_UNIT"),
        ]
    }
    assert 6 == len(inventory_of(circle).listing(OrganizationParent))
