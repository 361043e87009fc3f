"""Control policies of an organization in code: what they say, where they hold, and what that means for an account."""

from pathlib import Path

import pytest

from scanner.aws import account, organizations
from scanner.derivations import DERIVATIONS
from scanner.iac.judged import rows_of
from scanner.iac.load import load
from scanner.iac.merge import merged, with_rows
from scanner.inventory import Inventory
from scanner.model.access import PoliciesAbove
from scanner.model.kind import Kind, Scope
from scanner.model.maybe import why_unknown
from scanner.model.organizations import ControlForm, ControlPolicy, ControlPolicyDocument, ControlPolicyTargets
from scanner.plan import Plan
from scanner.testing import ACCOUNT, evidence_of
from tests.aws.test_organizations_readers import KINDS, SEEN

DENY = '{ Version = "2012-10-17", Statement = [{ Effect = "Deny", Action = "s3:*", Resource = "*" }] }'
TERRAFORM = f"""
resource "aws_organizations_policy" "g" {{
  name    = "guard"
  %s
  content = jsonencode({DENY})
}}
resource "aws_organizations_policy_attachment" "g" {{
  policy_id = aws_organizations_policy.g.id
  target_id = "%s"
}}
"""
CLOUDFORMATION = """
Resources:
  G:
    Type: AWS::Organizations::Policy
    Properties:
      Name: guard
      Type: RESOURCE_CONTROL_POLICY
      TargetIds: [r-ab12]
      Content: {Version: "2012-10-17", Statement: [{Effect: Deny, Principal: "*", Action: "s3:*", Resource: "*"}]}
"""
MADE = (ControlPolicy, ControlPolicyDocument, ControlPolicyTargets)


def told(path: Path) -> list[Kind]:
    return [row for row in rows_of(load(path).after)[0] if isinstance(row, MADE)]


@pytest.mark.parametrize(
    "name, text, form",
    [
        ("main.tf", TERRAFORM % ("", "r-ab12"), ControlForm.SERVICE),
        ("main.tf", TERRAFORM % ('type = "RESOURCE_CONTROL_POLICY"', "r-ab12"), ControlForm.RESOURCE),
        ("t.yaml", CLOUDFORMATION, ControlForm.RESOURCE),
    ],
)
def test_a_control_policy_is_read_with_what_it_is_attached_to(
    tmp_path: Path, name: str, text: str, form: ControlForm
) -> None:
    (tmp_path / name).write_text(text)
    policy, document, targets = told(tmp_path if name == "main.tf" else tmp_path / name)
    assert isinstance(policy, ControlPolicy)
    assert form is policy.form
    assert isinstance(document, ControlPolicyDocument)
    assert ("s3:*",) == document.document.statements[0].actions  # type: ignore[union-attr]  # it is there
    assert isinstance(targets, ControlPolicyTargets)
    assert ("r-ab12",) == targets.targets


def test_a_policy_that_takes_no_part_in_authorization_is_none_of_these(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TERRAFORM % ('type = "TAG_POLICY"', "r-ab12"))
    assert [] == told(tmp_path)


@pytest.mark.parametrize(
    "target, holds", [("r-ab12", True), ("ou-ab12-cdefgh34", True), (ACCOUNT, True), ("ou-x", False)]
)
def test_laid_upon_an_account_it_holds_where_the_account_hangs_below_its_target(
    tmp_path: Path, target: str, holds: bool
) -> None:
    (tmp_path / "main.tf").write_text(TERRAFORM % ("", target))
    plan = Plan.of((), (*organizations.READERS, *account.READERS), DERIVATIONS, kinds=(*KINDS, ControlPolicy))
    there = Inventory.of(plan, evidence_of(SEEN))
    kinds = (*KINDS, ControlPolicy)
    after = with_rows(there, kinds, merged(there, kinds, (), told(tmp_path)), DERIVATIONS)
    levels = after.facet(PoliciesAbove, Scope("aws", ACCOUNT), ACCOUNT).scps
    held = {one.id for level in levels for one in level}
    assert ({"p-guard111"} | ({"aws_organizations_policy.g"} if holds else set())) == held


def test_what_a_policy_of_an_unknown_type_says_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('variable "t" {}\n' + TERRAFORM % ("type = var.t", "r-ab12"))
    rows, _, _ = rows_of(load(tmp_path).after)
    [document] = [row for row in rows if isinstance(row, ControlPolicyDocument)]
    assert why_unknown(document.document) is not None
