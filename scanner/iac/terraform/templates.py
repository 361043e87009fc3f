"""Templates within Terraform's syntax: literal text, `${…}` interpolations and `%{…}` directives."""

import re
from typing import TYPE_CHECKING, Final

from scanner.iac.terraform.syntax import Expression, Part, TextFor, TextIf

if TYPE_CHECKING:
    from scanner.iac.terraform.parser import Parser

_SPECIAL: Final = {'"': re.compile(r'["\\\n]|\$\$?\{|%%?\{'), "": re.compile(r"\\|\$\$?\{|%%?\{")}
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_UNICODE: Final = {"u": 4, "U": 8}

_Mark = tuple[str, Expression | None, str, str]
"""A directive: its word, its expression, and the names of a loop."""


def parts_until(parser: "Parser", end: str) -> tuple[Part, ...]:
    """Read a template up to the closing quote (or, if `end` is empty, to the parser's end) and past it."""
    parts, mark = _parts(parser, end, ())
    if mark is not None:
        parser.fail(f"%{{ {mark[0]} }} without its beginning")
    return parts


def _parts(parser: "Parser", end: str, closing: tuple[str, ...]) -> tuple[tuple[Part, ...], _Mark | None]:
    """Read up to the end or a directive of `closing`, which is returned. `~` strips the blanks beside it."""
    parser.deeper()
    parts: list[Part] = []
    closed: _Mark | None = None
    while True:
        literal, opener = _literal(parser, end)
        if literal:
            parts.append(literal)
        if not opener:
            break
        if parser.accept("~"):
            _strip_last(parts)
        if opener == "${":
            parts.append(parser.expression())
            _close(parser)
            continue
        mark = _directive(parser)
        _close(parser)
        if mark[0] in ("else", "endif", "endfor"):
            if mark[0] not in closing:
                parser.fail(f"%{{ {mark[0]} }} without its beginning")
            closed = mark
            break
        parts.append(_compound(parser, end, mark))
    if closing and closed is None:
        parser.fail(f"the template ends without %{{ {closing[-1]} }}")
    parser.depth -= 1
    return tuple(parts), closed


def _strip_last(parts: list[Part]) -> None:
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()


def _close(parser: "Parser") -> None:
    strips = parser.accept("~")
    parser.expect("}", "to close the template sequence")
    while strips and parser.at < parser.end and parser.text[parser.at].isspace():
        parser.at += 1


def _directive(parser: "Parser") -> _Mark:
    word = parser.name()
    if word == "if":
        return word, parser.expression(), "", ""
    if word == "for":
        key, value = parser.loop_names()
        if not value:
            parser.fail("expected names and 'in' after 'for'")
        return word, parser.expression(), key, value
    if word not in ("else", "endif", "endfor"):
        parser.fail(f"{word!r} is no template directive")
    return word, None, "", ""


def _compound(parser: "Parser", end: str, mark: _Mark) -> Part:
    word, expression, key, value = mark
    assert expression is not None  # noqa: S101 - `if` and `for` have one
    if word == "for":
        body, _ = _parts(parser, end, ("endfor",))
        return TextFor(key, value, expression, body)
    yes, closed = _parts(parser, end, ("else", "endif"))
    no: tuple[Part, ...] = ()
    if closed is not None and closed[0] == "else":
        no, _ = _parts(parser, end, ("endif",))
    return TextIf(expression, yes, no)


def _literal(parser: "Parser", end: str) -> tuple[str, str]:
    """Read literal text and return it with what ends it: `${`, `%{`, or nothing for the end of the template."""
    text = parser.text
    pieces: list[str] = []
    special = _SPECIAL[end]
    while True:
        match = special.search(text, parser.at, parser.end)
        if match is None:
            if end:
                parser.fail("the text is not closed")
            pieces.append(text[parser.at : parser.end])
            parser.at = parser.end
            return "".join(pieces), ""
        pieces.append(text[parser.at : match.start()])
        parser.at = match.end()
        found = match.group()
        if found in ("${", "%{"):
            return "".join(pieces), found
        if found == end:
            return "".join(pieces), ""
        pieces.append(_escaped(parser, found))


def _escaped(parser: "Parser", found: str) -> str:
    if found == "\n":
        parser.fail("the text is not closed on its line", parser.at - 1)
    if found != "\\":
        return found[1:]
    if not parser.escapes:
        return found
    letter = parser.text[parser.at : parser.at + 1]
    parser.at += 1
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    digits = parser.text[parser.at : parser.at + _UNICODE.get(letter, 0)]
    if letter not in _UNICODE or not re.fullmatch(r"[0-9a-fA-F]+", digits) or int(digits, 16) > 0x10FFFF:  # noqa: PLR2004 - the last code point
        parser.fail(f"\\{letter} is no escape sequence", parser.at - 2)
    parser.at += len(digits)
    return chr(int(digits, 16))


def without_indent(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return the parts of a `<<-` heredoc without the blanks that all its lines begin with."""
    depth = min(_indents(parts, starts=True)[0], default=0)
    return _dedent(parts, depth, starts=True)[0]


def _indents(parts: tuple[Part, ...], *, starts: bool) -> tuple[list[int], bool]:
    """Return the indents of the lines that begin in these parts, blank lines aside, and whether a line ends with them."""
    found: list[int] = []
    for part in parts:
        if isinstance(part, str):
            lines = part.split("\n")
            for number, line in enumerate(lines):
                is_blank = not line.strip() and number < len(lines) - 1
                begins = number > 0 or starts
                if begins and not is_blank and (line or number < len(lines) - 1):
                    found.append(len(line) - len(line.lstrip()))
            starts = part.endswith("\n")
        else:
            found += [0] if starts else []
            starts = False
            for inner in _inner(part):
                more, starts = _indents(inner, starts=starts)
                found += more
    return found, starts


def _inner(part: Part) -> tuple[tuple[Part, ...], ...]:
    if isinstance(part, TextIf):
        return part.yes, part.no
    return (part.body,) if isinstance(part, TextFor) else ()


def _dedent(parts: tuple[Part, ...], depth: int, *, starts: bool) -> tuple[tuple[Part, ...], bool]:
    done: list[Part] = []
    for part in parts:
        if isinstance(part, str):
            lines = part.split("\n")
            done.append("\n".join(_cut(line, depth) if number or starts else line for number, line in enumerate(lines)))
            starts = part.endswith("\n")
        elif isinstance(part, TextIf):
            yes, starts = _dedent(part.yes, depth, starts=False)
            no, starts = _dedent(part.no, depth, starts=starts)
            done.append(TextIf(part.test, yes, no))
        elif isinstance(part, TextFor):
            body, starts = _dedent(part.body, depth, starts=False)
            done.append(TextFor(part.key, part.value, part.of, body))
        else:
            done.append(part)
            starts = False
    return tuple(done), starts


def _cut(line: str, depth: int) -> str:
    return line[min(depth, len(line) - len(line.lstrip())) :]
