import signal
import subprocess
import sys
import textwrap
import time
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import boto3
import pytest

from scanner.aws import embedded
from scanner.aws.embedded import EmbeddedAws, EmbeddedAwsMissing, embedded_aws

PATIENCE_SECONDS = 30
STARTER = """
    from scanner.aws.embedded import embedded_aws
    import time
    with embedded_aws(seeded=False) as aws:
        print(aws.endpoint_url, flush=True)
        time.sleep(600)
"""


def answers(url: str) -> bool:
    try:
        urlopen(f"{url}/moto-api/", timeout=5).close()
    except (URLError, ConnectionError):
        return False
    return True


def falls_silent(url: str) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while answers(url):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def start_server() -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "scanner.aws.embedded.server", "--empty"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_the_server_listens_on_the_loopback_address_only(empty_server: EmbeddedAws) -> None:
    assert urlsplit(empty_server.endpoint_url).hostname == "127.0.0.1"


def test_the_server_dies_when_its_parent_is_killed() -> None:
    starter = subprocess.Popen([sys.executable, "-c", textwrap.dedent(STARTER)], stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    url = starter.stdout.readline().strip()
    assert answers(url)

    starter.kill()
    starter.communicate()

    assert falls_silent(url)


def test_the_server_ends_when_its_standard_input_closes() -> None:
    process, url = start_server()
    assert answers(url)

    process.communicate()

    assert (process.returncode, answers(url)) == (0, False)


def test_the_server_ends_cleanly_on_a_termination_signal() -> None:
    process, url = start_server()
    assert answers(url)

    process.send_signal(signal.SIGTERM)

    assert process.wait(PATIENCE_SECONDS) == 0
    process.communicate()


def test_the_server_is_gone_when_the_context_ends() -> None:
    with embedded_aws(seeded=False) as aws:
        url = aws.endpoint_url
        assert answers(url)

    assert not answers(url)


def test_the_environment_leads_an_sdk_to_the_server_and_nowhere_else(
    empty_server: EmbeddedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in empty_server.environment().items():
        monkeypatch.setenv(name, value)

    client = boto3.Session().client("sts")

    assert empty_server.endpoint_url == client.meta.endpoint_url
    assert client.get_caller_identity()["Account"] == "123456789012"


def test_importing_the_package_imports_no_aws_library() -> None:
    heavy = ("boto3", "botocore", "flask", "moto", "werkzeug")
    program = f"import sys, scanner.aws.embedded; print([name for name in {heavy} if name in sys.modules])"

    printed = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout

    assert printed.strip() == "[]"


def test_without_moto_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "find_spec", lambda name: None if name == "moto" else name)

    with pytest.raises(EmbeddedAwsMissing, match=r"pip install 'casemate\[demo\]'"), embedded_aws():
        pass


def test_no_variable_that_leads_to_a_real_account_reaches_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "999999999999")

    environment = embedded._server_environment()

    assert not {"AWS_PROFILE", "MOTO_ACCOUNT_ID"} & set(environment)
