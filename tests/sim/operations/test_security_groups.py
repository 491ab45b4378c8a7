"""Security groups as EC2 makes, changes, shows and refuses them."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.stories import Story

HTTP = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
GROUP = "sg-0000000000000002"
DEFAULT = "sg-0000000000000001"


@pytest.fixture
def story() -> Story:
    story = Story()
    story.call("ec2:CreateSecurityGroup", GroupName="web", Description="the web")
    return story


def described(story: Story, **parameters: Any) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = story.simulation.read("ec2", "DescribeSecurityGroups", parameters)["SecurityGroups"]
    return groups


def refused(story: Story, call: str, **parameters: Any) -> tuple[str, str]:
    outcome = story.attempt(f"ec2:{call}", 0, **parameters)
    assert isinstance(outcome, Rejection), outcome
    return outcome.code, outcome.message


def test_a_new_group_lets_everything_out_and_nothing_in(story: Story) -> None:
    shape = described(story, GroupIds=[GROUP])[0]
    assert shape["Description"] == "the web"
    assert shape["IpPermissions"] == []
    assert [entry["IpProtocol"] for entry in shape["IpPermissionsEgress"]] == ["-1"]
    assert "FromPort" not in shape["IpPermissionsEgress"][0]


def test_the_default_group_is_as_aws_makes_it(story: Story) -> None:
    shape = described(story, GroupNames=["default"])[0]
    assert shape["IpPermissions"][0]["UserIdGroupPairs"] == [{"GroupId": DEFAULT, "UserId": "123456789012"}]
    assert shape["IpPermissionsEgress"][0]["IpRanges"] == [{"CidrIp": "0.0.0.0/0"}]


@rule("PN:N-50", "PN:N-51")
def test_rules_are_authorized_shown_together_and_revoked(story: Story) -> None:
    more = {**HTTP, "IpRanges": [], "UserIdGroupPairs": [{"GroupName": "default", "Description": "inside"}]}
    made = story.call("ec2:AuthorizeSecurityGroupIngress", GroupId=GROUP, IpPermissions=[HTTP, more])
    assert [r["FromPort"] for r in made["SecurityGroupRules"]] == [80, 80]
    entry = described(story, GroupIds=[GROUP])[0]["IpPermissions"]
    assert len(entry) == 1
    assert entry[0]["UserIdGroupPairs"][0] == {"GroupId": DEFAULT, "UserId": "123456789012", "Description": "inside"}
    gone = story.call("ec2:RevokeSecurityGroupIngress", GroupId=GROUP, IpPermissions=[HTTP])
    assert gone["RevokedSecurityGroupRules"][0]["CidrIpv4"] == "0.0.0.0/0"
    rules = story.simulation.read(
        "ec2", "DescribeSecurityGroupRules", {"Filters": [{"Name": "group-id", "Values": [GROUP]}]}
    )["SecurityGroupRules"]
    assert [(r["IsEgress"], r.get("ReferencedGroupInfo", {}).get("GroupId")) for r in rules] == [
        (True, None),
        (False, DEFAULT),
    ]
    by_id = story.call(
        "ec2:RevokeSecurityGroupIngress", GroupId=GROUP, SecurityGroupRuleIds=[rules[1]["SecurityGroupRuleId"]]
    )
    assert by_id["RevokedSecurityGroupRules"][0]["ReferencedGroupId"] == DEFAULT
    assert described(story, GroupIds=[GROUP])[0]["IpPermissions"] == []


def test_the_short_form_names_a_group_of_the_default_vpc(story: Story) -> None:
    short = {"IpProtocol": "6", "FromPort": -1, "ToPort": -1, "CidrIp": "10.0.0.5/8"}
    made = story.call("ec2:AuthorizeSecurityGroupIngress", GroupName="web", **short)["SecurityGroupRules"][0]
    assert (made["IpProtocol"], made["FromPort"], made["ToPort"], made["CidrIpv4"]) == ("tcp", 0, 65535, "10.0.0.0/8")


def test_icmp_and_numbers_of_protocols_have_no_ports(story: Story) -> None:
    blocks = {"IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    prefix = {"PrefixListIds": [{"PrefixListId": "pl-63a5400a"}]}
    permissions = [{"IpProtocol": "icmp", **blocks}, {"IpProtocol": "50", **blocks}, {"IpProtocol": "-1", **prefix}]
    made = story.call("ec2:AuthorizeSecurityGroupEgress", GroupId=GROUP, IpPermissions=permissions)
    rules = made["SecurityGroupRules"]
    assert [(r["IpProtocol"], r["FromPort"], r["ToPort"]) for r in rules] == [
        ("icmp", -1, -1),
        ("50", -1, -1),
        ("-1", -1, -1),
    ]
    assert rules[2]["PrefixListId"] == "pl-63a5400a"
    gone = story.call("ec2:RevokeSecurityGroupEgress", GroupId=GROUP, IpPermissions=permissions[2:])
    assert gone["RevokedSecurityGroupRules"][0]["PrefixListId"] == "pl-63a5400a"


def test_what_is_there_already_or_not_there_is_refused(story: Story) -> None:
    story.call("ec2:AuthorizeSecurityGroupIngress", GroupId=GROUP, IpPermissions=[HTTP])
    assert refused(story, "AuthorizeSecurityGroupIngress", GroupId=GROUP, IpPermissions=[HTTP]) == (
        "InvalidPermission.Duplicate",
        'the specified rule "peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW" already exists',
    )
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    assert refused(story, "AuthorizeSecurityGroupEgress", GroupId=GROUP, IpPermissions=[everything])[1] == (
        'the specified rule "peer: 0.0.0.0/0, ALL, ALLOW" already exists'
    )
    twice = [{**HTTP, "ToPort": 81}] * 2
    assert refused(story, "AuthorizeSecurityGroupIngress", GroupId=GROUP, IpPermissions=twice)[0] == (
        "InvalidPermission.Duplicate"
    )
    assert refused(story, "RevokeSecurityGroupEgress", GroupId=GROUP, IpPermissions=[HTTP]) == (
        "InvalidPermission.NotFound",
        "The specified rule does not exist in this security group.",
    )
    egress = "sgr-0000000000000003"
    assert refused(story, "RevokeSecurityGroupIngress", GroupId=GROUP, SecurityGroupRuleIds=[egress])[0] == (
        "InvalidSecurityGroupRuleId.NotFound"
    )
    assert refused(story, "DeleteSecurityGroup", GroupId="sg-9") == (
        "InvalidGroup.NotFound",
        "The security group 'sg-9' does not exist",
    )


@pytest.mark.parametrize(
    ("permission", "code"),
    [
        ({**HTTP, "IpProtocol": "http"}, "InvalidParameterValue"),
        ({**HTTP, "IpProtocol": "256"}, "InvalidParameterValue"),
        ({**HTTP, "FromPort": 81}, "InvalidParameterValue"),
        ({**HTTP, "ToPort": 65536}, "InvalidParameterValue"),
        ({"IpProtocol": "tcp", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}, "InvalidParameterValue"),
        ({**HTTP, "IpRanges": [{"CidrIp": "10.0.0.0/33"}]}, "InvalidParameterValue"),
        ({**HTTP, "IpRanges": [{"CidrIp": "10.0.0"}]}, "InvalidParameterValue"),
        ({**HTTP, "IpRanges": []}, "MissingParameter"),
        ({**HTTP, "UserIdGroupPairs": [{"GroupId": "sg-9"}]}, "InvalidGroup.NotFound"),
        ({**HTTP, "UserIdGroupPairs": [{"GroupId": DEFAULT, "UserId": "210987654321"}]}, "InvalidGroup.NotFound"),
        ({**HTTP, "PrefixListIds": [{"PrefixListId": "pl-1"}]}, "InvalidParameterValue"),
    ],
)
def test_permissions_that_cannot_be(story: Story, permission: dict[str, Any], code: str) -> None:
    before = story.simulation.digest()
    assert refused(story, "AuthorizeSecurityGroupIngress", GroupId=GROUP, IpPermissions=[permission])[0] == code
    assert story.simulation.digest() == before


def test_what_a_call_must_name(story: Story) -> None:
    assert refused(story, "AuthorizeSecurityGroupIngress", GroupId=GROUP)[0] == "MissingParameter"
    assert refused(story, "AuthorizeSecurityGroupIngress", IpPermissions=[HTTP])[0] == "MissingParameter"
    assert refused(story, "CreateSecurityGroup", GroupName="web", Description="x")[0] == "InvalidGroup.Duplicate"
    assert refused(story, "CreateSecurityGroup", GroupName="Default", Description="x")[0] == "InvalidParameterValue"
    assert refused(story, "CreateSecurityGroup", GroupName="sg-1", Description="x")[0] == "InvalidParameterValue"
    assert refused(story, "CreateSecurityGroup", GroupName="a", Description="x", VpcId="vpc-9")[0] == (
        "InvalidVpcID.NotFound"
    )
    tags = [{"ResourceType": "vpc", "Tags": []}]
    assert refused(story, "CreateSecurityGroup", GroupName="a", Description="x", TagSpecifications=tags)[0] == (
        "InvalidParameterValue"
    )


def test_sixty_rules_in_one_direction_are_the_most(story: Story) -> None:
    ranges = [{"CidrIp": f"10.0.{n}.0/24"} for n in range(61)]
    assert refused(story, "AuthorizeSecurityGroupIngress", GroupId=GROUP, IpPermissions=[{**HTTP, "IpRanges": ranges}])[
        0
    ] == ("RulesPerSecurityGroupLimitExceeded")
    story.call("ec2:AuthorizeSecurityGroupIngress", GroupId=GROUP, IpPermissions=[{**HTTP, "IpRanges": ranges[1:]}])


def test_a_group_in_use_stays(story: Story) -> None:
    assert refused(story, "DeleteSecurityGroup", GroupId=DEFAULT)[0] == "CannotDelete"
    own = story.call("ec2:CreateSecurityGroup", GroupName="db", Description="x")["GroupId"]
    pair = {**HTTP, "IpRanges": [], "UserIdGroupPairs": [{"GroupId": GROUP}]}
    story.call("ec2:AuthorizeSecurityGroupIngress", GroupId=own, IpPermissions=[pair])
    assert refused(story, "DeleteSecurityGroup", GroupId=GROUP) == (
        "DependencyViolation",
        f"resource {GROUP} has a dependent object",
    )
    story.call("ec2:RevokeSecurityGroupIngress", GroupId=own, IpPermissions=[pair])
    story.on_instances(1, securityGroups=[GROUP])
    assert refused(story, "DeleteSecurityGroup", GroupId=GROUP)[0] == "DependencyViolation"
    story.call("ec2:DeleteSecurityGroup", GroupId=own)
    assert [g["GroupId"] for g in described(story)] == [DEFAULT, GROUP]


def test_groups_are_found_by_filters(story: Story) -> None:
    tags = [{"ResourceType": "security-group", "Tags": [{"Key": "team", "Value": "a"}]}]
    made = story.call("ec2:CreateSecurityGroup", GroupName="db", Description="x", TagSpecifications=tags)
    assert [g["GroupId"] for g in described(story, Filters=[{"Name": "tag:team", "Values": ["a"]}])] == [
        made["GroupId"]
    ]
    assert len(described(story, Filters=[{"Name": "vpc-id", "Values": ["vpc-0000000000000001"]}])) == 3
    with pytest.raises(Exception, match="The filter 'owner' is not simulated"):
        described(story, Filters=[{"Name": "owner", "Values": []}])
    with pytest.raises(Exception, match="does not exist"):
        described(story, GroupIds=["sg-9"])
    with pytest.raises(Exception, match="does not exist"):
        story.simulation.read("ec2", "DescribeSecurityGroupRules", {"SecurityGroupRuleIds": ["sgr-9"]})
