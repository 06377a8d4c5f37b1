"""Makes, reads, changes and withdraws a facility with the client generated from /api.

Usage: facility.py URL TOKEN, with the generated package on PYTHONPATH.
"""

import sys

from machinaka_client import AuthenticatedClient
from machinaka_client.api.data import get_feature_facilities, get_features_facilities
from machinaka_client.api.people import create_feature, delete_feature, replace_feature, update_feature
from machinaka_client.models import (
    Amenity,
    FacilityChanges,
    FacilityFeature,
    FacilityPatch,
    FacilityValues,
    Kind,
    NewFacility,
    NewSource,
    Point,
    Problem,
    Status,
)

url, token = sys.argv[1:]
client = AuthenticatedClient(base_url=url, token=token)


def etag(facility: str) -> str:
    return get_feature_facilities.sync_detailed(facility, client=client).headers["ETag"]


# Create.
made = create_feature.sync(
    client=client,
    body=NewFacility(
        type_="Feature",
        geometry=Point(type_="Point", coordinates=[139.7016, 35.658]),
        properties=FacilityValues(
            name="生成された拠点",
            kind=Kind.COWORKING,
            status=Status.OPEN,
            address="東京都渋谷区道玄坂1-1-1",
            seats=12,
            amenities=[Amenity.WIFI, Amenity.POWER],
            sources=[NewSource(title="渋谷区の名簿", date="2026-11")],
        ),
    ),
)
assert isinstance(made, FacilityFeature), made
assert made.properties.name == "生成された拠点"
assert made.properties.kind is Kind.COWORKING
assert made.properties.amenities == [Amenity.WIFI, Amenity.POWER]
# Every key is there, and what nobody said is None, not absent.
assert made.properties.phone is None and made.properties.support is None

# Read, alone and as the nearest of a list.
read = get_feature_facilities.sync(made.id, client=client)
assert isinstance(read, FacilityFeature), read
assert read.geometry.coordinates == [139.7016, 35.658]
nearest = get_features_facilities.sync(client=client, near=[139.7016, 35.658], limit=1)
assert nearest.features[0].id == made.id, nearest
assert nearest.features[0].properties.distance == 0.0

# Change a part: what is not named stays.
changed = update_feature.sync(
    made.id,
    client=client,
    if_match=etag(made.id),
    body=FacilityPatch(properties=FacilityChanges(seats=24, phone="03-1234-5678")),
)
assert isinstance(changed, FacilityFeature), changed
assert (changed.properties.seats, changed.properties.phone) == (24, "03-1234-5678")
assert changed.properties.kind is Kind.COWORKING

# Write all of it: what is left out becomes unknown.
replaced = replace_feature.sync(
    made.id,
    client=client,
    if_match=etag(made.id),
    body=NewFacility(
        type_="Feature",
        geometry=read.geometry,
        properties=FacilityValues(name="改名した拠点", kind=Kind.SHARE_OFFICE, address=read.properties.address),
    ),
)
assert isinstance(replaced, FacilityFeature), replaced
assert replaced.properties.name == "改名した拠点"
assert replaced.properties.seats is None and replaced.properties.amenities is None

# Withdraw: gone from then on, with a typed problem.
answer = delete_feature.sync_detailed(made.id, client=client, if_match=etag(made.id))
assert answer.status_code == 204, answer
gone = get_feature_facilities.sync_detailed(made.id, client=client)
assert gone.status_code == 410, gone
assert isinstance(gone.parsed, Problem) and gone.parsed.code == "withdrawn", gone.parsed
print("ok")
