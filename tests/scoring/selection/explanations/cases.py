"""Instances read, solved and ready to be explained; those that cannot be read or held are not what a test asks for."""

from hypothesis import assume

from scoring.selection.explanations.case import Case
from scoring.selection.instance import Instance, InvalidInstance
from scoring.selection.solve import Doctrine, Status, solve


def solved(value, doctrine=Doctrine.SUM):
    instance = Instance.from_dict(value)
    return Case(instance, solve(instance, doctrine))


def readable(value):
    """The instance, when it is a legal one."""
    try:
        return Instance.from_dict(value)
    except InvalidInstance:
        assume(False)


def solvable(value, doctrine=Doctrine.SUM):
    """The case of a drawn instance, when its rules can hold."""
    instance = readable(value)
    result = solve(instance, doctrine)
    assume(result.status is Status.PROVEN)
    return Case(instance, result)


def file(key, rank, score, cents, *groups, name="", **more):
    named = {"name": name} if name else {}
    return {"id": key, "rank": rank, "score": score, "groups": list(groups), "amounts": {"inv": cents}} | named | more


def places(number):
    return {"id": "places", "measure": "count", "min": number, "max": number}


# Four files, two places, one of them for an agricultural lycée.
TWO_PLACES = {
    "applications": [
        file("A", 1, "15", 10),
        file("B", 2, "14", 20, "priv"),
        file("C", 3, "13", 20, "agri"),
        file("D", 4, "12", 30, "agri"),
    ],
    "rules": [places(2), {"id": "agri", "measure": "count", "scope": "agri", "min": 1}],
}
