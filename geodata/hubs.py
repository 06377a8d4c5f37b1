"""The shipped hubs, gathered from every file of `domain/`, with the source of each fact.

`hubs_corrections.csv` wins over `hubs_new.csv` and `hubs_more.csv`; what a second source says of a
known hub is added to it. `facility_facts.csv` holds hours, prices, eligibility and amenities as the
program's own readers took them from the sources' words, read again by a person.
"""

import re
from urllib.parse import urlsplit

import tables
from common import read_csv, require

# The columns of the source files, under one name each.
COLUMNS = {
    "opening_hours_ja": "hours", "hours_text": "hours", "opening_hours": "osm_hours",
    "closures_ja": "closed", "closed_days_text": "closed",
    "fees_ja": "fees", "fees_text": "fees", "price": "fees",
    "eligibility_ja": "eligibility", "eligibility": "eligibility",
    "amenities_ja": "amenities", "amenities": "amenities",
}
# What the source says in words, and the fields of a facility it comes to.
WORDS = {
    "hours": ("opening_hours", "hours_note"), "closed": ("opening_hours", "hours_note"),
    "fees": ("price_hour_yen", "price_note"), "price_hour_yen": ("price_hour_yen",),
    "eligibility": ("eligibility", "eligibility_note"),
    "amenities": ("amenities", "amenities_note"), "seats": ("seats", "amenities_note"),
    "uses": ("uses",), "note": ("hours_note", "eligibility_note"),
}
# Facts of the row's own source that need no reading.
PLAIN = ("name", "name_en", "address", "operator", "phone", "website", "stock_note", "built_year")
# A source that is older or newer than these stands with no date.
YEARS = range(2008, 2027)


class Hub:
    """One hub as the files have it."""

    def __init__(self, row, source):
        self.row = row
        self.words = {}  # what -> [(text, source)]
        self.sources = []  # of {"title", "url", "date", "fields"}
        self.own = self.source(source)

    def source(self, source):
        """The hub's own entry for a source: one an address, or a title where it has none."""
        for known in self.sources:
            if known["url"] == source["url"] and (known["url"] or known["title"] == source["title"]):
                known["date"] = max(known["date"] or "", source["date"] or "", key=len) or None
                return known
        self.sources.append({**source, "fields": []})
        return self.sources[-1]

    def say(self, what, text, source):
        """Notes what a source says in words."""
        if text:
            self.words.setdefault(what, []).append((text, source))

    def replace(self, what, text, sources):
        """Puts a corrected text in place of what was said."""
        self.words.pop(what, None)
        for source in sources:
            self.say(what, text, source)

    def text(self, what):
        """All that is said about something, each text once."""
        texts = [text for text, _ in self.words.get(what, [])]
        return "、".join(dict.fromkeys(texts))


def date_of(*texts):
    """The date that a title or an address bears; None where there is none."""
    for text in texts:
        for pattern, form in ((r"(20\d\d)[-/年](\d\d?)[-/月](\d\d?)(?!\d)", "{}-{:02}-{:02}"),
                              (r"(20\d\d)[-/年](0\d|1[0-2]|\d(?=月))(?!\d)", "{}-{:02}")):
            found = re.search(pattern, text or "")
            if found and int(found[1]) in YEARS and 1 <= int(found[2]) <= 12 and (
                    found.lastindex < 3 or 1 <= int(found[3]) <= 31):
                return form.format(found[1], *map(int, found.groups()[1:]))
        found = re.search(r"(?<!\d)(20\d\d)(?=年|[^\d]|$|[01]\d[0-3]\d)", text or "")
        if found and int(found[1]) in YEARS:
            return found[1]
        found = re.search(r"(令和|平成)(\d+|元)年", text or "")
        if found:
            year = (2018 if found[1] == "令和" else 1988) + (1 if found[2] == "元" else int(found[2]))
            return str(year)
    return None


def entry(title, url, date=None):
    """A source."""
    title, url = title.strip(), url.strip()
    if any(host in url for host in tables.MIRRORS):
        title, url = title + tables.MIRRORS[urlsplit(url).netloc], ""
    return {"title": title or urlsplit(url).netloc, "url": url or None,
            "date": date or date_of(title, url)}


def status_date(row):
    """The time a row's status speaks of."""
    return row.get("status_asof") or None


def read(shared):
    """Every hub, in the order of the files."""
    domain = shared / "domain"
    hubs = read_shipped(domain)
    read_added(domain, "hubs_new.csv", hubs)
    read_added(domain, "hubs_more.csv", hubs)
    add_facts(domain, hubs)
    correct(domain, hubs)
    move(domain, hubs)
    for hub in hubs:
        settle(hub)
    return hubs


def read_shipped(domain):
    """The first 84; where both tables name one, the support comes from the second."""
    rows = {(row["name"], row["municipality_code"]): row for row in read_csv(domain / "hubs.csv")}
    codes = {name: (name, code) for name, code in rows}
    merged = 0
    for row in read_csv(domain / "hubs_funded.csv"):
        if row["name"] in codes:
            old = rows[codes[row["name"]]]
            for column in ("prefecture", "city", "address", "lat", "lon", "coord_precision", "kind", "status"):
                require(old[column] == row[column], f"{row['name']}: two values of {column}")
            rows[codes[row["name"]]] = old | {k: v for k, v in row.items() if k not in old}
            merged += 1
        else:
            rows[row["name"], ""] = row
    require(len(rows) == 84 and merged == 2, f"{len(rows)} hubs, {merged} merged")
    hubs = []
    for row in rows.values():
        hub = Hub(row | {"file": "hubs.csv"}, entry(row["source_title"], row["source_url"]))
        hubs.append(hub)
    return hubs


def read_added(domain, file, hubs):
    """The hubs of one further file."""
    for row in read_csv(domain / file):
        if (file, row["name"]) in tables.SAME_HUB:
            continue
        date = status_date(row) if row["status"] != "unknown" else None
        source = entry(row["source_title"], row["source_url"], date)
        if source["date"] is None and status_date(row):
            source["date"] = status_date(row)
        hub = Hub(row | {"file": file}, source)
        for column, what in (COLUMNS | {"seats": "seats", "price_hour_yen": "price_hour_yen"}).items():
            if column in row and not (file == "hubs_more.csv" and column == "opening_hours"):
                hub.say(what, row[column], hub.own)
        if file == "hubs_more.csv":
            hub.row["osm_hours"] = row["opening_hours"]
            hub.say("note", row["note"] if row["name"] not in tables.NOTES_OF_OURS else "", hub.own)
        hubs.append(hub)


def named(hubs, name, file):
    """The one hub of that name in that file."""
    found = [hub for hub in hubs if hub.row["file"] == file and hub.row.get("was", hub.row["name"]) == name]
    require(len(found) == 1, f"{file}: {len(found)} hubs are called {name}")
    return found[0]


def add_facts(domain, hubs):
    """What further sources say of known hubs."""
    for file in ("hubs_facts.csv", "hubs_more_facts.csv"):
        for fact in read_csv(domain / file):
            name = fact["name"]
            if ("hubs_new.csv", name) in tables.SAME_HUB:
                continue
            if fact["id"]:
                hub = next(h for h in hubs[:84] if (h.row["name"].startswith(name)
                           or name in h.row["name"] or tables.FACT_NAMES.get(name) == h.row["name"]))
            else:
                hub = named(hubs, name, fact["in_file"])
            add_fact(hub, fact)


def add_fact(hub, fact):
    """One fact of one source."""
    field, value = fact["field"], fact["value"]
    source = hub.source(entry(fact["source_title"], fact["source_url"], fact["as_of"] or None))
    if field in COLUMNS:
        hub.say(COLUMNS[field], value, source)
    elif field in ("seats", "price_hour_yen", "uses", "note"):
        hub.say(field, value, source)
    elif field in ("phone", "address"):
        hub.row[field] = tables.FACT_VALUES.get((hub.row["name"], field), value)
        source["fields"].append(field)
    elif field == "stock":
        hub.row["stock"] = value
        source["fields"].append("stock_note")
    elif field == "access":
        source["fields"].append("position")
    elif field == "opened":
        if (status_date(hub.row) or "") <= value and hub.row["status"] in ("open", "unknown"):
            hub.row |= {"status": "open", "status_asof": value, "status_source": source}
    elif field == "name_alias":
        hub.row["was"] = hub.row["name"]
        hub.row["name"] = f"{hub.row['name']}（{re.sub('（.*', '', value)}）"
        source["fields"].append("name")
    elif field == "status":
        require(hub.row["name"] in tables.REOPENED, f"{hub.row['name']}: status {value}")
        hub.row |= tables.REOPENED[hub.row["name"]] | {"status_source": source}
        source["fields"] += ["name", "operator", "phone"]
    else:
        require(False, f"{hub.row['name']}: nobody reads {field}")


def correct(domain, hubs):
    """What a second reading found wins."""
    for fix in read_csv(domain / "hubs_corrections.csv"):
        hub = next((h for h in hubs if h.row["file"] == fix["file"]
                    and h.row.get("was", h.row["name"]) == fix["name"]), None)
        require(hub, f"corrections: no hub is called {fix['name']}")
        field, value = fix["field"], fix["value"]
        sources = [hub.source(entry("", url)) for url in fix["source_url"].split(" ; ")]
        if field == "source_url":
            hub.sources.remove(sources[0])
            hub.own["url"] = value
            continue
        if field == "opened" or field == "note" and (fix["file"], fix["name"]) in tables.NOTES_OF_OURS:
            hub.sources = [s for s in hub.sources if s not in sources or s["fields"] or s is hub.own]
            continue
        what = COLUMNS.get(field, field)
        if what == "osm_hours" or field == "opening_hours" and fix["file"] == "hubs_more.csv":
            hub.row["osm_hours"] = value
            for source in sources:
                source["fields"].append("opening_hours")
        elif what in WORDS:
            hub.replace(what, value, sources)
        elif field in ("status", "status_asof"):
            hub.row |= {field: value, "status_source": sources[0]}
        else:
            if field == "name":
                hub.row["was"] = hub.row["name"]
            hub.row[field] = value.split("（要判断")[0] if field == "kind" else value
            for source in sources if value else []:
                source["fields"].append("stock_note" if field == "stock" else field)
            hub.row.setdefault("corrected", set()).add("stock_note" if field == "stock" else field)


def move(domain, hubs):
    """Better positions, but those that need a source before they ship."""
    for row in read_csv(domain / "hubs_positions.csv"):
        if "要確認" in row["how"] or row["source"] == "inferred":
            continue
        hub = next(h for h in hubs[:84] if h.row["name"] == row["name"])
        require((hub.row["lat"], hub.row["lon"]) == (row["lat_now"], row["lon_now"]), f"{row['name']}: moved")
        hub.row |= {"lat": row["lat"], "lon": row["lon"], "position_how": row["how"],
                    "position_error_m": row["error_m"],
                    "coord_precision": "town" if row["precision"] == "towns" else row["precision"]}


def settle(hub):
    """What follows from all files: the name of what has none, and which facts each source is for."""
    row = hub.row
    row["name"] = tables.UNNAMED.get(row["name"], row["name"])
    if row["name"] in tables.TIME_LIMITED:
        row |= {"status": "unknown", "status_asof": ""}
        said = tables.TIME_LIMITED[row["name"]]
        text, *source = (said,) if isinstance(said, str) else said
        hub.say("note", text, hub.source(entry(*source)) if source else hub.own)
    changed = row.get("corrected", set())
    status = row.get("status_source")
    if row["status"] == "open" and row["file"] == "hubs.csv" and not status:
        status = hub.own if status_fits(hub) else None
        if status is None:
            row |= {"status": "unknown", "status_asof": ""}
    elif not status:
        status = hub.own
    if row["status"] != "unknown" or row.get("status_asof"):
        if row["status"] == "unknown":
            row["status_asof"] = ""
        else:
            status["fields"].append("status")
            if row["file"] != "hubs.csv":
                status["date"] = status["date"] or row.get("status_asof") or None
    stock, _, note = (row.get("stock") or "").partition(": ")
    row["stock_slug"], row["stock_note"] = stock, note
    for field in PLAIN:
        if row.get(field) and field not in changed and not any(field in s["fields"] for s in hub.sources):
            hub.own["fields"].append(field)


def status_fits(hub):
    """Whether the hub's own source can say its status: it is not of an earlier year."""
    said, source = status_date(hub.row), hub.own["date"]
    return hub.row["name"] not in tables.STATUS_NOT_SAID and (
        not (said and source) or source[:4] >= said[:4])
