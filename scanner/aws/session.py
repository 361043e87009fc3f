"""Who asks: credentials, the account behind them, its partition and regions, and clients that share what is costly."""

import os
import re
import threading
from typing import Any, Final

import msgspec

from scanner.aws.limiter import Limiters
from scanner.errors import CredentialsError, UsageError
from scanner.model.kind import GLOBAL, Scope

_REGION: Final = re.compile(r"all|[a-z]{2,}(-[a-z]+)+-\d+")
MOST_THREADS: Final = 24
READ_TIMEOUT = 60.0
"""Seconds that an answer may take before the call is tried again, and at last recorded as failed."""
_ATTEMPTS: Final = 9
_ATTEMPTS_ON_DOUBT: Final = 3
"""Fewer where the endpoint may not exist, so that its absence is told within seconds."""
_HOME: Final = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""The region whose endpoint answers for a partition's global services."""


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach AWS, as the user said it. Empty: as the usual credential chain has it."""

    profile: str = ""
    role_arn: str = ""
    external_id: str = ""
    regions: tuple[str, ...] = ()
    """Empty, or `all`: every region that is enabled for the account."""
    expect_account: str = ""
    session_policy: str = ""
    """What the assumed role may do at most, as JSON; empty: all that it may."""


class Session:
    """Credentials for one account. Clients are made when first used, once for each service and region, over one loader."""

    def __init__(self, core: Any, partition: str, account: str, arn: str) -> None:
        self.partition = partition
        self.account = account
        self.arn = arn
        self.limiters = Limiters()
        self._core = core
        self._clients: dict[tuple[str, str, int], Any] = {}
        self._lock = threading.Lock()

    @property
    def home(self) -> str:
        """The region whose endpoint answers for global services."""
        return _HOME.get(self.partition, _HOME["aws"])

    @property
    def usual_region(self) -> str:
        """The region that the user's configuration names, else the partition's home."""
        return str(self._core.get_config_variable("region") or self.home)

    @property
    def scope(self) -> Scope:
        """The account as a whole."""
        return Scope(self.partition, self.account)

    def client(self, service: str, region: str = GLOBAL, attempts: int = 0) -> Any:
        """Return the client of a service in a region. Making one takes 10 to 300 ms, so it is kept.

        `attempts` is how often it makes a call at most; 0: as often as reading takes.
        """
        where = self.home if region == GLOBAL else region
        found = self._clients.get((service, where, attempts))
        if found is None:
            with self._lock:
                found = self._clients.get((service, where, attempts))
                if found is None:
                    config = _config(self._attempts(service, where), fixed=attempts)
                    found = self._core.create_client(service, region_name=where, config=config)
                    self.limiters.pace(found, self.account)
                    if service == "s3control" and custom_endpoint():
                        _keep_host(found, self.account)
                    self._clients[(service, where, attempts)] = found
        return found

    def _attempts(self, service: str, region: str) -> int:
        return _ATTEMPTS_ON_DOUBT if self.lacks(service, region) else _ATTEMPTS

    def offered(self, service: str) -> frozenset[str]:
        """Return the regions in which botocore's data says that the service exists; empty where it does not say."""
        return frozenset(self._core.get_available_regions(service, self.partition))

    def lacks(self, service: str, region: str) -> bool:
        """Whether botocore's data knows the region and names it not among those of the service. It may be out of date."""
        offered = self.offered(service)
        return bool(offered) and region not in offered and region in self.offered("ec2")


def _config(attempts: int, *, fixed: int = 0) -> Any:
    from botocore.config import Config  # noqa: PLC0415 - imported only when AWS is read

    retries: dict[str, Any] = {"mode": "standard"}
    if fixed or "AWS_MAX_ATTEMPTS" not in os.environ:
        retries["total_max_attempts"] = fixed or attempts
    return Config(
        retries=retries,
        max_pool_connections=MOST_THREADS,
        connect_timeout=10,
        read_timeout=READ_TIMEOUT,
        user_agent_extra="casemate",
    )


def custom_endpoint() -> str:
    """Return the endpoint of the user's own that calls go to, or nothing."""
    return os.environ.get("AWS_ENDPOINT_URL") or os.environ.get("AWS_ENDPOINT_URL_S3_CONTROL") or ""


def _keep_host(client: Any, account: str) -> None:
    """Keep S3 Control's account id out of the host's name: an endpoint of the user's own has no host for each account."""

    def strip(params: dict[str, Any], **_: Any) -> None:
        params["url"] = params["url"].replace(f"//{account}.", "//", 1)

    client.meta.events.register("before-call.s3-control", strip)


def open_session(access: Access) -> Session:
    """Return a session for the account that the credentials belong to, after asking AWS which it is.

    Raises `CredentialsError` if there are none, they are refused or expired, or they belong to another account than
    expected; `UsageError` for a profile or a region that does not exist.
    """
    for region in access.regions:
        if not _REGION.fullmatch(region):
            raise UsageError(f"{region!r} is not the name of a region, such as eu-west-1")
    core, account, arn = _sign_in(access)
    if access.expect_account and account != access.expect_account:
        raise CredentialsError(
            f"these credentials belong to account {account}, and --expect-account says {access.expect_account}"
        )
    session = Session(core, arn.split(":")[1], account, arn)
    known = session.offered("ec2")
    for region in access.regions:
        if region != "all" and region not in known:
            raise UsageError(f"{region} is no region of partition {session.partition}; if it is new, upgrade botocore")
    return session


def _sign_in(access: Access) -> tuple[Any, str, str]:
    """Return botocore's session, and the account and ARN that AWS says its credentials are."""
    import botocore.session  # noqa: PLC0415 - imported only when AWS is read
    from botocore import exceptions as broken  # noqa: PLC0415

    try:
        core = botocore.session.Session(profile=access.profile or None)
        if core.get_config_variable("region") is None:
            core.set_config_variable("region", _first_region(access))
        if access.role_arn:
            core = _assume(core, access)
        identity = core.create_client("sts", config=_config(_ATTEMPTS_ON_DOUBT)).get_caller_identity()
    except broken.ProfileNotFound as error:
        raise UsageError(f"{error}; `aws configure list-profiles` lists those that exist") from error
    except (broken.NoCredentialsError, broken.PartialCredentialsError, broken.CredentialRetrievalError) as error:
        raise CredentialsError(
            f"no usable AWS credentials ({error}). Set AWS_PROFILE or --profile, or the AWS_ACCESS_KEY_ID variables; "
            "`casemate demo` needs none"
        ) from error
    except broken.ClientError as error:
        raise CredentialsError(_refusal(error.response.get("Error", {}))) from error
    except broken.EndpointConnectionError as error:
        raise CredentialsError(
            f"cannot reach AWS: {error}. Check AWS_ENDPOINT_URL, the region and the network"
        ) from error
    except (broken.BotoCoreError, ValueError) as error:
        raise CredentialsError(f"cannot use the AWS configuration: {error}") from error
    return core, identity["Account"], identity["Arn"]


def _refusal(said: dict[str, Any]) -> str:
    expired = "Expired" in str(said.get("Code"))
    advice = "Renew them (aws sso login, or a new session)" if expired else "Check profile, role and external id"
    return f"AWS refused the credentials: {said.get('Code')}: {said.get('Message')}. {advice}"


def _first_region(access: Access) -> str:
    named = [region for region in access.regions if region != "all"]
    return named[0] if named else _HOME["aws"]


def _assume(core: Any, access: Access) -> Any:
    import botocore.session  # noqa: PLC0415
    from botocore.credentials import DeferredRefreshableCredentials  # noqa: PLC0415

    sts = core.create_client("sts", config=_config(_ATTEMPTS_ON_DOUBT))
    extra = {"ExternalId": access.external_id} if access.external_id else {}
    if access.session_policy:
        extra["Policy"] = access.session_policy

    def refresh() -> dict[str, str]:
        answer = sts.assume_role(RoleArn=access.role_arn, RoleSessionName="casemate", **extra)
        said = answer["Credentials"]
        return {
            "access_key": said["AccessKeyId"],
            "secret_key": said["SecretAccessKey"],
            "token": said["SessionToken"],
            "expiry_time": said["Expiration"].isoformat(),
        }

    session = botocore.session.Session()
    session.register_component("data_loader", core.get_component("data_loader"))
    session.set_config_variable("region", core.get_config_variable("region"))
    session._credentials = DeferredRefreshableCredentials(refresh, "assume-role")  # noqa: SLF001 - botocore has no public way
    return session
