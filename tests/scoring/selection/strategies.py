"""Small instances that look for trouble: cents, ties, shares at their exact bound, nothing to select, rules that cannot hold."""

from hypothesis import strategies as st

GROUPS = ("pub", "priv", "agri", "rural")
SHARES = ("0", "0.25", "0.3", "0.33", "0.5", "0.6", "1")
half_points = st.integers(0, 40).map(lambda n: f"{n / 2:.1f}")
few_scores = st.sampled_from(["12", "12.5", "13"])  # many ties
hundredths = st.integers(0, 2000).map(lambda n: f"{n // 100}.{n % 100:02d}")
round_cents = st.integers(0, 80).map(lambda n: n * 100_000)
odd_cents = st.integers(0, 8_000_000)


@st.composite
def applications(draw, sizes=(0, 7), levels=True):
    """Files as the format writes them, in any order, some with two ways to fund them."""
    size = draw(st.integers(*sizes))
    scores = draw(st.sampled_from([half_points, few_scores, hundredths]))
    cents = draw(st.sampled_from([round_cents, odd_cents]))
    lines = draw(st.sampled_from([("inv",), ("inv", "fonc")]))
    with_levels = levels and size <= 5 and draw(st.integers(0, 3)) == 0
    answer = []
    for number in range(size):
        score = draw(scores)
        amounts = {line: draw(cents) for line in lines}
        groups = draw(st.lists(st.sampled_from(GROUPS), unique=True, max_size=3))
        file = {"id": f"A{number:02d}", "rank": draw(st.integers(1, size)), "score": score, "groups": groups}
        answer.append(file | (_two_levels(score, amounts) if with_levels and draw(st.booleans()) else {"amounts": amounts}))
    return draw(st.permutations(answer))


def _two_levels(score, amounts):
    lower = {line: cents * 60 // 100 for line, cents in amounts.items()}
    value = f"{float(score) * 0.75:.2f}"
    return {"options": [{"id": "full", "amounts": amounts}, {"id": "p60", "amounts": lower, "value": value}]}


@st.composite
def scopes(draw, files):
    """Any scope of the format; the labels used are those of some file."""
    labels = sorted({label for file in files for label in file["groups"]})
    if not labels:
        return "*"
    label = st.sampled_from(labels)
    several = st.lists(label, unique=True, min_size=1, max_size=2)
    ids = st.lists(st.sampled_from(sorted(file["id"] for file in files)), unique=True, min_size=1, max_size=3)
    simple = st.one_of(st.just("*"), label, label, several.map(lambda some: {"any": some}), several.map(lambda some: {"all": some}))
    return draw(st.one_of(simple, label.map(lambda one: {"not": one}), ids.map(lambda some: {"ids": some})))


@st.composite
def rules(draw, files, number, soft=True):
    """One rule that may bite, on one or on both sides."""
    measure = draw(st.sampled_from(["count", "count", "count", "amount", "amount", "count_share", "amount_share"]))
    rule = {"id": f"r{number}", "measure": measure, "scope": draw(scopes(files))}
    if measure.startswith("amount") and draw(st.booleans()):
        rule["line"] = "inv"
    low, high = draw(_bounds(measure, files))
    sides = draw(st.sampled_from(["min", "max", "max", "both"]))
    rule |= {"min": low} if sides != "max" else {}
    rule |= {"max": high} if sides != "min" else {}
    if soft and draw(st.integers(0, 3)) == 0:
        rule["penalty"] = draw(st.sampled_from(["0.5", "1", "2.25"]))
        rule |= {"unit": draw(st.sampled_from([1_000_000, 3_333_333]))} if measure.startswith("amount") else {}
    elif draw(st.integers(0, 3)) == 0:
        rule["relax_weight"] = draw(st.integers(1, 3))
    return rule


@st.composite
def _bounds(draw, measure, files):
    if measure.endswith("share"):
        return tuple(sorted(draw(st.lists(st.sampled_from(SHARES), min_size=2, max_size=2)), key=float))
    if measure == "count":
        return tuple(sorted(draw(st.lists(st.integers(0, max(1, len(files) // 2 + 1)), min_size=2, max_size=2))))
    total = sum(sum(option["amounts"].values()) for file in files for option in (file.get("options") or [file])[:1])
    return tuple(sorted(total * draw(st.integers(0, 10)) // 10 for _ in range(2)))


@st.composite
def instances(draw, *, sizes=(0, 7), levels=True, soft=True, places=None):
    """A whole instance: `places` says whether a rule fixes the number of selected files (None: sometimes)."""
    files = draw(applications(sizes, levels))
    some_rules = [draw(rules(files, number, soft)) for number in range(draw(st.integers(0, 4)))]
    if draw(st.booleans()) if places is None else places:
        fixed = draw(st.integers(0, len(files)))
        some_rules = [{"id": "places", "measure": "count", "min": fixed, "max": fixed}, *some_rules]
    ids = [file["id"] for file in files]
    forced = draw(st.lists(st.sampled_from(ids), unique=True, max_size=2)) if ids and draw(st.integers(0, 3)) == 0 else []
    return {"applications": files, "rules": some_rules, "forced_in": forced[:1], "forced_out": forced[1:]}


@st.composite
def impossible(draw):
    """Instances of which many cannot hold: several hard rules that pull apart, some with a weight or bounds to negotiate."""
    files = draw(applications((2, 6), levels=False))
    some_rules = [draw(rules(files, number, soft=False)) for number in range(draw(st.integers(2, 5)))]
    some_rules = [rule | draw(_leeway(rule)) for rule in some_rules]
    fixed = draw(st.integers(1, len(files)))
    return {
        "applications": files,
        "rules": [{"id": "places", "measure": "count", "min": fixed, "max": fixed}, *some_rules],
        "forced_in": [files[0]["id"]] if draw(st.booleans()) else [],
        "forced_out": [],
    }


@st.composite
def _leeway(draw, rule):
    """Nothing, no negotiation at all, or the last bounds that would be accepted."""
    kind = draw(st.sampled_from(["free", "free", "none", "bounds"]))
    if kind == "none":
        return {"negotiable": False}
    if kind == "free" or rule["measure"].endswith("share"):
        return {}
    low = {"min": rule["min"] * draw(st.integers(0, 2)) // 2} if "min" in rule else {}
    return {"negotiable": low | ({"max": rule["max"] * draw(st.integers(2, 4)) // 2} if "max" in rule else {})}
