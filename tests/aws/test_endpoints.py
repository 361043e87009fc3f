"""Which endpoint is asked for what belongs to an account as a whole."""

from types import SimpleNamespace

import pytest

from scanner.aws import account, trustedadvisor
from scanner.aws.calls import _endpoint_region
from scanner.model.kind import Scope
from scanner.plan import step_for

FRANKFURT = SimpleNamespace(home="eu-central-1")


@pytest.mark.parametrize(
    "partition,region", [("aws", "us-east-1"), ("aws-us-gov", "us-gov-west-1"), ("aws-cn", "cn-north-1")]
)
@pytest.mark.parametrize("reader", [trustedadvisor.READERS[0], trustedadvisor.READERS[2]], ids=lambda one: one.service)
def test_trusted_advisor_and_support_are_asked_where_they_have_an_endpoint(reader, partition, region):
    step = step_for(reader, Scope(partition, "123456789012"), None)
    assert _endpoint_region(step, FRANKFURT) == region


def test_others_are_asked_where_the_session_is_at_home():
    reader = next(one for one in account.READERS if one.parent is None and not one.regional)
    assert _endpoint_region(step_for(reader, Scope("aws", "123456789012"), None), FRANKFURT) == "eu-central-1"
