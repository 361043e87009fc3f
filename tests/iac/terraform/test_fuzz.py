"""Whatever the text, it is read or refused with its place: no crash, no hang."""

import re
from pathlib import Path

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
