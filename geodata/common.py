"""What every script of `geodata/` needs: how a source is read, and how a build stops."""

import csv
import gzip
import math

EARTH_RADIUS = 6_371_008.8  # metres, mean radius: good enough for an error radius


class BuildError(Exception):
    """A source does not look as this script expects, or a result is wrong."""


def require(condition, message):
    """Stop the build unless `condition` holds."""
    if not condition:
        raise BuildError(message)


def read_csv(path):
    """Rows of a CSV file (gzipped if its name says so) as dictionaries."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def metres(lon1, lat1, lon2, lat2):
    """Great-circle distance."""
    p1, p2 = math.radians(lat1), math.radians(lat2)
    h = (math.sin((p2 - p1) / 2) ** 2
         + math.cos(p1) * math.cos(p2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2)
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(h))
