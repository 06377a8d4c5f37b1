"""The shipped facilities: each hub of `hubs.py` as the API has it, checked."""

import csv
import difflib
import io
import math
import os
import re
from collections import Counter, defaultdict

import tables
from common import metres, read_csv, require

COAST_TOLERANCE = 500  # metres a hub may lie off its (generalized) polygon
# The rule of `src/places/spacing.rs`: a town reaches about as far as the three nearest are away.
LEAST_ERROR = 300
MARGIN = 1.1
QUOTE_LIMIT = 14  # characters in common with the quoted evidence of a hub
WALK = 80  # metres a minute
KEYS = (
    "id name name_kana name_en kind stock stock_note built_year status status_asof municipality "
    "municipality_name ward prefecture address position_precision position_error operator phone "
    "website opening_hours closures eligibility eligibility_note price_hour_yen price_note hours_note "
    "seats amenities amenities_note uses support sources osm_id confidence checked_on synthetic").split()
# Which field a note in words belongs to, and what it is made of.
NOTES = {"hours_note": ("hours", "closed", "note"), "price_note": ("fees", "price_hour_yen"),
         "eligibility_note": ("eligibility",), "amenities_note": ("amenities", "seats")}
LABELS = {"closed": "休み: ", "seats": "席: "}


class Ids:
    """Ids of shipped facilities, kept in `facility_ids.csv` and never given twice."""

    def __init__(self, path):
        rows = read_csv(path) if path.exists() else []
        self.ids = {(row["name"], row["municipality"]): row["id"] for row in rows}
        require(len(set(self.ids.values())) == len(rows), "facility_ids.csv: an id occurs twice")

    def of(self, name, municipality):
        """The known id, or the next number."""
        key = name, municipality
        if key not in self.ids:
            last = max((int(i.removeprefix("hub-")) for i in self.ids.values()), default=0)
            self.ids[key] = f"hub-{last + 1:03}"
        return self.ids[key]

    def text(self):
        """The ledger with every id ever given, withdrawn facilities included."""
        rows = sorted((i, name, code) for (name, code), i in self.ids.items())
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["id", "name", "municipality"])
        writer.writerows(rows)
        return text.getvalue()


class Spacing:
    """How far the three nearest towns are from a point, as root mean square."""

    def __init__(self, towns):
        self.cells = defaultdict(set)
        for town in towns:
            self.cells[self.cell(town["lon"], town["lat"])].add((town["lon"], town["lat"]))

    @staticmethod
    def cell(lon, lat):
        """A square of 0.05 degrees."""
        return math.floor(lon * 20), math.floor(lat * 20)

    def of(self, lon, lat):
        """In metres; a point that is a town's own does not count."""
        x, y = self.cell(lon, lat)
        near = []
        for reach in range(1, 40):
            near = sorted(d for i in range(x - reach, x + reach + 1) for j in range(y - reach, y + reach + 1)
                          for point in self.cells.get((i, j), ()) if (d := metres(lon, lat, *point)) > 1)[:3]
            if len(near) == 3 and near[2] <= reach * 3_700:
                break
        return math.sqrt(sum(d * d for d in near) / len(near))


def town_error(farthest, spacing):
    """Metres within which the places of a town lie; rounded up to 10."""
    return math.ceil(max(LEAST_ERROR, MARGIN * math.hypot(farthest, spacing)) / 10) * 10


def ninth(distances):
    """The distance within which nine of ten lie."""
    distances = sorted(distances)
    return distances[math.ceil(0.9 * len(distances)) - 1]


class Facilities:
    """Turns hubs into facilities and notes what had to be decided."""

    def __init__(self, sources, here, districts, towns, programmes):
        self.districts, self.ids = districts, Ids(here / "facility_ids.csv")
        self.reviewed = {(row["name"], row["municipality"]): row
                         for row in read_csv(here / "facility_facts.csv")}
        self.programmes = {p["slug"]: p for p in programmes["programmes"]}
        self.slugs = {k: {w["slug"] for w in v} for k, v in programmes["vocabularies"].items()}
        self.stations = defaultdict(list)
        for station in read_csv(sources / "domain/stations_principal.csv"):
            self.stations[station["name"]].append((float(station["lon"]), float(station["lat"])))
        self.spacing = Spacing(towns)
        self.towns = defaultdict(list)
        for town in towns:
            self.towns[town["code5"]].append(town)
            if districts.city_of[town["code5"]] != town["code5"]:
                self.towns[districts.city_of[town["code5"]]].append(town)
        self.notes = []

    def build(self, hubs):
        """All features, in order of id."""
        names = {hub.row["name"] for hub in hubs}
        spoken = tables.NAME_IS_READ_IN_PARENTHESES | set(tables.STOCK_NOTES) | set(tables.TENANCIES)
        spoken |= {name for name, _ in tables.LOCATION_EXCEPTIONS} | set(tables.TIME_LIMITED)
        require(spoken <= names, f"tables: no hub is called {sorted(spoken - names)}")
        features = sorted((self.feature(hub) for hub in hubs), key=lambda f: f["id"])
        require(len({f["id"] for f in features}) == len(hubs) == 317, f"facilities: {len(hubs)}")
        require(not self.reviewed, f"facility_facts.csv: nobody is called {sorted(self.reviewed)}")
        return features

    def stated(self, row):
        """(city code, ward code or None) from the names the source gives."""
        matches = []
        for feature in self.districts.cities + self.districts.wards:
            p = feature["properties"]
            full = p["name"]
            if "parent" in p:
                full = self.districts.properties[p["parent"]]["name"] + p["name"]
            if p["prefecture"] == row["prefecture"] and full == row["city"]:
                matches.append(p["code"])
        require(len(matches) == 1, f"{row['name']}: {row['prefecture']}{row['city']} is {matches}")
        code = matches[0]
        require(row.get("municipality_code", "") in ("", code), f"{row['name']}: code and name differ")
        city = self.districts.city_of[code]
        return city, code if code != city else None

    def addressed_ward(self, address, city):
        """The ward that an address names, by itself or by a town that only one ward of the city has."""
        from build import folded
        wards = {f["properties"]["name"]: f["properties"]["code"] for f in self.districts.wards
                 if f["properties"]["parent"] == city}
        _, found, rest = (address or "").partition(self.districts.properties[city]["name"])
        if not wards or not found:
            return None
        for name, code in wards.items():
            if rest.startswith(name):
                return code
        rest = folded(rest)
        best = max((t["key"] for t in self.towns[city] if rest.startswith(t["key"])), key=len, default=None)
        codes = {t["code5"] for t in self.towns[city] if t["key"] == best}
        return codes.pop() if len(codes) == 1 else None

    def located(self, name, lon, lat, stated):
        """Check the stated municipality against the polygons; note any disagreement."""
        inside = [f["properties"]["code"] for f in self.districts.cities
                  if self.districts.areas[f["properties"]["code"]].part_at(lon, lat) is not None]
        if inside == [stated]:
            return
        distance = self.districts.areas[stated].distance(lon, lat)
        if not inside and distance <= COAST_TOLERANCE:
            self.notes.append(f"{name}: {distance:.0f} m off the coast of {stated}")
            return
        reason = tables.LOCATION_EXCEPTIONS.get((name, stated))
        require(reason, f"{name}: stated {stated}, lies in {inside or 'no municipality'}, {distance:.0f} m away")
        self.notes.append(f"{name}: stated {stated}, lies in {inside}: {reason}")

    def named_town(self, row, code):
        """Towns that the position stands for: those it was made from, else those the address names.

        A name that no town has whole (大町地区) means all that share its beginning.
        """
        from build import folded
        made = re.match(r"(?:town|towns-of-name): (.+?)\*?（\d+点）", row.get("position_how") or "")
        if made:
            key = folded(made[1])
            towns = [t for t in self.towns[code] if folded(t["name"]) == key] if "*" not in row["position_how"] \
                else [t for t in self.towns[code] if folded(t["name"]).startswith(key)]
            if towns:
                return towns
        if row["name"] in tables.TOWNS_OF:
            key = folded(tables.TOWNS_OF[row["name"]])
            towns = [t for t in self.towns[code] if folded(t["name"]).startswith(key)]
            require(towns, f"{row['name']}: no town is called {key}")
            return towns
        rest = folded(re.split(re.escape(row["city"]), row["address"], maxsplit=1)[-1]).lstrip("(")
        rest = re.sub("^.*?[郡島](?=.)", "", rest) if row["city"] not in row["address"] else rest
        keys = {t["key"] for t in self.towns[code]}
        best = max((k for k in keys if rest.startswith(k)), key=len, default=None)
        if best:
            return [t for t in self.towns[code] if t["key"] == best]
        beginning = max((os.path.commonprefix([k, rest]) for k in sorted(keys)), key=len)
        require(len(beginning) >= 2, f"{row['name']}: no town matches {row['address']}")
        self.notes.append(f"{row['name']}: {row['address']} taken as every {beginning}…")
        return [t for t in self.towns[code] if t["key"].startswith(beginning)]

    def block(self, row, code):
        """The point of the block that the address names (大船1 is 大船一丁目); None where it names none."""
        from build import folded
        rest = folded(row["address"].split(row["city"], 1)[-1].split("（")[0])
        named = []
        for town in self.towns[code]:
            key = folded(town["name"])
            short = re.sub("丁目$", "", key)
            number = rest[len(short):len(short) + 1]
            if key != short and (rest.startswith(key) or rest.startswith(short) and not number.isdigit()):
                named.append(town)
        return (named[0]["lon"], named[0]["lat"]) if len(named) == 1 else None

    def position(self, row, code, lon, lat):
        """(precision, error in metres): how exactly the position is known."""
        how, stated = row.get("position_how") or "", row.get("position_error_m") or ""
        station = re.match("(?:JR|「)?(.+?)駅", how)
        if station and row["coord_precision"] != "city" and not how.startswith(("town", "道の駅")):
            error = int(stated)
            walk = re.search("徒歩(\\d+)分", how)
            require(not walk or error >= WALK * int(walk[1]), f"{row['name']}: {how} is farther than {error} m")
            near = [metres(lon, lat, *point) for point in self.stations[station[1]]]
            if near and min(near) < 10_000:
                require(min(near) <= error, f"{row['name']}: {min(near):.0f} m from {station[1]}, error {error}")
            else:
                self.notes.append(f"{row['name']}: {station[1]} is no principal station")
            return "station", error
        if row["coord_precision"] == "city":
            towns = self.towns[code]
            return "city", math.ceil(ninth(metres(lon, lat, t["lon"], t["lat"]) for t in towns) / 10) * 10
        require(row["coord_precision"] == "town", f"{row['name']}: precision {row['coord_precision']}")
        if "役所" in how:
            # The position is the town hall's; the address says how near.
            return "town", int(stated)
        towns = self.named_town(row, code)
        distances = [metres(lon, lat, t["lon"], t["lat"]) for t in towns]
        error = town_error(ninth(distances), self.spacing.of(lon, lat))
        require(min(distances) <= error, f"{row['name']}: {min(distances):.0f} m from its town, error {error}")
        return "town", error

    def support(self, row):
        """What a source says about one of the four programmes; None when nothing is known."""
        if not row.get("programme"):
            return None
        programme = self.programmes[row["programme"]]
        require(row.get("programme_certainty") in self.slugs["certainty"], f"{row['name']}: no certainty")
        if programme["types"]:
            require(row["programme_type"] in {t["ja"] for t in programme["types"]},
                    f"{row['name']}: type {row['programme_type']}")
        return [{"programme": row["programme"], "type": row["programme_type"] or None,
                 "fiscal_year": row["fiscal_year"] or None, "area": row["area_name"] or None,
                 "evidence_title": row["programme_source_title"] or None,
                 "evidence_url": row["programme_source_url"] or None,
                 "certainty": row["programme_certainty"]}]

    def values(self, hub):
        """Hours, prices, eligibility, seats, amenities and uses: values where a reader took them,
        else and besides the words of the sources, each with its year."""
        place = hub.row["prefecture"] + hub.row["city"]
        read = self.reviewed.pop((hub.row["name"], place), None) or defaultdict(str)
        whole = set(read["whole"].split(";"))
        listed = lambda text: text.split(";") if text else None
        number = lambda text: int(text) if text else None
        known = {"opening_hours": read["opening_hours"] or None, "eligibility": read["eligibility"] or None,
                 "price_hour_yen": number(read["price_hour_yen"]), "seats": number(read["seats"]),
                 "amenities": listed(read["amenities"]), "uses": listed(read["uses"])}
        for note, whats in NOTES.items():
            texts = []
            for what in whats:
                if what in whole or what == "closed" and "hours" in whole:
                    continue
                if what == "price_hour_yen" and (hub.words.get("fees") or known["price_hour_yen"] is not None
                                                 and hub.text(what).isdigit()):
                    continue
                for text, source in hub.words.get(what, []):
                    year = f"（{source['date'][:4]}年）" if source["date"] and not re.search(r"\d{4}年", text) else ""
                    texts.append(LABELS.get(what, "") + text + (year if what == "fees" else ""))
            if note == "eligibility_note" and hub.row["name"] in tables.TENANCIES:
                texts.insert(0, tables.TENANCY)
            # Two sources may say the same, with other commas.
            once = {text.replace(",", ""): text for text in texts}
            known[note] = "。".join(once.values()) or None
        if hub.row["name"] in tables.TENANCIES and "eligibility" not in hub.words:
            hub.own["fields"].append("eligibility_note")
        for what, said in hub.words.items():
            carried = self.carried(what, known, hub)
            for _, source in said:
                source["fields"] += [field for field in carried if field not in source["fields"]]
            require(carried, f"{hub.row['name']}: {hub.text(what)} came to nothing")
        return known

    @staticmethod
    def carried(what, known, hub):
        """The fields that hold what was said about something."""
        from hubs import WORDS
        fields = list(WORDS[what])
        if what == "price_hour_yen":
            fields.append("price_note")
        # What was said in passing: seats among amenities, a drop-in price.
        for field, word in (("amenities", "駐車場"), ("seats", "席"),
                            ("uses", "ドロップイン|スポット利用|予約|一時利用|会員")):
            if field not in hub.words and re.search(word, hub.text(what)):
                fields.append(field)
        return [field for field in dict.fromkeys(fields) if known[field] is not None]

    def feature(self, hub):
        """One facility as the API has it, without what the directory sets."""
        row = hub.row
        name, lon, lat = row["name"], float(row["lon"]), float(row["lat"])
        city, ward = self.stated(row)
        self.located(name, lon, lat, city)
        if ward and self.districts.areas[ward].part_at(lon, lat) is None:
            self.notes.append(f"{name}: lies outside the polygon of its stated ward {ward}")
        stock, note = row["stock_slug"], tables.STOCK_NOTES.get(name, row["stock_note"])
        built = re.search(r"(\d{4})年(?:築|建築)", note)
        built = int(row.get("built_year") or 0) or (int(built[1]) if built and row["file"] == "hubs.csv" else None)
        kana = re.fullmatch(r".+\((.+)\)", name) if name in tables.NAME_IS_READ_IN_PARENTHESES else None
        precision, error = self.position(row, ward or city, lon, lat)
        block = self.block(row, ward or city) if precision == "town" else None
        if block and metres(lon, lat, *block) > error:
            self.notes.append(f"{name}: moved {metres(lon, lat, *block):.0f} m to the block of its address")
            (lon, lat), row["position_how"] = block, ""
            error = town_error(0, self.spacing.of(lon, lat))
            self.located(name, lon, lat, city)
        walk = re.match("(?:JR)?(.+?駅).*徒歩(\\d+)分", row.get("position_how") or "")
        if precision == "station" and walk and "駅" not in row["address"]:
            row["address"] += f"（{walk[1]}から徒歩{walk[2]}分）"
        addressed = self.addressed_ward(row["address"], city)
        require(not (ward and addressed) or ward == addressed, f"{name}: two wards, {ward} and {addressed}")
        values = self.values(hub)
        support = self.support(row)
        sources = [source for source in hub.sources if source["fields"]]
        if support and support[0]["evidence_url"] not in [s["url"] for s in sources]:
            sources.append({"title": support[0]["evidence_title"], "url": support[0]["evidence_url"],
                            "date": None, "fields": []})
        if support:
            next(s for s in sources if s["url"] == support[0]["evidence_url"])["fields"].append("support")
        known = {
            "id": self.ids.of(row.get("was", name) if row["file"] == "hubs.csv" else name, city), "name": name,
            "name_kana": kana_reading(kana[1] if kana else row.get("name_kana") or "") or None,
            "name_en": row.get("name_en") or None, "kind": row["kind"],
            "stock": stock or None, "stock_note": note or None, "built_year": built,
            "status": row["status"], "status_asof": row.get("status_asof") or None,
            "municipality": city, "municipality_name": self.districts.properties[city]["name"],
            "ward": ward or addressed, "prefecture": row["prefecture"], "address": row["address"] or None,
            "position_precision": precision, "position_error": error,
            "operator": row["operator"] or None, "phone": row.get("phone") or None,
            "website": row.get("website") or None, **values,
            "support": support, "confidence": row["confidence"], "synthetic": False,
            "sources": [{**s, "fields": [k for k in [*KEYS, "position"] if k in s["fields"]]} for s in sources],
        }
        properties = {key: known.get(key) for key in KEYS}
        require(set(known) <= set(KEYS), f"{name}: unknown key")
        self.check(properties, row)
        return {"type": "Feature", "id": properties["id"],
                "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": properties}

    def check(self, p, row):
        """Vocabulary, forms, a source for each fact, and that no quoted sentence came along."""
        for key, vocabulary in (("kind", "kind"), ("stock", "stock"), ("status", "status"),
                                ("position_precision", "precision"), ("confidence", "confidence"),
                                ("eligibility", "eligibility")):
            require(p[key] is None and key in ("stock", "eligibility") or p[key] in self.slugs[vocabulary],
                    f"{p['name']}: {key} {p[key]}")
        for key in ("amenities", "uses"):
            require(set(p[key] or []) <= self.slugs[key], f"{p['name']}: {key} {p[key]}")
        require(p["status_asof"] is None or re.fullmatch(r"\d{4}(-\d\d){0,2}", p["status_asof"]),
                f"{p['name']}: status_asof")
        require(p["built_year"] is None or 1500 < p["built_year"] < 2030, f"{p['name']}: built_year")
        require(not p["website"] or p["website"].startswith("http"), f"{p['name']}: website")
        sourced = {field for source in p["sources"] for field in source["fields"]}
        for key in SOURCED:
            stated = p[key] is not None and not (key == "status" and p[key] == "unknown")
            require(not stated or key in sourced, f"{p['name']}: {key} has no source")
        for column in ("evidence_quote_ja", "programme_evidence_quote_ja"):
            for key in ("stock_note", "operator"):
                quoted = common_run(p[key] or "", row.get(column) or "")
                require(row["file"] != "hubs.csv" or len(quoted) < QUOTE_LIMIT, f"{p['name']}: {key} quotes {quoted}")


# Fields that a source must carry. The others are ours, or follow from these.
SOURCED = ("name", "address", "status", "operator", "phone", "website", "stock_note", "opening_hours",
           "hours_note", "price_hour_yen", "price_note", "eligibility", "eligibility_note", "seats",
           "amenities", "amenities_note", "uses", "support")


def common_run(a, b):
    """The longest run of characters that two texts share."""
    match = difflib.SequenceMatcher(None, a, b, autojunk=False).find_longest_match()
    return a[match.a:match.a + match.size]


def kana_reading(text):
    """A facility's reading in katakana, as municipal open data write it."""
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)


def stated(features):
    """What README.md says in numbers, word for word."""
    rows = [feature["properties"] for feature in features]
    count = lambda key: Counter(row[key] for row in rows)
    told = lambda *keys: sum(any(row[key] is not None for key in keys) for row in rows)
    status, precision = count("status"), count("position_precision")
    sources = [source for row in rows for source in row["sources"]]
    hours, prices = told("opening_hours", "hours_note"), told("price_hour_yen", "price_note")
    eligibility = told("eligibility", "eligibility_note")
    amenities = told("amenities", "amenities_note")
    return [
        ", ".join(f"{word} {status[word]}" for word in ("open", "unknown", "planned", "closed")),
        f"{sum(source['date'] is not None for source in sources)} of {len(sources)} sources",
        f"{hours} hubs have hours or a text about them ({told('opening_hours')} as hours",
        f"{prices} a price or its text ({told('price_hour_yen')} a price of an hour)",
        f"{eligibility} eligibility or its text, {amenities} amenities or their text",
        f"for hours was found for {len(rows) - hours} hubs, for prices {len(rows) - prices}, for eligibility "
        f"{len(rows) - eligibility}, for amenities {len(rows) - amenities}, for telephone numbers "
        f"{len(rows) - told('phone')}",
        f"{precision['city']} are city level, {precision['town']} town level, {precision['station']} minutes",
        f"All {len(rows)} positions", f"names it ({told('ward')})", f"for {len(rows) - told('support')}. The four",
    ]


def report(features):
    """The numbers by field."""
    for key in ("position_precision", "kind", "status", "confidence"):
        print(f"facilities by {key}: {dict(Counter(f['properties'][key] for f in features))}")
    for key in KEYS:
        print(f"facilities with {key}: {sum(f['properties'][key] is not None for f in features)}")
    for keys in (("opening_hours", "hours_note"), ("price_hour_yen", "price_note"),
                 ("eligibility", "eligibility_note"), ("amenities", "amenities_note")):
        told = sum(any(f["properties"][key] is not None for key in keys) for f in features)
        print(f"facilities with {' or '.join(keys)}: {told}")
    dated = [source["date"] is not None for f in features for source in f["properties"]["sources"]]
    print(f"facilities: {len(dated)} sources, {sum(dated)} with a date; "
          f"{len({f['properties']['prefecture'] for f in features})} prefectures")
