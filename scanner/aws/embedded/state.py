"""What write operations changed, per account and region, and how an operation which moto lacks is declared."""

from collections.abc import Callable, Mapping
from threading import RLock
from typing import Any, Final, TypeAlias

from scanner.aws.embedded.wire import Call

GLOBAL: Final = "global"

Settings: TypeAlias = dict[str, Any]
Handler: TypeAlias = Callable[[Call, Settings], dict[str, Any] | None]
Handlers: TypeAlias = Mapping[tuple[str, str], Handler]
"""By (botocore client name, operation): a function that answers the call, or returns nothing to pass it on."""


class States:
    """The settings of each account, per service and region; a global service has one set."""

    def __init__(self) -> None:
        self._settings: dict[tuple[str, str, str], Settings] = {}
        self.lock: Final = RLock()

    def of(self, call: Call) -> Settings:
        """Return the settings that a call reads or writes; hold `lock` meanwhile."""
        region = GLOBAL if call.service in ("account", "iam", "organizations", "sts") else call.region
        return self._settings.setdefault((call.account, call.service, region), {})
