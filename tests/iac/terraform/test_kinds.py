"""What declared resources mean to rules: the verdicts of whole folders."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.derivations import DERIVATIONS
from scanner.iac.judged import Judged, judge, rows_of
from scanner.iac.load import load
from scanner.iac.terraform import kinds
from scanner.iac.terraform.kinds import TYPES
from scanner.model.iam import Policy
from scanner.registry import load_rules

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RULES = load_rules()
Judge = Callable[..., Judged]


@pytest.fixture
def judged(tmp_path: Path) -> Judge:
    def of(text: str, *rules: str) -> Judged:
        (tmp_path / "main.tf").write_text(text)
        chosen = [rule for rule in RULES if not rules or rule.name in rules]
        return judge(chosen, load(tmp_path).after, DERIVATIONS, {}, NOW)

    return of


def statuses(found: Judged) -> dict[str, str]:
    return {one.resource.id: one.status for one in found.findings}


BUCKET = 'resource "aws_s3_bucket" "b" { bucket = "data" }\n'
BLOCK = """
resource "aws_s3_bucket_public_access_block" "b" {
  bucket                  = aws_s3_bucket.b.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = %s
  restrict_public_buckets = true
}
"""


@pytest.mark.parametrize(
    "text, expected",
    [
        (BUCKET, "pass"),
        (BUCKET + BLOCK % "true", "pass"),
        (BUCKET + BLOCK % "false", "fail"),
        ('variable "on" {}\n' + BUCKET + BLOCK % "var.on", "undecided"),
        (
            BUCKET + 'resource "aws_s3_bucket_acl" "a" {\n  bucket = aws_s3_bucket.b.id\n  acl = "public-read"\n}\n',
            "fail",
        ),
        (
            'variable "on" {}\n' + BUCKET + (BLOCK % "true").replace("{\n", "{\n  count = var.on\n", 1),
            "undecided",
        ),
        ('variable "name" {}\n' + (BUCKET + BLOCK % "true").replace('"data"', "var.name"), "pass"),
    ],
)
def test_a_buckets_block_is_as_declared_or_as_s3_makes_new_ones(judged: Judge, text: str, expected: str) -> None:
    assert {expected} == set(statuses(judged(text, "public_access_unblocked")).values())


def test_a_block_that_only_the_account_has_counts(judged: Judge) -> None:
    account = """
    resource "aws_s3_account_public_access_block" "a" {
      block_public_acls = true
      ignore_public_acls = true
      block_public_policy = true
      restrict_public_buckets = true
    }
    """
    assert {"data": "pass"} == statuses(judged(BUCKET + BLOCK % "false" + account, "public_access_unblocked"))


GROUP = """
variable "cidr" {}
resource "aws_security_group" "g" {
  vpc_id = "vpc-1"
%s
}
"""
INLINE = '  ingress {\n    from_port = %s\n    to_port = %s\n    protocol = "tcp"\n    cidr_blocks = [%s]\n  }\n'
RULE = """
resource "aws_security_group_rule" "r" {
  security_group_id = aws_security_group.g.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_blocks       = ["0.0.0.0/0"]
}
"""
SEPARATE = """
resource "aws_vpc_security_group_ingress_rule" "r" {
  security_group_id = aws_security_group.g.id
  ip_protocol       = "-1"
  cidr_ipv6         = "::/0"
}
"""


@pytest.mark.parametrize(
    "text, expected",
    [
        (GROUP % "", "pass"),
        (GROUP % (INLINE % (22, 22, '"0.0.0.0/0"')), "fail"),
        (GROUP % (INLINE % (22, 22, '"10.0.0.0/8"')), "pass"),
        (GROUP % (INLINE % (22, 22, "var.cidr")), "undecided"),
        (GROUP % (INLINE % (22, 22, 'var.cidr, "0.0.0.0/0"')), "fail"),
        (GROUP % (INLINE % (8443, 8443, "var.cidr")), "pass"),
        (GROUP % (INLINE % (22, 22, '"x.x.x.x/32"')), "undecided"),
        (GROUP % "" + RULE, "fail"),
        (GROUP % "" + SEPARATE, "fail"),
        (GROUP % "" + RULE.replace("{\n", "{\n  count = var.cidr\n", 1), "undecided"),
    ],
)
def test_a_group_admits_what_any_form_of_rule_says(judged: Judge, text: str, expected: str) -> None:
    assert {expected} == set(statuses(judged(text, "admin_ports_open_to_internet")).values())


@pytest.mark.parametrize("cidr, expected", [("0.0.0.0/0", "fail"), ("10.0.0.0/8", "undecided")])
def test_a_group_that_is_not_declared_may_have_other_rules(judged: Judge, cidr: str, expected: str) -> None:
    text = RULE.replace("aws_security_group.g.id", '"sg-1"').replace("0.0.0.0/0", cidr)
    assert {"sg-1": expected} == statuses(judged(text, "admin_ports_open_to_internet"))


POLICY = """
variable "x" {}
resource "aws_iam_policy" "p" {
  name   = "p"
  policy = jsonencode({ Version = "2012-10-17", Statement = [%s] })
}
"""
ADMIN = '{ Effect = "Allow", Action = "*", Resource = "*" }'


@pytest.mark.parametrize(
    "statements, expected",
    [
        (ADMIN, "fail"),
        ('{ Effect = "Allow", Action = "*", Resource = "arn:aws:s3:::${var.x}/*" }', "pass"),
        ('{ Effect = "Allow", Action = "*", Resource = var.x }', "undecided"),
        ('{ Effect = "Allow", Action = var.x, Resource = "arn:aws:s3:::b" }', "undecided"),
        (f"{ADMIN}, var.x", "undecided"),
        (f'{ADMIN}, {{ Effect = "Allow", Action = var.x, Resource = "*" }}', "fail"),
        ('{ Effect = "Allow", Action = ["*", var.x], Resource = ["*", var.x] }', "fail"),
        ('{ Effect = "Allow", Action = "*", Resource = aws_iam_policy.p.arn }', "pass"),
    ],
)
def test_known_statements_of_a_policy_count_beside_unknown_ones(judged: Judge, statements: str, expected: str) -> None:
    found = judged(POLICY % statements, "unattached_policy_allows_everything")
    assert {expected} == set(statuses(found).values())


@pytest.mark.parametrize(
    "type_, action",
    [
        ("aws_kms_key", "kms:Decrypt"),
        ("aws_lambda_function", "lambda:InvokeFunction"),
        ("aws_sqs_queue", "sqs:SendMessage"),
        ("aws_dynamodb_table", "dynamodb:GetItem"),
        ("aws_secretsmanager_secret", "secretsmanager:GetSecretValue"),
        ("aws_ecr_repository", "ecr:BatchGetImage"),
        ("aws_iam_role", "sts:AssumeRole"),
        ("aws_s3_bucket", "s3:ListBucket"),
    ],
)
def test_what_stands_for_an_arn_is_no_error_of_the_policy(judged: Judge, type_: str, action: str) -> None:
    statement = f'{{ Effect = "Allow", Action = "{action}", Resource = {type_}.t.arn }}'
    found = judged(f'resource "{type_}" "t" {{}}\n' + POLICY % statement, "policy_has_errors", "policy_untidy")
    assert {"arn:aws:iam::000000000000:policy/p"} == {one.resource.id for one in found.findings}
    assert [] == [one.message for one in found.findings if one.status == "fail"]


_REACHED = """
    resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
    resource "aws_internet_gateway" "g" { vpc_id = aws_vpc.v.id }
    resource "aws_subnet" "s" {
      vpc_id     = aws_vpc.v.id
      cidr_block = "10.0.1.0/24"
    }
    resource "aws_route_table" "r" {
      vpc_id = aws_vpc.v.id
      route {
        cidr_block = "0.0.0.0/0"
        gateway_id = aws_internet_gateway.g.id
      }
    }
    resource "aws_route_table_association" "a" {
      subnet_id      = aws_subnet.s.id
      route_table_id = aws_route_table.r.id
    }
    resource "aws_security_group" "w" {
      vpc_id = aws_vpc.v.id
      ingress {
        from_port   = 22
        to_port     = 22
        protocol    = "tcp"
        cidr_blocks = ["0.0.0.0/0"]
      }
    }
    resource "aws_instance" "i" {
      ami                         = "ami-1"
      instance_type               = "t3.micro"
      subnet_id                   = aws_subnet.s.id
      vpc_security_group_ids      = [aws_security_group.w.id]
      associate_public_ip_address = %s
    }
"""


def test_reachability_is_told_from_routes_groups_and_addresses(judged: Judge) -> None:
    text = _REACHED
    rule = "admin_ports_reached_from_internet"
    assert {"aws_instance.i.eni0": "fail"} == statuses(judged(text % "true", rule))
    assert {"aws_instance.i.eni0": "pass"} == statuses(judged(text % "false", rule))
    no_route = text.replace("gateway_id = aws_internet_gateway.g.id", 'vpc_peering_connection_id = "pcx-1"')
    assert {"aws_instance.i.eni0": "pass"} == statuses(judged(no_route % "true", rule))


@pytest.mark.parametrize("action, expected", [("allow", "fail"), ("deny", "pass")])
def test_an_adopted_default_network_acl_has_the_subnets_that_no_other_has(
    judged: Judge, action: str, expected: str
) -> None:
    entry = f'rule_no = 100\n action = "{action}"\n protocol = "-1"\n from_port = 0\n to_port = 0\n cidr_block = "0.0.0.0/0"'
    adopted = f"""
    resource "aws_default_network_acl" "a" {{
      default_network_acl_id = aws_vpc.v.default_network_acl_id
      ingress {{
        {entry}
      }}
      egress {{
        {entry}
      }}
    }}
    """
    found = judged(_REACHED % "true" + adopted, "admin_ports_reached_from_internet")
    assert {"aws_instance.i.eni0": expected} == statuses(found)


def test_a_satellite_may_name_its_bucket_by_another_satellite(judged: Judge) -> None:
    text = (
        BUCKET.replace('bucket = "data"', "")
        + """
    resource "aws_s3_bucket_policy" "p" {
      bucket = aws_s3_bucket.b.id
      policy = "{}"
    }
    resource "aws_s3_bucket_public_access_block" "b" {
      bucket                  = aws_s3_bucket_policy.p.id
      block_public_acls       = false
    }
    """
    )
    assert {"aws_s3_bucket.b": "fail"} == statuses(judged(text, "public_access_unblocked"))


def test_what_comes_with_a_vpc_is_not_the_vpc(judged: Judge) -> None:
    text = RULE.replace("aws_security_group.g.id", "aws_vpc.v.default_security_group_id")
    found = judged('resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }\n' + text, "admin_ports_open_to_internet")
    assert {"aws_vpc.v.default_security_group": "fail"} == statuses(found)


MODULE = """
variable "create" { default = true }
variable "bucket" { default = null }
variable "acl" { default = null }
variable "grant" {
  type    = any
  default = []
}
variable "versioning" {
  type    = map(string)
  default = {}
}
variable "lifecycle_rule" {
  type    = any
  default = []
}
locals {
  grants = try(jsondecode(var.grant), var.grant)
  rules  = try(jsondecode(var.lifecycle_rule), var.lifecycle_rule)
}
resource "aws_s3_bucket" "this" {
  count  = var.create ? 1 : 0
  bucket = var.bucket
}
resource "aws_s3_bucket_acl" "this" {
  count  = var.create && ((var.acl != null && var.acl != "null") || length(local.grants) > 0) ? 1 : 0
  bucket = aws_s3_bucket.this[0].id
  acl    = var.acl == "null" ? null : var.acl
  dynamic "access_control_policy" {
    for_each = length(local.grants) > 0 ? [true] : []
    content {
      dynamic "grant" {
        for_each = local.grants
        content {
          permission = grant.value.permission
          grantee {
            type = grant.value.type
            uri  = try(grant.value.uri, null)
          }
        }
      }
      owner { id = "x" }
    }
  }
}
resource "aws_s3_bucket_versioning" "this" {
  count  = var.create && length(keys(var.versioning)) > 0 ? 1 : 0
  bucket = aws_s3_bucket.this[0].id
  versioning_configuration {
    status = try(
      var.versioning["enabled"] ? "Enabled" : "Suspended",
      tobool(var.versioning["status"]) ? "Enabled" : "Suspended",
      title(lower(var.versioning["status"]))
    )
  }
}
resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count  = var.create && length(local.rules) > 0 ? 1 : 0
  bucket = aws_s3_bucket.this[0].id
  dynamic "rule" {
    for_each = local.rules
    content {
      id     = try(rule.value.id, null)
      status = try(rule.value.enabled ? "Enabled" : "Disabled", title(lower(rule.value.status)))
      dynamic "expiration" {
        for_each = try(flatten([rule.value.expiration]), [])
        content { days = try(expiration.value.days, null) }
      }
    }
  }
}
output "id" { value = try(aws_s3_bucket.this[0].id, "") }
"""


def test_a_module_of_options_is_evaluated_as_it_is_called(judged: Judge, tmp_path: Path) -> None:
    (tmp_path / "bucket").mkdir()
    (tmp_path / "bucket" / "main.tf").write_text(MODULE)
    public = '{ type = "Group", permission = "READ", uri = "http://acs.amazonaws.com/groups/global/AllUsers" }'
    text = f"""
    module "plain" {{
      source     = "./bucket"
      bucket     = "plain"
      versioning = {{ enabled = true }}
    }}
    module "open" {{
      source         = "./bucket"
      bucket         = "open"
      grant          = [{public}]
      lifecycle_rule = [{{ id = "x", enabled = true, expiration = {{ days = 1 }} }}]
    }}
    module "none" {{
      source = "./bucket"
      create = false
    }}
    """
    assert {"plain": "pass", "open": "fail"} == statuses(judged(text, "bucket_publicly_listable"))
    assert {"plain": "pass", "open": "fail"} == statuses(judged(text, "versioning_off"))
    assert {"plain": "fail", "open": "pass"} == statuses(judged(text, "lifecycle_missing"))


@pytest.mark.parametrize(
    "type_",
    ["aws_cloudformation_stack", "aws_ec2_fleet", "aws_iam_something_new", "aws_s3control_access_grant"],
)
def test_what_could_carry_a_kind_that_rules_ask_for_is_a_gap(judged: Judge, type_: str) -> None:
    found = judged(f'resource "{type_}" "d" {{}}\n')
    assert [f"terraform:{type_}"] == [gap.call for gap in found.inventory.gaps]


@pytest.mark.parametrize("type_", ["aws_appstream_fleet", "aws_cloudwatch_dashboard", "random_id", "aws_key_pair"])
def test_what_no_rule_asks_for_is_named_and_no_gap(judged: Judge, type_: str) -> None:
    found = judged(f'resource "{type_}" "d" {{}}\n')
    assert [] == found.inventory.gaps
    assert (f"{type_} (1)",) == found.not_evaluated


def test_a_gap_is_one_only_for_rules_that_ask_for_what_it_could_tell(judged: Judge) -> None:
    found = judged('resource "aws_ec2_fleet" "d" {}\n', "public_access_unblocked")
    assert [] == found.inventory.gaps


def test_rules_that_no_code_can_answer_are_left_out_and_named(judged: Judge) -> None:
    found = judged(BUCKET)
    left_out = {rule.name for rule in found.left_out}
    assert {"root_lacks_mfa", "credentials_unused", "ebs_default_encryption_off"} <= left_out
    assert not {rule.id for rule in found.left_out} & {one.rule.id for one in found.findings}


def test_a_setting_of_the_account_is_judged_where_it_is_declared(judged: Judge) -> None:
    found = judged('resource "aws_ebs_encryption_by_default" "e" { enabled = false }\n', "ebs_default_encryption_off")
    assert ["fail"] == [one.status for one in found.findings]


@pytest.mark.parametrize("type_", sorted(TYPES))
def test_a_resource_of_which_nothing_is_known_makes_no_rule_crash(judged: Judge, type_: str) -> None:
    unknown = "".join(f"  {name} = var.x\n" for name in _ARGUMENTS)
    found = judged(f'variable "x" {{}}\nresource "{type_}" "r" {{\n{unknown}}}\n')
    assert [] == [one.message for one in found.findings if one.status == "crashed"]


_READ = re.compile(r"""(?:get|block|blocks|blocks_of\(\w+, |block_of\(\w+, |relation)\(?["'](\w+)["']""")
_ARGUMENTS = sorted(
    {name for path in Path(kinds.__file__).parent.glob("*.py") for name in _READ.findall(path.read_text())}
)
"""Every argument that is read of any resource."""


def test_a_bucket_policy_speaks_of_its_bucket_whatever_part_of_the_name_is_not_known(judged: Judge) -> None:
    text = """
    variable "env" {}
    resource "aws_s3_bucket" "b" { bucket = "data-${var.env}" }
    resource "aws_s3_bucket_policy" "b" {
      bucket = aws_s3_bucket.b.id
      policy = jsonencode({ Statement = [{
        Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::data-${var.env}/*"
      }] })
    }
    """
    assert {"aws_s3_bucket.b": "fail"} == statuses(judged(text, "bucket_publicly_readable"))


def test_a_policy_names_a_thing_by_the_part_of_its_name_that_is_known(judged: Judge) -> None:
    text = """
    variable "env" {}
    resource "aws_s3_bucket" "b" { bucket = "data-${var.env}" }
    resource "aws_iam_policy" "p" {
      name   = "p"
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = [
        "arn:aws:s3:::data-${var.env}", "arn:aws:s3:::data-${var.env}/*", "arn:aws:s3:::data-${var.env}-logs"
      ]}]})
    }
    """
    [policy] = judged(text, "policy_has_errors").inventory.listing(Policy)
    assert (
        "arn:aws:s3:::aws_s3_bucket.b",
        "arn:aws:s3:::aws_s3_bucket.b/*",
        "arn:aws:s3:::data-{var.env}-logs",
    ) == policy.document.statements[0].resources


_WORLD_POINT = """
data "aws_caller_identity" "me" {}
resource "aws_s3_bucket" "data" { bucket = "data" }
resource "aws_s3_bucket_public_access_block" "data" {
  bucket = aws_s3_bucket.data.id
}
resource "aws_s3_bucket_policy" "data" {
  bucket = aws_s3_bucket.data.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect    = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "${aws_s3_bucket.data.arn}/*"
    Condition = { StringEquals = { "s3:DataAccessPointAccount" = data.aws_caller_identity.me.account_id } }
  }] })
}
resource "aws_s3control_multi_region_access_point" "world" {
  details {
    name = "world"
    public_access_block { restrict_public_buckets = false }
    region { bucket = aws_s3_bucket.data.id }
  }
}
resource "aws_s3control_multi_region_access_point_policy" "world" {
  details {
    name   = "world"
    policy = jsonencode({ Version = "2012-10-17", Statement = [{
      Effect = "Allow", Principal = %s, Action = "s3:GetObject", Resource = "*"
    }] })
  }
}
"""


@pytest.mark.parametrize("principal, expected", [('"*"', "fail"), ('{ AWS = "123456789012" }', "pass")])
def test_a_multi_region_access_point_opens_the_buckets_that_leave_it_the_decision(
    judged: Judge, principal: str, expected: str
) -> None:
    assert {"data": expected} == statuses(judged(_WORLD_POINT % principal, "bucket_publicly_readable"))


@pytest.mark.parametrize("value", ["7", '["x"]', '{ x = "y" }', "[[]]"])
def test_arguments_that_are_nonsense_are_read_all_the_same(tmp_path: Path, value: str) -> None:
    arguments = "".join(f"  {name} = {value}\n" for name in _ARGUMENTS)
    (tmp_path / "main.tf").write_text("".join(f'resource "{type_}" "r" {{\n{arguments}}}\n' for type_ in sorted(TYPES)))
    assert [] != rows_of(load(tmp_path).after)[0]


ADOPTED = """
resource "aws_default_route_table" "d" {
  default_route_table_id = aws_vpc.v.default_route_table_id
}
"""


@pytest.mark.parametrize("adopted", ["", ADOPTED])
def test_routes_beside_the_main_route_table_are_its_own(judged: Judge, adopted: str) -> None:
    """No subnet says which table it has, so they have the main one, which leads to the internet."""
    found = judged(
        """
        resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
        resource "aws_internet_gateway" "g" { vpc_id = aws_vpc.v.id }
        resource "aws_route" "r" {
          route_table_id         = aws_vpc.v.main_route_table_id
          destination_cidr_block = "0.0.0.0/0"
          gateway_id             = aws_internet_gateway.g.id
        }
        resource "aws_subnet" "s" {
          vpc_id                  = aws_vpc.v.id
          cidr_block              = "10.0.1.0/24"
          map_public_ip_on_launch = true
        }
        resource "aws_security_group" "g" {
          vpc_id = aws_vpc.v.id
          ingress {
            protocol    = "tcp"
            from_port   = 22
            to_port     = 22
            cidr_blocks = ["0.0.0.0/0"]
          }
        }
        resource "aws_instance" "i" {
          subnet_id              = aws_subnet.s.id
          private_ip             = "10.0.1.4"
          vpc_security_group_ids = [aws_security_group.g.id]
        }
        """
        + adopted,
        "admin_ports_reached_from_internet",
    )
    assert ["fail"] == [one.status for one in found.findings]


def test_of_two_satellites_the_one_that_is_sure_to_exist_tells(judged: Judge) -> None:
    found = judged(
        """
        variable "n" {}
        resource "aws_s3_bucket" "b" { bucket = "data" }
        resource "aws_s3_bucket_versioning" "perhaps" {
          count  = var.n
          bucket = aws_s3_bucket.b.id
          versioning_configuration { status = "Suspended" }
        }
        resource "aws_s3_bucket_versioning" "sure" {
          bucket = aws_s3_bucket.b.id
          versioning_configuration { status = "Enabled" }
        }
        """,
        "versioning_off",
    )
    assert ["pass"] == [one.status for one in found.findings]


SHARED = """
variable "on" {}
resource "aws_ami_launch_permission" "a" {
  image_id   = "ami-0123456789abcdef0"
  %s
}
resource "aws_snapshot_create_volume_permission" "a" {
  snapshot_id = "snap-0123456789abcdef0"
  account_id  = "999988887777"
}
resource "aws_snapshot_create_volume_permission" "b" {
  %s
  snapshot_id = "snap-0123456789abcdef0"
  account_id  = "999988886666"
}
"""


@pytest.mark.parametrize(
    "party, number, rule, expected",
    [
        ('account_id = "999988887777"', "", "image_shared_with_untrusted_accounts", {"ami-0123456789abcdef0": "fail"}),
        ('group = "all"', "", "image_is_public", {"ami-0123456789abcdef0": "fail"}),
        ('group = "all"', "", "snapshot_shared_with_untrusted_accounts", {"snap-0123456789abcdef0": "fail"}),
        ("", "count = var.on", "snapshot_shared_with_untrusted_accounts", {"snap-0123456789abcdef0": "undecided"}),
    ],
)
def test_what_is_shared_and_not_declared_here_is_judged_by_all_its_grants(
    judged: Judge, party: str, number: str, rule: str, expected: dict[str, str]
) -> None:
    assert expected == statuses(judged(SHARED % (party, number), rule))
