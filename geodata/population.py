"""The modelled population: who lives where when nobody has imported the census grid.

Municipal totals come from GeoNames, matched with our polygons and scaled so that each prefecture
has its people of the 2020 census; wards, and municipalities that GeoNames lacks or misses by more
than a quarter, have their own census figure (`census_2020.csv`). A total is spread on the
municipality's towns, a town on the ground around its point, and the ground on grid squares of 500 m.

`measure` compares the result with real census grids, which are read for that alone.
"""

import csv
import math
import random
from collections import defaultdict

from build import Area, in_ring, polygons, read_csv, require

DEGREE = 111_200  # metres a degree of latitude: good to half a percent
NEIGHBOURS = 3  # the spacing of towns is the root mean square of so many shortest ways
SPREAD = 0.5  # a town reaches half its spacing far
BLOCK_WEIGHT = 2  # a numbered block (丁目) has twice the people of another town
SPACING_POWER = 0.7  # wider towns have more people,
SPACING_LIMIT = 500  # up to this spacing in metres
RADII = (300, 500, 800, 1000, 3000)  # metres for which the error is told
DRAWS = 12  # pairs of imagined facilities a municipality and radius


# --- municipal totals --------------------------------------------------------

class Finder:
    """Which municipality a point lies in."""

    def __init__(self, features):
        self.cells = defaultdict(list)
        for feature in features:
            code = feature["properties"]["code"]
            for part in Area(feature["geometry"]).parts:
                west, south, east, north = part[:4]
                for x in range(int(west * 10), int(east * 10) + 1):
                    for y in range(int(south * 10), int(north * 10) + 1):
                        self.cells[x, y].append((code, part))

    def at(self, lon, lat):
        """The code, or None outside all polygons."""
        for code, (west, south, east, north, rings) in self.cells.get((int(lon * 10), int(lat * 10)), ()):
            if west <= lon <= east and south <= lat <= north and in_ring(lon, lat, rings[0]) \
                    and not any(in_ring(lon, lat, hole) for hole in rings[1:]):
                return code
        return None


def geonames_totals(sources, features, finder):
    """People a municipality by GeoNames: its namesake inside its polygon, else the largest place there."""
    names = {f["properties"]["code"]: f["properties"]["name"] for f in features}
    best = {}
    for row in read_csv(sources / "data/gazetteer/geonames_jp_cities500.csv"):
        code = finder.at(float(row["lon"]), float(row["lat"]))
        if code is None or int(row["population"]) == 0:
            continue
        name = names[code]
        called = set(row["alternatenames_ja"].split("|"))
        is_it = name in called or (name[:-1] in called and len(name) > 2)
        rank = (is_it, int(row["population"]))
        if rank > best.get(code, (False, 0)):
            best[code] = rank
    return {code: population for code, (_, population) in best.items()}


def totals(sources, here, features, wards, finder):
    """People a municipality, or a ward where a city's wards have their own figures; and how they came about."""
    written = {row["code"]: int(row["population"]) for row in read_csv(here / "census_2020.csv")}
    wards_of = defaultdict(list)
    for ward in wards:
        wards_of[ward["properties"]["parent"]].append(ward["properties"]["code"])
    guessed = geonames_totals(sources, features, finder)
    result, factors, how = {}, {}, {"census": 0, "wards": 0, "geonames": 0}
    for prefecture in sorted({f["properties"]["prefecture_code"] for f in features}):
        free = {}
        left = written[prefecture]
        for feature in features:
            code = feature["properties"]["code"]
            if feature["properties"]["prefecture_code"] != prefecture:
                continue
            parts = wards_of.get(code, [])
            if parts and all(part in written for part in parts):
                own = {part: written[part] for part in parts}
                how["wards"] += 1
            elif code in written:
                own = {code: written[code]}
                how["census"] += 1
            else:
                require(code in guessed, f"{code}: GeoNames has no people there and census_2020.csv no figure")
                free[code] = guessed[code]
                continue
            result |= own
            left -= sum(own.values())
        require(left >= 0 and bool(left) == bool(free), f"prefecture {prefecture}: {left} people left")
        how["geonames"] += len(free)
        if free:
            factors[prefecture] = left / sum(free.values())
            require(0.9 < factors[prefecture] < 1.1, f"prefecture {prefecture}: scaled by {factors[prefecture]}")
            result |= whole(free, left)
    return result, factors, how


def whole(shares, total):
    """`total` in whole numbers, in proportion to `shares`: the largest remainders are rounded up."""
    exact = {key: share * total / sum(shares.values()) for key, share in shares.items()}
    result = {key: int(value) for key, value in exact.items()}
    rest = total - sum(result.values())
    for key in sorted(exact, key=lambda k: (result[k] - exact[k], k))[:rest]:
        result[key] += 1
    return result


# --- on the ground -----------------------------------------------------------

def spacing(points):
    """How far apart each of a municipality's towns is from its next ones, in metres."""
    if len(points) == 1:
        return [1000.0]
    side = DEGREE * math.cos(math.radians(points[0][3]))
    grid = defaultdict(list)
    flat = [(lon * side, lat * DEGREE) for *_, lon, lat in points]
    step = 2000
    for i, (x, y) in enumerate(flat):
        grid[int(x // step), int(y // step)].append(i)
    result = []
    for i, (x, y) in enumerate(flat):
        reach, found = 1, []
        while True:
            column, row = int(x // step), int(y // step)
            found = sorted((flat[j][0] - x) ** 2 + (flat[j][1] - y) ** 2
                           for a in range(column - reach, column + reach + 1)
                           for b in range(row - reach, row + reach + 1)
                           for j in grid.get((a, b), ()) if j != i)[:NEIGHBOURS]
            enough = len(found) == min(NEIGHBOURS, len(points) - 1) and found[-1] <= (reach * step) ** 2
            if enough or reach > 64:
                break
            reach *= 2
        result.append(math.sqrt(sum(found) / len(found)) if found else 1000.0)
    return result


def disc(radius):
    """Nineteen points of a disc with their shares, as metres east and north."""
    if radius < 125:
        return [(0.0, 0.0, 1.0)]
    points = [(0.0, 0.0, 1 / 9)]
    for distance, count, share in ((0.45, 6, 2 / 9), (0.85, 12, 6 / 9)):
        for i in range(count):
            angle = 2 * math.pi * i / count
            points.append((radius * distance * math.cos(angle), radius * distance * math.sin(angle), share / count))
    return points


def square(lon, lat):
    """The grid square of 500 m as (row, column) from 0 N, 100 E."""
    return int(lat * 240), int((lon - 100) * 160)


def code(row, column):
    """The code of a square by JIS X 0410."""
    r, c = row // 2, column // 2
    return f"{r // 80:02}{c // 80:02}{r // 10 % 8}{c // 10 % 8}{r % 10}{c % 10}{row % 2 * 2 + column % 2 + 1}"


def spread(total, points):
    """A total on squares, in whole people: {(district, square): people}."""
    shares = defaultdict(float)
    for (district, name, lon, lat), apart in zip(points, spacing(points)):
        weight = (BLOCK_WEIGHT if name.endswith("丁目") else 1) * min(apart, SPACING_LIMIT) ** SPACING_POWER
        for east, north, share in disc(SPREAD * apart):
            at = square(lon + east / (DEGREE * math.cos(math.radians(lat))), lat + north / DEGREE)
            shares[district, code(*at)] += weight * share
    people = whole(dict(sorted(shares.items())), total)
    return {at: n for at, n in people.items() if n}


def build(sources, here, features, wards, towns):
    """Rows (district, square, people) of the model, and what the report says about it."""
    finder = Finder(features)
    people, factors, how = totals(sources, here, features, wards, finder)
    parent = {ward["properties"]["code"]: ward["properties"]["parent"] for ward in wards}
    points = defaultdict(list)
    for town in towns:
        own = town["code"][:5]
        # A city whose wards have no figures of their own is spread as a whole; each town knows its ward.
        district = own if own in people else parent[own]
        points[district].append((own, town["name"], town["lon"], town["lat"]))
    rows = []
    for district in sorted(people):
        require(points[district], f"{district}: no town to put its people on")
        squares = spread(people[district], points[district])
        require(sum(squares.values()) == people[district], f"{district}: people lost")
        rows += [(own, mesh, n) for (own, mesh), n in squares.items()]
    rows.sort()
    return rows, {"people": sum(people.values()), "factors": factors, "how": how, "finder": finder}


# --- how wrong it is ---------------------------------------------------------

def around(towns, rows, radius=1000):
    """`code, people` for the place search: everybody in each district, then for each town, in their order and
    without its code, those on squares whose centre lies within `radius` metres, to two digits: enough to say
    which of like-named places is meant."""
    people, districts = {}, {}
    for district, mesh, count in rows:
        cell = square(*centre(mesh))
        people[cell] = people.get(cell, 0) + count
        # 13 and 13113; 40, 40130 and 40133.
        for code in {district[:2], district}:
            districts[code] = districts.get(code, 0) + count
    yield from sorted(districts.items())
    for town in towns:
        row, column = square(town["lon"], town["lat"])
        width = 111_320 * math.cos(math.radians(town["lat"]))
        total = 0
        for r in range(row - 3, row + 4):
            north = ((r + 0.5) / 240 - town["lat"]) * 110_940
            for c in range(column - 3, column + 4):
                count = people.get((r, c))
                east = ((c + 0.5) / 160 + 100 - town["lon"]) * width
                if count and north * north + east * east <= radius * radius:
                    total += count
        digits = max(0, len(str(total)) - 2)
        yield "", round(total, -digits)


def centre(mesh):
    """The centre of a square of 500 m, as longitude and latitude."""
    row = ((int(mesh[:2]) * 8 + int(mesh[4])) * 10 + int(mesh[6])) * 2 + (int(mesh[8]) - 1) // 2
    column = ((int(mesh[2:4]) * 8 + int(mesh[5])) * 10 + int(mesh[7])) * 2 + (int(mesh[8]) - 1) % 2
    return (column + 0.5) / 160 + 100, (row + 0.5) / 240


def census_grids(sources):
    """Real census squares by vintage: {year: {square: people}}."""
    folder = sources / "data/population"
    grids = {"2020": {}, "2015": {}, "2010": {}}
    for path in sorted((folder / "estat_500m_2020").glob("*.txt")):
        with open(path, encoding="cp932", newline="") as file:
            for row in list(csv.reader(file))[2:]:
                grids["2020"][row[0]] = int(row[4])
    for row in read_csv(folder / "mesh500m_5339_2015.csv"):
        grids["2015"][row["mesh9"]] = int(row["population"])
    for row in read_csv(folder / "mesh500m_hokkaido_2010.csv"):
        grids["2010"][row["mesh9"]] = int(row["total"])
    return grids


def measure(sources, features, wards, towns, rows, finder):
    """How far the model's coverage is from the census grids', in points.

    In every municipality that a vintage's grids cover whole, two imagined facilities are put on two of
    its towns, and the share of its people within a radius is taken from the model and from the census.
    """
    city = {ward["properties"]["code"]: ward["properties"]["parent"] for ward in wards}
    modelled, real = defaultdict(list), defaultdict(list)
    for district, mesh, people in rows:
        modelled[city.get(district, district)].append((*centre(mesh), people))
    points = defaultdict(list)
    for town in towns:
        district = town["code"][:5]
        points[city.get(district, district)].append((town["lon"], town["lat"]))
    for year, grid in census_grids(sources).items():
        loaded = {mesh[:4] for mesh in grid}
        whole_ones = set()
        for feature in features:
            touched = {f"{int(lat * 1.5):02}{int(lon) - 100:02}"
                       for polygon in polygons(feature["geometry"]) for lon, lat in polygon[0]}
            if touched <= loaded:
                whole_ones.add(feature["properties"]["code"])
        for mesh, people in grid.items():
            at = finder.at(*centre(mesh))
            if at in whole_ones:
                real[at, year].append((*centre(mesh), people))
    result = []
    groups = (("all", lambda c: True), ("tokyo-23-wards", lambda c: "13101" <= c <= "13123"))
    for name, belongs in groups:
        ours = sorted(key for key in real if belongs(key[0]) and sum(p for *_, p in real[key]) > 0)
        for radius in RADII:
            dice = random.Random(20201001)
            errors = []
            for key in ours:
                for _ in range(DRAWS):
                    hubs = [dice.choice(points[key[0]]) for _ in range(2)]
                    errors.append(100 * abs(share(modelled[key[0]], hubs, radius) - share(real[key], hubs, radius)))
            errors.sort()
            result.append({"area": name, "within": radius, "districts": len(ours),
                           "mean_points": round(sum(errors) / len(errors), 1),
                           "p90_points": round(errors[int(len(errors) * 0.9)], 1)})
    return result


def share(squares, hubs, radius):
    """The share of people whose square's centre lies within the radius of a hub."""
    total = sum(people for *_, people in squares)
    if total == 0:
        return 0.0
    side = DEGREE * math.cos(math.radians(hubs[0][1]))
    near = 0
    for lon, lat, people in squares:
        if any(((lon - x) * side) ** 2 + ((lat - y) * DEGREE) ** 2 <= radius * radius for x, y in hubs):
            near += people
    return near / total
