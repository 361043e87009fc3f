"""Reading Bedrock AgentCore: code interpreters, browsers, runtimes (Amazon Bedrock AgentCore Control Plane API)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import not_told, scope_of
from scanner.model.agentcore import (
    AgentRuntime,
    AgentRuntimeRole,
    Browser,
    BrowserRole,
    CodeInterpreter,
    CodeInterpreterRole,
)
from scanner.model.kind import Facet, Resource
from scanner.reader import Page, Parameters, Place, Reader, given, only, rows

_PAGE: Final = 100


def _readers(  # noqa: PLR0917 - a table of what differs
    noun: str, listed_in: str, prefix: str, kind: type[Resource], facet: type[Facet], told_in: str, own: Parameters
) -> tuple[Reader, Reader]:
    """Return the listing of a kind of thing and the call that tells the role of each."""

    def things(pages: tuple[Page, ...], at: Place) -> Iterator[Resource]:
        for row in rows(pages, listed_in):
            yield kind(
                scope=scope_of(row[f"{prefix}Arn"], at),
                id=row[f"{prefix}Id"],
                origin=at.origin,
                arn=row[f"{prefix}Arn"],
                name=given(row, "name") or given(row, f"{prefix}Name"),
                tags=not_told("ListTagsForResource"),
            )

    def roles(pages: tuple[Page, ...], at: Place) -> Iterator[Facet]:
        role = given(only(pages), told_in)
        yield facet(scope=at.parent.scope, id=at.parent.id, origin=at.origin, role=role)  # type: ignore[call-arg]  # each has it

    listing = Reader(
        service="bedrock-agentcore-control",
        operation=f"List{noun}s",
        actions=(f"bedrock-agentcore:List{noun}s",),
        yields=(kind,),
        parse=things,
        request={"maxResults": _PAGE, **own},
    )
    detail = Reader(
        service="bedrock-agentcore-control",
        operation=f"Get{noun}",
        actions=(f"bedrock-agentcore:Get{noun}",),
        yields=(facet,),
        parse=roles,
        secrets=frozenset({"environmentVariables"}),
        parent=kind,
        request=lambda thing: {f"{prefix}Id": thing.id},
        bare=False,
    )
    return listing, detail


_CUSTOM: Final = {"type": "CUSTOM"}
"""Those that AWS provides to every account have no role."""

READERS: Final = (
    *_readers(
        *("CodeInterpreter", "codeInterpreterSummaries", "codeInterpreter", CodeInterpreter, CodeInterpreterRole),
        *("executionRoleArn", _CUSTOM),
    ),
    *_readers("Browser", "browserSummaries", "browser", Browser, BrowserRole, "executionRoleArn", _CUSTOM),
    *_readers("AgentRuntime", "agentRuntimes", "agentRuntime", AgentRuntime, AgentRuntimeRole, "roleArn", {}),
)
