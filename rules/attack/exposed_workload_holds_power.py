from scanner import PASS, Fail, Severity, Undecided, Verdict, facts, rule
from scanner.model.account import Account
from scanner.model.attack import AttackPaths, told
from scanner.model.maybe import Reason, Why


@rule("ATTACK-003", Severity.MEDIUM, controls=("attack-paths-closed",))
def exposed_workload_holds_power(account: Account, found: AttackPaths) -> Verdict:
    """
    Workload that the internet reaches holds a powerful role.

    An instance or function answers the internet, and its role has unrestricted access, can give it to itself, or reads
    sensitive data. One weakness in the software, known today or not, and the role is an attacker's. Give it a role that
    can do what it needs and no more, or take it off the internet.

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
    lambda:ListFunctions:
      Functions:
        - FunctionName: shop
          FunctionArn: arn:aws:lambda:eu-west-1:123456789012:function:shop
          Role: arn:aws:iam::123456789012:role/ops
    lambda:GetPolicy:
      - {parameters: {FunctionName: shop}, error: ResourceNotFoundException}
    lambda:ListFunctionUrlConfigs:
      - parameters: {FunctionName: shop, MaxItems: 50}
        response:
          FunctionUrlConfigs:
            - FunctionUrl: https://abc.lambda-url.eu-west-1.on.aws/
              FunctionArn: arn:aws:lambda:eu-west-1:123456789012:function:shop
              AuthType: NONE
    secretsmanager:ListSecrets: {SecretList: []}
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: ops
          Path: /
          Arn: arn:aws:iam::123456789012:role/ops
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}
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
    lambda:ListFunctions:
      Functions:
        - FunctionName: shop
          FunctionArn: arn:aws:lambda:eu-west-1:123456789012:function:shop
          Role: arn:aws:iam::123456789012:role/ops
    lambda:GetPolicy:
      - {parameters: {FunctionName: shop}, error: ResourceNotFoundException}
    lambda:ListFunctionUrlConfigs:
      - parameters: {FunctionName: shop, MaxItems: 50}
        response:
          FunctionUrlConfigs:
            - FunctionUrl: https://abc.lambda-url.eu-west-1.on.aws/
              FunctionArn: arn:aws:lambda:eu-west-1:123456789012:function:shop
              AuthType: NONE
    secretsmanager:ListSecrets: {SecretList: []}
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: ops
          Path: /
          Arn: arn:aws:iam::123456789012:role/ops
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}
          RolePolicyList:
            - PolicyName: own
              PolicyDocument:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "logs:PutLogEvents", Resource: "*"}
    ```
    """
    paths = [path for path in found.paths if path.entry.kind in {"instance", "function"}]
    certain = [path for path in paths if path.is_certain]
    if certain:
        return Fail(told(certain), facts("path", *(path.described for path in certain)))
    if paths:
        return Undecided(Why(Reason.UNRESOLVED, f"perhaps: {told(paths)}"))
    if found.open_questions:
        return Undecided(
            Why(Reason.NOT_COLLECTED, f"there may be attack paths into {account.id}: {found.open_questions[0]}")
        )
    return PASS
