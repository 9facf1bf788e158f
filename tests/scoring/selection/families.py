"""Realistic instances of the Grand Est, from a seed: a fixed number of places, two envelopes, three funding levels."""

import random

DEPARTMENTS = {"08": 5, "10": 6, "51": 11, "52": 4, "54": 14, "55": 4, "57": 20, "67": 20, "68": 12, "88": 8}  # share of the lycées, in %
ACADEMIES = {"08": "reims", "10": "reims", "51": "reims", "52": "reims", "67": "strasbourg", "68": "strasbourg"}
PATHWAYS = ("gen", "tech", "pro", "agri")
FAMILIES = ("places", "envelopes", "levels")


def family(name: str, count: int, seed: int, *, cents: bool = False) -> dict:
    """An instance of `count` files; with `cents`, scores in hundredths and amounts to the cent."""
    chance = random.Random(f"{name}-{count}-{seed}-{cents}")
    files = [_file(chance, number, count, cents) for number in range(count)]
    planted = sorted(files, key=lambda file: -float(file["score"]) - chance.gauss(0, 2))
    rules = _places(chance, planted, count) if name == "places" else _envelopes(chance, planted, files)
    if name == "levels":
        for file in files:
            _add_levels(file)
    labels = {label for file in files for label in file["groups"]}
    rules = [rule for rule in rules if rule.get("scope", "*") in labels | {"*"}]  # a small draw may leave a department out
    return {"format": "selection-instance/1", "name": f"{name}-{count}-{seed}", "applications": files, "rules": rules}


def _file(chance, number, count, cents):
    department = chance.choices(list(DEPARTMENTS), DEPARTMENTS.values())[0]
    academy = ACADEMIES.get(department, "nancy-metz")
    agri = chance.random() < 0.09
    pathways = ["agri"] if agri else sorted(chance.sample(PATHWAYS[:3], chance.choice((1, 1, 2, 3))))
    groups = [f"dep:{department}", f"aca:{academy}", f"auth:{'draaf' if agri else academy}", *(f"path:{one}" for one in pathways)]
    groups.append("sect:private" if chance.random() < 0.27 else "sect:public")
    groups.append("terr:rural" if chance.random() < 0.38 else "terr:urban")
    groups += ["ep:yes"] if chance.random() < 0.1 else []
    hundredths = round(min(20, max(4, chance.gauss(12.5, 3))) * 100)
    cost = round(chance.lognormvariate(10.2, 0.6) * 100)
    cost = cost if cents else round(cost, -5)
    share = chance.choice((60, 70, 80)) * cost // 100
    return {
        "id": f"0{department}{number:04d}{chance.choice('ABCDEFGHJKLMNPRSTUVWXYZ')}",
        "rank": chance.randrange(count) + 1,
        "score": f"{hundredths // 100}.{hundredths % 100:02d}" if cents else f"{round(hundredths / 50) / 2:.1f}",
        "groups": groups,
        "amounts": {"inv": share, "fonc": cost - share},
    }


def _places(chance, planted, count):
    places = count * 22 // 100
    chosen = planted[:places]
    rules = [{"id": "places", "measure": "count", "min": places, "max": places}]
    rules += [_quota(chance, f"dep_{one}", f"dep:{one}", chosen, both=True) for one in DEPARTMENTS]
    rules += [_quota(chance, f"auth_{one}", f"auth:{one}", chosen) for one in ("draaf", "nancy-metz", "reims", "strasbourg")]
    rules += [_quota(chance, one, f"path:{one}", chosen) for one in ("agri", "pro", "tech")]
    rules.append(_quota(chance, "ep", "ep:yes", chosen))
    private, rural = _among(chosen, "sect:private"), _among(chosen, "terr:rural")
    rules.append({"id": "private", "measure": "count_share", "scope": "sect:private", **_shares(private, places)})
    rules.append({"id": "rural", "measure": "count_share", "scope": "terr:rural", "min": f"0.{rural * 100 // places:02d}"})
    return rules


def _envelopes(chance, planted, files):
    chosen = planted[: len(files) * 35 // 100]
    rules = []
    for line in ("inv", "fonc"):
        rules.append({"id": f"env_{line}", "measure": "amount", "line": line, "max": sum(file["amounts"][line] for file in chosen)})
    rules += [_quota(chance, f"dep_{one}", f"dep:{one}", chosen) for one in DEPARTMENTS]
    rules += [_quota(chance, one, f"path:{one}", chosen) for one in ("agri", "pro")]
    granted = sum(map(_cost, chosen))
    private = sum(_cost(file) for file in chosen if "sect:private" in file["groups"])
    rules.append({"id": "private", "measure": "amount_share", "scope": "sect:private", "max": f"0.{private * 100 // granted + 2:02d}"})
    rural = _among(chosen, "terr:rural")
    rules.append({"id": "rural", "measure": "count", "scope": "terr:rural", "min": rural + 3, "penalty": "1.5"})
    urban = sum(_cost(file) for file in chosen if "terr:urban" in file["groups"])
    rules.append({"id": "urban", "measure": "amount", "scope": "terr:urban", "max": urban, "penalty": "0.5", "unit": 1_000_000})
    return rules


def _quota(chance, rule_id, label, chosen, both=False):
    """Bounds around what the planted selection has, so that the rules can hold together."""
    there = _among(chosen, label)
    low = {"min": max(0, there - chance.choice((0, 0, 1, 2)))}
    return {"id": rule_id, "measure": "count", "scope": label, **low, **({"max": there + chance.choice((0, 1, 3))} if both else {})}


def _shares(there, places):
    return {"min": f"0.{max(0, there * 100 // places - 4):02d}", "max": f"0.{there * 100 // places + 4:02d}"}


def _among(files, label):
    return sum(1 for file in files if label in file["groups"])


def _cost(file):
    return sum(file["amounts"].values())


def _add_levels(file):
    amounts, hundredths = file.pop("amounts"), round(float(file["score"]) * 100)
    file["options"] = [
        {
            "id": f"p{percent}" if percent < 100 else "full",
            "amounts": {line: cents * percent // 100 for line, cents in amounts.items()},
            "value": f"{hundredths * worth // 10000}.{hundredths * worth // 100 % 100:02d}",
        }
        for percent, worth in ((100, 100), (80, 90), (60, 75))
    ]
