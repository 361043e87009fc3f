import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.core.request import Request

from scanner.aws.embedded.paging import page_of
from scanner.aws.embedded.wire import Call, ServiceError, call_of, error_response_of, scope_of


def signed(
    service: str, method: str = "GET", path: str = "/", body: bytes = b"", headers: dict[str, str] | None = None
) -> Request:
    scope = f"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/eu-west-1/{service}/aws4_request, Signature=0"
    return Request.from_primitives(method, f"http://127.0.0.1{path}", {"Authorization": scope} | (headers or {}), body)


@pytest.mark.parametrize(
    "request_,service,operation,parameters",
    [
        (signed("s3", path="/books?policy"), "s3", "GetBucketPolicy", {"Bucket": "books"}),
        (signed("s3", path="/books/a/b?acl"), "s3", "GetObjectAcl", {"Bucket": "books", "Key": "a/b"}),
        (
            signed("s3", path="/v20180820/accesspoint/sea", headers={"x-amz-account-id": "1"}),
            "s3control",
            "GetAccessPoint",
            {"AccountId": "1", "Name": "sea"},
        ),
        (
            signed("kms", "POST", body=b'{"Limit": 5}', headers={"X-Amz-Target": "TrentService.ListKeys"}),
            "kms",
            "ListKeys",
            {"Limit": 5},
        ),
        (
            signed(
                "ec2",
                "POST",
                body=b"Action=DescribeVpcs&Version=2016-11-15&VpcId.1=vpc-1",
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            ),
            "ec2",
            "DescribeVpcs",
            {"VpcIds": ["vpc-1"]},
        ),
        (
            signed(
                "elasticloadbalancing",
                "POST",
                body=b"Action=DescribeLoadBalancers&Version=2012-06-01",
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            ),
            "elb",
            "DescribeLoadBalancers",
            {},
        ),
        (signed("access-analyzer", path="/analyzer"), "accessanalyzer", "ListAnalyzers", {}),
    ],
    ids=["rest-xml", "nested path", "s3control", "json", "ec2", "by version", "signing name"],
)
def test_a_request_is_recognised_by_botocores_models(
    request_: Request, service: str, operation: str, parameters: dict[str, object]
) -> None:
    call = call_of(request_, "1")

    assert call is not None
    assert (service, operation, parameters) == (call.service, call.operation, call.parameters)


@pytest.mark.parametrize(
    "request_",
    [
        Request.from_primitives("GET", "http://127.0.0.1/books?policy", {}),
        signed("no-such-service"),
        signed("kms", "POST", headers={"X-Amz-Target": "TrentService.NoSuchOperation"}),
        signed(
            "ec2",
            "POST",
            body=b"Action=DescribeVpcs&Version=2016-11-15&MaxResults=many",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        ),
        signed("s3", path="/v20180820/no/such/path"),
    ],
    ids=["unsigned", "no service", "no operation", "no number", "no path"],
)
def test_a_request_that_fits_no_model_is_no_call(request_: Request) -> None:
    assert call_of(request_, "1") is None


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_no_authorization_header_breaks_the_server(header: str) -> None:
    request = Request.from_primitives("GET", "http://127.0.0.1/", {"Authorization": f"AWS4-HMAC-SHA256 {header}"})

    scope = scope_of(request)

    assert scope is None or "Credential" in header


@given(st.integers(0, 30), st.integers(1, 7))
def test_pages_of_any_size_add_up_to_the_whole_list(rows: int, size: int) -> None:
    whole = {"findings": [{"n": number} for number in range(rows)]}
    pages = []
    token = None
    while True:
        parameters = {"maxResults": size} | ({"nextToken": token} if token else {})
        page = page_of(Call("1", "eu-west-1", "inspector2", "ListFindings", "rest-json", parameters), whole)
        pages.append(page["findings"])
        token = page.get("nextToken")
        if token is None:
            break

    assert whole["findings"] == [row for page in pages for row in page]
    assert all(len(page) == size for page in pages[:-1])


@pytest.mark.parametrize("token", ["!", "bm90LW91cnM=", "é"])
def test_a_token_of_another_is_refused(token: str) -> None:
    call = Call("1", "eu-west-1", "inspector2", "ListFindings", "rest-json", {"nextToken": token})

    with pytest.raises(ServiceError, match="not valid"):
        page_of(call, {"findings": []})


def test_an_error_message_cannot_break_out_of_its_markup() -> None:
    response = error_response_of("iam", "query", ServiceError("A<B", "</Message><Message>x"))

    assert b"<Code>A&lt;B</Code><Message>&lt;/Message&gt;&lt;Message&gt;x</Message>" in response.get_data()
