from ipaddress import IPv4Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.addresses import EVERY_ADDRESS, INTERNET, address_set

CIDR4 = st.builds(
    lambda address, length: f"{IPv4Address(address)}/{length}", st.integers(0, 2**32 - 1), st.integers(0, 32)
)


@given(st.lists(CIDR4, max_size=6), st.integers(0, 2**32 - 1))
def test_an_address_is_in_the_set_exactly_if_a_block_holds_it(cidrs: list[str], address: int) -> None:
    expected = any(IPv4Address(address) in ip_network(cidr, strict=False) for cidr in cidrs)
    assert expected == (address in address_set(cidrs).ipv4)


@pytest.mark.parametrize(
    "cidrs",
    [("0.0.0.0/0",), ("0.0.0.0/1", "128.0.0.0/1"), ("::/0",), ("2000::/3",), ("2000::/4", "3000::/4")],
)
def test_blocks_that_together_cover_a_family_are_the_whole_internet(cidrs: tuple[str, ...]) -> None:
    assert address_set(cidrs).internet_share == 1


@pytest.mark.parametrize("cidr", ["10.0.0.0/8", "100.64.0.0/10", "fc00::/7", "fe80::/10", "2001:db8::/32"])
def test_addresses_that_no_packet_from_the_internet_bears_are_no_part_of_it(cidr: str) -> None:
    assert address_set((cidr,)).internet_share == 0


def test_the_shares_of_two_halves_add_up_to_the_whole() -> None:
    low, high = address_set(("0.0.0.0/1",)), address_set(("128.0.0.0/1",))
    assert pytest.approx(1) == low.internet_share + high.internet_share


def test_host_bits_are_ignored() -> None:
    assert address_set(("192.0.2.0/24",)) == address_set(("192.0.2.7/24",))


def test_a_single_address_is_a_set_of_one() -> None:
    assert address_set(("198.51.100.7",)).ipv4.size == 1


def test_the_families_do_not_mix() -> None:
    assert not address_set(("::/0",)).ipv4
    assert not address_set(("0.0.0.0/0",)).ipv6


def test_what_is_no_cidr_block_is_refused() -> None:
    with pytest.raises(ValueError, match="does not appear"):
        address_set(("everywhere",))


def test_the_internet_is_within_all_addresses() -> None:
    assert INTERNET <= EVERY_ADDRESS
