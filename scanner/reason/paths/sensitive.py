"""What is worth protecting: data of which tags, their kind or, with less confidence, their names say so."""

import re
from collections.abc import Mapping
from typing import Final

from scanner.model.kind import Resource, Tags
from scanner.model.maybe import Absent, Maybe, known, why_unknown

_TAG_NAMES: Final = re.compile(
    r"(data)?(class(ification)?|sensitivity|confidentiality)(level)?|compliance|datatype|pii|phi|pci"
)
_GRAVE: Final = frozenset(
    {
        *(
            "confidential",
            "highlyconfidential",
            "restricted",
            "secret",
            "topsecret",
            "sensitive",
            "critical",
            "private",
        ),
        *(
            "high",
            "pii",
            "phi",
            "pci",
            "pcidss",
            "hipaa",
            "gdpr",
            "sox",
            "financial",
            "personal",
            "customer",
            "true",
            "yes",
        ),
    }
)
_LIGHT: Final = frozenset({"public", "none", "low", "open", "unclassified", "nonsensitive", "false", "no"})
_HINTS: Final = re.compile(
    r"(?<![a-z])(backups?|dumps?|customers?|clients?|users?data|pii|phi|gdpr|payments?|payroll|invoices?|billing|finance"
    r"|financial|ledgers?|hr|salar(y|ies)|medical|health|patients?|secrets?|credentials?|passwords?|private|confidential"
    r"|restricted|sensitive|tfstate|terraform|state|vault|keys?|prod(uction)?|exports?|cards?|contracts?|legal)(?![a-z])"
)
_SEPARATORS: Final = re.compile(r"[^a-z0-9]")


def sensitivity(resource: Resource, tags: Maybe[Tags]) -> str:
    """Say why a resource counts as sensitive, in words; empty if nothing says so, or its tags say that it is not.

    Unread tags say nothing: then its name decides.
    """
    said = {} if why_unknown(tags) is not None else known(tags)
    if (told := _told_by(said)) is not None:
        return told
    name = resource.name if why_unknown(resource.name) is None and resource.name else resource.id
    hint = _HINTS.search(f"{name}".lower())
    return f"its name says {hint.group(0)!r} (low confidence)" if hint else ""


MACIE_SENSITIVE: Final = 51
"""The least score of a bucket in which Macie found sensitive data; 50 is that of one not analysed yet (Macie User Guide)."""


def found_by_macie(score: Maybe[int | Absent]) -> str:
    """Say that Macie found sensitive data; empty if it did not, or that is not known."""
    if why_unknown(score) is not None or isinstance(score, Absent) or known(score) < MACIE_SENSITIVE:
        return ""
    return f"Macie rates it {known(score)} of 100"


def by_tags(tags: Tags) -> str:
    """Say which tag calls a thing sensitive; empty if none does."""
    return _told_by(tags) or ""


def _told_by(tags: Mapping[str, str]) -> str | None:
    """Return why the tags call it sensitive, the empty text if they say that it is not, and None if they do not tell."""
    light = False
    for name, value in sorted(tags.items()):
        if _TAG_NAMES.fullmatch(_SEPARATORS.sub("", name.lower())):
            word = _SEPARATORS.sub("", value.lower())
            if word in _GRAVE:
                return f"tagged {name}={value}"
            light = light or word in _LIGHT
    return "" if light else None
