"""Resources with policies of their own: the policy is found wherever it is declared, and is about the resource."""

from pathlib import Path

import pytest

from scanner.derivations import DERIVATIONS
from scanner.iac.judged import judge
from scanner.iac.load import load
from scanner.registry import load_rules
from scanner.testing import NOW

RULES = {rule.name: rule for rule in load_rules()}


def verdicts(tmp_path: Path, text: str, rule: str) -> dict[str, str]:
    (tmp_path / "main.tf").write_text(text)
    found = judge([RULES[rule]], load(tmp_path).after, DERIVATIONS, {}, NOW)
    return {one.resource.id: one.status for one in found.findings}


POLICY = 'jsonencode({ Statement = [{ Effect = "Allow", Principal = %s, Action = "%s", Resource = %s }] })'
ANYONE = '{ AWS = "*" }'
QUEUE = """
variable "env" {}
resource "aws_sqs_queue" "q" { name = %s }
resource "aws_sqs_queue_policy" "q" {
  queue_url = %s
  policy    = %s
}
"""


@pytest.mark.parametrize("name, known_as", [('"orders"', "orders"), ('"${var.env}-orders"', "aws_sqs_queue.q")])
@pytest.mark.parametrize("url", ["aws_sqs_queue.q.id", "aws_sqs_queue.q.url"])
@pytest.mark.parametrize("resource", ['"*"', "aws_sqs_queue.q.arn"])
def test_a_policy_beside_a_queue_is_the_queues(
    tmp_path: Path, name: str, known_as: str, url: str, resource: str
) -> None:
    text = QUEUE % (name, url, POLICY % (ANYONE, "sqs:SendMessage", resource))
    assert {known_as: "fail"} == verdicts(tmp_path, text, "queue_open_to_anyone")


def test_a_policy_may_spell_the_arn_of_its_queue(tmp_path: Path) -> None:
    text = QUEUE % ('"${var.env}-orders"', "aws_sqs_queue.q.id", POLICY % (ANYONE, "sqs:SendMessage", "%s"))
    spelled = (
        text % '"arn:aws:sqs:${data.aws_region.here.name}:${data.aws_caller_identity.me.account_id}:${var.env}-orders"'
    )
    data = 'data "aws_region" "here" {}\ndata "aws_caller_identity" "me" {}\n'
    assert {"aws_sqs_queue.q": "fail"} == verdicts(tmp_path, data + spelled, "queue_open_to_anyone")


def test_a_policy_of_a_queue_that_is_not_declared_here_is_judged_too(tmp_path: Path) -> None:
    text = QUEUE % ('"other"', '"https://sqs.eu-west-1.amazonaws.com/123456789012/orders"', POLICY)
    text %= (ANYONE, "sqs:SendMessage", '"*"')
    assert {"other": "pass", "orders": "fail"} == verdicts(tmp_path, text, "queue_open_to_anyone")


def test_a_policy_that_may_not_exist_leaves_the_verdict_open(tmp_path: Path) -> None:
    text = QUEUE % ('"orders"', "aws_sqs_queue.q.id", POLICY % (ANYONE, "sqs:SendMessage", '"*"'))
    perhaps = text.replace("{\n  queue_url", "{\n  count = var.env\n  queue_url")
    assert {"orders": "undecided"} == verdicts(tmp_path, perhaps, "queue_open_to_anyone")


FUNCTION = """
resource "aws_lambda_function" "f" {
  function_name = "resize"
  role          = "arn:aws:iam::111122223333:role/resize"
}
resource "aws_lambda_permission" "p" {
  action        = "lambda:InvokeFunction"
  function_name = %s
  principal     = "%s"
  %s
}
"""


@pytest.mark.parametrize("name", ["aws_lambda_function.f.arn", "aws_lambda_function.f.function_name", '"resize"'])
def test_a_permission_is_part_of_its_functions_policy(tmp_path: Path, name: str) -> None:
    assert {"resize": "fail"} == verdicts(tmp_path, FUNCTION % (name, "*", ""), "function_open_to_anyone")


@pytest.mark.parametrize(
    "principal, more, expected",
    [
        ("s3.amazonaws.com", "", "fail"),
        ("s3.amazonaws.com", 'source_account = "000000000000"', "pass"),
        ("s3.amazonaws.com", 'source_arn = "arn:aws:s3:::uploads"', "pass"),
        ("arn:aws:iam::000000000000:root", "", "pass"),
    ],
)
def test_conditions_of_a_permission_count(tmp_path: Path, principal: str, more: str, expected: str) -> None:
    text = FUNCTION % ("aws_lambda_function.f.arn", principal, more)
    assert {"resize": expected} == verdicts(tmp_path, text, "function_open_through_services")


API = """
resource "aws_api_gateway_rest_api" "a" {
  name = "orders"
  endpoint_configuration { types = ["PRIVATE"] }
  %s
}
"""
STATEMENT = '{ Effect = "Allow", Principal = "*", Action = "execute-api:Invoke", Resource = "execute-api:/*" }'


@pytest.mark.parametrize(
    "policy",
    [
        f"policy = jsonencode({{ Statement = [{STATEMENT}] }})",
        f'body = jsonencode({{ openapi = "3.0.1", "x-amazon-apigateway-policy" = {{ Statement = [{STATEMENT}] }} }})',
    ],
)
def test_an_api_has_its_policy_in_an_argument_or_in_its_openapi_document(tmp_path: Path, policy: str) -> None:
    found = verdicts(tmp_path, API % policy, "private_api_open_to_anyone")
    assert {"aws_api_gateway_rest_api.a": "fail"} == found


def test_the_default_bus_is_known_by_what_is_let_in(tmp_path: Path) -> None:
    text = 'resource "aws_cloudwatch_event_permission" "p" {\n  principal = "*"\n  statement_id = "all"\n}\n'
    assert {"default": "fail"} == verdicts(tmp_path, text, "event_bus_open_to_anyone")


@pytest.mark.parametrize(
    "more, expected",
    [
        ("", "fail"),
        ("vpc_options { subnet_ids = [var.subnet] }", "pass"),
        ("advanced_security_options { enabled = true }", "pass"),
        ("advanced_security_options { enabled = var.subnet }", "undecided"),
    ],
)
def test_network_and_users_of_a_domain_count(tmp_path: Path, more: str, expected: str) -> None:
    policy = POLICY % (ANYONE, "es:*", '"*"')
    text = (
        'variable "subnet" {}\n'
        'resource "aws_opensearch_domain" "d" {\n  domain_name = "logs"\n'
        f"  access_policies = {policy}\n  {more}\n}}\n"
    )
    assert {"logs": expected} == verdicts(tmp_path, text, "domain_open_to_anyone")


def test_a_key_without_a_policy_is_its_accounts_own(tmp_path: Path) -> None:
    assert {"aws_kms_key.k": "pass"} == verdicts(tmp_path, 'resource "aws_kms_key" "k" {}\n', "key_open_to_anyone")


def test_grants_of_a_key_count(tmp_path: Path) -> None:
    text = """
    resource "aws_kms_key" "k" {}
    resource "aws_kms_grant" "g" {
      key_id            = aws_kms_key.k.key_id
      grantee_principal = "arn:aws:iam::999988887777:role/backup"
      operations        = ["Decrypt"]
    }
    """
    assert {"aws_kms_key.k": "fail"} == verdicts(tmp_path, text, "key_open_to_untrusted_accounts")


@pytest.mark.parametrize("name", ['"${var.env}-data"', "var.env"])
@pytest.mark.parametrize("attribute", ["id", "bucket"])
def test_a_satellite_may_name_its_bucket_by_a_name_that_is_not_known(tmp_path: Path, name: str, attribute: str) -> None:
    text = f"""
    variable "env" {{}}
    resource "aws_s3_bucket" "b" {{ bucket = {name} }}
    resource "aws_s3_bucket_versioning" "b" {{
      bucket = aws_s3_bucket.b.{attribute}
      versioning_configuration {{ status = "Enabled" }}
    }}
    """
    assert {"aws_s3_bucket.b": "pass"} == verdicts(tmp_path, text, "versioning_off")
