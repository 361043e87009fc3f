"""AWS Data Pipeline kinds: pipelines."""

from typing import ClassVar

from scanner.model.kind import Resource


class Pipeline(Resource, frozen=True, kw_only=True, eq=False):
    """A pipeline; its id is the generated one.

    The service is closed to new customers (AWS Data Pipeline Developer Guide): that there is one shows that it is open
    to the account. Which roles a pipeline runs with is in its definition, which is not read.
    """

    service: ClassVar[str] = "datapipeline"
    noun: ClassVar[str] = "pipeline"
