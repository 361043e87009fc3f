"""The serverless transform: what resources of AWS SAM become in CloudFormation.

An own expansion of what matters to rules; deployment packages, aliases and canaries are left out. Source: AWS SAM
Developer Guide, "AWS SAM specification" and "Generated CloudFormation resources".
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from scanner.iac.cloudformation.template import Located

TRANSFORM: Final = "AWS::Serverless-2016-10-31"
_PREFIX: Final = "AWS::Serverless::"
_EXECUTION: Final = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
_IN_VPC: Final = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
_TRACED: Final = "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess"
_SAME: Final = (
    *("FunctionName", "Description", "Handler", "Runtime", "MemorySize", "Timeout", "Environment", "VpcConfig"),
    *("KmsKeyArn", "Layers", "PackageType", "ReservedConcurrentExecutions", "FileSystemConfigs", "Architectures"),
)
"""Properties of a function that CloudFormation has by the same name."""
_CALLERS: Final = {
    "Api": "apigateway.amazonaws.com",
    "HttpApi": "apigateway.amazonaws.com",
    "S3": "s3.amazonaws.com",
    "SNS": "sns.amazonaws.com",
    "Schedule": "events.amazonaws.com",
    "EventBridgeRule": "events.amazonaws.com",
    "CloudWatchEvent": "events.amazonaws.com",
    "AlexaSkill": "alexa-appkit.amazon.com",
    "IoTRule": "iot.amazonaws.com",
    "Cognito": "cognito-idp.amazonaws.com",
}
"""Who calls a function for each sort of event that needs a permission."""

_IMPLICIT: Final = {"Api": ("RestApiId", "ServerlessRestApi"), "HttpApi": ("ApiId", "ServerlessHttpApi")}
"""For events of an API: the property that names it, and the API that SAM makes for all that name none."""

Made = Iterator[tuple[str, str, dict[str, Any]]]
"""Logical id, type and properties of a resource that is generated."""


def expanded(document: Located) -> Located:
    """Return the template with its serverless resources expanded; itself if it does not ask for the transform."""
    asked = document.get("Transform")
    if TRANSFORM not in (asked if isinstance(asked, list) else [asked]):
        return document
    resources, globals_ = document["Resources"], document.get("Globals") or {}
    made = Located()
    made.lines, made.line = {}, resources.line
    for name, resource in resources.items():
        type_ = str(resource.get("Type")) if isinstance(resource, dict) else ""
        expand = _EXPANSIONS.get(type_.removeprefix(_PREFIX)) if type_.startswith(_PREFIX) else None
        line = resources.lines.get(name, 1)
        if expand is None:
            made[name] = resource
            made.lines[name] = line
            continue
        said = _merged(_mapping(globals_.get(type_.removeprefix(_PREFIX))), _mapping(resource.get("Properties")))
        lines = getattr(resource.get("Properties"), "lines", {})
        for generated, generated_type, properties in expand(name, said):
            placed = _placed(properties, lines, line)
            made[generated] = {"Type": generated_type, "Properties": placed, **_condition(resource)}
            made.lines[generated] = line
        for kind in _implicit_apis(said):
            globally = dict(_mapping(globals_.get(kind)))
            for generated, generated_type, properties in _EXPANSIONS[kind](_IMPLICIT[kind][1], globally):
                if generated not in made and generated not in resources:
                    made[generated] = {"Type": generated_type, "Properties": _placed(properties, {}, line)}
                    made.lines[generated] = line
    whole = Located({**document, "Resources": made})
    whole.lines, whole.line = document.lines, document.line
    return whole


def _placed(properties: Mapping[str, Any], lines: Mapping[str, int], line: int) -> Located:
    placed = Located(properties)
    placed.lines, placed.line = dict(lines), line
    return placed


def _condition(resource: Mapping[str, Any]) -> dict[str, Any]:
    return {"Condition": resource["Condition"]} if "Condition" in resource else {}


def _implicit_apis(said: Mapping[str, Any]) -> Iterator[str]:
    """Yield the sorts of APIs that events ask for without naming one (AWS SAM Developer Guide, "Generated resources")."""
    for event in _mapping(said.get("Events")).values():
        kind = str(_mapping(event).get("Type"))
        if kind in _IMPLICIT and not _mapping(_mapping(event).get("Properties")).get(_IMPLICIT[kind][0]):
            yield kind


def _mapping(said: Any) -> Mapping[str, Any]:
    return said if isinstance(said, Mapping) else {}


def _merged(globals_: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource's properties with the global ones: maps are merged, lists joined, the rest is overridden."""
    made = dict(globals_)
    for key, value in own.items():
        said = made.get(key)
        if isinstance(said, Mapping) and _is_map(said) and _is_map(value):
            made[key] = _merged(said, value)
        elif isinstance(said, list) and isinstance(value, list):
            made[key] = [*said, *value]
        else:
            made[key] = value
    return made


def _is_map(said: Any) -> bool:
    """Whether this is a map, rather than the call of an intrinsic function."""
    return isinstance(said, Mapping) and not any(key == "Ref" or key.startswith("Fn::") for key in said)


def _function(name: str, said: dict[str, Any]) -> Made:
    role = said.get("Role")
    properties: dict[str, Any] = {key: said[key] for key in _SAME if key in said}
    properties["Role"] = {"Fn::GetAtt": [f"{name}Role", "Arn"]} if role is None else role
    properties["Tags"] = _tags(said.get("Tags"))
    if "Tracing" in said:
        properties["TracingConfig"] = {"Mode": said["Tracing"]}
    if isinstance(said.get("DeadLetterQueue"), Mapping):
        properties["DeadLetterConfig"] = {"TargetArn": said["DeadLetterQueue"].get("TargetArn")}
    yield name, "AWS::Lambda::Function", properties
    if role is None:
        usual = [
            _EXECUTION,
            *([_IN_VPC] if said.get("VpcConfig") else []),
            *([_TRACED] if said.get("Tracing") == "Active" else []),
        ]
        yield _role(name, said, "lambda.amazonaws.com", usual)
    yield from _url(name, said.get("FunctionUrlConfig"))
    for event, described in _mapping(said.get("Events")).items():
        yield from _event(name, event, _mapping(described))


def _role(name: str, said: Mapping[str, Any], service: str, usual: list[str]) -> tuple[str, str, dict[str, Any]]:
    """Return the role that SAM makes for a function or state machine which names none."""
    trust = said.get("AssumeRolePolicyDocument") or {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}],
    }
    managed: list[Any] = list(usual)
    inline: list[Any] = []
    policies = said.get("Policies")
    for number, one in enumerate(policies if isinstance(policies, list) else [] if policies is None else [policies]):
        if isinstance(one, str):
            managed.append(one if one.startswith("arn:") else f"arn:aws:iam::aws:policy/{one}")
        elif isinstance(one, Mapping) and "Statement" in one:
            inline.append({"PolicyName": f"{name}RolePolicy{number}", "PolicyDocument": one})
        elif isinstance(one, Mapping) and len(one) == 1 and next(iter(one)).endswith("Policy"):
            # A policy template of SAM: what it grants is not written here, so it is not known.
            inline.append(
                {"PolicyName": f"{name}RolePolicy{number}", "PolicyDocument": {"Fn::SamPolicyTemplate": dict(one)}}
            )
        else:
            managed.append(one)
    properties = {
        "AssumeRolePolicyDocument": trust,
        "ManagedPolicyArns": managed,
        "Policies": inline,
        "PermissionsBoundary": said.get("PermissionsBoundary"),
        "Path": said.get("RolePath"),
    }
    return f"{name}Role", "AWS::IAM::Role", {key: value for key, value in properties.items() if value is not None}


def _url(name: str, said: Any) -> Made:
    if not isinstance(said, Mapping):
        return
    target = {"Ref": name}
    yield f"{name}Url", "AWS::Lambda::Url", {"TargetFunctionArn": target, **said}
    if said.get("AuthType") == "NONE":
        yield (
            f"{name}UrlPublicPermissions",
            "AWS::Lambda::Permission",
            {
                "Action": "lambda:InvokeFunctionUrl",
                "FunctionName": target,
                "Principal": "*",
                "FunctionUrlAuthType": "NONE",
            },
        )


def _event(name: str, event: str, said: Mapping[str, Any]) -> Made:
    kind, properties = str(said.get("Type")), _mapping(said.get("Properties"))
    caller = _CALLERS.get(kind)
    if caller is None:
        return
    permission: dict[str, Any] = {"Action": "lambda:InvokeFunction", "FunctionName": {"Ref": name}, "Principal": caller}
    source = _source(kind, properties)
    if source is not None:
        permission["SourceArn"] = source
    if kind == "S3":
        permission["SourceAccount"] = {"Ref": "AWS::AccountId"}
    yield f"{name}{event}Permission", "AWS::Lambda::Permission", permission


def _source(kind: str, said: Mapping[str, Any]) -> Any:
    """Return the ARN of what calls a function, where the event names it."""
    if kind == "SNS":
        return said.get("Topic")
    if kind in ("Api", "HttpApi"):
        argument, implicit = _IMPLICIT[kind]
        api = said.get(argument) or {"Ref": implicit}
        return {
            "Fn::Join": [
                "",
                ["arn:aws:execute-api:", {"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"}, ":", api, "/*"],
            ]
        }
    return None


def _table(name: str, said: dict[str, Any]) -> Made:
    key = _mapping(said.get("PrimaryKey"))
    yield (
        name,
        "AWS::DynamoDB::Table",
        {
            "TableName": said.get("TableName"),
            "KeySchema": [{"AttributeName": key.get("Name", "id"), "KeyType": "HASH"}],
            "SSESpecification": said.get("SSESpecification"),
            "PointInTimeRecoverySpecification": said.get("PointInTimeRecoverySpecification"),
            "Tags": _tags(said.get("Tags")),
        },
    )


def _api(name: str, said: dict[str, Any]) -> Made:
    statements = _mapping(_mapping(said.get("Auth")).get("ResourcePolicy")).get("CustomStatements")
    api = {
        "Name": said.get("Name"),
        "Body": said.get("DefinitionBody"),
        "EndpointConfiguration": said.get("EndpointConfiguration"),
    }
    if statements is not None:
        api["Policy"] = {"Version": "2012-10-17", "Statement": statements}
    yield name, "AWS::ApiGateway::RestApi", {**api, "Tags": _tags(said.get("Tags"))}
    stage = {
        key: said.get(key)
        for key in ("AccessLogSetting", "CacheClusterEnabled", "MethodSettings", "TracingEnabled", "Variables")
    }
    yield (
        f"{name}Stage",
        "AWS::ApiGateway::Stage",
        {"RestApiId": {"Ref": name}, "StageName": said.get("StageName"), **stage},
    )


def _http_api(name: str, said: dict[str, Any]) -> Made:
    yield name, "AWS::ApiGatewayV2::Api", {"Name": said.get("Name"), "ProtocolType": "HTTP", "Tags": said.get("Tags")}
    stage = {"StageName": said.get("StageName"), "AccessLogSettings": said.get("AccessLogSettings")}
    yield f"{name}Stage", "AWS::ApiGatewayV2::Stage", {"ApiId": {"Ref": name}, **stage}


def _machine(name: str, said: dict[str, Any]) -> Made:
    role = said.get("Role")
    logging, tracing = said.get("Logging"), said.get("Tracing")
    properties = {"RoleArn": {"Fn::GetAtt": [f"{name}Role", "Arn"]} if role is None else role}
    yield (
        name,
        "AWS::StepFunctions::StateMachine",
        {**properties, "LoggingConfiguration": logging, "TracingConfiguration": tracing},
    )
    if role is None:
        yield _role(name, said, "states.amazonaws.com", [])


def _tags(said: Any) -> Any:
    """Return the map in which SAM writes tags as the list that CloudFormation has."""
    return [{"Key": key, "Value": value} for key, value in said.items()] if isinstance(said, Mapping) else said


_EXPANSIONS: Final[dict[str, Callable[[str, dict[str, Any]], Made]]] = {
    "Api": _api,
    "Application": lambda name, said: iter(
        [(name, "AWS::CloudFormation::Stack", {"TemplateURL": said.get("Location")})]
    ),
    "Function": _function,
    "HttpApi": _http_api,
    "LayerVersion": lambda name, said: iter(
        [(name, "AWS::Lambda::LayerVersion", {"LayerName": said.get("LayerName")})]
    ),
    "SimpleTable": _table,
    "StateMachine": _machine,
}
