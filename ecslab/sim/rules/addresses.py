"""IPv4 addresses and blocks as numbers and as text (PN:N-41)."""

from __future__ import annotations

from ecslab.sim import written

ALL = "0.0.0.0/0"


def address_number(address: str) -> int:
    """An IPv4 address as a number."""
    number = 0
    for part in address.split("."):
        number = number * 256 + int(part)
    return number


def address_text(number: int) -> str:
    """A number as an IPv4 address."""
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def read_block(cidr: str) -> tuple[int, int] | None:
    """The first address and the prefix length of a block as it is written, None when it is no block."""
    address, slash, length = cidr.partition("/")
    parts = [written.whole(part) for part in address.split(".")]
    bits = written.whole(length)
    well_formed = slash and len(parts) == 4 and all(part is not None and part < 256 for part in parts)
    if not well_formed or bits is None or bits > 32:
        return None
    return address_number(address), bits


def block_ends(cidr: str) -> tuple[int, int]:
    """The first and the last address of a well-formed block; bits behind its prefix count as nought."""
    address, _, length = cidr.partition("/")
    size = 1 << (32 - int(length))
    first = address_number(address) // size * size
    return first, first + size - 1


def is_inside(address: str, cidr: str) -> bool:
    """Whether an address is one of a block's."""
    first, last = block_ends(cidr)
    return first <= address_number(address) <= last
