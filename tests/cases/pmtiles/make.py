"""Writes small basemap files with the writers of others: `pip install pmtiles==3.8.1 mapbox-vector-tile==2.2.0`.

    python make.py FOLDER

Both hold a street in every tile of zooms 0 to 3 and in one column of zooms 4 and 5; all else there is sea,
the same tile many times over. One is written in
order, with directories of leaves; the other in no order, its tiles not compressed.
"""

import gzip
import random
import sys

import mapbox_vector_tile
import pmtiles.writer
from pmtiles.tile import Compression, TileType, tileid_to_zxy, zxy_to_tileid

PROTOMAPS = ["earth", "water", "landcover", "landuse", "buildings", "roads", "pois", "places", "boundaries"]
OPENMAPTILES = ["water", "waterway", "landcover", "landuse", "transportation", "building", "transportation_name", "place", "poi"]


def street(layer, name):
    feature = {"geometry": "LINESTRING(0 2048, 4096 2048)", "properties": {"kind": "major_road", "name": name}}
    return mapbox_vector_tile.encode([{"name": layer, "features": [feature]}])


def sea(layer):
    feature = {"geometry": "POLYGON((0 0, 4096 0, 4096 4096, 0 4096, 0 0))", "properties": {"kind": "ocean", "class": "ocean"}}
    return mapbox_vector_tile.encode([{"name": layer, "features": [feature]}])


def write(path, layers, roads, credit, is_plain):
    compression = Compression.NONE if is_plain else Compression.GZIP
    packed = (lambda tile: tile) if is_plain else (lambda tile: gzip.compress(tile, mtime=0))
    tiles = []
    for tile in range(zxy_to_tileid(6, 0, 0)):
        z, x, y = tileid_to_zxy(tile)
        is_land = z < 4 or x == 15
        tiles.append((tile, packed(street(roads, f"{z}/{x}/{y}") if is_land else sea("water"))))
    if is_plain:
        random.Random(1).shuffle(tiles)
    else:
        # Small files get no leaves from this writer of itself.
        pmtiles.writer.optimize_directories = lambda entries, _: pmtiles.writer.build_roots_leaves(entries, 20)
    with pmtiles.writer.write(path) as writer:
        for tile, data in tiles:
            writer.write_tile(tile, data)
        header = {
            "tile_type": TileType.MVT, "tile_compression": compression, "center_zoom": 5, "center_lon_e7": 0, "center_lat_e7": 0,
            "min_lon_e7": 122 * 10**7, "min_lat_e7": 20 * 10**7, "max_lon_e7": 154 * 10**7, "max_lat_e7": 46 * 10**7,
        }
        writer.finalize(header, {"attribution": credit, "vector_layers": [{"id": layer, "fields": {}} for layer in layers]})


folder = sys.argv[1]
plain = pmtiles.writer.optimize_directories
write(f"{folder}/leaves.pmtiles", PROTOMAPS, "roads", '<a href="https://protomaps.com">Protomaps</a> &copy; <a href="https://openstreetmap.org">OpenStreetMap</a>', False)
pmtiles.writer.optimize_directories = plain
write(f"{folder}/unordered.pmtiles", OPENMAPTILES, "transportation", "&copy; OpenMapTiles", True)
