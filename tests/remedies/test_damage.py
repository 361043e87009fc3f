"""Damage that other tools did, one test each: none of it happens here."""

import json

import pytest

from scanner.errors import RemedyError
from scanner.remedies.journal import Event, read_journal
from scanner.remedies.owners import StateFile
from scanner.remedies.planning import plan_steps
from scanner.remedy import Safety
from tests.remedies.cases import OFF, app_group, group, name, partner, policy, tcp
from tests.remedies.sandbox import Fix


@pytest.fixture
def fix(box, tmp_path):
    return lambda *rules, **options: Fix(box, tmp_path, *rules, **options)


def cidrs(box, port):
    rows = box.client("ec2").describe_security_groups(GroupIds=[app_group(box)])["SecurityGroups"][0]["IpPermissions"]
    return {one["CidrIp"] for row in rows if row["FromPort"] == port for one in row["IpRanges"]}


def test_of_five_grants_on_one_port_only_the_bad_two_are_revoked(box, fix):
    good = {"198.51.100.0/24", "203.0.113.7/32", "192.0.2.0/24"}
    group(box, tcp(22, "0.0.0.0/1", "128.0.0.0/1", *sorted(good)))
    work = fix("VPC-106")
    assert work.apply(work.plan(), work.new_journal()).done
    assert cidrs(box, 22) == good
    assert cidrs(box, 443) == {"198.51.100.0/24", "203.0.113.7/32"}


def statements(text):
    return {one["Sid"]: one for one in json.loads(text)["Statement"]}


def test_legitimate_readers_and_triggers_survive_the_closing_of_a_policy(box, fix):
    bucket = box.bucket("open")
    arn = f"arn:aws:s3:::{bucket}"
    trigger = {
        "Sid": "Trigger",
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"{arn}/*",
    }
    everyone = {**partner("s3:GetObject", f"{arn}/*"), "Principal": "*", "Sid": "Everyone"}
    kept = (partner("s3:GetObject", f"{arn}/*"), trigger)
    box.client("s3").delete_public_access_block(Bucket=bucket)
    box.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy(*kept, everyone))
    work = fix("S3-023")
    assert work.apply(work.plan(), work.new_journal()).done
    left = statements(box.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])
    assert left == {one["Sid"]: one for one in kept}


def test_lifecycle_rules_are_never_put_by_a_program(box, fix):
    box.bucket("eternal")
    planned = fix("S3-015").planned()
    assert planned.steps == []
    assert [one.title for one in planned.by_hand] == [
        f"Choose what {name(box, 'eternal')} may delete, and add it to its lifecycle rules"
    ]


def test_a_statement_for_tls_is_not_repeated_however_often_it_runs(box, fix):
    bucket = box.bucket("open")
    work = fix("S3-008")
    for _ in range(2):
        planned = work.planned()
        if planned.steps:
            assert work.apply(work.plan(), work.new_journal()).done
    said = box.client("s3").get_bucket_policy(Bucket=bucket)["Policy"]
    assert len(json.loads(said)["Statement"]) == 1
    weakened = json.loads(said)
    weakened["Statement"][0]["Action"] = "s3:GetObject"
    box.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(weakened))
    assert work.apply(work.plan(), work.new_journal()).done
    assert len(json.loads(box.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]) == 1


def test_two_remedies_of_one_policy_follow_each_other_and_both_changes_stay(box, fix):
    bucket = box.bucket("open")
    arn = f"arn:aws:s3:::{bucket}"
    everyone = {**partner("s3:GetObject", f"{arn}/*"), "Principal": "*", "Sid": "Everyone"}
    box.client("s3").delete_public_access_block(Bucket=bucket)
    box.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy(partner("s3:GetObject", f"{arn}/*"), everyone))
    work = fix("S3-008", "S3-023")
    plan = work.plan()
    assert [step.rests_on for step in plan.steps] == [(), (1,)]
    path = work.new_journal()
    assert work.apply(plan, path).done
    left = statements(box.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])
    assert set(left) == {"Partner", "CasemateRequireTls"}
    assert work.undo(path).done
    assert set(statements(box.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])) == {"Partner", "Everyone"}


def test_a_step_is_not_made_when_the_step_it_rests_on_was_left_out(box, fix):
    bucket = box.bucket("open")
    everyone = {**partner("s3:GetObject", f"arn:aws:s3:::{bucket}/*"), "Principal": "*", "Sid": "Everyone"}
    box.client("s3").delete_public_access_block(Bucket=bucket)
    box.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy(everyone))
    work = fix("S3-008", "S3-023")
    plan = work.plan()
    assert not work.apply(plan, work.new_journal(), steps=plan.steps[1:]).done
    assert [event for _, event, _ in work.told] == ["CONFLICT"]
    assert set(statements(box.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])) == {"Everyone"}


def test_what_aws_answers_with_success_without_doing_it_is_not_called_done(box, fix, faulty):
    box.bucket("fleeting")
    work = fix("S3-010")
    plan = work.plan()
    faulty.swallow("s3", "PutBucketVersioning")
    applied = work.apply(plan, work.new_journal(), patience=0.3)
    assert not applied.done
    assert [event for _, event, _ in work.told] == ["INTENT", "APPLIED", "FAILED", "ROLLED_BACK"]


def test_a_rule_that_is_gone_when_it_is_to_be_revoked_is_a_conflict_and_told(box, fix):
    group(box, tcp(22, "0.0.0.0/0"))
    work = fix("VPC-106")
    plan = work.plan()
    box.client("ec2").revoke_security_group_ingress(GroupId=app_group(box), IpPermissions=[tcp(22, "0.0.0.0/0")])
    applied = work.apply(plan, work.new_journal())
    assert not applied.done
    assert "not as it was when the plan was made" in applied.stopped
    assert [event for _, event, _ in work.told] == ["CONFLICT"]


def test_a_refusal_is_told_with_its_reason_and_nothing_is_called_done(box, fix, faulty):
    box.bucket("fleeting")
    work = fix("S3-010")
    plan = work.plan()
    faulty.deny("s3", "PutBucketVersioning")
    path = work.new_journal()
    assert not work.apply(plan, path).done
    failed = read_journal(path).find(1, Event.FAILED)
    assert "AccessDenied" in failed.said["why"]


def test_what_was_there_is_in_the_journal_before_the_call_is_made(box, fix, faulty):
    box.bucket("fleeting")
    work = fix("S3-010")
    plan, path = work.plan(), work.new_journal()
    seen = []
    faulty.interleave("s3", "PutBucketVersioning", lambda: seen.append(read_journal(path).find(1, Event.INTENT)))
    assert work.apply(plan, path).done
    assert seen[0].said["before"] == [{}]
    assert seen[0].said["undo"][0]["operation"] == "PutBucketVersioning"


def test_a_roll_back_that_fails_is_told_and_undoes_nothing_else(box, fix, faulty):
    box.bucket("plain")
    work = fix("S3-009")
    plan, path = work.plan(), work.new_journal()
    assert work.apply(plan, path).done
    faulty.deny("s3", "PutBucketEncryption")
    work.told.clear()
    undone = work.undo(path)
    assert not undone.done
    assert [event for _, event, _ in work.told] == ["UNDO_INTENT", "UNDO_FAILED"]
    faulty.forget()
    assert work.undo(path).done
    assert work.failing() == [name(box, "plain")]


def test_an_undo_leaves_what_somebody_changed_since(box, fix):
    bucket = box.bucket("plain")
    work = fix("S3-009")
    plan, path = work.plan(), work.new_journal()
    assert work.apply(plan, path).done
    theirs = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms:dsse"}}]}
    box.client("s3").put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=theirs)
    assert not work.undo(path).done
    (rule,) = box.client("s3").get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms:dsse"


@pytest.mark.parametrize("made_by", ["tag", "state"])
def test_what_terraform_or_cloudformation_made_is_put_right_in_its_code(box, fix, made_by):
    bucket = box.bucket("fleeting")
    states = ()
    if made_by == "tag":
        tags = [{"Key": "ManagedBy", "Value": "Terraform"}]
        box.client("s3").put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    else:
        states = (StateFile("terraform.tfstate", {f"arn:aws:s3:::{bucket}": "aws_s3_bucket.b"}, {}),)
    work = fix("S3-010")
    work.evidence = work.read()
    planned = plan_steps(work.judge(work.evidence), work.ground(work.evidence, states))
    (step,) = planned.steps
    assert step.owner.system == "Terraform"
    assert step.code[0].terraform == "aws_s3_bucket_versioning"


def test_the_first_failure_stops_all_that_comes_after_it(box, fix, faulty):
    for kind in ("one", "two", "three"):
        box.bucket(kind)
    work = fix("S3-010")
    plan, path = work.plan(), work.new_journal()
    assert len(plan.steps) == 3
    faulty.deny("s3", "PutBucketVersioning", nth=2)
    assert not work.apply(plan, path).done
    record = read_journal(path)
    assert [record.last(number) and record.last(number).event for number in (1, 2, 3)] == [
        Event.VERIFIED,
        Event.ROLLED_BACK,
        None,
    ]


def test_ec2_is_asked_whether_it_would_take_every_call_before_the_first_is_made(box, fix, faulty):
    group(box, tcp(22, "0.0.0.0/1", "128.0.0.0/1"))
    work = fix("VPC-106")
    plan = work.plan()
    faulty.deny("ec2", "RevokeSecurityGroupIngress", nth=2)
    applied = work.apply(plan, work.new_journal())
    assert not applied.done
    assert "nothing was changed" in applied.stopped
    calls = [call for call in faulty.calls if call.operation == "RevokeSecurityGroupIngress"]
    assert all(call.parameters["DryRun"] for call in calls)


def test_what_was_harmless_when_planned_and_is_no_longer_is_not_made(box, fix):
    made = group(box, tcp(22, "0.0.0.0/0"))
    work = fix("VPC-106")
    plan = work.plan()
    assert plan.steps[0].safety is Safety.A
    ec2 = box.client("ec2")
    subnet = ec2.create_subnet(
        VpcId=ec2.describe_security_groups(GroupIds=[made])["SecurityGroups"][0]["VpcId"], CidrBlock="10.0.0.0/24"
    )
    ec2.create_network_interface(SubnetId=subnet["Subnet"]["SubnetId"], Groups=[made])
    work.evidence = work.read()
    assert not work.apply(plan, work.new_journal()).done
    assert "no longer of class A" in work.told[-1][2]
    assert "0.0.0.0/0" in cidrs(box, 22)


def test_a_bucket_that_has_come_to_belong_to_somebody_else_is_not_touched(box, fix):
    bucket = box.bucket("fleeting")
    work = fix("S3-010")
    plan = work.plan()
    box.client("s3").delete_bucket(Bucket=bucket)
    other = type(box)(box.endpoint_url)
    other.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    with pytest.raises(RemedyError, match=r"cannot look at s3:GetBucketVersioning.*AccessDenied"):
        work.apply(plan, work.new_journal())
    assert "Status" not in other.client("s3").get_bucket_versioning(Bucket=bucket)


def test_a_policy_that_block_public_access_would_refuse_is_left_to_people(box, fix):
    bucket = box.bucket("open")
    everyone = {**partner("s3:GetObject", f"arn:aws:s3:::{bucket}/*"), "Principal": "*"}
    box.client("s3").delete_public_access_block(Bucket=bucket)
    box.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy(everyone))
    flags = dict.fromkeys(OFF, True)
    box.client("s3").put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=flags)
    planned = fix("S3-008").planned()
    assert planned.steps == []
    assert "Block Public Access refuses" in planned.by_hand[0].why
