"""Reads the walkable ways of an OpenStreetMap PBF file; a reader of its own."""
import struct
import zlib

WALKED = set(
    "service residential primary footway tertiary unclassified path secondary living_street "
    "cycleway tertiary_link pedestrian steps secondary_link track primary_link trunk trunk_link "
    "road bridleway corridor".split()
)


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def signed(value):
    return (value >> 1) ^ -(value & 1)


def fields(data):
    """The fields of a protocol buffer message as (number, value)."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at : at + size], at + size
        elif kind == 1:
            value, at = data[at : at + 8], at + 8
        elif kind == 5:
            value, at = data[at : at + 4], at + 4
        else:
            raise ValueError(f"wire type {kind}")
        yield key >> 3, value


def packed(data):
    at, values = 0, []
    while at < len(data):
        value, at = varint(data, at)
        values.append(value)
    return values


def deltas(data):
    total, values = 0, []
    for value in packed(data):
        total += signed(value)
        values.append(total)
    return values


def blocks(path):
    """Uncompressed OSMData blocks of a PBF file."""
    data = path.read_bytes()
    at = 0
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        head = dict(fields(data[at + 4 : at + 4 + size]))
        at += 4 + size
        blob = dict(fields(data[at : at + head[3]]))
        at += head[3]
        if head[1] == b"OSMData":
            yield blob[1] if 1 in blob else zlib.decompress(blob[3])


def read_pbf(path):
    """Positions by node id in 1e-7 degrees (lon, lat), and walkable ways as (id, refs)."""
    places, ways = {}, []
    for block in blocks(path):
        strings, groups = [], []
        scale, lat_0, lon_0 = 100, 0, 0
        for number, value in fields(block):
            if number == 1:
                strings = [text.decode("utf-8", "replace") for _, text in fields(value)]
            elif number == 2:
                groups.append(value)
            elif number == 17:
                scale = value
            elif number == 19:
                lat_0 = value
            elif number == 20:
                lon_0 = value

        def place(lon, lat):
            return tuple(int(v / 100) for v in (lon_0 + scale * lon, lat_0 + scale * lat))

        for group in groups:
            for number, value in fields(group):
                if number == 1:
                    node = dict(fields(value))
                    places[signed(node[1])] = place(signed(node[9]), signed(node[8]))
                elif number == 2:
                    dense = dict(fields(value))
                    for ident, lat, lon in zip(*(deltas(dense[n]) for n in (1, 8, 9))):
                        places[ident] = place(lon, lat)
                elif number == 3:
                    way = dict(fields(value))
                    keys, values = packed(way.get(2, b"")), packed(way.get(3, b""))
                    tags = {}
                    for key, tag in zip(keys, values):
                        tags.setdefault(strings[key], strings[tag])
                    if walkable(tags):
                        ways.append((way[1], deltas(way.get(8, b""))))
    return places, ways


def walkable(tags):
    if tags.get("highway") not in WALKED:
        return False
    foot = tags.get("foot")
    if foot == "no" or tags.get("area") == "yes":
        return False
    closed = tags.get("access") in ("no", "private")
    return not closed or foot in ("yes", "designated", "permissive")
