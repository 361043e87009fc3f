"""The errors that end a run: one child per stage, each with the exit code it leads to and a message that says what to do."""

from typing import ClassVar


class CasemateError(Exception):
    """Something ended the run. The text is for the user; `exit_code` is what the command line exits with."""

    exit_code: ClassVar[int] = 2


class UsageError(CasemateError):
    """The command line asked for something that does not exist or does not fit together."""


class ConfigError(CasemateError):
    """`casemate.toml`, a waiver file or an option in them is wrong; the text names file, key path and line where known."""


class SourceError(CasemateError):
    """The thing to be scanned is unreadable, ambiguous or not what it claims to be."""


class CredentialsError(CasemateError):
    """AWS refused or lacks the credentials, so no account could be read at all."""


class RegistryError(CasemateError):
    """A rule package could not be loaded or contradicts another one."""


class ReportError(CasemateError):
    """A report could not be written or read back."""


class RemedyError(CasemateError):
    """A remedy could not be planned, made, verified or taken back; the text says what is as it was and what is not."""

    exit_code: ClassVar[int] = 4
