"""What the internet can send to the endpoints of managed services, as reasoning over their networks finds it."""

from typing import ClassVar

from scanner.model.ecs import Service
from scanner.model.exposure import Blocker, Hop, Opening
from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe, Why, known, why_unknown
from scanner.model.mq import Broker
from scanner.model.msk import MskCluster
from scanner.model.rds import DbInstance
from scanner.model.redshift import RedshiftCluster, RedshiftWorkgroup


class EndpointExposure(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: what the internet can send to the ports of a managed service's endpoint.

    No API tells which network interfaces a service has in a VPC, so each subnet in which one may lie is asked, with the
    security groups of the service and a public address.
    """

    connections: Maybe[tuple[Opening, ...]]
    perhaps: Maybe[tuple[Opening, ...]]
    """Every connection that may be possible, for all that is not known; the certain ones are among them."""
    doubt: Maybe[Why | Absent]
    """Why more may be possible than is certain."""
    blockers: Maybe[tuple[Blocker, ...]]
    """What stops all connections; none if there are any."""
    way: Maybe[tuple[Hop, ...]]
    """What one packet passes; nothing where no connection is certain."""

    @property
    def opened(self) -> tuple[str, ...]:
        """The certain connections as texts: what a failure rests on. Nothing where they are not known."""
        return () if why_unknown(self.connections) is not None else tuple(str(one) for one in known(self.connections))

    def account(self) -> str:
        """Return in words whether the internet reaches the endpoint: by which way, what stops it, or why that is not known."""
        why = why_unknown(self.connections) or why_unknown(self.doubt)
        if why is not None:
            return f"whether the internet reaches it is not known ({why})"
        if opened := self.opened:
            return f"{', '.join(opened)} reaches it: {' > '.join(str(hop) for hop in known(self.way))}"
        doubt = known(self.doubt)
        if isinstance(doubt, Why):
            return f"whether the internet reaches it is not known ({doubt})"
        return f"nothing of the internet reaches it now: {'; '.join(str(one) for one in known(self.blockers))}"


class DbInstanceExposure(EndpointExposure, frozen=True, kw_only=True, eq=False):
    """Derived: what the internet can send to a database."""

    of: ClassVar[type[Resource]] = DbInstance


class EcsServiceExposure(EndpointExposure, frozen=True, kw_only=True, eq=False):
    """Derived: what the internet can send to the tasks of a service."""

    of: ClassVar[type[Resource]] = Service


class RedshiftClusterExposure(EndpointExposure, frozen=True, kw_only=True, eq=False):
    """Derived: what the internet can send to a Redshift cluster."""

    of: ClassVar[type[Resource]] = RedshiftCluster


class RedshiftWorkgroupExposure(EndpointExposure, frozen=True, kw_only=True, eq=False):
    """Derived: what the internet can send to a workgroup of Redshift Serverless."""

    of: ClassVar[type[Resource]] = RedshiftWorkgroup


class BrokerExposure(EndpointExposure, frozen=True, kw_only=True, eq=False):
    """Derived: what the internet can send to a message broker."""

    of: ClassVar[type[Resource]] = Broker


class MskExposure(EndpointExposure, frozen=True, kw_only=True, eq=False):
    """Derived: what the internet can send to the brokers of a cluster of Apache Kafka."""

    of: ClassVar[type[Resource]] = MskCluster
