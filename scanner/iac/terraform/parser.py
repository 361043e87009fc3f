"""Reading Terraform's native syntax: text to tree, or an error that names file, line and column.

A parser by recursive descent over the text itself. Depth and size are bounded, so that no input exhausts the stack.
Source: HCL Native Syntax Specification (hashicorp/hcl, hclsyntax/spec.md).
"""

import re
from bisect import bisect_left
from typing import Final, NoReturn

from scanner.errors import SourceError
from scanner.iac.terraform import templates
from scanner.iac.terraform.syntax import (
    Argument,
    Attribute,
    Block,
    Body,
    Call,
    Choice,
    Expression,
    For,
    Index,
    Literal,
    Name,
    Negation,
    ObjectOf,
    Operation,
    Part,
    Splat,
    Text,
    TupleOf,
)

MOST_CHARACTERS: Final = 32 << 20
_DEEPEST: Final = 60
"""Deepest nesting of expressions and blocks; nothing that a person wrote comes near it."""

# The repetitions never give back, or a long comment would be remembered line by line.
_SPACE: Final = re.compile(r"(?:[ \t\r]++|(?:#|//)[^\n]*+|/\*.*?\*/)++", re.DOTALL)
_SPACE_AND_LINES: Final = re.compile(r"(?:\s++|(?:#|//)[^\n]*+|/\*.*?\*/)++", re.DOTALL)
_NAME: Final = re.compile(r"[^\W\d][\w-]*")
_FUNCTION: Final = re.compile(r"(?:::[^\W\d][\w-]*)+")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_DIGITS: Final = re.compile(r"\d+")
_HEREDOC: Final = re.compile(r"<<(-?)([^\W\d][\w-]*)[ \t\r]*\n")
_OPERATOR: Final = re.compile(r"\|\||&&|==|!=|>=|<=|>|<|\+|-|\*|/|%")
_PRECEDENCE: Final = {
    operator: level
    for level, operators in enumerate(
        (("||",), ("&&",), ("==", "!="), (">=", "<=", ">", "<"), ("+", "-"), ("*", "/", "%"))
    )
    for operator in operators
}
_CONSTANTS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}


def parse_body(text: str, file: str) -> Body:
    """Return the content of a file. Raises `SourceError` naming file, line and column where it is not valid."""
    if len(text) > MOST_CHARACTERS:
        raise SourceError(f"{file}: larger than {MOST_CHARACTERS >> 20} MiB; refused")
    parser = Parser(text.removeprefix("\ufeff"), file)
    return parser.body(end="")


def parse_template(text: str, file: str) -> Expression:
    """Return a file or a JSON string as a template. Raises `SourceError` where it is not valid."""
    parser = Parser(text, file, escapes=False)
    return _as_expression(templates.parts_until(parser, ""))


def _number(digits: str) -> int | float:
    """Return a number; a whole one is an integer however it is written (`1e3`, `2.0`)."""
    if digits.isdigit():
        return int(digits)
    number = float(digits)
    return int(number) if number.is_integer() else number


def _as_expression(parts: tuple[Part, ...]) -> Expression:
    if all(isinstance(part, str) for part in parts):
        return Literal("".join(part for part in parts if isinstance(part, str)))
    return Text(parts)


class Parser:
    """A position in a text, and the rules of the grammar that move it on."""

    def __init__(self, text: str, file: str, *, at: int = 0, end: int | None = None, escapes: bool = True) -> None:
        self.text = text
        self.file = file
        self.at = at
        self.end = len(text) if end is None else end
        self.escapes = escapes
        """Whether a backslash escapes in template literals: not in heredocs and files."""
        self.depth = 0
        self._space = _SPACE if escapes else _SPACE_AND_LINES
        self._lines: list[int] = []

    def fail(self, what: str, at: int | None = None) -> NoReturn:
        """Raise `SourceError` for this position."""
        place = min(self.at if at is None else at, len(self.text))
        column = place - self.text.rfind("\n", 0, place)
        raise SourceError(f"{self.file}:{self.line(place)}:{column}: {what}")

    def line(self, at: int | None = None) -> int:
        """Return the line of a position, counted from one."""
        if not self._lines:
            self._lines = [match.start() for match in re.finditer("\n", self.text)]
        return bisect_left(self._lines, self.at if at is None else at) + 1

    def skip(self) -> None:
        """Move past blanks and comments, and past line ends where they mean nothing."""
        if match := self._space.match(self.text, self.at, self.end):
            self.at = match.end()

    def accept(self, mark: str) -> bool:
        """Move past blanks and this mark if it comes next."""
        self.skip()
        if self.text.startswith(mark, self.at, self.end):
            self.at += len(mark)
            return True
        return False

    def expect(self, mark: str, where: str) -> None:
        """Move past this mark or fail."""
        if not self.accept(mark):
            self.fail(f"expected {mark!r} {where}, found {self.found()}")

    def found(self) -> str:
        """Return in words what comes next."""
        if self.at >= self.end:
            return "the end of the file"
        rest = self.text[self.at : self.at + 12].split("\n", 1)[0]
        return repr(rest) if rest else "the end of the line"

    def name(self) -> str:
        """Move past a name and return it; the empty text if none comes next."""
        self.skip()
        match = _NAME.match(self.text, self.at, self.end)
        if match is None:
            return ""
        self.at = match.end()
        return match.group()

    def deeper(self) -> None:
        """Count one level of nesting, or fail if there are too many."""
        self.depth += 1
        if self.depth > _DEEPEST:
            self.fail(f"nested more than {_DEEPEST} levels deep")

    def body(self, end: str) -> Body:
        """Read arguments and blocks up to this mark, or the end of the file."""
        arguments: dict[str, Argument] = {}
        blocks: list[Block] = []
        begin = self.at
        self.deeper()
        while not self._at_end(end):
            start = self.at
            name = self.name()
            if not name:
                self.fail(f"expected an argument or a block, found {self.found()}")
            self.skip()
            if self.text.startswith("=", self.at) and not self.text.startswith("==", self.at):
                if name in arguments:
                    self.fail(f"argument {name!r} is set twice", start)
                arguments[name] = self._argument(name, start)
                self._end_of_line(end)
            else:
                blocks.append(self._block(name, start))
        self.depth -= 1
        return Body(arguments, tuple(blocks), begin, self.at)

    def _at_end(self, end: str) -> bool:
        if match := _SPACE_AND_LINES.match(self.text, self.at, self.end):
            self.at = match.end()
        if self.at >= self.end:
            if end:
                self.fail(f"expected {end!r}, found the end of the file")
            return True
        return bool(end) and self.text.startswith(end, self.at)

    def _argument(self, name: str, start: int) -> Argument:
        line = self.line(start)
        self.accept("=")
        self.skip()
        begin = self.at
        value = self.expression()
        return Argument(name, value, line, begin, self.at)

    def _end_of_line(self, end: str) -> None:
        self.skip()
        ended = self.at >= self.end or self.text[self.at] == "\n" or self.text[self.at - 1] == "\n"
        if not ended and not (end and self.text.startswith(end, self.at)):
            self.fail(f"expected the end of the line after the argument, found {self.found()}")

    def _block(self, type_: str, start: int) -> Block:
        labels: list[str] = []
        while True:
            self.skip()
            if self.text.startswith('"', self.at):
                at = self.at
                label = self._quoted()
                if not isinstance(label, Literal):
                    self.fail("the label of a block must be a plain text", at)
                labels.append(str(label.value))
            elif name := self.name():
                labels.append(name)
            else:
                break
        self.expect("{", f"to open the block {type_!r}")
        body = self.body("}")
        self.at += 1
        return Block(type_, tuple(labels), body, self.file, self.line(start))

    def expression(self) -> Expression:
        """Read an expression."""
        self.deeper()
        test = self._binary(0)
        if self.accept("?"):
            yes = self.expression()
            self.expect(":", "in a conditional expression")
            test = Choice(test, yes, self.expression())
        self.depth -= 1
        return test

    def _binary(self, least: int) -> Expression:
        left = self._unary()
        while True:
            self.skip()
            match = _OPERATOR.match(self.text, self.at, self.end)
            if match is None or _PRECEDENCE[match.group()] < least:
                return left
            self.at = match.end()
            left = Operation(match.group(), left, self._binary(_PRECEDENCE[match.group()] + 1))

    def _unary(self) -> Expression:
        self.skip()
        for operator in ("!", "-"):
            if self.accept(operator):
                self.deeper()
                operand = self._unary()
                self.depth -= 1
                return Negation(operator, operand)
        return self._steps(self._term())

    def _term(self) -> Expression:
        self.skip()
        start = self.text[self.at : self.at + 1] if self.at < self.end else ""
        if start == '"':
            return self._quoted()
        if start == "(":
            return self._parenthesis()
        if start == "[":
            return self._tuple()
        if start == "{":
            return self._object()
        if start == "<":
            return self._heredoc()
        if match := _NUMBER.match(self.text, self.at, self.end):
            self.at = match.end()
            return Literal(_number(match.group()))
        return self._word()

    def _word(self) -> Expression:
        at = self.at
        name = self.name()
        if not name:
            self.fail(f"expected an expression, found {self.found()}")
        if match := _FUNCTION.match(self.text, self.at, self.end):
            self.at = match.end()
            name += match.group()
        self.skip()
        if self.text.startswith("(", self.at):
            return self._call(name, at)
        if name in _CONSTANTS:
            return Literal(_CONSTANTS[name])
        return Name(name, self.line(at))

    def _call(self, name: str, at: int) -> Expression:
        line = self.line(at)
        self.at += 1
        outer, self._space = self._space, _SPACE_AND_LINES
        arguments: list[Expression] = []
        expands = False
        while not self.accept(")"):
            arguments.append(self.expression())
            if self.accept("..."):
                expands = True
                self.accept(",")
                self.expect(")", "after the expanded argument")
                break
            if not self.accept(","):
                self.expect(")", f"to close the call of {name}")
                break
        self._space = outer
        return Call(name, tuple(arguments), expands, line)

    def _parenthesis(self) -> Expression:
        self.at += 1
        outer, self._space = self._space, _SPACE_AND_LINES
        inner = self.expression()
        self.expect(")", "to close the parenthesis")
        self._space = outer
        return inner

    def _tuple(self) -> Expression:
        self.at += 1
        outer, self._space = self._space, _SPACE_AND_LINES
        found: Expression | None = self._for("]")
        if found is None:
            items: list[Expression] = []
            while not self.accept("]"):
                items.append(self.expression())
                if not self.accept(","):
                    self.expect("]", "to close the list")
                    break
            found = TupleOf(tuple(items))
        self._space = outer
        return found

    def _object(self) -> Expression:
        self.at += 1
        outer, self._space = self._space, _SPACE_AND_LINES
        found: Expression | None = self._for("}")
        if found is None:
            items: list[tuple[Expression, Expression]] = []
            while not self.accept("}"):
                items.append(self._item())
            found = ObjectOf(tuple(items))
        self._space = outer
        return found

    def _item(self) -> tuple[Expression, Expression]:
        self.skip()
        self._space = _SPACE
        computed = self.text.startswith("(", self.at)
        key = self.expression()
        if isinstance(key, Name) and not computed:
            key = Literal(key.name)
        elif isinstance(key, Literal) and not isinstance(key.value, str):
            key = Literal("null" if key.value is None else str(key.value).lower())
        if not self.accept("=") and not self.accept(":"):
            self.fail(f"expected '=' or ':' after a key, found {self.found()}")
        value = self.expression()
        self.skip()
        ended = self.text.startswith((",", "\n", "}"), self.at) or self.text[self.at - 1] == "\n"
        if not ended:
            self.fail(f"expected ',' or the end of the line after an element, found {self.found()}")
        self._space = _SPACE_AND_LINES
        self.accept(",")
        return key, value

    def _for(self, end: str) -> For | None:
        start = self.at
        if self.name() != "for":
            self.at = start
            return None
        key, value = self.loop_names()
        if not value:
            self.at = start
            return None
        of = self.expression()
        self.expect(":", "in a for expression")
        result = self.expression()
        name: Expression | None = None
        groups = False
        if end == "}":
            self.expect("=>", "in a for expression that makes an object")
            name, result = result, self.expression()
            groups = self.accept("...")
        condition = self.expression() if self._keyword("if") else None
        self.expect(end, "to close the for expression")
        return For(key, value, of, name, result, condition, groups)

    def loop_names(self) -> tuple[str, str]:
        """Read `key, value in` or `value in`; the empty texts if that is not what comes next."""
        first = self.name()
        second = self.name() if first and self.accept(",") else ""
        if not first or not self._keyword("in"):
            return "", ""
        return (first, second) if second else ("", first)

    def _keyword(self, word: str) -> bool:
        at = self.at
        if self.name() == word:
            return True
        self.at = at
        return False

    def _steps(self, of: Expression) -> Expression:
        """Read the attributes and indices after a term."""
        while True:
            self.skip()
            if self.text.startswith("...", self.at):
                return of
            if self.accept("."):
                of = self._dot(of)
            elif self.text.startswith("[", self.at, self.end):
                of = self._bracket(of)
                if isinstance(of, Splat):
                    return of
            else:
                return of

    def _dot(self, of: Expression) -> Expression:
        if self.accept("*"):
            each: Expression = Name("*", self.line())
            while self.accept("."):
                each = self._dot(each)
            return Splat(of, each)
        if match := _DIGITS.match(self.text, self.at, self.end):
            self.at = match.end()
            return Index(of, Literal(int(match.group())))
        name = self.name()
        if not name:
            self.fail(f"expected the name of an attribute after '.', found {self.found()}")
        return Attribute(of, name)

    def _bracket(self, of: Expression) -> Expression:
        self.at += 1
        outer, self._space = self._space, _SPACE_AND_LINES
        if self.accept("*"):
            self.expect("]", "to close the splat")
            self._space = outer
            return Splat(of, self._steps(Name("*", self.line())))
        key = self.expression()
        self.expect("]", "to close the index")
        self._space = outer
        return Index(of, key)

    def _quoted(self) -> Expression:
        self.at += 1
        outer, self._space = self._space, _SPACE_AND_LINES
        escapes, self.escapes = self.escapes, True
        expression = _as_expression(templates.parts_until(self, '"'))
        self._space, self.escapes = outer, escapes
        return expression

    def _heredoc(self) -> Expression:
        match = _HEREDOC.match(self.text, self.at, self.end)
        if match is None:
            self.fail(f"expected an expression, found {self.found()}")
        indented, mark = match.groups()
        closing = re.compile(rf"^[ \t]*{re.escape(mark)}[ \t\r]*$", re.MULTILINE)
        close = closing.search(self.text, match.end(), self.end)
        if close is None:
            self.fail(f"the heredoc is not closed by {mark}")
        begin, stop = match.end(), close.start()
        inner = Parser(self.text, self.file, at=begin, end=stop, escapes=False)
        inner.depth = self.depth
        inner._lines = self._lines
        parts = templates.parts_until(inner, "")
        self.at = close.end()
        return _as_expression(templates.without_indent(parts) if indented else parts)
