"""Small accounts for tests: users, roles and what bears on them, read as from a recorded answer."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from scanner.aws.readers import READERS
from scanner.derivations import DERIVATIONS
from scanner.inventory import Inventory
from scanner.model.access import AccountAccess
from scanner.model.account import Account
from scanner.plan import Plan
from scanner.reason.account.stacks import Stacks
from scanner.testing import ACCOUNT, evidence_of

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
NO_ORGANIZATION = {
    "organizations:DescribeOrganization": [{"parameters": {}, "error": "AWSOrganizationsNotInUseException"}]
}


def allow(action: Any, resource: Any = "*", **condition: Any) -> dict[str, Any]:
    """Return an Allow statement; `condition` is by operator."""
    return {"Effect": "Allow", "Action": action, "Resource": resource} | _condition(condition)


def deny(action: Any, resource: Any = "*", **condition: Any) -> dict[str, Any]:
    """Return a Deny statement."""
    return {"Effect": "Deny", "Action": action, "Resource": resource} | _condition(condition)


def _condition(condition: Mapping[str, Any]) -> dict[str, Any]:
    return {"Condition": condition} if condition else {}


def policy(*statements: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def arn(handle: str) -> str:
    """Return the ARN of `user/x` or `role/x`."""
    return f"arn:aws:iam::{ACCOUNT}:{handle}"


def trusting(*principals: Mapping[str, Any] | str, **condition: Any) -> dict[str, Any]:
    """Return a trust policy for ARNs (texts) and other principals (`{"Service": …}`)."""
    return policy(
        *(
            {
                "Effect": "Allow",
                "Principal": {"AWS": each} if isinstance(each, str) else each,
                "Action": "sts:AssumeRole",
            }
            | _condition(condition)
            for each in principals
        )
    )


def user(name: str, *statements: Any, groups: Sequence[str] = (), boundary: str = "", **more: Any) -> dict[str, Any]:
    """Return a row of UserDetailList with one inline policy."""
    row = {"UserName": name, "UserId": f"AIDA{name.upper()}", "Arn": arn(f"user/{name}"), "GroupList": list(groups)}
    return row | _held("UserPolicyList", statements, boundary) | more


def role(name: str, *statements: Any, trust: Any = None, boundary: str = "", **more: Any) -> dict[str, Any]:
    """Return a row of RoleDetailList with one inline policy; it trusts nobody unless told."""
    row = {
        "RoleName": name,
        "RoleId": f"AROA{name.upper()}",
        "Path": "/",
        "Arn": arn(f"role/{name}"),
        "AssumeRolePolicyDocument": trust or trusting({"Service": "nobody.amazonaws.com"}),
    }
    return row | _held("RolePolicyList", statements, boundary) | more


def group(name: str, *statements: Any) -> dict[str, Any]:
    """Return a row of GroupDetailList with one inline policy."""
    return {"GroupName": name, "Arn": arn(f"group/{name}")} | _held("GroupPolicyList", statements, "")


def managed(name: str, *statements: Any, versions: Sequence[Any] = ()) -> dict[str, Any]:
    """Return a row of Policies; `versions` are further documents that are not in force."""
    listed = [{"VersionId": "v1", "IsDefaultVersion": True, "Document": policy(*statements)}]
    listed += [
        {"VersionId": f"v{number}", "IsDefaultVersion": False, "Document": document}
        for number, document in enumerate(versions, 2)
    ]
    return {"PolicyName": name, "Arn": arn(f"policy/{name}"), "AttachmentCount": 1, "PolicyVersionList": listed}


def attached(*arns: str) -> dict[str, Any]:
    """Return the member that attaches managed policies."""
    return {"AttachedManagedPolicies": [{"PolicyName": each.rpartition("/")[2], "PolicyArn": each} for each in arns]}


def _held(key: str, statements: Sequence[Any], boundary: str) -> dict[str, Any]:
    row: dict[str, Any] = {}
    if statements:
        row[key] = [{"PolicyName": "own", "PolicyDocument": policy(*statements)}]
    if boundary:
        row["PermissionsBoundary"] = {"PermissionsBoundaryArn": boundary}
    return row


def details(*rows: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer of GetAccountAuthorizationDetails that holds these rows."""
    lists = {"UserName": "UserDetailList", "RoleName": "RoleDetailList", "GroupName": "GroupDetailList"}
    answer: dict[str, list[Any]] = {}
    for row in rows:
        name = next((lists[key] for key in lists if key in row), "Policies")
        answer.setdefault(name, []).append(row)
    return {"iam:GetAccountAuthorizationDetails": answer}


def organization(*scps: tuple[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the answers of an organization whose control policies, by target, are all visible."""
    manager = "999999999999"
    rows = [
        {"Id": f"p-{index:08}", "Name": f"guard-{index}", "Type": "SERVICE_CONTROL_POLICY"}
        for index in range(len(scps))
    ]
    return {
        "organizations:DescribeOrganization": {
            "Organization": {"Id": "o-exampleorg1", "FeatureSet": "ALL", "MasterAccountId": manager}
        },
        "organizations:ListParents": [
            {"parameters": {"ChildId": ACCOUNT}, "response": {"Parents": [{"Id": "r-ab12", "Type": "ROOT"}]}}
        ],
        "organizations:ListPolicies": [
            {"parameters": {"Filter": form, "MaxResults": 20}, "response": {"Policies": listed}}
            for form, listed in (("SERVICE_CONTROL_POLICY", rows), ("RESOURCE_CONTROL_POLICY", []))
        ],
        "organizations:DescribePolicy": [
            {
                "parameters": {"PolicyId": row["Id"]},
                "response": {"Policy": {"PolicySummary": row, "Content": json.dumps(document)}},
            }
            for row, (_, document) in zip(rows, scps, strict=True)
        ],
        "organizations:ListTargetsForPolicy": [
            {
                "parameters": {"PolicyId": row["Id"], "MaxResults": 20},
                "response": {"Targets": [{"TargetId": target, "Type": "ROOT"}]},
            }
            for row, (target, _) in zip(rows, scps, strict=True)
        ],
    }


def inventory_of(*rows: Mapping[str, Any], kinds: Sequence[Any] = (AccountAccess,), **calls: Any) -> Inventory:
    """Return the inventory of an account with these principals; `calls` are further answers, by `service__Operation`."""
    more = {name.replace("__", ":"): said for name, said in calls.items()}
    answers = NO_ORGANIZATION | details(*rows) | more
    return Inventory.of(Plan.of((), READERS, DERIVATIONS, kinds=kinds), evidence_of(answers))


def access_of(*rows: Mapping[str, Any], above: Mapping[str, Any] = NO_ORGANIZATION) -> AccountAccess:
    """Return the access model of an account."""
    inventory = inventory_of(*rows, **{name.replace(":", "__"): said for name, said in above.items()})
    (account,) = inventory.listing(Account)
    return inventory.facet(AccountAccess, account.scope, account.id)


def stacks_of(*rows: Mapping[str, Any], above: Mapping[str, Any] = NO_ORGANIZATION) -> Stacks:
    """Return the stacks of an account."""
    return Stacks(access_of(*rows, above=above))
