"""Write rules/crosswalk.csv: which control each check of another source speaks of. Run `python -m tests.extracts.crosswalk FOLDER`.

The folder holds the tables `crosswalk.csv` (control slugs), `fsbp.csv` (Security Hub controls with their Config rules)
and `trusted_advisor.csv`. Only identifiers are taken, no prose.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from scanner.crosswalk import FILE

IDENTIFIERS = {
    "restricted-ssh": "INCOMING_SSH_DISABLED",
    "restricted-common-ports": "RESTRICTED_INCOMING_TRAFFIC",
    "cloudtrail-enabled": "CLOUD_TRAIL_ENABLED",
    "multi-region-cloudtrail-enabled": "MULTI_REGION_CLOUD_TRAIL_ENABLED",
    "ec2-instance-managed-by-systems-manager": "EC2_INSTANCE_MANAGED_BY_SSM",
}
"""Managed rules of AWS Config whose identifier is not their name in capitals (Config Developer Guide, each rule's page)."""


def entries(folder: Path) -> set[tuple[str, str, str]]:
    """Return (control, source, id of the source's check) of every pair that the tables give."""
    found: set[tuple[str, str, str]] = set()
    for row in _table(folder / "crosswalk.csv"):
        slugs = [row["control"]]
        found |= _pairs(slugs, "security_hub", row["security_hub"])
        found |= _pairs(slugs, "checkov", row["checkov"])
        found |= _pairs(slugs, "trusted_advisor", f"{row['trusted_advisor']} {row['trusted_advisor_via_security_hub']}")
        found |= _config(slugs, row["config_rules"])
        for old in row["retired_ids"].split():
            found |= _pairs(slugs, "security_hub" if "." in old else "trusted_advisor", old)
    for row in _table(folder / "fsbp.csv"):
        slugs = row["control_slugs"].split()
        found |= _pairs(slugs, "security_hub", row["control_id"])
        found |= _config(slugs, row["config_rule"])
        found |= _pairs(slugs, "trusted_advisor", row["trusted_advisor_check"])
    for row in _table(folder / "trusted_advisor.csv"):
        found |= _pairs(row["control_slugs"].split(), "trusted_advisor", row["check_id"])
    return found


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _pairs(slugs: list[str], source: str, ids: str) -> set[tuple[str, str, str]]:
    """Return the pairs; words in brackets are remarks."""
    return {(slug, source, one) for slug in slugs for one in ids.split() if not one.startswith("(")}


def _config(slugs: list[str], names: str) -> set[tuple[str, str, str]]:
    """Return the pairs of managed rules; those marked `(custom)` are Security Hub's own and have no identifier."""
    if "(custom)" in names:
        return set()
    return _pairs(
        slugs, "config", " ".join(IDENTIFIERS.get(one, one.upper().replace("-", "_")) for one in names.split())
    )


def main(folder: Path) -> None:
    """Write the extract."""
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("control", "source", "id"))
        writer.writerows(sorted(entries(folder)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
