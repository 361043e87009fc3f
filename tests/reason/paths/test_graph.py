"""The search for paths: what is found, what is needless, and what a change closes, on random graphs too."""

from hypothesis import given
from hypothesis import strategies as st

from scanner.model.attack import ADMIN, Node, Step
from scanner.reason.paths.graph import ENDS, START, Graph, rank

ROLES = [Node("role", name) for name in "abcdef"]
BUCKETS = [Node("bucket", name) for name in "xy"]
RULE = Node(ADMIN, "account")


def step(source, target, certainty="confirmed", *changes):
    return Step(source, target, "by", certainty, closed_by=frozenset(changes))


MACHINES = [Node("instance", "1"), Node("instance", "2")]
certainties = st.sampled_from(["confirmed", "confirmed", "unknown", "unproven", "unread"])
first_steps = st.builds(
    step, st.just(START), st.sampled_from([*ROLES, *BUCKETS, *MACHINES]), certainties, st.sampled_from("1234")
)
later_steps = st.builds(
    step,
    st.sampled_from([*ROLES, *MACHINES]),
    st.sampled_from([*ROLES, *BUCKETS, RULE]),
    certainties,
    st.sampled_from("1234"),
)
graphs = st.lists(first_steps | later_steps, max_size=30).map(Graph)


def ends_of(paths):
    return {pair for path in paths for pair in path.pairs}


@given(graphs)
def test_a_path_is_a_chain_of_steps_from_the_internet_to_an_end_that_visits_nothing_twice(graph):
    steps = set(graph.steps())
    for path in graph.paths():
        assert path.steps[0].source == START
        assert path.end.kind in ENDS
        assert set(path.steps) <= steps
        assert all(one.target == other.source for one, other in zip(path.steps, path.steps[1:], strict=False))
        assert len(set(path.nodes)) == len(path.nodes)


@given(graphs)
def test_whatever_can_be_reached_is_told_of_some_entry_or_included_in_unrestricted_access(graph):
    told = {end for _, end in ends_of(graph.paths())}
    reached, todo = set(), [START]
    while todo:
        for one in graph.after(todo.pop()):
            if one.target not in reached:
                reached.add(one.target)
                todo += [] if one.target.kind in ENDS else [one.target]
    for end in (node for node in reached if node.kind in ENDS):
        assert end in told or RULE in told
    assert told <= reached


@given(graphs)
def test_no_path_is_part_of_another_that_is_as_sure(graph):
    paths = graph.paths()
    for path in paths:
        for other in paths:
            if other is not path and other.end == path.end and set(other.nodes) < set(path.nodes):
                assert rank(other)[:2] > rank(path)[:2]


@given(graphs, st.frozensets(st.sampled_from("1234"), min_size=1))
def test_a_change_closes_paths_and_opens_none(graph, changes):
    before, after = graph.best(), graph.best(closed=changes)
    assert set(after) <= set(before)
    for pair, path in after.items():
        assert not any(one.closed_by <= changes for one in path.steps)
        assert rank(before[pair])[0] <= rank(path)[0]


def test_of_two_ways_the_confirmed_one_is_told_even_if_it_is_longer():
    graph = Graph(
        [step(START, ROLES[0]), step(ROLES[0], RULE, "unknown"), step(ROLES[0], ROLES[1]), step(ROLES[1], RULE)]
    )
    (path,) = graph.paths()
    assert ("confirmed", 3) == (path.status, len(path.steps))


def test_ends_that_one_way_leads_to_are_told_together():
    graph = Graph([step(START, ROLES[0]), *(step(ROLES[0], bucket) for bucket in BUCKETS)])
    (path,) = graph.paths()
    assert BUCKETS == [path.end, *path.also]


def test_workloads_that_lead_on_in_the_same_way_are_told_together():
    graph = Graph(
        [*(step(START, one) for one in MACHINES), *(step(one, ROLES[0]) for one in MACHINES), step(ROLES[0], RULE)]
    )
    (path,) = graph.paths()
    assert MACHINES == [path.entry, *path.beside]
    assert "internet > instance 1 and 1 more > role a > unrestricted access" == path.described
