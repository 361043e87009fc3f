"""AWS's wire protocols, read from botocore's service models: what a request calls, and what an answer looks like.

An HTTP request becomes a `Call`; an answer (plain dictionaries and lists, keyed as in botocore's output shape) or an
error becomes an HTTP response in the protocol of that call, and back. Nothing here knows a single operation by name.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from xml.sax.saxutils import escape

import msgspec
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError
from botocore.parsers import create_parser
from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS, RequestParserError
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from requests.structures import CaseInsensitiveDict
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

REQUEST_ID: Final = "ca5e3a7e-0000-4000-8000-000000000000"

_CLIENT_OF_SIGNING_NAME: Final = {
    "access-analyzer": "accessanalyzer",
    "airflow": "mwaa",
    "aoss": "opensearchserverless",
    "bedrock-agentcore": "bedrock-agentcore-control",
    "elasticfilesystem": "efs",
    "elasticmapreduce": "emr",
    "monitoring": "cloudwatch",
    "sso": "sso-admin",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}
_LOAD_BALANCING_CLIENTS: Final = {"2012-06-01": "elb", "2015-12-01": "elbv2"}
_S3_CONTROL_PATH: Final = "/v20180820/"
_OPENSEARCH_PATH: Final = "/2021-01-01/"
_CREDENTIAL_SCOPE_PARTS: Final = 5


class Call(msgspec.Struct, frozen=True):
    """One API call: `service` is the botocore client name, `parameters` are keyed as in botocore's input shape."""

    account: str
    region: str
    service: str
    operation: str
    protocol: str
    parameters: dict[str, Any]


class Scope(msgspec.Struct, frozen=True):
    """The credential scope of a request signed with AWS Signature Version 4."""

    access_key: str
    region: str
    signing_name: str


class ServiceError(Exception):
    """An answer which is an error of the service.

    `code` is the one the service documents, `status` its HTTP status.
    """

    def __init__(self, code: str, message: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def operation_model(service: str, operation: str) -> OperationModel:
    """Botocore's model of one operation. Raises LookupError where there is no such service or operation."""
    try:
        model: OperationModel = get_service_model(service).operation_model(operation)
    except (UnknownServiceError, OperationNotFoundError) as missing:
        raise LookupError(f"botocore knows no {service} {operation}") from missing
    return model


def scope_of(request: Request) -> Scope | None:
    """Return the credential scope of a request, if it is signed (IAM User Guide, "Create a signed AWS API request")."""
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    if not scheme.startswith("AWS4-HMAC"):
        return None
    fields = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    parts = fields.get("Credential", "").split("/")
    if len(parts) != _CREDENTIAL_SCOPE_PARTS:
        return None
    return Scope(access_key=parts[0], region=parts[2], signing_name=parts[3])


def _client_name(scope: Scope, request: Request) -> str:
    if scope.signing_name == "s3" and request.path.startswith(_S3_CONTROL_PATH):
        return "s3control"
    if scope.signing_name == "es" and request.path.startswith(_OPENSEARCH_PATH):
        return "opensearch"
    if scope.signing_name == "elasticloadbalancing":
        return _LOAD_BALANCING_CLIENTS.get(request.values.get("Version", ""), "elbv2")
    return _CLIENT_OF_SIGNING_NAME.get(scope.signing_name, scope.signing_name)


def call_of(request: Request, account: str) -> Call | None:
    """Return the call that a request makes, if it is signed and an operation in botocore's models fits it."""
    scope = scope_of(request)
    if scope is None:
        return None
    service = _client_name(scope, request)
    request.get_data()
    try:
        operation, labels = get_service_router(service).match(request)
        protocol = determine_request_protocol(operation.service_model, request.content_type)
        parameters = _parameters(request, operation, protocol, labels)
    except (UnknownServiceError, NotFound, NotImplementedError, RequestParserError, ValueError):
        return None
    return Call(
        account=account,
        region=scope.region,
        service=service,
        operation=operation.name,
        protocol=protocol,
        parameters=parameters,
    )


def _parameters(request: Request, operation: OperationModel, protocol: str, labels: dict[str, Any]) -> dict[str, Any]:
    parsed: dict[str, Any] | None = PROTOCOL_PARSERS[protocol](operation).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": b"" if operation.has_streaming_input else request.get_data(),
            "url_path": request.path,
            "url_params": labels,
        }
    )
    return parsed or {}


def response_of(call: Call, answer: Mapping[str, Any]) -> Response:
    """Return the HTTP response that carries an answer, which must fit the output shape (`shapes.fitted`)."""
    serializer = get_serializer_class(call.service, call.protocol)
    written = serializer(operation_model(call.service, call.operation)).serialize(dict(answer))
    return Response(written["body"], status=written["status_code"], headers=dict(written["headers"]))


def answer_of(call: Call, response: Response) -> dict[str, Any]:
    """Return what a client would read from a response to this call: the answer, keyed as in botocore's output shape."""
    parser = create_parser(call.protocol)
    parsed: dict[str, Any] = parser.parse(
        {
            "status_code": response.status_code,
            "headers": CaseInsensitiveDict(response.headers.items()),
            "body": response.get_data(),
        },
        operation_model(call.service, call.operation).output_shape,
    )
    parsed.pop("ResponseMetadata", None)
    return parsed


def error_response_of(service: str, protocol: str, error: ServiceError) -> Response:
    """Return an error in the shape of its protocol.

    AWS General Reference and Smithy protocol specifications: ec2, query, rest-xml (S3's has no wrapper) and JSON.
    """
    code, message = escape(error.code), escape(error.message)
    match protocol:
        case "ec2":
            body = (
                f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
                f"<RequestID>{REQUEST_ID}</RequestID></Response>"
            )
        case "rest-xml" if service == "s3":
            body = (
                f"<Error><Code>{code}</Code><Message>{message}</Message>"
                f"<RequestId>{REQUEST_ID}</RequestId><HostId>embedded</HostId></Error>"
            )
        case "query" | "rest-xml":
            body = (
                f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
                f"<RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
            )
        case _:
            return _json_error(error)
    prologue = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return Response(prologue + body, status=int(error.status), content_type="text/xml")


def _json_error(error: ServiceError) -> Response:
    body = msgspec.json.encode({"__type": error.code, "message": error.message})
    headers = {"x-amzn-errortype": error.code, "x-amzn-requestid": REQUEST_ID}
    return Response(body, status=int(error.status), headers=headers, content_type="application/x-amz-json-1.1")
