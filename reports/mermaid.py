"""A picture of a VPC as Mermaid text, which GitHub and GitLab draw in Markdown."""

import re
from collections.abc import Iterator
from typing import Final

from reports.network import PictureEntry
from reports.plain import plain

_MOST_LABEL: Final = 80
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9 ,.:/_=+()-]")


def mermaid(picture: PictureEntry) -> str:
    """Return a flowchart of what is exposed in a VPC; what is not is left out. Empty if nothing is exposed.

    Ids are made up, and every sign of a label that could mean something to Mermaid, HTML or Markdown is written by its
    number.
    """
    exposed = [box for box in picture.boxes if box.state == "exposed"]
    if not picture.edges:
        return ""
    names = {box.id: f"n{number}" for number, box in enumerate(exposed)}
    lines = ["flowchart LR"]
    placed = {subnet.id: subnet for subnet in picture.subnets}
    lines += [f'  {names[box.id]}["{_label(box.label)}"]' for box in exposed if box.subnet not in placed]
    for number, (native_id, subnet) in enumerate(placed.items()):
        inside = [box for box in exposed if box.subnet == native_id]
        if inside:
            lines.append(f'  subgraph s{number}["{_label(subnet.label)}"]')
            lines += [f'    {names[box.id]}["{_label(box.label)}"]' for box in inside]
            lines.append("  end")
    lines += _edges(picture, names)
    lines += [
        "  linkStyle default stroke:#c0392b",
        f"  class {','.join(names.values())} exposed",
        "  classDef exposed stroke:#c0392b",
    ]
    return "\n".join(lines)


def _edges(picture: PictureEntry, names: dict[str, str]) -> Iterator[str]:
    for edge in picture.edges:
        if edge.source in names and edge.target in names:
            said = f'|"{_label(edge.label)}"|' if edge.label else ""
            yield f"  {names[edge.source]} -->{said} {names[edge.target]}"


def _label(text: str) -> str:
    return _UNSAFE.sub(lambda found: f"#{ord(found[0])};", plain(text, _MOST_LABEL))
