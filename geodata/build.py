#!/usr/bin/env python3
"""Rebuild every file of `geodata/` from the collected sources.

    python3 geodata/build.py            write the files beside this script
    python3 geodata/build.py --check    rebuild elsewhere and compare

Python 3.11, standard library only. The sources are read from `--shared`
(default: `../shared` beside the repository); `README.md` names for each one
the package and version it came from. The result depends on nothing but the
sources, `tables.py`, `facility_ids.csv` and `station_ids.csv`, so that every
run gives the same bytes. Whatever does not fit stops the run: a wrong file must not be written.
"""

import argparse
import csv
import gzip
import io
import json
import math
import re
import sys
import tempfile
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

sys.dont_write_bytecode = True  # this folder holds what ships, nothing else
from common import EARTH_RADIUS, BuildError, metres, read_csv, require  # noqa: E402
import facilities  # noqa: E402
import hubs  # noqa: E402
import population  # noqa: E402
import tables  # noqa: E402

HERE = Path(__file__).resolve().parent
SENTENCE_LIMIT = 28  # characters in common with the founding document
STATION_OUTSIDE = 600  # metres a station may lie off the (generalized) polygon of its municipality


# --- reading and writing -----------------------------------------------------

def read_features(path):
    """Features of a GeoJSON file."""
    return json.loads(path.read_text(encoding="utf-8"))["features"]


def compact(value):
    """JSON on one line, as short as possible, Japanese readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def write_features(path, features):
    """A FeatureCollection with one feature per line, so that diffs stay small."""
    lines = ",\n".join(compact(feature) for feature in features)
    path.write_text('{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n", encoding="utf-8")


def write_json(path, value):
    """Indented JSON for the small files that people read."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def csv_text(columns, rows):
    """CSV with `\\n` line ends."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def write_gzip(path, text):
    """Gzip without time or name, so that the same text gives the same bytes."""
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(text.encode("utf-8"))


# --- geometry ----------------------------------------------------------------

def polygons(geometry):
    """The polygons of a geometry, each a list of rings."""
    coordinates = geometry["coordinates"]
    return coordinates if geometry["type"] == "MultiPolygon" else [coordinates]


def ring_area(ring):
    """Signed area in square degrees; positive when counter-clockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:])) / 2


def polygon_area(polygon):
    """Area of a polygon without its holes, in square degrees."""
    return abs(ring_area(polygon[0])) - sum(abs(ring_area(hole)) for hole in polygon[1:])


def rewound(geometry):
    """The geometry with outer rings counter-clockwise and holes clockwise (RFC 7946)."""
    def wind(index, ring):
        clockwise = ring_area(ring) < 0
        return ring[::-1] if clockwise == (index == 0) else ring

    parts = [[wind(i, ring) for i, ring in enumerate(polygon)] for polygon in polygons(geometry)]
    if geometry["type"] == "Polygon":
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def in_ring(lon, lat, ring):
    """Whether a ray from the point crosses the ring an odd number of times."""
    inside = False
    x1, y1 = ring[-1]
    for x2, y2 in ring:
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            inside = not inside
        x1, y1 = x2, y2
    return inside


class Area:
    """Polygons with their bounding boxes, to ask quickly what lies inside."""

    def __init__(self, geometry):
        self.parts = []
        for polygon in polygons(geometry):
            lons, lats = zip(*polygon[0])
            self.parts.append((min(lons), min(lats), max(lons), max(lats), polygon))

    def part_at(self, lon, lat):
        """Index of the polygon that holds the point, or None."""
        for index, (west, south, east, north, polygon) in enumerate(self.parts):
            if west <= lon <= east and south <= lat <= north and in_ring(lon, lat, polygon[0]):
                if not any(in_ring(lon, lat, hole) for hole in polygon[1:]):
                    return index
        return None

    def distance(self, lon, lat):
        """Metres to the nearest edge (on a plane around the point); 0 inside."""
        if self.part_at(lon, lat) is not None:
            return 0.0
        scale = math.radians(EARTH_RADIUS)
        squeeze = math.cos(math.radians(lat))
        nearest = math.inf
        for *_, polygon in self.parts:
            for ring in polygon:
                points = [((x - lon) * squeeze * scale, (y - lat) * scale) for x, y in ring]
                nearest = min(nearest, *(from_origin(a, b) for a, b in zip(points, points[1:])))
        return nearest


def from_origin(a, b):
    """Distance of the origin from the segment a-b."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = 0 if length == 0 else max(0, min(1, -(a[0] * dx + a[1] * dy) / length))
    return math.hypot(a[0] + t * dx, a[1] + t * dy)


def central(points):
    """The point of (lon, lat) `points` nearest to their mean; the first of equals."""
    lon = sum(p[0] for p in points) / len(points)
    lat = sum(p[1] for p in points) / len(points)
    return min(points, key=lambda p: metres(lon, lat, *p))


def medoid(points):
    """The one of (lon, lat) `points` with the smallest sum of distances to the others."""
    squeeze = math.cos(math.radians(points[0][1]))
    plane = [((lon - points[0][0]) * squeeze, lat - points[0][1]) for lon, lat in points]
    sums = [sum(math.dist(a, b) for b in plane) for a in plane]
    return points[sums.index(min(sums))]


def check_geometry(name, geometry):
    """Stop at anything that makes a geometry invalid or puts it outside Japan."""
    segments = []
    for polygon in polygons(geometry):
        for index, ring in enumerate(polygon):
            require(len(ring) >= 4 and ring[0] == ring[-1], f"{name}: ring not closed")
            require((ring_area(ring) > 0) == (index == 0), f"{name}: wrong winding")
            for lon, lat in ring:
                require(122 < lon < 155 and 20 < lat < 46, f"{name}: {lon},{lat} is not in Japan")
                require(round(lon, 4) == lon and round(lat, 4) == lat, f"{name}: more than 4 decimals")
            # Exact integers, so that "crosses" is decided without rounding.
            grid = [(round(x * 10_000), round(y * 10_000)) for x, y in ring]
            require(all(a != b for a, b in zip(grid, grid[1:])), f"{name}: repeated point")
            segments.extend(zip(grid, grid[1:]))
    crossing = first_crossing(segments)
    require(crossing is None, f"{name}: edges cross at {crossing}")


def first_crossing(segments, cell=200):
    """A pair of segments that properly cross each other, or None."""
    def side(a, b, c):
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    cells = defaultdict(list)
    for a, b in segments:
        for x in range(min(a[0], b[0]) // cell, max(a[0], b[0]) // cell + 1):
            for y in range(min(a[1], b[1]) // cell, max(a[1], b[1]) // cell + 1):
                for c, d in cells[x, y]:
                    if (side(a, b, c) * side(a, b, d) < 0) and (side(c, d, a) * side(c, d, b) < 0):
                        return a, b, c, d
                cells[x, y].append((a, b))
    return None


# --- Japanese text -----------------------------------------------------------

SMALL_TO_LARGE = str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ")
NUMERALS = {c: i for i, c in enumerate("〇一二三四五六七八九")}
CHOME = re.compile(r"([一二三四五六七八九十百]+|\d+)丁目?$")


def hiragana(text):
    """Katakana (half width too) as hiragana; letters and digits half width."""
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c
                   for c in unicodedata.normalize("NFKC", text))


def arabic(match):
    """A run of Chinese numerals as digits: 十二 becomes 12."""
    text = match.group()
    if not re.search("[十百]", text):
        return "".join(str(NUMERALS[c]) for c in text)
    total = digit = 0
    for c in text:
        if c in NUMERALS:
            digit = NUMERALS[c]
        else:
            total += (digit or 1) * (10 if c == "十" else 100)
            digit = 0
    return str(total + digit)


def chinese(number):
    """A number below 100 in Chinese numerals: 12 becomes 十二."""
    require(0 < number < 100, f"no block number: {number}")
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else ("" if tens == 1 else "〇一二三四五六七八九"[tens]) + "十") + \
        ("" if ones == 0 else "〇一二三四五六七八九"[ones])


def folded(text):
    """A key under which the spellings of one neighbourhood meet.

    大字 and 字 go, ケ ヶ が are one, ノ の 之 are one, numerals are digits.
    Only ever compared with another key of the same municipality.
    """
    text = unicodedata.normalize("NFKC", text).replace("大字", "").replace("字", "")
    text = re.sub("[ヶケがガ]", "ケ", text)
    text = re.sub("[ノの之]", "ノ", text)
    text = text.translate(str.maketrans("ッつっ﨑澤邊齋ヱヰ", "ツツツ崎沢辺斎エイ"))
    return re.sub("[〇一二三四五六七八九十百]+", arabic, text)


def neighbourhood(town):
    """The key of a town without its block number, unless it is only that (三丁目)."""
    return folded(CHOME.sub("", unicodedata.normalize("NFKC", town))) or folded(town)


SYLLABLES = {
    "あ": "a", "い": "i", "う": "u", "え": "e", "お": "o",
    "か": "ka", "き": "ki", "く": "ku", "け": "ke", "こ": "ko",
    "が": "ga", "ぎ": "gi", "ぐ": "gu", "げ": "ge", "ご": "go",
    "さ": "sa", "し": "shi", "す": "su", "せ": "se", "そ": "so",
    "ざ": "za", "じ": "ji", "ず": "zu", "ぜ": "ze", "ぞ": "zo",
    "た": "ta", "ち": "chi", "つ": "tsu", "て": "te", "と": "to",
    "だ": "da", "ぢ": "ji", "づ": "zu", "で": "de", "ど": "do",
    "な": "na", "に": "ni", "ぬ": "nu", "ね": "ne", "の": "no",
    "は": "ha", "ひ": "hi", "ふ": "fu", "へ": "he", "ほ": "ho",
    "ば": "ba", "び": "bi", "ぶ": "bu", "べ": "be", "ぼ": "bo",
    "ぱ": "pa", "ぴ": "pi", "ぷ": "pu", "ぺ": "pe", "ぽ": "po",
    "ま": "ma", "み": "mi", "む": "mu", "め": "me", "も": "mo",
    "や": "ya", "ゆ": "yu", "よ": "yo",
    "ら": "ra", "り": "ri", "る": "ru", "れ": "re", "ろ": "ro",
    "わ": "wa", "を": "o", "ん": "n", "ー": "",
}


def hepburn(kana):
    """A plain romanization of hiragana, used only to check the sources' ones."""
    text = ""
    for c in kana:
        if c in "ゃゅょ":
            stem = text[:-1]  # the i of ki, shi, chi ...
            text = stem + {"ゃ": "ya", "ゅ": "yu", "ょ": "yo"}[c]
            text = re.sub("(sh|ch|j)y", r"\1", text)
        elif c == "っ":
            text += "*"
        else:
            text += SYLLABLES[c]
    return re.sub(r"\*(.)", lambda m: ("t" if m[1] == "c" else m[1]) + m[1], text)


def sound(romaji):
    """Romaji with long vowels, hyphens and n/m before b, m, p folded away."""
    text = re.sub("[^a-z]", "", romaji.lower())
    text = re.sub("n(?=[bmp])", "m", text)
    text = re.sub("oh(?![aiueoy])", "o", text)
    return re.sub("ou|oo", "o", re.sub("ou|oo", "o", text)).replace("uu", "u")


# --- municipalities, wards, prefectures --------------------------------------

SUFFIXES = {"市": {"し": "shi"}, "区": {"く": "ku"},
            "町": {"ちょう": "cho", "まち": "machi"}, "村": {"むら": "mura", "そん": "son"}}


def check_digit(code5):
    """The sixth digit of a local government code."""
    total = sum(int(d) * w for d, w in zip(code5, (6, 5, 4, 3, 2)))
    return str((11 - total % 11) % 10)


class Names:
    """Kana and romaji of municipalities and wards, with a count of what was derived."""

    def __init__(self, rows, english):
        self.rows = {row["code5"]: row for row in rows}
        self.english = english  # code -> the weather agency's name, "Sapporo City"
        self.derived = Counter()
        self.used = set()

    def code6(self, code):
        """The code with its check digit, computed and compared with the source."""
        code6 = code + check_digit(code)
        require(code6 == self.rows[code]["code6"], f"{code}: check digit")
        return code6

    def kana(self, code):
        """The reading in hiragana, without the county.

        Where the two readings differ (しよう for しょう, まなつる for まなづる),
        the postal one is right: take its tail.
        """
        row = self.rows[code]
        kana = row["name_hiragana"]
        postal = hiragana(row["name_kana"])
        if postal and not postal.endswith(kana):
            tail = postal[-len(kana):]
            plain = unicodedata.normalize("NFD", kana).replace("\u3099", "").translate(SMALL_TO_LARGE)
            mended = unicodedata.normalize("NFD", tail).replace("\u3099", "").translate(SMALL_TO_LARGE)
            require(plain == mended, f"{code}: readings {kana} and {postal}")
            self.derived["kana mended from the postal reading"] += 1
            kana = tail
        require(re.fullmatch("[ぁ-んー]+", kana), f"{code}: kana {kana}")
        return kana

    def romaji(self, code, kana):
        """The romanized name, "Kamishihoro-cho", its last part read from the kana."""
        name = self.rows[code]["name"]
        suffix = next(s for s in SUFFIXES[name[-1]] if kana.endswith(s))
        stem = self.stem(code)
        expected = sound(hepburn(kana[:-len(suffix)]))
        require(sound(stem) == expected or code in tables.ROMAJI_CHOICES,
                f"{code} {name}: {stem} is not read {kana}")
        return f"{stem}-{SUFFIXES[name[-1]][suffix]}"

    def stem(self, code):
        """The name without 市区町村: agency and postal spelling, or our choice."""
        if code in tables.ROMAJI_CHOICES:
            self.used.add(code)
            self.derived["romaji chosen where two sources differ"] += 1
            return tables.ROMAJI_CHOICES[code]
        if code in tables.WARD_ROMAJI:
            self.used.add(code)
            self.derived["romaji of wards without any, from kana"] += 1
            return tables.WARD_ROMAJI[code]
        postal = self.rows[code]["name_romaji"]
        if code in self.english:
            stem = self.english[code].rsplit(" ", 1)[0]
            if not postal:
                self.derived["romaji of designated cities from the agency's English name"] += 1
            else:
                # Truncated ones (…MACH, no MACHI at all) still hold the stem.
                whole = postal.replace(" ", "")
                require(stem.upper().replace(" ", "") in whole, f"{code}: {stem}, {postal}")
            return stem.replace(" ", "-")
        match = re.fullmatch(r"[A-Z ]+ SHI ([A-Z]+) KU", postal)
        require(match, f"{code}: romaji {postal}")
        return match[1].capitalize()

    def finish(self):
        """Stop when a table entry was never needed."""
        unused = (set(tables.ROMAJI_CHOICES) | set(tables.WARD_ROMAJI)) - self.used
        require(not unused, f"tables: unused romaji {sorted(unused)}")


def towns_by_part(area, points):
    """The town points inside an area, by the polygon that holds them."""
    parts = defaultdict(list)
    for point in points:
        index = area.part_at(*point)
        if index is not None:
            parts[index].append(point)
    return parts


def label_point(area, parts):
    """Where to write a district's name: [lon, lat].

    In the polygon with most town points (the larger one of equals): the town
    point nearest to their mean. So the name stands where people live.
    """
    best = max(parts, key=lambda i: (len(parts[i]), polygon_area(area.parts[i][4])))
    return list(central(parts[best]))


class Districts:
    """All shipped districts: properties, geometry and the towns inside."""

    def __init__(self, sources, towns):
        boundaries = sources / "data/boundaries"
        cities = read_features(boundaries / "jma_2025_municipalities.geojson")
        wards = read_features(boundaries / "derived_wards_voronoi.geojson")
        prefectures = read_features(boundaries / "jma_2025_prefectures.geojson")
        names = Names(read_csv(sources / "data/gazetteer/municipalities.csv"),
                      {f["properties"]["code"]: f["properties"]["en"] for f in cities})
        self.names = names
        self.city_of = {f["properties"]["code"]: f["properties"]["code"] for f in cities}
        self.city_of |= {f["properties"]["code"]: f["properties"]["parent"] for f in wards}
        self.points = self.town_points(towns)
        self.outside = Counter()
        self.areas = {}
        self.cities = [self.city(f) for f in cities]
        self.wards = [self.ward(f) for f in wards]
        self.prefectures = [self.prefecture(f) for f in prefectures]
        names.finish()
        self.properties = {f["properties"]["code"]: f["properties"] for f in self.cities + self.wards}
        for features, count in ((self.cities, 1741), (self.wards, 171), (self.prefectures, 47)):
            codes = [f["properties"]["code"] for f in features]
            require(len(codes) == count and codes == sorted(set(codes)), f"{count} districts expected")

    def town_points(self, towns):
        """(lon, lat) of the towns by ward, city and prefecture code."""
        points = defaultdict(list)
        for town in towns:
            point = (town["lon"], town["lat"])
            for code in sorted({town["code5"], self.city_of[town["code5"]], town["code5"][:2]}):
                points[code].append(point)
        return points

    def feature(self, source, properties):
        """A checked feature with its label point; counts towns outside."""
        geometry = rewound(source["geometry"])
        code = properties["code"]
        check_geometry(f"{code} {properties['name']}", geometry)
        area = self.areas[code] = Area(geometry)
        parts = towns_by_part(area, self.points[code])
        require(parts, f"{code} {properties['name']}: no town inside to put the label on")
        self.outside[code] = len(self.points[code]) - sum(map(len, parts.values()))
        label = label_point(area, parts)
        return {"type": "Feature", "properties": properties | {"label": label}, "geometry": geometry}

    def common(self, source):
        """The properties a municipality and a ward share."""
        code, name = source["properties"]["code"], source["properties"]["name"]
        require(self.names.rows[code]["name"] == name, f"{code}: two names")
        kana = self.names.kana(code)
        return {"code": code, "code6": self.names.code6(code), "name": name, "name_kana": kana,
                "name_romaji": self.names.romaji(code, kana),
                "prefecture": tables.PREFECTURES[code[:2]][0], "prefecture_code": code[:2]}

    def city(self, source):
        """A municipality."""
        properties = self.common(source)
        require(properties["prefecture"] == source["properties"]["pref"], f"{properties['code']}: prefecture")
        return self.feature(source, properties)

    def ward(self, source):
        """A ward; approximate unless its polygon is the agency's own."""
        properties = self.common(source)
        method = source["properties"]["method"]
        require(method == "jma polygon" or method.startswith("voronoi"), f"ward method {method}")
        properties["parent"] = source["properties"]["parent"]
        properties["approximate"] = method != "jma polygon"
        return self.feature(source, properties)

    def prefecture(self, source):
        """A prefecture."""
        code = source["properties"]["code"]
        name, kana, romaji = tables.PREFECTURES[code]
        require(name == source["properties"]["name"], f"{code}: prefecture {name}")
        return self.feature(source, {"code": code, "name": name, "name_kana": kana, "name_romaji": romaji})


# --- towns and postal codes --------------------------------------------------

def read_towns(sources):
    """Town rows with tidied names; one row a code.

    Returns the rows and what was dropped, as (code, name, reason).
    """
    kept, dropped = {}, []
    for row in read_csv(sources / "data/gazetteer/towns_isj_19.0b.csv"):
        code, name = row["town_code12"], re.sub(r"\s", "", row["town"])
        require(code[:5] == row["code5"], f"{code}: municipality {row['code5']}")
        if name == "（大字なし）":
            dropped.append((code, name, "not a name"))
            continue
        ascii_digits = bool(re.search("[0-9]", name))
        name = re.sub(r"(\d+)丁目$", lambda m: chinese(int(m[1])) + "丁目", name)
        town = {"code": code, "code5": row["code5"], "name": name, "ascii": ascii_digits,
                "city": row["city"], "lat": float(row["lat"]), "lon": float(row["lon"])}
        # A code that occurs twice keeps the row spelt like its neighbours, else the first.
        if code in kept and not (kept[code]["ascii"] and not ascii_digits):
            dropped.append((code, name, "code occurs twice"))
            continue
        if code in kept:
            dropped.append((code, kept[code]["name"], "code occurs twice"))
        kept[code] = town
    require(len(kept) + len(dropped) == 191_106, "towns: number of rows")
    towns = [kept[code] for code in sorted(kept)]
    for town in towns:
        town["key"] = neighbourhood(town["name"])
    return towns, dropped


def join_postal(towns, postal):
    """Give towns the reading and the postal code of their neighbourhood where there is exactly one."""
    kana, codes = defaultdict(set), defaultdict(set)
    for row in postal:
        if row["neighborhood"]:
            key = row["code5"], folded(row["neighborhood"])
            kana[key].add(hiragana(row["neighborhood_kana"]))
            codes[key].add(row["postal"])
    for town in towns:
        key = town["code5"], town["key"]
        town["kana"] = next(iter(kana[key])) if len(kana.get(key, ())) == 1 else ""
        town["postal"] = next(iter(codes[key])) if len(codes.get(key, ())) == 1 else ""


def counties(towns, names):
    """The county (郡) of each municipality that lies in one: code, name, reading, romaji.

    The towns' list writes it before the municipality (上川郡鷹栖町), the postal readings too.
    """
    cities = {town["code5"]: town["city"] for town in towns}
    rows = []
    for code, city in sorted(cities.items()):
        before = city.removesuffix(names.rows[code]["name"])
        if not before.endswith("郡"):
            continue
        row = names.rows[code]
        kana = re.match("[ぁ-んー]+?ぐん", hiragana(row["name_kana"]))
        romaji = re.match("([A-Z' ]+?) GUN ", row["name_romaji"])
        require(kana and romaji, f"{code}: no reading of {before}")
        rows.append((code, before, kana[0], romaji[1].replace(" ", "").capitalize() + "-gun"))
    require(len(rows) > 900, "counties: number of municipalities in one")
    return rows


class PostalPositions:
    """Finds the towns that a postal code's neighbourhood stands for."""

    def __init__(self, towns, postal):
        self.by_key = defaultdict(lambda: defaultdict(list))
        for town in towns:
            self.by_key[town["code5"]][town["key"]].append((town["lon"], town["lat"]))
        self.postal_keys = defaultdict(set)
        for row in postal:
            self.postal_keys[row["code5"]].add(folded(row["neighborhood"]))
        self.how = Counter()

    def find(self, code, name):
        """Points of the matching towns, and counts how they matched.

        The same neighbourhood; else towns that begin with its name and are no
        other code's; else the longest town name it begins with (a building or
        a part of the town). Two characters at least, or 中 would be everywhere.
        """
        keys, key = self.by_key[code], folded(name)
        if not name:
            return self.matched("no neighbourhood", [])
        if key in keys:
            return self.matched("same", keys[key])
        if len(key) >= 2:
            smaller = [p for k, points in sorted(keys.items()) for p in points
                       if k.startswith(key) and k not in self.postal_keys[code]]
            if smaller:
                return self.matched("parts", smaller)
            larger = max((k for k in keys if len(k) >= 2 and key.startswith(k)), key=len, default=None)
            if larger:
                return self.matched("larger", keys[larger])
        return self.matched("none", [])

    def matched(self, how, points):
        """Count and return."""
        self.how[how] += 1
        return points


def build_postal(postal, towns, districts):
    """Rows of postal.csv.gz, and how their positions were found."""
    positions = PostalPositions(towns, postal)
    rows, found = [], {}
    for row in postal:
        require(row["code5"] in districts.city_of, f"postal {row['postal']}: {row['code5']} is not shipped")
        require(re.fullmatch(r"\d{7}", row["postal"]), f"postal {row['postal']}")
        points = positions.find(row["code5"], row["neighborhood"])
        key = row["code5"], row["neighborhood"]
        if key not in found:
            found[key] = medoid(points) if points else tuple(districts.properties[row["code5"]]["label"])
        lon, lat = found[key]
        rows.append((row["postal"], row["code5"], row["neighborhood"], hiragana(row["neighborhood_kana"]),
                     f"{lat:.6f}", f"{lon:.6f}", "town" if points else "city"))
    unique = sorted(set(rows))
    return unique, positions.how, len(rows) - len(unique)


# --- holidays ----------------------------------------------------------------

def read_holidays(sources):
    """Japan's public holidays, substitutes and citizens' holidays among them, by date."""
    rows = read_csv(sources / "data/geodesic/holidays_jp.csv")
    require(len(rows) == 1329, f"holidays: {len(rows)} rows")
    dates = [row["date"] for row in rows]
    require(dates == sorted(set(dates)), "holidays: a date twice, or out of order")
    for date in ("2025-05-06", "2026-05-03", "2026-09-22", "2019-04-30", "2020-07-24", "2021-07-22"):
        require(date in dates, f"holidays: {date} is missing")
    return [(row["date"], row["name"], row["name_en"]) for row in rows]


# --- stations ----------------------------------------------------------------

STATION_APART = 1_000  # metres a station of one id may move from one edition to the next


class StationIds:
    """Ids of shipped stations, kept in `station_ids.csv` and never given twice."""

    def __init__(self, path):
        rows = read_csv(path) if path.exists() else []
        self.rows = [(r["id"], r["name"], r["municipality"], float(r["lat"]), float(r["lon"])) for r in rows]
        require(len({r[0] for r in self.rows}) == len(self.rows), "station_ids.csv: an id occurs twice")
        self.taken = set()

    def of(self, name, municipality, lat, lon):
        """The id of the nearest station of that name there, or the next number."""
        near = [(metres(r[4], r[3], lon, lat), r[0]) for r in self.rows
                if r[1:3] == (name, municipality) and r[0] not in self.taken]
        if near and min(near)[0] <= STATION_APART:
            found = min(near)[1]
        else:
            last = max((int(r[0].removeprefix("s")) for r in self.rows), default=0)
            found = f"s{last + 1:05}"
            self.rows.append((found, name, municipality, lat, lon))
        self.taken.add(found)
        return found

    def text(self):
        """Every id ever given, with the place it was given for."""
        rows = [(i, name, code, f"{lat:.4f}", f"{lon:.4f}") for i, name, code, lat, lon in sorted(self.rows)]
        return csv_text(["id", "name", "municipality", "lat", "lon"], rows)


def build_stations(sources, districts, ids):
    """Rows of stations.csv, and what was changed.

    A reading counts only beside a Latin name it was checked against; some come from `tables.py`.
    """
    rows, seen, notes = [], set(), Counter()
    readings, latin = dict(tables.STATION_READINGS), dict(tables.STATION_LATIN)
    for row in read_csv(sources / "domain/stations_principal.csv"):
        name, code, kana = row["name"], row["municipality_code"], row["kana"]
        lat, lon = float(row["lat"]), float(row["lon"])
        require(code in districts.city_of and districts.city_of[code] == code, f"{name}: municipality {code}")
        require(name and name == name.strip() and "," not in name, f"station {name}")
        require(not re.search("[;,]", name), f"station {name}")
        require(re.fullmatch("[ぁ-んー]*", kana), f"{name}: kana {kana}")
        away = districts.areas[code].distance(lon, lat)
        require(away <= STATION_OUTSIDE, f"{name}: {away:.0f} m from {code}")
        notes["outside the shipped polygon of their municipality"] += away > 0
        english = re.sub("[\u2010-\u2015]", "-", row["name_en"]).replace("\uff65", "\u00b7")
        if name in latin and english:
            english = latin.pop(name)
            notes["Latin names mended"] += 1
        if not kana and english and name in readings:
            kana = readings.pop(name)
            notes["readings from tables.py"] += 1
        if kana and not english:
            kana = ""
            notes["readings left out, as no Latin name confirms them"] += 1
        lines, operators = row["lines"].split(";"), row["operators"].split(";")
        require(all(lines) and all(operators), f"{name}: lines or operators")
        require(len(set(lines)) == len(lines), f"{name}: a line twice")
        key = name, f"{lat:.4f}", f"{lon:.4f}"
        require(key not in seen, f"{name}: twice")
        seen.add(key)
        notes["without reading"] += not kana
        notes["without Latin name"] += not english
        rows.append((ids.of(name, code, lat, lon), name, kana, english, code,
                     ";".join(lines), ";".join(operators), f"{lat:.4f}", f"{lon:.4f}"))
    require(not readings and not latin, f"tables: unused stations {sorted(readings)} {sorted(latin)}")
    require(len(rows) == 3123, f"stations: {len(rows)} rows")
    return sorted(rows), notes


def check_airports():
    """The list of airports as it is kept by hand, if every row is one."""
    path = HERE / "airports.csv"
    rows, names = read_csv(path), Counter()
    require(list(rows[0]) == ["name", "kana", "name_en", "also", "icao", "lat", "lon"], "airports: columns")
    for row in rows:
        also = [name for name in row["also"].split(";") if name]
        names.update([row["name"], row["icao"], *also])
        require(row["name"].endswith(("空港", "飛行場")), f"airport {row['name']}")
        require(re.fullmatch("[ぁ-んー]+", row["kana"]), f"{row['name']}: kana {row['kana']}")
        require(row["name_en"].isascii() and row["name_en"].endswith("Airport"), f"{row['name']}: {row['name_en']}")
        require(re.fullmatch("R[JO][A-Z]{2}", row["icao"]), f"{row['name']}: {row['icao']}")
        require(24 < float(row["lat"]) < 46 and 122 < float(row["lon"]) < 146, f"{row['name']}: position")
    require(not [name for name, count in names.items() if count > 1], "airports: a name or code twice")
    return path.read_text(encoding="utf-8")


# --- programmes --------------------------------------------------------------

class Programmes:
    """The product's form of the programme facts and vocabularies."""

    def __init__(self, sources):
        self.source = json.loads((sources / "domain/programmes.json").read_text(encoding="utf-8"))
        founding = next((sources / "domain").glob("000_*.txt")).read_text(encoding="utf-8")
        self.founding = re.sub(r"[\s!-~]", "", founding)
        self.sources = {}
        self.reworded = set()

    def key(self, key):
        """A source's key here; the founding document gets a name of its own."""
        if key == "seed":
            self.sources[tables.FOUNDING_KEY] = {"title": tables.FOUNDING_TITLE, "url": None}
            return tables.FOUNDING_KEY
        entry = self.source["sources"][key]
        self.sources[key] = {"title": entry["title"], "url": entry["url"]}
        return key

    def fact(self, owner, section, index, fact):
        """A fact in our words; stops at a sentence of the founding document."""
        text = fact["text"]
        if (owner, section, index) in tables.REWORDED:
            self.reworded.add((owner, section, index))
            text = tables.REWORDED[owner, section, index]
        plain = re.sub(r"[\s!-~]", "", text)  # addresses and numbers are no sentences
        for start in range(len(plain) - SENTENCE_LIMIT + 1):
            part = plain[start:start + SENTENCE_LIMIT]
            require(part not in self.founding, f"{owner}/{section}: copied: {part}")
        return {"text": text, "basis": "document" if fact["basis"] == "seed" else fact["basis"],
                "sources": [self.key(s) for s in fact["sources"]]}

    def programme(self, source):
        """One programme with its facts by section, budget as an envelope."""
        slug = source["slug"]
        en, sub_en = tables.PROGRAMME_EN[slug]
        facts = {section: [self.fact(slug, section, i, f) for i, f in enumerate(items)]
                 for section, items in source["facts"].items()}
        stated = facts["budget_fy2022"][0]["text"]
        amount = re.search(r"([\d,]+)百万円の内数", stated)
        require(amount, f"{slug}: budget {stated}")
        keys = sorted({key for items in facts.values() for fact in items for key in fact["sources"]},
                      key=lambda k: (k != tables.FOUNDING_KEY, k))
        return {
            "slug": slug, "ja": source["name_ja"], "en": en, "en_is_our_translation": True,
            "sub_ja": source.get("sub_ja"), "sub_en": sub_en,
            "instrument": source["instrument"], "instrument_ja": source["instrument_ja"],
            "instrument_en": tables.INSTRUMENT_EN[source["instrument"]],
            "types": [{"slug": t["slug"], "ja": t["name_ja"], "en": tables.FUND_TYPE_EN[t["slug"]],
                       "basis": "document" if t["in_seed"] else "page"}
                      for t in source.get("types", [])],
            "budget": {"fiscal_year": "2022", "text_ja": stated,
                       "amount_million_yen": int(amount[1].replace(",", "")),
                       "envelope": True, "never_sum": True},
            "facts": facts,
            "sources": [self.sources[key] for key in keys],
        }

    def word(self, vocabulary, source):
        """A vocabulary word with both labels and where it comes from."""
        word = {"slug": source["slug"], "ja": source["ja"],
                "en": tables.LABELS_EN[vocabulary][source["slug"]]}
        if vocabulary == "kind":
            word["description_ja"], word["description_en"] = tables.KIND_DESCRIPTIONS[source["slug"]]
        return word | {"basis": "document" if source["basis"] == "seed" else source["basis"],
                       "sources": [self.key(s) for s in source["sources"]]}

    def vocabularies(self):
        """The lists of words; `eligibility` is a field of its own, so no use."""
        lists = self.source["vocabularies"]
        result = {}
        for name, origin in (("kind", "facility_kind"), ("stock", "building_stock"),
                             ("amenities", "amenities"), ("uses", "use_type")):
            words = [w for w in lists[origin] if w["slug"] != "eligibility"]
            require({w["slug"] for w in words} == set(tables.LABELS_EN[name]), f"{name}: labels")
            result[name] = [self.word(name, w) for w in words]
        for name, words in tables.OWN_VOCABULARIES.items():
            result[name] = [{"slug": slug, "ja": ja, "en": en} for slug, ja, en in words]
        return result

    def build(self):
        """The whole file."""
        programmes = [self.programme(p) for p in self.source["programmes"]]
        vocabularies = self.vocabularies()
        systems = [{"slug": s["slug"], "ja": s["ja"],
                    "facts": [self.fact(s["slug"], "facts", i, f) for i, f in enumerate(s["facts"])]}
                   for s in self.source["other_systems"]]
        unused = set(tables.REWORDED) - self.reworded
        require(not unused, f"tables: unused wording {sorted(unused)}")
        return {
            "version": 1, "fiscal_year": "2022",
            "basis": [{"slug": slug, "ja": ja, "en": en} for slug, ja, en in tables.BASIS],
            "programmes": programmes, "vocabularies": vocabularies, "other_systems": systems,
            "notes": tables.NOTES,
            "sources": {key: self.sources[key] for key in sorted(self.sources)},
        }


# --- the whole ---------------------------------------------------------------

def build(sources, out):
    """Write every file into `out` and print what is worth knowing."""
    towns, dropped = read_towns(sources)
    districts = Districts(sources, towns)
    write_features(out / "prefectures.geojson", districts.prefectures)
    write_features(out / "municipalities.geojson", districts.cities)
    write_features(out / "wards.geojson", districts.wards)

    postal = read_csv(sources / "data/gazetteer/postal_2026-10.csv.gz")
    join_postal(towns, postal)
    write_gzip(out / "towns.csv.gz", csv_text(
        ["code", "name", "kana", "postal", "lat", "lon"],
        ((t["code"], t["name"], t["kana"], t["postal"], f"{t['lat']:.6f}", f"{t['lon']:.6f}") for t in towns)))
    (out / "counties.csv").write_text(
        csv_text(["code", "county", "kana", "romaji"], counties(towns, districts.names)), encoding="utf-8")
    rows, how, duplicates = build_postal(postal, towns, districts)
    write_gzip(out / "postal.csv.gz", csv_text(
        ["postal", "code5", "neighborhood", "kana", "lat", "lon", "precision"], rows))

    squares, model = population.build(sources, HERE, districts.cities, districts.wards, towns)
    write_gzip(out / "population.csv.gz", csv_text(["district", "square", "people"], squares))
    write_gzip(out / "people.csv.gz", csv_text(["code", "people"], population.around(towns, squares)))
    errors = population.measure(sources, districts.cities, districts.wards, towns, squares, model["finder"])
    write_json(out / "population_model.json", {"errors": errors})

    holidays = csv_text(["date", "name", "name_en"], read_holidays(sources))
    (out / "holidays.csv").write_text(holidays, encoding="utf-8")

    station_ids = StationIds(HERE / "station_ids.csv")
    stations, station_notes = build_stations(sources, districts, station_ids)
    (out / "stations.csv").write_text(csv_text(
        ["id", "name", "kana", "name_en", "municipality", "lines", "operators", "lat", "lon"], stations),
        encoding="utf-8")
    (out / "station_ids.csv").write_text(station_ids.text(), encoding="utf-8")

    programmes = Programmes(sources).build()
    write_json(out / "programmes.json", programmes)
    builder = facilities.Facilities(sources, HERE, districts, towns, programmes)
    shipped = builder.build(hubs.read(sources))
    write_features(out / "facilities.geojson", shipped)
    (out / "facility_ids.csv").write_text(builder.ids.text(), encoding="utf-8")
    (out / "airports.csv").write_text(check_airports(), encoding="utf-8")
    write_json(out / "credits.json", {"credits": tables.CREDITS})
    for credit in tables.CREDITS:
        for name in credit["files"]:
            require((out / name).exists(), f"credits name {name}, which is not made")
    report(districts, towns, dropped, rows, how, duplicates, shipped, builder.notes,
           (len(stations), station_notes))
    print(f"population: {model['people']} people on {len({s for _, s, _ in squares})} squares, {len(squares)} rows; "
          f"municipalities by source {model['how']}; GeoNames scaled by "
          f"{min(model['factors'].values()):.4f} to {max(model['factors'].values()):.4f}")
    for error in errors:
        print(f"population: {error}")


def report(districts, towns, dropped, postal, how, duplicates, shipped, notes, stations):
    """The numbers that README.md states."""
    for reason, count in sorted(districts.names.derived.items()):
        print(f"names: {count} {reason}")
    for title, features in (("prefectures", districts.prefectures), ("municipalities", districts.cities),
                            ("wards", districts.wards)):
        outside = sum(districts.outside[f["properties"]["code"]] for f in features)
        total = sum(len(districts.points[f["properties"]["code"]]) for f in features)
        print(f"{title}: {len(features)}; of {total} towns {outside} outside ({outside / total:.2%}); "
              "every label inside")
    print(f"wards: {sum(f['properties']['approximate'] for f in districts.wards)} approximate")
    print(f"towns: {len(towns)}; kana {sum(bool(t['kana']) for t in towns)}, "
          f"postal {sum(bool(t['postal']) for t in towns)}")
    for code, name, reason in dropped:
        print(f"towns: dropped {code} {name}: {reason}")
    print(f"postal: {len(postal)} rows, {duplicates} duplicates removed, "
          f"{len({r[0] for r in postal})} codes; {dict(sorted(how.items()))}; "
          f"{dict(Counter(r[6] for r in postal))}")
    facilities.report(shipped)
    for note in notes:
        print(f"facilities: {note}")
    print(f"stations: {stations[0]}; {dict(sorted(stations[1].items()))}")


def content(path):
    """A file's bytes; of a gzip what is inside, as compressors differ between systems."""
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def compare(rebuilt):
    """Names of files that differ from the ones beside this script."""
    return [path.name for path in sorted(rebuilt.iterdir())
            if not (HERE / path.name).exists() or content(path) != content(HERE / path.name)]


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description="Rebuild geodata/ from its sources.")
    parser.add_argument("--shared", type=Path, default=HERE.parent.parent / "shared",
                        help="folder with data/ and domain/ (default: ../shared beside the repository)")
    parser.add_argument("--check", action="store_true",
                        help="rebuild into a temporary folder and compare; change nothing")
    options = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder:
            rebuilt = Path(folder)
            build(options.shared, rebuilt)
            different = compare(rebuilt)
            if options.check:
                require(not different, f"not as committed: {', '.join(different)}")
                shipped = json.loads((rebuilt / "facilities.geojson").read_text(encoding="utf-8"))
                readme = " ".join((HERE / "README.md").read_text(encoding="utf-8").split())
                untold = [text for text in facilities.stated(shipped["features"]) if text not in readme]
                require(not untold, f"README.md does not say: {untold}")
                print("check: every file is as committed")
                return 0
            for path in rebuilt.iterdir():
                (HERE / path.name).write_bytes(path.read_bytes())
            print(f"written: {', '.join(different) or 'nothing new'}")
            return 0
    except (BuildError, OSError) as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
