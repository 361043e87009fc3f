"""Write scanner/iac/aws_managed_policies.json.gz: what the policies of AWS say. Run `python -m tests.extracts.managed_policies`.

They are read from the moto that is installed for the tests, which has them from IAM itself (Apache License, Version 2.0).
"""

import ast
import gzip
import importlib.util
import json
from pathlib import Path
from typing import Any

from scanner.iac.managed_policies import FILE


def documents() -> dict[str, Any]:
    """Return the document of each policy by its ARN's resource: `service-role/AWSLambdaBasicExecutionRole`."""
    spec = importlib.util.find_spec("moto")
    assert spec is not None
    assert spec.origin is not None
    module = ast.parse((Path(spec.origin).parent / "iam" / "aws_managed_policies.py").read_text(encoding="utf-8"))
    literals = (node.value for node in ast.walk(module) if isinstance(node, ast.Assign))
    told = next(one.value for one in literals if isinstance(one, ast.Constant) and isinstance(one.value, str))
    assert isinstance(told, str)
    return {_resource(name, one): one["Document"] for name, one in json.loads(told).items()}


def _resource(name: str, one: dict[str, Any]) -> str:
    return f"{one.get('Path', '/').strip('/')}/{name}".strip("/")


if __name__ == "__main__":
    text = json.dumps(documents(), sort_keys=True, separators=(",", ":"))
    FILE.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
