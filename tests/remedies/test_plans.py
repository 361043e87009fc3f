"""The plan file, the policy of a plan, owners, images: what needs no AWS."""

import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.fix.code import hcl
from reports.fix.formats import FORMATS
from reports.fix.prose import render_markdown, render_prose
from reports.fix.script import kebab
from scanner.cli.fixing import refuse_too_many
from scanner.errors import RemedyError, SourceError, UsageError
from scanner.evidence import Answer, Evidence
from scanner.image import Look, image_of, normal, put
from scanner.remedies.owners import owner_by, read_state
from scanner.remedies.permissions import policy_for
from scanner.remedies.planfile import Owner, Predicted, encode_plan, read_plan, refuse_expired
from scanner.remedy import Becomes, Snippet, all_found, found, resolve
from scanner.testing import ACCOUNT
from tests.remedies.plans import KEY, NOBODY, plan_of, step, write


def test_a_plan_is_read_back_as_it_was_written(tmp_path):
    path = tmp_path / "plan.json"
    path.write_bytes(encode_plan(plan_of(2)))
    assert read_plan(path) == plan_of(2)


@pytest.mark.parametrize(
    "change,says",
    [
        (lambda text: text.replace("PutThing", "DeleteThing"), "its digest does not match its content"),
        (lambda text: text.replace('"version": 1', '"version": 2'), "plan version 2"),
        (lambda text: text[:-20], "no plan of a fix"),
        (lambda text: "[]", "no plan of a fix"),
        (lambda text: text.replace('"unit": 1', '"unit": "one"'), "the plan is damaged"),
        (lambda text: "[" * 100_000, "no plan of a fix"),
    ],
)
def test_a_plan_that_was_changed_is_refused_with_the_reason(tmp_path, change, says):
    path = tmp_path / "plan.json"
    path.write_text(change(encode_plan(plan_of(1)).decode()))
    with pytest.raises(SourceError, match=says):
        read_plan(path)


def test_a_plan_expires():
    plan = plan_of(1)
    refuse_expired(plan, plan.expires)
    with pytest.raises(RemedyError, match="the plan expired"):
        refuse_expired(plan, plan.expires + timedelta(seconds=1))


def test_the_policy_of_a_plan_has_the_calls_their_inverses_and_the_reads_and_nothing_else():
    undo = write("DeleteThing")
    policy = policy_for([step(1, undo=(undo,))], ["city:ListThings"])
    read, *fixes = policy["Statement"]
    assert read["Action"] == ["city:GetThing", "city:ListThings"]
    assert fixes == [
        {
            "Sid": "CasemateFix1",
            "Effect": "Allow",
            "Action": ["city:DeleteThing", "city:PutThing"],
            "Resource": ["arn:aws:city:::thing"],
        }
    ]


@pytest.mark.parametrize(
    "tags,system",
    [
        ({"aws:cloudformation:stack-name": "web"}, "CloudFormation"),
        ({"Managed-By": "terraform"}, "Terraform"),
        ({"managed_by": "CDK"}, "CloudFormation"),
        ({"terraform": "true"}, "Terraform"),
        ({"pulumi:project": "web"}, "Pulumi"),
        ({"kubernetes.io/cluster/main": "owned"}, "Kubernetes"),
        ({"casemate:remediate": "never"}, "opted out"),
    ],
)
def test_who_else_sets_a_resource_is_known_by_its_tags(tags, system):
    assert owner_by(tags).system == system


@pytest.mark.parametrize(
    "tags", [{}, {"managed-by": "ann"}, {"terraform": "no"}, {"kubernetes.io/cluster/main": "shared"}]
)
def test_other_tags_say_nothing_of_an_owner(tags):
    assert owner_by(tags) is None


def test_an_opt_out_tag_of_ones_own(tmp_path):
    assert owner_by({"hands-off": "yes"}, "hands-off") == Owner("opted out", "the tag hands-off=yes")
    assert owner_by({"hands-off": "no"}, "hands-off=yes") is None


STATES = {
    "kept": {
        "resources": [
            {
                "mode": "managed",
                "module": "module.data",
                "type": "aws_s3_bucket",
                "name": "b",
                "instances": [{"index_key": "x", "attributes": {"arn": "arn:aws:s3:::b", "id": "b"}}],
            },
            {"mode": "data", "type": "aws_s3_bucket", "name": "d", "instances": [{"attributes": {"arn": "arn:other"}}]},
        ]
    },
    "shown": {
        "values": {
            "root_module": {
                "child_modules": [
                    {
                        "resources": [
                            {"address": 'module.data.aws_s3_bucket.b["x"]', "values": {"arn": "arn:aws:s3:::b"}}
                        ]
                    }
                ]
            }
        }
    },
}


@pytest.mark.parametrize("form", STATES)
def test_a_terraform_state_tells_what_it_manages(tmp_path, form):
    path = tmp_path / "terraform.tfstate"
    path.write_text(json.dumps(STATES[form]))
    assert read_state(path).by_arn == {"arn:aws:s3:::b": 'module.data.aws_s3_bucket.b["x"]'}


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", "[" * 100_000])
def test_what_is_no_terraform_state_is_refused_by_name(tmp_path, text):
    path = tmp_path / "terraform.tfstate"
    path.write_text(text)
    with pytest.raises(SourceError, match="no Terraform state"):
        read_state(path)


def test_too_many_resources_at_once_are_refused():
    steps = [step(number) for number in range(1, 6)]
    refuse_too_many(steps, {"CITY-001": 10}, 5, 50)
    with pytest.raises(UsageError, match="the plan changes 5 resources, and at most 4"):
        refuse_too_many(steps, {"CITY-001": 10}, 4, 100)
    with pytest.raises(UsageError, match="5 of the 10 resources that CITY-001 judged, and at most 40 percent"):
        refuse_too_many(steps, {"CITY-001": 10}, 5, 40)
    refuse_too_many(steps[:1], {"CITY-001": 2}, 5, 10)


ROWS = Look(key=KEY, path=("Things",), where={"Of": "a"}, ignoring=("Id",), absent=("NoSuchThing",))
VALUES = st.one_of(st.booleans(), st.integers(0, 9), st.text("xyz", max_size=2))
THINGS = st.lists(
    st.fixed_dictionaries(
        {"Of": st.sampled_from(["a", "b"]), "Id": st.text("0123456789", min_size=1), "Value": VALUES}
    ),
    max_size=6,
)


@given(THINGS, THINGS)
def test_putting_an_image_shows_it_and_leaves_everything_else(things, wanted):
    wanted = [{**row, "Of": "a"} for row in wanted]
    evidence = Evidence(targets=(), taken_at=None, answers={KEY: Answer(({"Things": things, "More": 1},))})
    put(evidence, ROWS, wanted)
    answer = evidence.answers[KEY]
    assert normal(image_of(answer, ROWS), ROWS) == normal(wanted, ROWS)
    (page,) = answer.pages
    assert [row for row in page["Things"] if row["Of"] == "b"] == [row for row in things if row["Of"] == "b"]
    assert page["More"] == 1


@given(THINGS)
def test_order_ids_and_what_is_empty_or_false_do_not_count(things):
    again = [{**row, "Id": f"new-{row['Id']}", "Empty": [], "Off": False} for row in reversed(things)]
    assert normal(things, ROWS) == normal(again, ROWS)


def test_policies_are_compared_as_policies():
    look = Look(key=KEY, documents=("Policy",))
    one = {"Policy": '{"Statement":{"Effect":"Allow","Action":["a:B"],"Resource":["y","x"]},"Version":"2012-10-17"}'}
    two = {
        "Policy": {"Version": "2012-10-17", "Statement": [{"Action": "a:B", "Resource": ["x", "y"], "Effect": "Allow"}]}
    }
    assert normal(one, look) == normal(two, look)
    two["Policy"]["Statement"][0]["Resource"] = ["x"]
    assert normal(one, look) != normal(two, look)


def test_a_placeholder_is_what_the_change_brought_and_nothing_that_came_otherwise():
    before = [{"Of": "a", "Id": "1", "Value": "old"}]
    after = [*before, {"Of": "a", "Id": "?", "Value": "new"}]
    now = [
        {"Of": "a", "Id": "7", "Value": "old"},
        {"Of": "a", "Id": "8", "Value": "new"},
        {"Of": "a", "Id": "9", "Value": "theirs"},
    ]
    looks = [Becomes(ROWS, after)]
    assert resolve(write(Id=found(0, "Id")), looks, [before], [now]).parameters == {"Id": "8"}
    assert resolve(write(Ids=all_found(0, "Id")), looks, [before], [now]).parameters == {"Ids": ["8"]}
    with pytest.raises(RemedyError, match="cannot tell which Id"):
        resolve(write(Id=found(0, "Id")), looks, [before], [now[:1]])


@pytest.mark.parametrize(
    "operation,command",
    [
        ("PutBucketPolicy", "put-bucket-policy"),
        ("ModifyDBInstance", "modify-db-instance"),
        ("EnableEbsEncryptionByDefault", "enable-ebs-encryption-by-default"),
        ("GetAccountPasswordPolicy", "get-account-password-policy"),
    ],
)
def test_operations_are_commands_of_the_aws_cli(operation, command):
    assert kebab(operation) == command


def test_code_for_terraform_has_blocks_and_escapes_templates():
    snippet = Snippet(terraform="aws_thing", arguments={"name": 'a"${b}', "rule": [{"on": True}], "ports": [1, 2]})
    assert hcl(snippet, "this") == (
        'resource "aws_thing" "this" {\n  name = "a\\"$${b}"\n  rule {\n    on = true\n  }\n  ports = [1, 2]\n}'
    )


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_lets_text_of_the_account_act(form):
    evil = "x\x1b[31m\n`rm`"
    plan = plan_of(1)
    hostile = step(1, title=f"Turn {evil} on", why=evil, message=evil)
    text = FORMATS[form](plan_of(1, steps=(hostile,), created=datetime.now(UTC), expires=plan.expires), 80)
    assert "\x1b" not in text
    assert ACCOUNT in text or form == "policy"
    if form == "cli":
        assert all(line.startswith("#") for line in text.splitlines() if "rm" in line)


def test_what_the_plan_does_to_the_attack_paths_is_said() -> None:
    before, after = (msgspec.structs.replace(NOBODY, paths=number) for number in (7, 5))
    plan = msgspec.structs.replace(plan_of(1), predicted=Predicted(before=before, after=after))
    assert "attack paths 7 to 5" in render_prose(plan, 200)
    assert "attack paths 7 to 5" in render_markdown(plan)
