"""Who depends on whom: what a condition refers to may not go, move below it or change its type without those who use it being named."""

from collections.abc import Collection, Mapping


def dependents(uses: Mapping[str, Collection[str]], key: str) -> list[str]:
    """Who uses `key` directly, in the order of `uses` (name of who uses → what it uses)."""
    return [name for name, used in uses.items() if key in used]


def circle_in(uses: Mapping[str, Collection[str]]) -> list[str]:
    """The first circle: each uses the next, the last uses the first; empty when there is none."""
    done: set[str] = set()
    for start in uses:
        path: list[str] = []
        waiting = [(start, iter(uses[start]))] if start not in done else []
        path += [start] if waiting else []
        while waiting:
            following = next((key for key in waiting[-1][1] if key in uses and key not in done), None)
            if following is None:
                done.add(path.pop())
                waiting.pop()
            elif following in path:
                return path[path.index(following) :]
            else:
                path.append(following)
                waiting.append((following, iter(uses[following])))
    return []
