"""Reading Database Migration Service: replication instances (AWS DMS API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.ec2_rows import listed, said
from scanner.aws.policies import not_told, scope_of
from scanner.model.dms import ReplicationInstance
from scanner.model.maybe import ABSENT
from scanner.reader import Page, Place, Reader, given, rows

_PAGE: Final = 100


def _instances(pages: tuple[Page, ...], at: Place) -> Iterator[ReplicationInstance]:
    for row in rows(pages, "ReplicationInstances"):
        network = row.get("ReplicationSubnetGroup") or {}
        public = (*listed(row, "ReplicationInstancePublicIpAddresses"), row.get("ReplicationInstancePublicIpAddress"))
        yield ReplicationInstance(
            scope=scope_of(row["ReplicationInstanceArn"], at),
            id=row["ReplicationInstanceIdentifier"],
            origin=at.origin,
            arn=row["ReplicationInstanceArn"],
            name=ABSENT,
            tags=not_told("ListTagsForResource"),
            state=said(row, "ReplicationInstanceStatus", at),
            publicly_accessible=said(row, "PubliclyAccessible", at),
            vpc=given(network, "VpcId"),
            subnets=listed(network, "Subnets", "SubnetIdentifier"),
            groups=listed(row, "VpcSecurityGroups", "VpcSecurityGroupId"),
            public_addresses=tuple(dict.fromkeys(one for one in public if one)),
            kms_key=given(row, "KmsKeyId"),
            minor_upgrades=said(row, "AutoMinorVersionUpgrade", at),
        )


READERS: Final = (
    Reader(
        service="dms",
        operation="DescribeReplicationInstances",
        actions=("dms:DescribeReplicationInstances",),
        yields=(ReplicationInstance,),
        parse=_instances,
        request={"MaxRecords": _PAGE},
    ),
)
