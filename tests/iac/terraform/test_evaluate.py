"""Expressions: as Terraform evaluates them where all is known, with symbols where something is not."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from scanner.errors import SourceError
from scanner.iac.terraform.evaluate import EvaluationError, Evaluator, Lookup, Work
from scanner.iac.terraform.functions import call
from scanner.iac.terraform.parser import parse_body
from scanner.iac.terraform.source import load_folder
from scanner.iac.values import Encoded, Hole, Template
from tests.iac.terraform.expressions import EXPRESSIONS

TERRAFORM = shutil.which("terraform")
VAR = Lookup("var", lambda name: Hole(f"var.{name}"))
ROLE = Lookup("aws_iam_role.r", lambda name: Hole(f"aws_iam_role.r.{name}", target="aws_iam_role.r", attribute=name))


def value(expression: str) -> object:
    body = parse_body(f"x = {expression}\n", "t.tf")
    return Evaluator({"var": VAR, "role": ROLE}, call, Work()).value(body.arguments["x"].value)


@pytest.fixture(scope="module")
def said_by_terraform(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    if TERRAFORM is None:
        pytest.skip("terraform is not installed")
    folder: Path = tmp_path_factory.mktemp("terraform")
    lines = [f'output "o{number}" {{\n  value = jsonencode({text})\n}}\n' for number, text in enumerate(EXPRESSIONS)]
    (folder / "main.tf").write_text("".join(lines))
    environment = {"PATH": "/usr/bin:/bin", "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "HOME": str(folder)}
    subprocess.run([TERRAFORM, "init"], cwd=folder, env=environment, check=True, capture_output=True)
    subprocess.run([TERRAFORM, "apply", "-auto-approve"], cwd=folder, env=environment, check=True, capture_output=True)
    told = subprocess.run(
        [TERRAFORM, "output", "-json"], cwd=folder, env=environment, check=True, capture_output=True
    ).stdout
    outputs = json.loads(told)
    return {text: json.loads(outputs[f"o{number}"]["value"]) for number, text in enumerate(EXPRESSIONS)}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_means_what_terraform_says(said_by_terraform: dict[str, object], expression: str) -> None:
    assert said_by_terraform[expression] == json.loads(json.dumps(value(expression)))


@pytest.mark.parametrize(
    "expression, expected",
    [
        ("false && var.x", False),
        ("true || var.x", True),
        ("var.x && false", False),
        ("role.arn != null", True),
        ("var.x ? 1 : 1", 1),
        ('contains(["a", var.x], "a")', True),
        ("length([var.x, 2])", 2),
        ("length(slice(var.x, 0, 3))", 3),
        ("length(cidrsubnets(var.x, 4, 4, 8))", 3),
        ('[for at, zone in slice(var.x, 0, 2) : cidrsubnet("10.0.0.0/16", 8, at)]', ["10.0.0.0/24", "10.0.1.0/24"]),
        ('merge({a = var.x}, {b = 1})["b"]', 1),
        ("[var.x, 1][1]", 1),
        ("alltrue([false, var.x])", False),
        ("length(try(jsondecode([var.x]), [var.x]))", 1),
        ('replace("a_ID_b_ID_", "_ID_", role.arn)', Template(("a", ROLE.get("arn"), "b", ROLE.get("arn")))),
        ('jsondecode(replace(jsonencode({a = ["x/_ID_"], b = var.x}), "_ID_", "y")).a', ["x/y"]),
        ('replace(jsonencode({a = "_ID_"}), "_ID_", "x")', '{"a":"x"}'),
        ("jsondecode(jsonencode({a = var.x, b = 1})).b", 1),
    ],
)
def test_what_does_not_rest_on_the_unknown_is_known(expression: str, expected: object) -> None:
    assert expected == value(expression)


@pytest.mark.parametrize(
    "expression",
    [
        *("var.x", "var.x + 1", "!var.x", "var.x == 1", "upper(var.x)", "var.x ? 1 : 2", "[for i in var.x : i]"),
        *("length(var.x)", 'contains([var.x], "a")', "jsondecode(var.x)", "sort([var.x])", "anytrue([false, var.x])"),
        *("timestamp()", "nosuchfunction(1)", "null == var.x", 'lookup({a = 1}, var.x, "")', "var.x[0].y"),
    ],
)
def test_what_rests_on_the_unknown_is_a_hole(expression: str) -> None:
    assert isinstance(value(expression), Hole)


def test_a_text_with_an_unknown_part_keeps_the_rest() -> None:
    assert Template(("arn:aws:s3:::", Hole("var.x"), "/*")) == value('"arn:aws:s3:::${var.x}/*"')


def test_encoded_json_keeps_what_is_known_of_its_value() -> None:
    found = value('jsonencode({Action = "s3:*", Resource = var.x})')
    assert isinstance(found, Encoded)
    assert {"Action": "s3:*", "Resource": Hole("var.x")} == found.value


def test_what_is_computed_from_an_attribute_is_no_longer_that_attribute() -> None:
    found = value("upper(role.arn)")
    assert isinstance(found, Hole)
    assert not found.is_concrete


@pytest.mark.parametrize(
    "expression",
    [
        '{a = 1}["b"]',
        "[1][3]",
        'tonumber("x")',
        "1 / 0",
        'regex("z", "a")',
        "nothere",
        'file("x").y',
        "range(5000)",
        "try()",
        "can()",
    ],
)
def test_what_terraform_refuses_is_an_error_that_try_sees(expression: str) -> None:
    if not expression.startswith("file"):
        with pytest.raises(EvaluationError):
            value(expression)
    assert value(f'try({expression}, "instead")') == "instead" or isinstance(value(f"try({expression}, 1)"), Hole)


@pytest.mark.parametrize(
    "text, message",
    [
        ("x = \n", "t.tf:1:5: expected an expression, found the end of the line"),
        ("x = [1, 2\n", "t.tf:2:1: expected ']' to close the list, found the end of the file"),
        ('resource "a" {\n', "t.tf:2:1: expected '}', found the end of the file"),
        ('x = "abc\n', "t.tf:1:9: the text is not closed on its line"),
        ("x = 1 y = 2\n", "t.tf:1:7: expected the end of the line after the argument, found 'y = 2'"),
        ("x = 1\nx = 2\n", "t.tf:2:1: argument 'x' is set twice"),
        ('x = "${var.a"\n', "t.tf:1:13: expected '}' to close the template sequence, found '\"'"),
        ("x = <<EOT\nabc\n", "t.tf:1:5: the heredoc is not closed by EOT"),
        ("}\n", "t.tf:1:1: expected an argument or a block, found '}'"),
        ("x = {a = 1 b = 2}\n", "t.tf:1:12: expected ',' or the end of the line after an element, found 'b = 2}'"),
        (r'x = "\q"' + "\n", r"t.tf:1:6: \q is no escape sequence"),
        ('x = "%{ endif }"\n', "t.tf:1:16: %{ endif } without its beginning"),
        ("x = " + "(" * 100 + "1" + ")" * 100 + "\n", "t.tf:1:64: nested more than 60 levels deep"),
        ("x = " + "!" * 100 + "true\n", "t.tf:1:64: nested more than 60 levels deep"),
    ],
)
def test_invalid_syntax_names_file_line_and_column(text: str, message: str) -> None:
    with pytest.raises(SourceError) as raised:
        parse_body(text, "t.tf")
    assert message == str(raised.value)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("<<EOT\n  a\n    b\nEOT", "  a\n    b\n"),
        ("<<-EOT\n    a\n      b\n\n    c\n  EOT", "a\n  b\n\nc\n"),
        ("<<-EOT\n    a ${1}\n    ${2} b\n  EOT", "a 1\n2 b\n"),
        ('<<EOT\n{"a": "\\n"}\nEOT', '{"a": "\\n"}\n'),
        ("<<EOT\n%{ if true ~}\nyes\n%{ endif ~}\nEOT", "yes\n"),
    ],
)
def test_heredocs_keep_their_lines(text: str, expected: str) -> None:
    assert expected == value(text)


def test_comments_and_blank_lines_mean_nothing() -> None:
    body = parse_body("# a\n/* b\n c */ x = 1 // d\n\n  y = [ # e\n 2,\n ]\n", "t.tf")
    assert ["x", "y"] == list(body.arguments)
    assert [3, 5] == [argument.line for argument in body.arguments.values()]


def test_endless_work_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.iac.terraform.evaluate.MOST_STEPS", 1000)
    with pytest.raises(SourceError, match="steps"):
        value("[for a in range(1000) : [for b in range(1000) : a]]")


def test_a_text_that_grows_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.iac.terraform.evaluate.MOST_TEXT", 1000)
    with pytest.raises(SourceError, match="grows"):
        value('[for a in ["${join("", [for b in range(1000) : "xxxxxxxx"])}y"] : "${a}${a}"]')


@pytest.mark.parametrize(
    "last",
    ["jsonencode(local.a30)", "flatten(local.a30)", 'replace(local.t, "x", local.t)', 'format("%999999999s", "")'],
)
def test_values_that_grow_by_repetition_end(tmp_path: Path, last: str) -> None:
    chain = "".join(f"  a{number} = [local.a{number - 1}, local.a{number - 1}]\n" for number in range(1, 31))
    text = 't = join("", [for x in range(1000) : "xxxxxxxxxx"])'
    (tmp_path / "main.tf").write_text(
        f'locals {{\n  a0 = "x"\n{chain}  {text}\n}}\nresource "aws_vpc" "v" {{\n  tags = {{ k = {last} }}\n}}\n'
    )
    try:
        found = load_folder(tmp_path).declared[0].values["tags"]
    except SourceError as error:
        found = str(error)
    assert isinstance(found, Hole) or "refused" in found
