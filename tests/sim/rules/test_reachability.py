"""What security groups let through."""

from __future__ import annotations

import pytest

from ecslab.sim.rules.reachability import INTERNET, Peer, admits
from tests.rules import rule
from tests.sim.stories import Story


def group(story: Story, name: str, *permissions: dict[str, object]) -> str:
    """A security group that lets these in."""
    made = str(story.call("ec2:CreateSecurityGroup", GroupName=name, Description=name)["GroupId"])
    for permission in permissions:
        story.call("ec2:AuthorizeSecurityGroupIngress", GroupId=made, IpPermissions=[permission])
    return made


def from_group(peer: str, first: int, last: int) -> dict[str, object]:
    return {"IpProtocol": "tcp", "FromPort": first, "ToPort": last, "UserIdGroupPairs": [{"GroupId": peer}]}


@rule("PN:N-50", "PN:N-28")
@pytest.mark.parametrize(("port", "passes"), [(80, False), (32768, True), (61000, True), (65535, True), (32767, False)])
def test_the_whole_ephemeral_range_from_the_load_balancers_group(port: int, passes: bool) -> None:
    story = Story()
    front = group(story, "front")
    host = group(story, "host", from_group(front, 32768, 65535))
    found = admits(story.simulation.world, [host], "ingress", "tcp", port, Peer("172.31.0.9", (front,)))
    assert (found is not None) is passes


@rule("PN:N-51", "PN:N-53")
def test_one_group_that_fits_is_enough_and_membership_is_what_counts() -> None:
    story = Story()
    front = group(story, "front")
    first, second = group(story, "first"), group(story, "second", from_group(front, 80, 80))
    world = story.simulation.world
    rule_found = admits(world, [first, second], "ingress", "tcp", 80, Peer("10.0.0.1", (front,)))
    assert rule_found is not None
    assert rule_found.group_id == front
    assert admits(world, [first, second], "ingress", "tcp", 80, Peer("10.0.0.1", (first,))) is None
    assert admits(world, [first, second], "ingress", "udp", 80, Peer("10.0.0.1", (front,))) is None
    assert admits(world, [first], "egress", "tcp", 80, INTERNET) is not None


def test_the_default_group_lets_its_own_members_in_and_everything_out() -> None:
    world = Story().simulation.world
    default = next(iter(world.security_groups))
    assert admits(world, [default], "ingress", "udp", 53, Peer("172.31.0.5", (default,)))
    assert admits(world, [default], "ingress", "tcp", 80, Peer("172.31.0.5")) is None
    assert admits(world, [default], "egress", "tcp", 443, INTERNET)


@pytest.mark.parametrize(
    ("cidr", "peer", "passes"),
    [
        ("0.0.0.0/0", INTERNET, True),
        ("0.0.0.0/0", Peer("10.0.0.1"), True),
        ("10.0.0.0/8", INTERNET, False),
        ("10.0.0.0/8", Peer("10.255.255.255"), True),
        ("10.0.0.0/8", Peer("11.0.0.0"), False),
        ("172.31.0.4/32", Peer("172.31.0.4"), True),
        ("172.31.0.4/32", Peer("172.31.0.5"), False),
    ],
)
def test_blocks_of_addresses(cidr: str, peer: Peer, passes: bool) -> None:
    story = Story()
    made = group(story, "web", {"IpProtocol": "-1", "IpRanges": [{"CidrIp": cidr}]})
    assert (admits(story.simulation.world, [made], "ingress", "tcp", 80, peer) is not None) is passes


def test_a_prefix_list_stands_for_the_addresses_of_its_service() -> None:
    story = Story()
    s3 = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{"PrefixListId": "pl-63a5400a"}]}
    made = group(story, "web", s3)
    world = story.simulation.world
    assert admits(world, [made], "ingress", "tcp", 443, Peer(None, prefix_lists=("pl-63a5400a",)))
    assert admits(world, [made], "ingress", "tcp", 443, INTERNET) is None
