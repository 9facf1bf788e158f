"""Instances drawn to hurt: one cent beside 900 millions, a millionth of a point beside millions, bounds reached exactly or missed by a cent."""

from fractions import Fraction
from math import inf, prod

from scoring.selection.instance import Instance, InvalidInstance
from scoring.selection.program import Program

GROUPS = "abcdef"


def draw(chance, sizes, most=inf):
    """One instance that the reader takes, of so many files, and so many selections at most."""
    while True:
        files = [_file(chance, number) for number in range(chance.randint(*sizes))]
        if prod(1 + len(file.get("options", "1")) for file in files) > most:
            continue
        crowd = 40 if chance.random() < 0.1 else chance.randint(1, 7)
        value = {"applications": files, "rules": [_rule(chance, files, number) for number in range(crowd)]}
        try:
            Program(Instance.from_dict(value))
        except InvalidInstance:
            continue
        return value


def _cents(chance):
    return chance.choice([chance.randrange(1, 100), chance.randrange(10**4, 10**7), chance.randrange(10**9, 9 * 10**10)])


def _points(chance):
    odd = [f"0.{chance.randrange(1, 10**6):06d}", "0.000001", str(chance.randrange(10**6, 9 * 10**6 + 1))]
    return chance.choice([*odd, f"{chance.randrange(40) / 2:.1f}", f"{chance.randrange(40) / 2:.1f}", str(chance.randrange(1, 20))])


def _file(chance, number):
    file = {"id": f"F{number:02d}", "rank": chance.randrange(1, 9), "score": _points(chance)}
    file["groups"] = chance.sample(GROUPS, chance.randrange(4))
    cents = _cents(chance)
    if chance.random() < 0.85:
        return file | {"amounts": {"x": cents}}
    less = {"id": "less", "amounts": {"x": cents // 2}, "value": _points(chance)}  # sometimes worth more than the whole
    return file | {"options": [{"id": "full", "amounts": {"x": cents}}, less]}


def _asked(file):
    return (file["amounts"] if "amounts" in file else file["options"][0]["amounts"])["x"]


def _rule(chance, files, number):
    scope = chance.choice(["*", "*", *GROUPS[:3], {"any": ["a", "c"]}, {"all": ["a", "b"]}, {"not": "b"}, {"ids": [files[0]["id"]]}])
    measure = chance.choice(["amount", "amount", "count", "count", "count_share", "amount_share"])
    some = chance.sample(files, chance.randint(1, len(files)))
    rule = {"id": f"r{number}", "scope": scope, "measure": measure}
    if measure == "amount":
        rule |= _window(chance, sum(map(_asked, some)))
    elif measure == "count":
        rule |= {"max": chance.randint(1, len(files))} if chance.random() < 0.7 else {"min": chance.randrange(3)}
    else:
        rule |= {chance.choice(["min", "max"]): _share(chance, some, files, "amount" in measure)}
    if chance.random() < 0.3:
        rule["penalty"] = chance.choice(["0.000001", "0.5", "2", "100000"])
        rule |= {"unit": chance.choice([1, 33_333, 100_000])} if measure == "amount" else {}
    return rule


def _window(chance, cents):
    """A most, that some files reach or miss by a cent; sometimes with a least that leaves 0 to 3 cents."""
    most = cents + chance.randrange(-1, 3)
    return {"max": most, "min": max(0, most - chance.randrange(4))} if chance.random() < 0.15 else {"max": most}


def _share(chance, some, files, is_money):
    """What some files are of all, as near as a few decimals say it: exactly, sometimes."""
    part, whole = (sum(map(_asked, one)) if is_money else len(one) for one in (some, files))
    digits = chance.choice([1, 2, 3, 6])
    return chance.choice(["0.5", "0.25", f"{int(Fraction(part, whole) * 10**digits) / 10**digits:.{digits}f}"])
