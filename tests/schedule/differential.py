#!/usr/bin/python3
"""Compares shift expansion and recurrence rules with an independent computation on dateutil and zoneinfo.

    tests/schedule/differential.py build/dev/tests/test_schedule [--cases 2000] [--seed N]

Half of the cases are shifts (all IANA zones, ten years, half of the windows around a change of the clock), half are
bare rules with every BY part. The model below walks everything from the beginning, turn by turn, as
docs/spec/schedules.md, section 3 tells it (column "Ours"); the engine computes by arithmetic. Exit 1 at a difference.
"""
import argparse
import calendar
import datetime as datetime_module
import functools
import json
import random
import subprocess
import sys
import types
import zoneinfo
from datetime import datetime, timedelta, timezone

import dateutil.rrule
from dateutil.rrule import DAILY, HOURLY, MINUTELY, MONTHLY, SECONDLY, WEEKLY, YEARLY, rrule, weekday

UTC = timezone.utc
EPOCH = datetime(1970, 1, 1)
FREQUENCIES = {"hourly": HOURLY, "daily": DAILY, "weekly": WEEKLY, "monthly": MONTHLY}
# The engine counts frequencies from the finest.
ENGINE_FREQUENCY = {SECONDLY: 0, MINUTELY: 1, HOURLY: 2, DAILY: 3, WEEKLY: 4, MONTHLY: 5, YEARLY: 6}


# dateutil looks for a rule that never matches until the year 9999; it is told that time ends sooner.
LIMITS = types.SimpleNamespace(**vars(datetime_module))
dateutil.rrule.datetime = LIMITS


def seconds(naive):
    return int((naive - EPOCH).total_seconds())


# Zones ------------------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=None)
def zone_of(name):
    return zoneinfo.ZoneInfo(name)


def offset_at(zone, at):
    return (EPOCH + timedelta(seconds=at)).replace(tzinfo=UTC).astimezone(zone).utcoffset()


@functools.lru_cache(maxsize=None)
def changes(name):
    """Instants at which the zone's offset changes, 2020 to 2030."""
    zone, found = zone_of(name), []
    at, end = seconds(datetime(2020, 1, 1)), seconds(datetime(2030, 12, 31))
    while at < end:
        step = at + 7 * 86400
        if offset_at(zone, at) != offset_at(zone, step):
            found.append(find_change(zone, at, step))
        at = step
    return found


def find_change(zone, before, after):
    """The first second with another offset than at `before`."""
    old = offset_at(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if offset_at(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after


def instant(zone, naive):
    """The one mapping of schedules (section 2.1): repeated -> the later, skipped -> the change."""
    found = []
    for fold in (0, 1):
        at = naive.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        found.append(int((at - EPOCH.replace(tzinfo=UTC)).total_seconds()))
    if (EPOCH + timedelta(seconds=max(found))).replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) == naive:
        return max(found)
    return find_change(zone, min(found) - 1, max(found) + 1)


# Shifts: the model ------------------------------------------------------------------------------------------------


def rule_of(shift, start, until, **others):
    parts = dict(dtstart=start, until=until, wkst=shift["week_start"], interval=shift["interval"])
    if shift["by_month"]:
        parts["bymonth"] = shift["by_month"]
    if shift["by_day"]:
        parts["byweekday"] = shift["by_day"]
    if shift["by_monthday"]:
        parts["bymonthday"] = shift["by_monthday"]
    parts.update(others)
    return rrule(FREQUENCIES[shift["frequency"]], **parts)


def week_of(shift, day):
    return day - timedelta(days=(day.weekday() - shift["week_start"]) % 7)


def first_base(shift, due):
    start, base = shift["start"], shift["start"]
    if shift["type"] != "rolling":
        return base
    if shift["frequency"] in ("weekly", "monthly") and shift["rotation_start"] != start:
        midnight = datetime(start.year, start.month, start.day)
        if shift["frequency"] == "weekly":
            end = week_of(shift, midnight) + timedelta(days=7)
        else:
            end = midnight.replace(day=1) + timedelta(days=calendar.monthrange(start.year, start.month)[1])
        candidates = [start] + list(rule_of(shift, start, end - timedelta(seconds=1)))
        base = next((at for at in candidates if due(at)), start)
    if shift["by_day"] and base.weekday() not in shift["by_day"]:
        first = min(shift["by_day"], key=lambda day: (day - shift["week_start"]) % 7)
        while base.weekday() != first:
            base += timedelta(days=1)
    return base


def turn_numbers(shift, base, occurrences, limit):
    """Walks the turns one by one and numbers each occurrence."""
    frequency, numbers = shift["frequency"], {}
    if frequency == "monthly":
        turn, month = -1, None
        for at in occurrences:
            if (at.year, at.month) != month:
                turn, month = turn + 1, (at.year, at.month)
            numbers[at] = turn
        return numbers
    if frequency == "daily" and shift["by_day"]:
        for index, at in enumerate(rrule(DAILY, dtstart=base, byweekday=shift["by_day"], until=limit)):
            numbers[at] = index // shift["interval"]
    elif frequency == "weekly":
        turn, week = -1, None
        for at in rrule(WEEKLY, dtstart=base, interval=shift["interval"], wkst=shift["week_start"], byweekday=range(7), until=limit):
            if week_of(shift, at) != week:
                turn, week = turn + 1, week_of(shift, at)
            numbers[at] = turn
    else:
        for index, at in enumerate(rrule(FREQUENCIES[frequency], dtstart=base, interval=shift["interval"], until=limit)):
            numbers[at] = index
    return numbers


def expand(shift, begin, end):
    zone = zone_of(shift["zone"])
    at_instant = lambda naive: instant(zone, naive)
    length = timedelta(seconds=shift["duration"])
    until, web = shift["until"], shift["source"] == 0
    rotation_start = at_instant(shift["rotation_start"])
    if shift["type"] in ("single", "override"):
        stop = shift["start"] + length
        stop = min(stop, until) if until else stop
        first, last = at_instant(shift["start"]), at_instant(stop)
        first = max(first, rotation_start) if web else first
        return [[first, last, 0]] if first < last and first < end and last > begin else []

    rolling = shift["type"] == "rolling"
    if rolling and shift["groups"] == 0:
        return []
    due = lambda at: at_instant(at + length) > rotation_start if web else at_instant(at) >= rotation_start
    base = first_base(shift, due)
    limit = EPOCH + timedelta(seconds=end) + timedelta(days=2)
    by_selected_day = rolling and shift["frequency"] == "daily" and shift["by_day"]
    rule = rule_of(shift, base, limit, **({"interval": 1} if by_selected_day else {}))
    occurrences = sorted({base, *rule}) if base <= limit else []
    numbers = turn_numbers(shift, base, occurrences, limit) if rolling else {}
    shown = [at for at in occurrences if due(at)] if rolling or web else occurrences
    first_turn = numbers[shown[0]] if rolling and shown else 0
    begun = set()
    rows = []
    for at in shown:
        first, stop = at_instant(at), at + length
        if until and first > seconds(until):
            continue
        turn = numbers[at] if rolling else 0
        opens_series = at == base if not rolling else turn < first_turn + shift["groups"] and turn not in begun
        begun.add(turn)
        if until and not web and opens_series:
            stop = min(stop, until)
        last = at_instant(stop)
        if web:
            first = max(first, rotation_start)
            last = min(last, seconds(until)) if until else last
        if first < last and first < end and last > begin:
            rows.append([first, last, turn % shift["groups"] if rolling else 0])
    return rows


# Shifts: the cases ------------------------------------------------------------------------------------------------


def random_wall(rng, year_from, year_to):
    at = datetime(rng.randint(year_from, year_to), rng.randint(1, 12), rng.randint(1, 28), rng.choice([0, 0, 1, 2, 3, 9, 18, 23, rng.randint(0, 23)]))
    at += timedelta(days=rng.choice([0, 0, 1, 2, 3]))
    return at.replace(minute=rng.choice([0, 0, 0, 30, rng.randint(0, 59)]))


def random_shift_case(rng, zones):
    name = rng.choice(zones)
    at_change = None
    if changes(name) and rng.random() < 0.6:
        change = EPOCH + timedelta(seconds=rng.choice(changes(name)))
        at_change = change.replace(tzinfo=UTC).astimezone(zone_of(name)).replace(tzinfo=None)
        middle = change + timedelta(days=rng.randint(-3, 3))
    else:
        middle = random_wall(rng, 2020, 2029)
    begin = middle - timedelta(hours=rng.randint(1, 24 * 20))
    end = middle + timedelta(hours=rng.randint(1, 24 * 20))
    frequency = rng.choice(["hourly", "daily", "daily", "weekly", "weekly", "monthly"])
    back = {"hourly": 60, "daily": 400, "weekly": 900, "monthly": 1500}[frequency]
    start = begin - timedelta(days=rng.randint(-20, rng.choice([30, back])))
    start = start.replace(hour=rng.choice([0, 0, 1, 2, 3, 9, 22, start.hour]), minute=rng.choice([0, 0, 30, start.minute]), second=0)
    if at_change and rng.random() < 0.6:  # readings that the change skips or repeats
        near = at_change + timedelta(minutes=rng.choice([-120, -90, -60, -30, 0, 30, 60]))
        start = start.replace(hour=near.hour, minute=near.minute)
    if rng.random() < 0.2:
        start = start.replace(day=rng.choice([28, 29, 30, 31][: calendar.monthrange(start.year, start.month)[1] - 27]))
    kind = rng.choice(["single", "override", "recurrent", "recurrent"] + ["rolling"] * 6)
    length = rng.choice([1800, 3600, 7200, 4 * 3600, 8 * 3600, 12 * 3600, 86400, 86400, 7 * 86400, rng.randint(1, 10 * 86400)])
    if frequency == "hourly":
        length = min(length, 2 * 86400)
    shift = {
        "type": kind, "zone": name, "start": start, "rotation_start": start, "duration": length, "frequency": frequency,
        "interval": rng.choice([1, 1, 1, 2, 3, 6, 12]), "until": None, "week_start": rng.choice([0, 0, 6, rng.randint(0, 6)]),
        "by_day": [], "by_month": [], "by_monthday": [], "groups": rng.choice([1, 2, 2, 3, 3, 5, 7]), "source": rng.choice([0, 1, 1, 3]),
    }
    if rng.random() < 0.4:
        shift["by_day"] = sorted(rng.sample(range(7), rng.randint(1, 7)))
    if rng.random() < 0.1:
        shift["by_month"] = sorted(rng.sample(range(1, 13), rng.randint(1, 11)))
    if rng.random() < 0.15 and not (kind == "rolling" and frequency == "daily"):
        days = list(range(-31, 0)) + list(range(1, 32))
        shift["by_monthday"] = sorted(rng.sample(days, rng.choice([1, 1, 2, 5, 20])))
    if rng.random() < 0.3:
        shift["rotation_start"] = start + timedelta(hours=rng.randint(-200, back * 30))
    if rng.random() < 0.4:
        cycle = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43800}[frequency] * shift["interval"] * shift["groups"]
        most = rng.choice([60 * 24 * 40, min(cycle * 2, 60 * 24 * 400)])
        shift["until"] = rng.choice([start, begin]) + timedelta(minutes=rng.randint(-60 * 24, most))
    return shift, seconds(begin), seconds(end)


def shift_question(case):
    shift, begin, end = case
    told = dict(shift)
    for key in ("start", "rotation_start", "until"):
        told[key] = None if told[key] is None else seconds(told[key])
    return {"shift": told, "from": begin, "to": end}


# Rules ------------------------------------------------------------------------------------------------------------


def some(rng, values, most):
    values = list(values)
    return sorted(rng.sample(values, rng.randint(1, min(most, len(values)))))


def random_rule_case(rng, _zones):
    frequency = rng.choice([YEARLY] * 3 + [MONTHLY] * 3 + [WEEKLY] * 3 + [DAILY] * 3 + [HOURLY] * 2 + [MINUTELY, SECONDLY])
    rule = {"frequency": frequency, "interval": rng.choice([1, 1, 2, 3, 5, 7, 12]), "week_start": rng.randint(0, 6)}
    # dateutil takes minutes to see that no second of a year matches.
    rare = 0.2 if frequency in (MINUTELY, SECONDLY) else 1
    chance = lambda share: rng.random() < share * rare
    if chance(0.3):
        rule["by_month"] = some(rng, range(1, 13), 6)
    if chance(0.4):
        ordinal = frequency in (YEARLY, MONTHLY) and chance(0.5)
        # dateutil itself fails on the 20th Monday of a month.
        of_year = frequency == YEARLY and "by_month" not in rule
        numbers = [-5, -2, -1, 1, 2, 3, 4, 5] + ([20, -20, 53] if of_year else [])
        rule["by_day"] = [[day, rng.choice(numbers) if ordinal else 0] for day in some(rng, range(7), 5)]
    if chance(0.25):
        rule["by_monthday"] = some(rng, list(range(-31, 0)) + list(range(1, 32)), 8)
    if frequency == YEARLY and chance(0.15):
        rule["by_yearday"] = some(rng, list(range(-366, 0)) + list(range(1, 367)), 8)
    if frequency == YEARLY and chance(0.15):
        # dateutil miscounts the last week of some years (2023-01-01 is in week 52 when weeks begin on Tuesday).
        rule["by_weekno"] = some(rng, list(range(-51, -1)) + list(range(1, 52)), 5)
    if chance(0.2):
        rule["by_hour"] = some(rng, range(24), 4)
    if chance(0.2):
        rule["by_minute"] = some(rng, range(60), 3)
    if chance(0.1):
        rule["by_second"] = some(rng, range(60), 2)
    if chance(0.2) and len(rule) > 3:
        rule["by_setpos"] = some(rng, [-3, -2, -1, 1, 2, 3, 5], 2)
    start = random_wall(rng, 2015, 2025)
    span = {SECONDLY: 0.05, MINUTELY: 2, HOURLY: 40, DAILY: 300, WEEKLY: 700, MONTHLY: 2000, YEARLY: 4000}[frequency]
    begin = start + timedelta(seconds=int(rng.random() * span * 86400))
    end = begin + timedelta(seconds=int(rng.random() * span * 86400))
    return rule, start, begin, end


def rule_question(case):
    rule, start, begin, end = case
    told = dict(rule)
    told["frequency"] = ENGINE_FREQUENCY[told["frequency"]]
    return {"rule": told, "start": seconds(start), "from": seconds(begin), "to": seconds(end)}


def rule_answer(case):
    rule, start, begin, end = case
    parts = {"interval": rule["interval"], "wkst": rule["week_start"], "dtstart": start, "until": end}
    names = {"by_month": "bymonth", "by_monthday": "bymonthday", "by_yearday": "byyearday", "by_weekno": "byweekno",
             "by_hour": "byhour", "by_minute": "byminute", "by_second": "bysecond", "by_setpos": "bysetpos"}
    for key, name in names.items():
        if key in rule:
            parts[name] = rule[key]
    if "by_day" in rule:
        parts["byweekday"] = [weekday(day, ordinal or None) for day, ordinal in rule["by_day"]]
    try:
        return [seconds(at) for at in rrule(rule["frequency"], **parts) if begin <= at < end]
    except ValueError:  # "Invalid rrule byxxx generates an empty set": dateutil notices, we just find none
        return []


# ------------------------------------------------------------------------------------------------------------------


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("driver")
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    options = parser.parse_args()
    print(f"differential: {options.cases} cases, seed {options.seed}", flush=True)
    rng = random.Random(options.seed)
    zones = sorted(name for name in zoneinfo.available_timezones() if name[0].isupper())
    engine = subprocess.Popen([options.driver, "--driver"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    rows = faults = 0
    for number in range(options.cases):
        if number % 2 == 0:
            case = random_shift_case(rng, zones)
            LIMITS.MAXYEAR = (EPOCH + timedelta(seconds=case[2])).year + 1
            question, expected = shift_question(case), expand(*case)
        else:
            case = random_rule_case(rng, zones)
            LIMITS.MAXYEAR = case[3].year
            question, expected = rule_question(case), rule_answer(case)
        engine.stdin.write(json.dumps(question) + "\n")
        engine.stdin.flush()
        got = json.loads(engine.stdout.readline())
        rows += len(expected)
        if sorted(got) != sorted(expected):
            faults += 1
            if faults <= 5:
                print(f"case {number} differs: {json.dumps(question)}")
                print("  only expected:", [row for row in expected if row not in got][:5])
                print("  only got:     ", [row for row in got if row not in expected][:5])
        if number % 20000 == 19999:
            print(f"{number + 1} cases, {faults} differ", flush=True)
    engine.stdin.close()
    print(f"{options.cases} cases over {len(zones)} zones, {rows} occurrences, {faults} differ")
    return 1 if faults or engine.wait() else 0


if __name__ == "__main__":
    sys.exit(main())
