"""Makes a shared library's need for one version of the C++ library weak, so that an older system loads it.

usage: weaken.py FILE VERSION
The ELF section .gnu.version_r lists the versions that a library needs; bit 1 of an entry's flags says that it may be missing.
"""
import struct
import sys

NEEDS, WEAK = 0x6FFFFFFE, 2
path, version = sys.argv[1], sys.argv[2].encode()
with open(path, "rb") as file:
    data = bytearray(file.read())
table, = struct.unpack_from("<Q", data, 0x28)
size, count = struct.unpack_from("<HH", data, 0x3A)
sections = [struct.unpack_from("<IIQQQQII", data, table + i * size) for i in range(count)]  # name, type, flags, address, offset, size, link, info
changed = 0
for section in (s for s in sections if s[1] == NEEDS):
    names, need = sections[section[6]][4], section[4]
    for _ in range(section[7]):
        _, entries, _, first, following = struct.unpack_from("<HHIII", data, need)
        entry = need + first
        for _ in range(entries):
            _, flags, _, name, step = struct.unpack_from("<IHHII", data, entry)
            if data[names + name:data.index(0, names + name)] == version and not flags & WEAK:
                struct.pack_into("<H", data, entry + 4, flags | WEAK)
                changed += 1
            entry += step
        need += following
if changed:
    with open(path, "wb") as file:
        file.write(data)
