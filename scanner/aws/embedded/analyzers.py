"""The analyzers that are made in the embedded AWS, beside those that were seeded; moto 5.2.5 has none.

Semantics: IAM Access Analyzer API Reference, CreateAnalyzer, ListAnalyzers, DeleteAnalyzer.
"""

from datetime import UTC, datetime
from typing import Any, Final

from scanner.aws.embedded.state import Handlers, Settings
from scanner.aws.embedded.wire import Call, ServiceError


def _create(call: Call, settings: Settings) -> dict[str, Any]:
    name = call.parameters["analyzerName"]
    made = settings.setdefault("analyzers", {})
    if name in made:
        raise ServiceError("ConflictException", f"An analyzer is called {name} already.", 409)
    arn = f"arn:aws:access-analyzer:{call.region}:{call.account}:analyzer/{name}"
    made[name] = {
        "arn": arn,
        "name": name,
        "type": call.parameters["type"],
        "createdAt": datetime.now(UTC),
        "status": "ACTIVE",
    }
    return {"arn": arn}


def _list(_: Call, settings: Settings) -> dict[str, Any] | None:
    """List those that were made; where none was, what was seeded is answered."""
    made = settings.get("analyzers")
    return {"analyzers": list(made.values())} if made else None


def _delete(call: Call, settings: Settings) -> dict[str, Any]:
    if settings.get("analyzers", {}).pop(call.parameters["analyzerName"], None) is None:
        raise ServiceError("ResourceNotFoundException", "There is no such analyzer.", 404)
    return {}


HANDLERS: Final[Handlers] = {
    ("accessanalyzer", "CreateAnalyzer"): _create,
    ("accessanalyzer", "ListAnalyzers"): _list,
    ("accessanalyzer", "DeleteAnalyzer"): _delete,
}
