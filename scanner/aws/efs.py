"""Reading EFS: file systems and their policies (Amazon EFS API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import policy_reader
from scanner.model.efs import FileSystem, FileSystemPolicy
from scanner.model.kind import Scope, tags_from
from scanner.reader import Page, Place, Reader, given, rows


def _file_systems(pages: tuple[Page, ...], at: Place) -> Iterator[FileSystem]:
    for row in rows(pages, "FileSystems"):
        scope = Scope(at.scope.partition, row["OwnerId"], at.scope.region)
        native_id = row["FileSystemId"]
        made_up = f"arn:{scope.partition}:elasticfilesystem:{scope.region}:{scope.account}:file-system/{native_id}"
        yield FileSystem(
            scope=scope,
            id=native_id,
            origin=at.origin,
            arn=row.get("FileSystemArn") or made_up,
            name=given(row, "Name"),
            tags=tags_from(row.get("Tags") or ()),
            encrypted=bool(row.get("Encrypted")),
            kms_key=given(row, "KmsKeyId"),
        )


READERS: Final = (
    Reader(
        service="efs",
        operation="DescribeFileSystems",
        actions=("elasticfilesystem:DescribeFileSystems",),
        yields=(FileSystem,),
        parse=_file_systems,
        request={"MaxItems": 100},
    ),
    policy_reader(
        "efs:DescribeFileSystemPolicy",
        FileSystemPolicy,
        FileSystem,
        lambda system: {"FileSystemId": system.id},
        told_in="Policy",
        action="elasticfilesystem:DescribeFileSystemPolicy",
        absent=frozenset({"PolicyNotFound"}),
    ),
)
