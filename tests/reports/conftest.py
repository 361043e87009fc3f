"""What the tests of reports share: schemas by name."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import reports

SCHEMAS = Path(reports.__file__).parent / "schemas"


@pytest.fixture
def validator() -> Callable[[str], jsonschema.Draft202012Validator]:
    """Return the validator of a published schema."""

    def of(name: str) -> jsonschema.Draft202012Validator:
        schema: Any = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        return jsonschema.Draft202012Validator(schema)

    return of
