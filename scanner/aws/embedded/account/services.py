"""What else Harbour Books runs: keys, a trail, load balancers, a database, a function, queues, and its settings."""

from io import BytesIO
from typing import Any, Final
from zipfile import ZipFile

from scanner.aws.embedded import ACCOUNT_ID, MAIN_REGION, SECOND_REGION
from scanner.aws.embedded.account.clients import Aws
from scanner.aws.embedded.account.compute import Compute
from scanner.aws.embedded.account.documents import document
from scanner.aws.embedded.account.identity import role_arn
from scanner.aws.embedded.account.network import Network
from scanner.aws.embedded.account.storage import LOG_BUCKET
from scanner.aws.embedded.answers import Amendment, Answer

_HANDLER: Final = "def handler(event, context):\n    return None\n"
_FUNCTION: Final = "book-import"
_MOTO_FUNCTION_VPC: Final = "vpc-123abc"
_CONTACT: Final = {
    "FullName": "Mara Lindqvist",
    "AddressLine1": "1 Quayside",
    "City": "Exampleport",
    "PostalCode": "EX1 1EX",
    "CountryCode": "GB",
    "PhoneNumber": "+44 1632 960000",
    "CompanyName": "Harbour Books",
}


def seed_keys(aws: Aws) -> str:
    """Create a key that rotates, one that does not and is open to anyone, one open to anyone of the account; the first's ARN."""
    kms = aws.client("kms", MAIN_REGION)
    good = kms.create_key(Description="ledger")["KeyMetadata"]
    kms.create_alias(AliasName="alias/harbour-ledger", TargetKeyId=good["KeyId"])
    kms.enable_key_rotation(KeyId=good["KeyId"])
    anyone = document({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"})
    bad = kms.create_key(Description="exports", Policy=anyone)["KeyMetadata"]
    kms.create_alias(AliasName="alias/harbour-exports", TargetKeyId=bad["KeyId"])
    of_account = {"StringEquals": {"kms:CallerAccount": ACCOUNT_ID}}
    shared = document(
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*", "Condition": of_account}
    )
    cut = kms.create_key(Description="orders", Policy=shared)["KeyMetadata"]
    kms.create_alias(AliasName="alias/harbour-orders", TargetKeyId=cut["KeyId"])
    for key, age in ((good, 500), (bad, 900), (cut, 200)):
        aws.amend(Amendment("kms", ("KeyMetadata",), {"KeyId": key["KeyId"]}, {"CreationDate": aws.days_ago(age)}))
    arn: str = good["Arn"]
    return arn


def seed_settings(aws: Aws) -> None:
    """Set what the account as a whole is set to: a contact, no security contact, no block, Inspector in one Region."""
    account = aws.client("account", SECOND_REGION)
    account.put_contact_information(ContactInformation=_CONTACT)
    account.put_alternate_contact(
        AlternateContactType="BILLING",
        EmailAddress="accounts@example.com",
        Name="Accounts",
        PhoneNumber="+44 1632 960001",
        Title="Bookkeeper",
    )
    aws.client("s3control", MAIN_REGION).put_public_access_block(
        AccountId=ACCOUNT_ID,
        PublicAccessBlockConfiguration=dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
        ),
    )
    aws.client("inspector2", MAIN_REGION).enable(resourceTypes=["EC2", "LAMBDA"])
    second = aws.client("ec2", SECOND_REGION)
    second.enable_ebs_encryption_by_default()
    second.enable_serial_console_access()


def seed_trail(aws: Aws) -> None:
    """Create the one trail: of one Region, unvalidated, unencrypted."""
    cloudtrail = aws.client("cloudtrail", MAIN_REGION)
    cloudtrail.create_trail(Name="harbour", S3BucketName=LOG_BUCKET, IsMultiRegionTrail=False)
    cloudtrail.start_logging(Name="harbour")


def _load_balancer(aws: Aws, network: Network, compute: Compute) -> None:
    elbv2 = aws.client("elbv2", MAIN_REGION)
    balancer = elbv2.create_load_balancer(
        Name="shop",
        Type="application",
        Scheme="internet-facing",
        Subnets=[network.subnets["public-a"], network.subnets["public-b"]],
        SecurityGroups=[network.groups["web"]],
    )["LoadBalancers"][0]["LoadBalancerArn"]
    _forward(elbv2, balancer, network, ("HTTP", 80), (8080, compute.instances["app-1"], "shop"))
    internal = elbv2.create_load_balancer(
        Name="catalogue-db", Type="network", Scheme="internal", Subnets=[network.subnets["data-a"]]
    )["LoadBalancers"][0]["LoadBalancerArn"]
    _forward(elbv2, internal, network, ("TCP", 3306), (3306, compute.instances["catalogue-db"], "catalogue-db"))


def _forward(
    elbv2: Any, balancer: str, network: Network, listen: tuple[str, int], target: tuple[int, str, str]
) -> None:
    protocol, listen_port = listen
    port, instance, name = target
    group = elbv2.create_target_group(
        Name=name, Protocol=protocol, Port=port, VpcId=network.vpcs["production"], TargetType="instance"
    )["TargetGroups"][0]["TargetGroupArn"]
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": instance, "Port": port}])
    action = {"Type": "forward", "TargetGroupArn": group}
    elbv2.create_listener(LoadBalancerArn=balancer, Protocol=protocol, Port=listen_port, DefaultActions=[action])


def _database(aws: Aws, network: Network) -> None:
    rds = aws.client("rds", MAIN_REGION)
    rds.create_db_subnet_group(
        DBSubnetGroupName="data",
        DBSubnetGroupDescription="data tier",
        SubnetIds=[network.subnets["data-a"], network.subnets["data-b"]],
    )
    rds.create_db_instance(
        DBInstanceIdentifier="orders",
        DBInstanceClass="db.t3.micro",
        Engine="mysql",
        EngineVersion="8.0.35",
        AllocatedStorage=20,
        MasterUsername="harbour",
        MasterUserPassword="Harbour-Books-1",
        DBSubnetGroupName="data",
        VpcSecurityGroupIds=[network.groups["database"]],
        PubliclyAccessible=True,
        StorageEncrypted=False,
        BackupRetentionPeriod=1,
    )


def _function(aws: Aws, network: Network) -> None:
    archive = BytesIO()
    with ZipFile(archive, "w") as file:
        file.writestr("index.py", _HANDLER)
    aws.client("lambda", MAIN_REGION).create_function(
        FunctionName=_FUNCTION,
        Runtime="python3.9",
        Handler="index.handler",
        Role=role_arn("book-import"),
        Code={"ZipFile": archive.getvalue()},
        VpcConfig={"SubnetIds": [network.subnets["app-a"]], "SecurityGroupIds": [network.groups["app"]]},
        Environment={"Variables": {"CATALOGUE": "harbour-books-catalogue"}},
    )
    _function_url(aws)
    vpc = {"VpcId": network.vpcs["production"]}
    aws.amend(Amendment("lambda", ("VpcConfigResponse",), {"VpcId": _MOTO_FUNCTION_VPC}, vpc))


def _function_url(aws: Aws) -> None:
    """Give the function a URL that asks for no credentials, and let anyone through: moto knows neither."""
    arn = f"arn:aws:lambda:{MAIN_REGION}:{ACCOUNT_ID}:function:{_FUNCTION}"
    policy = document(
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "lambda:InvokeFunctionUrl",
            "Resource": arn,
            "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
        }
    )
    url = {
        "FunctionUrl": "https://q7wexample.lambda-url.eu-west-1.on.aws/",
        "FunctionArn": arn,
        "AuthType": "NONE",
        "CreationTime": aws.days_ago(40),
        "LastModifiedTime": aws.days_ago(40),
    }
    asked = {"FunctionName": _FUNCTION}
    aws.answer(
        Answer("lambda", "ListFunctionUrlConfigs", {"FunctionUrlConfigs": [url]}, region=MAIN_REGION, where=asked),
        Answer("lambda", "GetPolicy", {"Policy": policy}, region=MAIN_REGION, where=asked),
    )


def _queues(aws: Aws) -> None:
    """Create a queue of the account's own, and one in which anyone may leave and read messages."""
    sqs = aws.client("sqs", MAIN_REGION)
    sqs.create_queue(QueueName="orders")
    arn = f"arn:aws:sqs:{MAIN_REGION}:{ACCOUNT_ID}:returns"
    anyone = {"Effect": "Allow", "Principal": "*", "Action": ["sqs:SendMessage", "sqs:ReceiveMessage"], "Resource": arn}
    sqs.create_queue(QueueName="returns", Attributes={"Policy": document(anyone)})


def seed_services(aws: Aws, network: Network, compute: Compute) -> None:
    """Create the load balancers, the database, the function, a topic, queues and a secret of the main Region."""
    _load_balancer(aws, network, compute)
    _database(aws, network)
    _function(aws, network)
    aws.client("sns", MAIN_REGION).create_topic(Name="orders")
    _queues(aws)
    aws.client("secretsmanager", MAIN_REGION).create_secret(Name="orders/database", SecretString="not-a-secret")
