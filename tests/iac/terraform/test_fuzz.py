"""Whatever the text, it is read or refused with its place: no crash, no hang."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.errors import SourceError
from scanner.iac.terraform.parser import parse_body
from scanner.iac.terraform.source import load_folder

PIECES = st.sampled_from(
    [
        *(
            'resource "aws_s3_bucket" "b" ',
            "locals ",
            "{",
            "}",
            "\n",
            "a",
            " = ",
            "[",
            "]",
            "(",
            ")",
            '"',
            "${",
            "%{",
            "~",
        ),
        *("for x in y : ", "if ", "endif", "endfor", "<<EOT\n", "EOT\n", "...", ".", "*", "[*]", ".*", "?", ":", "&&"),
        *(
            "1",
            "1.5e3",
            "null",
            "var.x",
            "local.a",
            "count",
            "for_each",
            "dynamic ",
            "=>",
            ",",
            "#",
            "/*",
            "*/",
            "\\",
            "!",
        ),
        *("file(", "merge(", "-", "\u00e9", "\x00", "\ud800", "try(", "jsonencode("),
    ]
)
SLOW = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SLOW
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_is_parsed_or_refused_with_its_place(text: str) -> None:
    said = ""
    try:
        parse_body(text, "t.tf")
    except SourceError as error:
        said = str(error)
    assert not said or re.match(r"t\.tf:\d+:\d+: ", said)


@SLOW
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_argument_is_evaluated_or_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "main.tf"
    file.write_bytes(f'resource "aws_s3_bucket" "b" {{\nbucket = {text}\n}}\n'.encode("utf-8", "surrogatepass"))
    said = "main.tf"
    try:
        load_folder(tmp_path)
    except SourceError as error:
        said = str(error)
    assert "main.tf" in said or "not UTF-8" in said


ALIASES = 'a: &a ["x","x","x","x","x","x","x","x","x"]\n' + "".join(
    f"{chr(97 + n)}: &{chr(97 + n)} [{','.join(['*' + chr(96 + n)] * 9)}]\n" for n in range(1, 10)
)
HOSTILE = {
    "aliases to aliases": f"x = yamldecode(<<EOT\n{ALIASES}EOT\n)",
    "a text that doubles": 'a0 = "xxxxxxxxxx"\n'
    + "".join(f'a{n} = "${{local.a{n - 1}}}${{local.a{n - 1}}}"\n' for n in range(1, 60))
    + "x = local.a59",
    "lists of the same lists": 'a0 = ["x"]\n'
    + "".join(f"a{n} = [local.a{n - 1}, local.a{n - 1}]\n" for n in range(1, 60))
    + "x = jsonencode(local.a59)",
    "numbers that square themselves": "a0 = 9\n"
    + "".join(f"a{n} = local.a{n - 1} * local.a{n - 1}\n" for n in range(1, 60))
    + "x = local.a59",
    "a product of everything": "r = range(1000)\nx = length(setproduct(local.r, local.r, local.r))",
    "powers": "x = pow(999999, 1000) * pow(999999, 1000)",
    "alternatives repeated": f'x = regex("(a|aa)+$", "{"a" * 60}b")',
    "repetitions repeated": f'x = replace("{"a" * 60}b", "/((a*)x?)*c/", "")',
    "many repetitions": f'x = regexall("a*a*a*a*a*a*b", "{"a" * 3000}")',
    "a wide number": 'x = format("%999999999d", 1)',
    "names that rest on themselves": "a = local.b\nb = local.a\nx = [local.x, local.a]",
    "a long comment": "# pad\n" * 300_000 + "x = 1",
}


@pytest.mark.parametrize("said", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.timeout(60)
def test_nothing_takes_long(tmp_path: Path, said: str) -> None:
    (tmp_path / "main.tf").write_text(
        f'locals {{\n{said}\n}}\nresource "aws_s3_bucket" "b" {{ bucket = "${{local.x}}" }}\n'
    )
    refusal = "refused"
    try:
        load_folder(tmp_path)
    except SourceError as error:
        refusal = str(error)
    assert "refused" in refusal


def test_links_lead_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "secret").write_text("s3cret")
    (tmp_path / "p" / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "p" / "loop").symlink_to(".")
    (tmp_path / "p" / "main.tf").write_text('resource "aws_s3_bucket" "b" { bucket = file("link") }\n')
    [one] = load_folder(tmp_path / "p").declared
    assert "s3cret" not in repr(one.values)
    (tmp_path / "p" / "zero.tf").symlink_to("/dev/zero")
    with pytest.raises(SourceError, match=r"zero\.tf"):
        load_folder(tmp_path / "p")


NOWHERE = [r"./a\u0000b", "./" + "a" * 400, "./loop", "~", "**a"]


@pytest.mark.parametrize("path", NOWHERE)
def test_a_path_that_can_be_none_is_a_module_or_file_that_is_not_here(tmp_path: Path, path: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    calls = [f'try({name}("{path}"{more}), "none")' for name, more in (("file", ""), ("templatefile", ", {}"))]
    calls += [f'try(fileset("{path}", "*"), "none")', f'try(fileset(".", "{path}"), "none")']
    locals_ = "".join(f"  l{number} = {one}\n" for number, one in enumerate(calls))
    bucket = "".join(f"${{local.l{number}}}" for number in range(2))
    (tmp_path / "main.tf").write_text(
        f'module "m" {{\n  source = "{path}"\n}}\nlocals {{\n{locals_}}}\n'
        f'resource "aws_s3_bucket" "b" {{\n  bucket = "{bucket}"\n}}\n'
        'output "o" {\n  value = [local.l2, local.l3]\n}\n'
    )
    found = load_folder(tmp_path)
    assert ["nonenone"] == [one.values["bucket"] for one in found.declared]
    assert found.missing
