"""A VPC as a picture: what the internet reaches in it, by which gateway or load balancer, in few boxes."""

from typing import ClassVar, Literal, TypeAlias

import msgspec

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Maybe
from scanner.model.vpc import Vpc

State: TypeAlias = Literal["exposed", "unknown", "closed"]


class PictureBox(msgspec.Struct, frozen=True, kw_only=True):
    """One box: the internet, a gateway, a load balancer, or a class of interfaces that are reached alike."""

    id: str
    kind: str
    label: str
    subnet: str = ""
    """The subnet that it lies in; empty for what lies in none or in several."""
    count: int = 1
    """How many interfaces it stands for."""
    state: State = "closed"
    note: str = ""
    """What there is to say of it beside its label."""


class PictureSubnet(msgspec.Struct, frozen=True):
    """A subnet, and whether its routes lead to an internet gateway."""

    id: str
    label: str
    public: bool | None
    """None: that is not known."""


class PictureEdge(msgspec.Struct, frozen=True):
    """That traffic of the internet goes from one box to another: which, and by what on the way."""

    source: str
    target: str
    label: str
    note: str


class VpcPicture(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: what the internet reaches in a VPC, in at most about thirty boxes."""

    of: ClassVar[type[Resource]] = Vpc

    boxes: Maybe[tuple[PictureBox, ...]]
    subnets: Maybe[tuple[PictureSubnet, ...]]
    edges: Maybe[tuple[PictureEdge, ...]]
    left_out: Maybe[int]
    """How many interfaces are in no box."""
