"""How the seeding talks to the embedded AWS: boto3 clients, and the private endpoint for what moto cannot be asked."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import boto3
import msgspec
from botocore.awsrequest import AWSRequest
from botocore.config import Config

from scanner.aws.embedded import ACCOUNT_ID
from scanner.aws.embedded.answers import Amendment, Answer
from scanner.aws.embedded.overlay import ADMIN_PREFIX
from scanner.aws.embedded.shapes import WrongShape

_TIMEOUT_SECONDS: Final = 30


class Aws:
    """One running embedded AWS, as the seeding sees it."""

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url
        self.now = datetime.now(UTC).replace(microsecond=0)
        self._session = boto3.Session(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="embedded")  # noqa: S106 - AWS's example key
        self.client = cache(self._client)

    def _client(self, service: str, region: str) -> Any:
        client = self._session.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint_url,
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )
        client.meta.events.register("before-sign.s3-control", self._without_account_host)
        return client

    def _without_account_host(self, request: AWSRequest, **_: Any) -> None:
        """S3 Control's endpoint rules put the account id before the host of any endpoint, also before 127.0.0.1."""
        parts = urlsplit(request.url)
        if parts.netloc.startswith(f"{ACCOUNT_ID}."):
            request.url = urlunsplit(parts._replace(netloc=parts.netloc.removeprefix(f"{ACCOUNT_ID}.")))

    def days_ago(self, days: float) -> str:
        """Return a moment before now, as ISO 8601 text."""
        return (self.now - timedelta(days=days)).isoformat()

    def answer(self, *answers: Answer) -> None:
        """Seed answers. Raises `WrongShape` where AWS could not give one of them."""
        self._hand_over("answers", answers)

    def amend(self, *amendments: Amendment) -> None:
        """Seed amendments. Raises `WrongShape` where a shape has no such members."""
        self._hand_over("amendments", amendments)

    def _hand_over(self, what: str, values: Iterable[Answer | Amendment]) -> None:
        connection = HTTPConnection(urlsplit(self.endpoint_url).netloc, timeout=_TIMEOUT_SECONDS)
        try:
            connection.request("POST", f"{ADMIN_PREFIX}{what}", body=msgspec.json.encode(list(values)))
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if response.status != HTTPStatus.NO_CONTENT:
            raise WrongShape(text.strip())
