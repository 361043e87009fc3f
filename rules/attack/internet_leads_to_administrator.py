from scanner import PASS, Fail, Severity, Undecided, Verdict, facts, rule
from scanner.model.account import Account
from scanner.model.attack import AttackPaths, told
from scanner.model.maybe import Reason, Why


@rule("ATTACK-001", Severity.CRITICAL, controls=("attack-paths-closed",))
def internet_leads_to_administrator(account: Account, found: AttackPaths) -> Verdict:
    """
    Attack path leads from the internet to administrator.

    Step by step, and each step is confirmed: the internet reaches something, an exploit or an open policy gives its role,
    and that role has unrestricted access or can give it to itself. Whoever walks it owns the account. Break it where it
    is cheapest: `casemate paths` lists the changes that close most paths, each tried out by searching again.

    ```evidence bad
    organizations:DescribeOrganization: [{parameters: {}, error: AWSOrganizationsNotInUseException}]
    s3:ListBuckets: {Buckets: []}
    ec2:DescribeNetworkInterfaces: {NetworkInterfaces: []}
    ec2:DescribeInstances: {Reservations: []}
    ec2:DescribeSnapshots:
      - {parameters: {OwnerIds: [self]}, response: {Snapshots: []}}
      - {parameters: {OwnerIds: [self], RestorableByUserIds: [all]}, response: {Snapshots: []}}
    ecs:ListClusters: {clusterArns: []}
    kms:ListKeys: {Keys: []}
    rds:DescribeDBClusters: {DBClusters: []}
    rds:DescribeDBInstances: {DBInstances: []}
    rds:DescribeDBSnapshots: {DBSnapshots: []}
    rds:DescribeDBClusterSnapshots: {DBClusterSnapshots: []}
    redshift:DescribeClusters: {Clusters: []}
    lambda:ListFunctions: {Functions: []}
    secretsmanager:ListSecrets: {SecretList: []}
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: ops
          Path: /
          Arn: arn:aws:iam::123456789012:role/ops
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement: {Effect: Allow, Principal: {AWS: "*"}, Action: "sts:AssumeRole"}
          RolePolicyList:
            - PolicyName: own
              PolicyDocument:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "*", Resource: "*"}
    ```
    ```evidence good
    organizations:DescribeOrganization: [{parameters: {}, error: AWSOrganizationsNotInUseException}]
    s3:ListBuckets: {Buckets: []}
    ec2:DescribeNetworkInterfaces: {NetworkInterfaces: []}
    ec2:DescribeInstances: {Reservations: []}
    ec2:DescribeSnapshots:
      - {parameters: {OwnerIds: [self]}, response: {Snapshots: []}}
      - {parameters: {OwnerIds: [self], RestorableByUserIds: [all]}, response: {Snapshots: []}}
    ecs:ListClusters: {clusterArns: []}
    kms:ListKeys: {Keys: []}
    rds:DescribeDBClusters: {DBClusters: []}
    rds:DescribeDBInstances: {DBInstances: []}
    rds:DescribeDBSnapshots: {DBSnapshots: []}
    rds:DescribeDBClusterSnapshots: {DBClusterSnapshots: []}
    redshift:DescribeClusters: {Clusters: []}
    lambda:ListFunctions: {Functions: []}
    secretsmanager:ListSecrets: {SecretList: []}
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: ops
          Path: /
          Arn: arn:aws:iam::123456789012:role/ops
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement: {Effect: Allow, Principal: {AWS: "arn:aws:iam::123456789012:root"}, Action: "sts:AssumeRole"}
          RolePolicyList:
            - PolicyName: own
              PolicyDocument:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "*", Resource: "*"}
    ```
    """
    paths = [path for path in found.paths if path.to_admin]
    certain = [path for path in paths if path.status == "confirmed"]
    if certain:
        return Fail(told(certain), facts("path", *(path.described for path in certain)))
    if perhaps := [path for path in paths if path.takeover != "unproven"]:
        return Undecided(Why(Reason.UNRESOLVED, f"perhaps: {told(perhaps)}"))
    if found.open_questions:
        return Undecided(
            Why(Reason.NOT_COLLECTED, f"there may be attack paths into {account.id}: {found.open_questions[0]}")
        )
    return PASS
