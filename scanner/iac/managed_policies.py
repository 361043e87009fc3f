"""What the policies that AWS manages say, as of the day that their extract was made: configuration names them only.

Source: IAM, ListPolicies and GetPolicyVersion; `tests/extracts/managed_policies.py` writes the extract.
"""

import gzip
import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from scanner.model.maybe import Reason, Unknown, unknown
from scanner.model.policy import MalformedPolicy, PolicyDocument, parse_policy

FILE: Final = Path(__file__).parent / "aws_managed_policies.json.gz"
_PREFIX: Final = ":iam::aws:policy/"


@lru_cache(maxsize=1)
def _extract() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(FILE.read_bytes()))
    return found


@lru_cache(maxsize=256)
def managed_policy(arn: str) -> PolicyDocument | Unknown:
    """Return the document of a policy of AWS; unknown for one that is newer than the extract."""
    said = _extract().get(arn.partition(_PREFIX)[2])
    try:
        if said is not None:
            return parse_policy(said)
    except MalformedPolicy as error:
        return unknown(Reason.UNRESOLVED, f"the document of {arn} cannot be read: {error}")
    return unknown(Reason.UNRESOLVED, f"the document of {arn} is AWS's and not part of the configuration")
