"""A rule's page: its docstring, taken apart into title, text and examples."""

import re
from typing import Final, Literal, cast

import msgspec

from scanner.errors import RegistryError
from scanner.rule import Rule

_FENCE: Final = re.compile(r"^```(\w+) (bad|good)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FORMS: Final = ("evidence", "terraform", "cloudformation")


class Example(msgspec.Struct, frozen=True):
    """A situation with the defect (`bad`) or without it (`good`), in one of the forms that sources have."""

    form: Literal["evidence", "terraform", "cloudformation"]
    kind: Literal["bad", "good"]
    text: str


class RulePage(msgspec.Struct, frozen=True):
    """What a rule's docstring says."""

    title: str
    text: str
    examples: tuple[Example, ...]


def page_of(rule: Rule) -> RulePage:
    """Take a rule's docstring apart. Raises `RegistryError` for an example in a form that does not exist."""
    import inspect  # noqa: PLC0415 - only pages need it

    page = inspect.cleandoc(rule.page)
    examples = []
    for form, kind, text in _FENCE.findall(page):
        if form not in FORMS:
            raise RegistryError(f"{rule.id}: example in unknown form {form!r}; it must be one of {', '.join(FORMS)}")
        examples.append(Example(form, cast("Literal['bad', 'good']", kind), text))
    title, _, rest = _FENCE.sub("", page).partition("\n")
    return RulePage(title.strip().rstrip("."), rest.strip(), tuple(examples))
