"""The definition of the score read aloud, pair by pair, with no arrays and no haste.

Written from docs/matching.md, not from the kernel: where they differ, one of the two is wrong.
"""

from dataclasses import dataclass
from math import isqrt


@dataclass(frozen=True)
class Judged:
    score: int
    fails: int


def skill_graph(broader, close, merged):
    """{(wanted, held): worth}"""
    end = {skill: merged.get(skill, skill) for skill in broader}
    above = {}
    for skill in broader:
        chain, upper = [], broader[end[skill]]
        while upper is not None:
            chain.append(upper)
            upper = broader[upper]
        above[skill] = chain
    table = {}
    for wanted in broader:
        for held in broader:
            worth = [0]
            if end[wanted] == end[held]:
                worth.append(1000)
            if end[wanted] in above[held]:
                worth.append(800)
            if end[held] in above[wanted]:
                worth.append(500)
            if {(end[wanted], end[held]), (end[held], end[wanted])} & {
                (end[a], end[b]) for a, b in close
            }:
                worth.append(600)
            if above[wanted] and above[held] and above[wanted][0] == above[held][0]:
                worth.append(250)
            table[wanted, held] = max(worth)
    return table


def judge(need, offer, table, rarity, today, weights):
    n, wanted = need
    o, held = offer
    credits = [
        max(
            (
                table[want.skill, have.skill]
                * (1000, 700, 400)[max(0, want.level - have.level)]
                // 100
                for have in held
            ),
            default=0,
        )
        for want in wanted
    ]
    weight = [rarity[want.skill] * (10 if want.required else 4) for want in wanted]
    mean = sum(w * c for w, c in zip(weight, credits, strict=True)) // max(sum(weight), 1)
    best = max(credits, default=0)
    short = any(c < 4000 and want.required for c, want in zip(credits, wanted, strict=True))

    places = [(n["x"], n["y"], n["z"]), *((one.x, one.y, one.z) for one in n["carriers"])]
    here = (o["x"], o["y"], o["z"])
    metres = min(
        isqrt(sum((a - b) ** 2 for a, b in zip(there, here, strict=True))) for there in places
    )
    houses = {n["organisation"], *(one.house for one in n["carriers"])}
    both = n["place"] & o["place"]
    on_site, remote = bool(both & 1) and metres <= o["reach"], bool(both & 2)

    first, last = max(n["start"], o["start"], today), min(n["end"], o["end"])
    shared = range(first, last + 1)
    usable = sum(1 for day in shared if o["weekdays"] >> (day - 1) % 7 & 1)
    hours = o["hours"] if n["undated"] else min(o["hours"], usable * 7)

    fails = (
        1 * (short or best < 4000)
        + 2 * (not on_site and not remote)
        + 4 * (usable < 1)
        + 8 * (n["room"] < 1 or o["room"] < 1)
        + 16 * (not n["languages"] & o["languages"])
        + 64 * (o["organisation"] in houses)
        + 128 * (n["pole"] != o["pole"])
        + 1024 * (not n["times"] & (2 if o["work"] else 1))
    )

    def place(own, near):
        ways = [0]
        if on_site:
            ways.append(10_000 - (10_000 - near) * metres // max(o["reach"], 1))
        if remote:
            ways.append(10_000 if own == 2 else 8_500)
        return max(ways)

    def room(side):
        left = max(side["room"], 0)
        return 10_000 * left // max(left + side["asked"], 1)

    if n["causes"] & o["causes"]:
        cause = 10_000
    else:
        cause = 2_500 if o["causes"] else 6_000
    span = (1, 1, 5, 28, 90)[n["format"]]
    same = {
        "time": 10_000 * min(n["hours"], hours) // n["hours"],
        "cause": cause,
        "format": 10_000 if n["undated"] else 10_000 * min(len(shared), span) // span,
        "regime": 3_000 if o["work"] == 1 and not n["eligible"] else 10_000,
    }
    a = same | {
        "skills": mean, "place": place(n["place"], 7_500), "answers": o["answers"], "room": room(o),
        "waiting": 0,
    }  # fmt: skip
    b = same | {
        "skills": (mean + best) // 2, "place": place(o["place"], 4_000), "answers": n["answers"],
        "room": room(n), "waiting": 10_000 * min(max(today - n["since"], 0), 60) // 60,
    }  # fmt: skip
    one = sum(weights["need"][part] * a[part] for part in a) // sum(weights["need"].values())
    two = sum(weights["offer"][part] * b[part] for part in b) // sum(weights["offer"].values())
    joined = 2 * one * two // max(one + two, 1)
    return Judged(joined * (1000 - o["penalty"] - n["penalty"]) // 1000, fails)
