"""How fast code is judged: `python -m tests.bench.bench_iac`. Whole processes; medians of five runs."""

import json
import tempfile
from pathlib import Path

from tests.bench.__main__ import say, used
from tests.console import NOWHERE, SCRIPT

_FIVE = """
resource "aws_s3_bucket" "b{n}" {{
  bucket = "data-{n}"
}}
resource "aws_s3_bucket_public_access_block" "b{n}" {{
  bucket                  = aws_s3_bucket.b{n}.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = true
  restrict_public_buckets = true
}}
resource "aws_security_group" "g{n}" {{
  name = "g{n}"
  dynamic "ingress" {{
    for_each = [22, 80, 443]
    content {{
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = [cidrsubnet("10.0.0.0/8", 8, ingress.value % 200)]
    }}
  }}
}}
resource "aws_iam_policy" "p{n}" {{
  name = "p{n}"
  policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = "s3:GetObject", Resource = "${{aws_s3_bucket.b{n}.arn}}/*" }}]
  }})
}}
resource "aws_iam_role" "r{n}" {{
  name = "r{n}"
  assume_role_policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Principal = {{ Service = "ec2.amazonaws.com" }}, Action = "sts:AssumeRole" }}]
  }})
}}
"""


def folder_of(path: Path, resources: int) -> Path:
    """Write a folder with this many resources, a hundred a file."""
    path.mkdir()
    for start in range(0, resources // 5, 20):
        texts = (_FIVE.format(n=number) for number in range(start, min(start + 20, resources // 5)))
        (path / f"f{start}.tf").write_text("".join(texts))
    return path


def plan_of(path: Path, resources: int) -> Path:
    """Write a plan that makes this many security groups with a rule each."""
    rule = {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/8"]}
    changes = [
        {
            "address": f"aws_security_group.g{number}",
            "mode": "managed",
            "type": "aws_security_group",
            "name": f"g{number}",
            "change": {
                "actions": ["create"],
                "before": None,
                "after": {"name": f"g{number}", "ingress": [rule]},
                "after_unknown": {"id": True, "vpc_id": True},
            },
        }
        for number in range(resources)
    ]
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {},
        "resource_changes": changes,
    }
    path.write_text(json.dumps(document))
    return path


def measure(what: str, mark: str, *arguments: object) -> None:
    """Run the command five times and print the median."""
    runs = sorted(used([str(SCRIPT), *map(str, arguments), "--quiet"], NOWHERE) for _ in range(5))
    wall, _, peak = runs[2]
    say(what, f"{wall:.2f} s, {peak:.0f} MB", mark)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        measure("scan of 500 resources in a folder", "1.0 s, 150 MB", "scan", folder_of(home / "small", 500))
        measure("scan of 5,000 resources in a folder", "10 s", "scan", folder_of(home / "large", 5_000))
        (home / "plan").mkdir()
        measure("gate of a plan of 265 resources", "1.0 s", "gate", plan_of(home / "plan" / "plan.json", 265))


if __name__ == "__main__":
    main()
