"""The picture of attack paths: bounded, well-formed, and harmless whatever things are called."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from reports.entries import AttackPath, Hop, PathNode
from reports.path_picture import MOST_NODES, drawn

SVG = "{http://www.w3.org/2000/svg}"
START = PathNode("internet", "internet")
names = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
nodes = st.builds(PathNode, st.sampled_from(["instance", "role", "vulnerability", "bucket", "admin"]), names)
hops = st.builds(Hop, to=nodes, by=names, status=st.sampled_from(["confirmed", "potential"]))


def path(*steps):
    return AttackPath(start=START, end=steps[-1].to, kind="internet-to-data", status="confirmed", hops=steps)


paths = st.lists(st.lists(hops, min_size=1, max_size=6).map(lambda steps: path(*steps)), max_size=12)


@given(paths)
def test_any_paths_make_a_well_formed_picture_of_at_most_thirty_boxes(found):
    picture = drawn(found)
    if not picture:
        return
    root = ET.fromstring(picture)
    boxes = root.findall(f".//{SVG}rect")
    assert 2 <= len(boxes) <= MOST_NODES
    places = {(box.get("x"), box.get("y")) for box in boxes}
    assert len(places) == len(boxes)
    assert {element.tag for element in root.iter()} <= {
        f"{SVG}{tag}" for tag in ("svg", "g", "title", "rect", "text", "path")
    }


def test_no_paths_make_no_picture():
    assert "" == drawn([])


def test_a_line_to_a_farther_box_passes_beside_the_boxes_between():
    role, bucket = PathNode("role", "r"), PathNode("bucket", "b")
    straight = path(Hop(to=role, by="trust"), Hop(to=bucket, by="s3:GetObject"))
    across = path(Hop(to=bucket, by="policy"))
    root = ET.fromstring(drawn([straight, across]))
    heights = {box.get("x"): box.get("y") for box in root.findall(f".//{SVG}rect")}
    assert 3 == len(heights)
    lines = [line.get("d") for line in root.findall(f".//{SVG}path") if line.get("class") is None]
    assert any("H" in line for line in lines)


def test_names_are_escaped_and_cut_ones_are_whole_in_the_title():
    name = "<script>alert(1)</script>" + "x" * 40
    picture = drawn([path(Hop(to=PathNode("bucket", name), by='"><b>'))])
    assert "<script>" not in picture
    assert "<b>" not in picture
    titles = [title.text for title in ET.fromstring(picture).findall(f".//{SVG}title")]
    assert f"bucket {name}" in titles
