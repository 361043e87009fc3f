"""The filter criteria of Amazon Inspector's ListFindings that the embedded AWS knows; it refuses the others.

Source: Amazon Inspector API Reference, FilterCriteria and StringFilter: conditions on one attribute are alternatives,
attributes must all match.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from scanner.aws.embedded.wire import Call, ServiceError

_ATTRIBUTES: Final[Mapping[str, Callable[[dict[str, Any]], list[str]]]] = {
    "awsAccountId": lambda finding: [finding["awsAccountId"]],
    "findingArn": lambda finding: [finding["findingArn"]],
    "findingStatus": lambda finding: [finding["status"]],
    "findingType": lambda finding: [finding["type"]],
    "resourceId": lambda finding: [resource["id"] for resource in finding["resources"]],
    "resourceType": lambda finding: [resource["type"] for resource in finding["resources"]],
    "severity": lambda finding: [finding["severity"]],
}
_COMPARISONS: Final[Mapping[str, Callable[[list[str], str], bool]]] = {
    "EQUALS": lambda values, wanted: wanted in values,
    "NOT_EQUALS": lambda values, wanted: wanted not in values,
    "PREFIX": lambda values, wanted: any(value.startswith(wanted) for value in values),
}


def wanted_findings(call: Call, answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer with the findings that the call's criteria match. Raises `ServiceError` for unknown ones."""
    criteria: dict[str, list[dict[str, str]]] = call.parameters.get("filterCriteria") or {}
    if unknown := sorted(set(criteria) - set(_ATTRIBUTES)):
        raise ServiceError("ValidationException", f"The embedded AWS cannot filter by {', '.join(unknown)}.")

    def matches(finding: dict[str, Any]) -> bool:
        return all(
            any(_COMPARISONS[one["comparison"]](_ATTRIBUTES[name](finding), one["value"]) for one in conditions)
            for name, conditions in criteria.items()
        )

    return {**answer, "findings": [finding for finding in answer["findings"] if matches(finding)]}
