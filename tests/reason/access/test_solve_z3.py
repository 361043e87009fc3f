"""The solver against an SMT solver, on small random policies."""

import random

import pytest

from scanner.model.policy import parse_policy
from scanner.reason.access.evaluate import Source, Stack
from scanner.reason.access.principal import parse_principal
from scanner.reason.access.solve import Empty, Shape, Unsettled, Witness, find_request
from tests.reason.access.requests import HERE, USER, policy

z3 = pytest.importorskip("z3")

GLOBS = ["*", "a*", "*b", "ab", "a?", "b*a", "?", "*a*", "aa*", "*ab"]
ACTIONS = {
    "s3:GetObject": ["s3:GetObject", "s3:Get*", "s3:*", "*"],
    "sqs:SendMessage": ["sqs:SendMessage", "sqs:*", "*"],
}
OPERATORS = ["StringLike", "StringNotLike", "StringEquals", "StringNotEquals", "StringLikeIfExists"]


def _random_statement(rng):
    statement = {
        "Effect": rng.choice(["Allow", "Deny"]),
        "Action": rng.choice([pattern for patterns in ACTIONS.values() for pattern in patterns]),
        rng.choice(["Resource", "NotResource"]): rng.sample(GLOBS, rng.randint(1, 2)),
    }
    conditions = {}
    for _ in range(rng.randint(0, 2)):
        conditions.setdefault(rng.choice(OPERATORS), {})[rng.choice("km")] = rng.sample(GLOBS, rng.randint(1, 2))
    return statement | ({"Condition": conditions} if conditions else {})


def _language(glob):
    any_letter = z3.AllChar(z3.ReSort(z3.StringSort()))
    parts = {"*": z3.Star(any_letter), "?": any_letter}
    letters = [parts[letter] if letter in parts else z3.Re(letter) for letter in glob]
    return z3.Concat(z3.Re(""), z3.Re(""), *letters)


def _among(text, globs, *, plain=False):
    return z3.Or([text == z3.StringVal(glob) if plain else z3.InRe(text, _language(glob)) for glob in globs])


class _Formula:
    def __init__(self):
        self.action = z3.Int("action")
        self.resource = z3.String("resource")
        self.keys = {name: (z3.Bool(f"has_{name}"), z3.String(name)) for name in "km"}

    def statement(self, statement):
        meant = [index for index, patterns in enumerate(ACTIONS.values()) if statement["Action"] in patterns]
        action = z3.Or([self.action == index for index in meant])
        if "Resource" in statement:
            resource = _among(self.resource, statement["Resource"])
        else:
            resource = z3.Not(_among(self.resource, statement["NotResource"]))
        conditions = [
            self.condition(operator, key, globs)
            for operator, keys in statement.get("Condition", {}).items()
            for key, globs in keys.items()
        ]
        return z3.And(action, resource, *conditions)

    def condition(self, operator, key, globs):
        present, value = self.keys[key]
        among = _among(value, globs, plain="Equals" in operator)
        if "Not" in operator:
            return z3.Or(z3.Not(present), z3.Not(among))
        if operator.endswith("IfExists"):
            return z3.Or(z3.Not(present), among)
        return z3.And(present, among)

    def is_satisfiable(self, statements):
        solver = z3.Solver()
        solver.set("timeout", 1_000)
        solver.add(self.action >= 0, self.action < len(ACTIONS))
        solver.add(z3.Or([self.statement(each) for each in statements if each["Effect"] == "Allow"]))
        solver.add(*(z3.Not(self.statement(each)) for each in statements if each["Effect"] == "Deny"))
        return solver.check()


@pytest.mark.parametrize("seed", range(30))
def test_an_smt_solver_gives_the_same_answer(seed):
    rng = random.Random(seed)
    statements = [_random_statement(rng) for _ in range(rng.randint(1, 6))]
    expected = _Formula().is_satisfiable(statements)
    shape = Shape(parse_principal(USER), actions=tuple(ACTIONS), resource_account=HERE)
    answer = find_request(Stack(identity=(Source.of("i", parse_policy(policy(*statements))),)), shape)
    assert not isinstance(answer, Unsettled)
    if expected != z3.unknown:  # it may give up on a busy machine
        assert isinstance(answer, Witness if expected == z3.sat else Empty)
