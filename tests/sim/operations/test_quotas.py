"""The quotas of the account and what happens at their ends (IC section Q)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.data.tables import LIMITS
from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim.stories import FARGATE_WEB, WEB, Story

AMI = {"ImageId": "ami-0ec50000000000001", "InstanceType": "t3.medium"}


def refused(story: Story, call: str, at: float, /, **members: Any) -> tuple[str, str]:
    answer = story.attempt(call, at, **members)
    assert isinstance(answer, Rejection), answer
    return answer.code, answer.message


@rule("IC:Q-1", "IC:Q-2", "IC:Q-3", "IC:Q-4", "IC:Q-12", "IC:Q-25", "IC:Q-26", "IC:Q-34")
def test_a_new_account_has_the_quotas_that_aws_publishes() -> None:
    codes = {
        "quota.L-21C621EB": 10_000,
        "quota.L-86C34207": 5000,
        "quota.L-9EF96962": 5000,
        "quota.L-92E49DE3": 5000,
        "quota.L-3032A538": 6,
        "quota.L-36FBB829": 6,
        "revisions_a_family": 1_000_000,
    }
    assert {code: LIMITS[code] for code in codes} == codes


@rule("IC:Q-1")
def test_an_account_has_so_many_clusters() -> None:
    story = Story()
    story.call("lab:SetQuota", code="Q-1", value=2)
    for name in ("a", "b", "a"):
        story.call("ecs:CreateCluster", 1, clusterName=name)
    assert refused(story, "ecs:CreateCluster", 2, clusterName="c") == (
        "ClientException",
        "The quota L-21C621EB allows 2 clusters in an account, and this would make 3.",
    )
    story.call("ecs:DeleteCluster", 3, cluster="a")
    story.call("ecs:CreateCluster", 4, clusterName="c")


@rule("IC:Q-2")
def test_a_cluster_has_so_many_container_instances() -> None:
    story = Story().on_instances(2)
    story.call("lab:SetQuota", code="L-86C34207", value=3)
    members = {"cluster": "game", "instanceType": "t3.medium"}
    words = "The quota L-86C34207 allows 3 container instances in a cluster, and this would make 4."
    assert refused(story, "lab:AddContainerInstances", 1, **members, count=2) == ("ClientException", words)
    story.call("lab:AddContainerInstances", 1, **members)
    kind = [{"name": "ecs.instance-type", "value": "t3.medium"}]
    assert refused(story, "ecs:RegisterContainerInstance", 2, cluster="game", attributes=kind) == (
        "ClientException",
        words,
    )
    script = "#!/bin/bash\necho ECS_CLUSTER=game >> /etc/ecs/ecs.config"
    profile = {"Name": "ecsInstanceRole"}
    launch = {**AMI, "MinCount": 1, "MaxCount": 1, "UserData": script, "IamInstanceProfile": profile}
    story.call("ec2:RunInstances", 3, **launch)
    story.until(200)
    said = [e["text"] for e in story.timeline(kinds=["instanceState"])["entries"] if "agent" in e["text"]]
    assert said[-1].endswith(f"Error registering container instance: ClientException: {words}")
    story.call("ecs:DeregisterContainerInstance", 201, cluster="game", containerInstance="i-0000000000000001")
    story.call("lab:AddContainerInstances", 202, **members)


@rule("IC:Q-3")
def test_a_cluster_has_so_many_services() -> None:
    story = Story().on_instances(1)
    story.create(0)
    story.call("lab:SetQuota", 1, code="Q-3", value=1)
    other = {"cluster": "game", "serviceName": "other", "taskDefinition": "web", "desiredCount": 0}
    assert refused(story, "ecs:CreateService", 2, **other) == (
        "InvalidParameterException",
        "The quota L-9EF96962 allows 1 services in a cluster, and this would make 2.",
    )
    story.call("ecs:CreateCluster", 3, clusterName="next")
    story.call("ecs:CreateService", 3, **{**other, "cluster": "next"})
    story.call("ecs:DeleteService", 4, cluster="game", service="web")
    story.call("ecs:CreateService", 5, **other)


@rule("IC:Q-4")
def test_a_service_has_so_many_tasks() -> None:
    story = Story().on_instances(1)
    words = "desiredCount is 5001; a service has 0 to 5000 tasks."
    wanted = {"cluster": "game", "serviceName": "web", "taskDefinition": "web", "desiredCount": 5001}
    assert refused(story, "ecs:CreateService", 1, **wanted) == ("InvalidParameterException", words)
    story.create(3, 1)
    story.call("lab:SetQuota", 2, code="Q-4", value=2)
    wanted = {"cluster": "game", "service": "web"}
    assert refused(story, "ecs:UpdateService", 3, **wanted, desiredCount=3)[0] == "InvalidParameterException"
    story.call("ecs:UpdateService", 4, **wanted, forceNewDeployment=True)
    assert story.service().desired_count == 3
    story.call("ecs:UpdateService", 5, **wanted, desiredCount=2)


@rule("IC:Q-12")
def test_a_family_has_so_many_revisions() -> None:
    story = Story()
    story.call("ecs:RegisterTaskDefinition", **WEB)
    story.call("ecs:DeregisterTaskDefinition", taskDefinition="web:1")
    story.simulation.world.ids.counters["revision/web"] = 999_999
    last = story.call("ecs:RegisterTaskDefinition", 1, **WEB)["taskDefinition"]
    assert last["revision"] == 1_000_000
    assert refused(story, "ecs:RegisterTaskDefinition", 2, **WEB)[0] == "ClientException"
    story.call("ecs:RegisterTaskDefinition", 3, **{**WEB, "family": "other"})


@rule("IC:Q-15")
@pytest.mark.parametrize(("member", "most"), [("subnets", 16), ("securityGroups", 5)])
def test_a_network_configuration_has_so_many_parts(member: str, most: int) -> None:
    story = Story().on_fargate()
    world = story.simulation.world
    vpc = next(iter(world.vpcs))
    for number in range(17):
        story.call("ec2:CreateSubnet", VpcId=vpc, CidrBlock=f"172.31.{100 + number}.0/24")
        story.call("ec2:CreateSecurityGroup", GroupName=f"g{number}", Description="x", VpcId=vpc)
    names = {"subnets": list(world.subnets), "securityGroups": list(world.security_groups)}

    def request(count: int) -> dict[str, Any]:
        network = {"subnets": names["subnets"][:1], member: names[member][:count]}
        members = {"cluster": "game", "taskDefinition": "web", "launchType": "FARGATE"}
        return {**members, "networkConfiguration": {"awsvpcConfiguration": network}}

    code, message = refused(story, "ecs:RunTask", 1, **request(most + 1))
    assert (code, str(most + 1) in message, str(most) in message) == ("InvalidParameterException", True, True)
    assert refused(story, "ecs:CreateService", 1, serviceName="web", **request(most + 1)) == (code, message)
    story.call("ecs:RunTask", 2, **request(most))


@rule("IC:Q-23")
@pytest.mark.parametrize("wrong", ["x" * 256, "two words", "a.b"])
def test_names_have_a_length_and_an_alphabet(wrong: str) -> None:
    story = Story().on_instances(1)
    long = "Aa0_-" * 51
    container = WEB["containerDefinitions"][0]
    for call, members, member in (
        ("ecs:CreateCluster", {}, "clusterName"),
        ("ecs:CreateService", {"cluster": "game", "taskDefinition": "web", "desiredCount": 0}, "serviceName"),
        ("ecs:RegisterTaskDefinition", {"containerDefinitions": [container]}, "family"),
    ):
        assert refused(story, call, 1, **members, **{member: wrong})[0] in (
            "InvalidParameterException",
            "ClientException",
        )
        story.call(call, 1, **members, **{member: long})
    named = {"family": "web", "containerDefinitions": [{**container, "name": wrong}]}
    assert refused(story, "ecs:RegisterTaskDefinition", 2, **named)[0] == "ClientException"
    story.call("ecs:RegisterTaskDefinition", 2, family="web", containerDefinitions=[{**container, "name": long}])


@rule("IC:Q-16")
def test_a_service_has_at_most_five_target_groups() -> None:
    story = Story().on_instances(1)
    vpc, subnets = next(iter(story.simulation.world.vpcs)), list(story.simulation.world.subnets)[:2]
    front = story.call("elbv2:CreateLoadBalancer", Name="front", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    groups = []
    for number in range(6):
        made = story.call("elbv2:CreateTargetGroup", Name=f"g{number}", Protocol="HTTP", Port=80, VpcId=vpc)
        groups.append(made["TargetGroups"][0]["TargetGroupArn"])
        forward = [{"Type": "forward", "TargetGroupArn": groups[-1]}]
        listener = {"LoadBalancerArn": front, "Protocol": "HTTP", "Port": 8000 + number, "DefaultActions": forward}
        story.call("elbv2:CreateListener", **listener)
    entries = [{"targetGroupArn": group, "containerName": "web", "containerPort": 80} for group in groups]
    members = {"cluster": "game", "taskDefinition": "web", "desiredCount": 1}
    assert refused(story, "ecs:CreateService", 1, **members, serviceName="web", loadBalancers=entries) == (
        "InvalidParameterException",
        "loadBalancers can have at most 5 items, and there are 6.",
    )
    story.call("ecs:CreateService", 1, **members, serviceName="web", loadBalancers=entries[:5])
    classic = [{"loadBalancerName": "old", "containerName": "web", "containerPort": 80}]
    code, message = refused(story, "ecs:CreateService", 1, **members, serviceName="old", loadBalancers=classic)
    assert (code, message.startswith("Classic Load Balancers are not simulated")) == ("InvalidParameterException", True)


@rule("IC:Q-31")
def test_a_group_grows_no_further_than_the_quota_of_vcpus() -> None:
    story = Story()
    story.call("lab:SetQuota", code="Q-31", value=4)
    story.call("ec2:CreateLaunchTemplate", LaunchTemplateName="small", LaunchTemplateData=AMI)
    story.call(
        "autoscaling:CreateAutoScalingGroup",
        AutoScalingGroupName="group",
        LaunchTemplate={"LaunchTemplateName": "small"},
        MinSize=3,
        MaxSize=3,
        VPCZoneIdentifier=next(iter(story.simulation.world.subnets)),
    )
    group = story.until(100).simulation.world.auto_scaling_groups["group"]
    assert len(group.members) == 2
    told = story.read("autoscaling:DescribeScalingActivities", AutoScalingGroupName="group")["Activities"][0]
    assert "more vCPU capacity than your current vCPU limit of 4 allows" in told["StatusMessage"]
    assert refused(story, "ec2:RunInstances", 100, **AMI, MinCount=1, MaxCount=1)[0] == "VcpuLimitExceeded"
    story.call("ec2:RunInstances", 100, **{**AMI, "InstanceType": "g4dn.xlarge"}, MinCount=1, MaxCount=1)
    spot = {"InstanceMarketOptions": {"MarketType": "spot"}}
    story.call("ec2:RunInstances", 100, **AMI, **spot, MinCount=1, MaxCount=1)
    story.call("lab:SetQuota", 101, code="L-1216C47A", value=6)
    assert len(story.until(102).simulation.world.auto_scaling_groups["group"].members) == 3


@rule("IC:Q-31")
def test_instances_in_one_call_count_too() -> None:
    story = Story().on_instances(1)
    story.call("lab:SetQuota", code="Q-31", value=5)
    members = {"cluster": "game", "instanceType": "t3.medium"}
    assert refused(story, "lab:AddContainerInstances", 1, **members, count=2)[0] == "VcpuLimitExceeded"
    story.call("lab:AddContainerInstances", 1, **members)
    story.call("lab:AddContainerInstances", 1, **members, market="spot")


@rule("IC:Q-32")
def test_a_zone_has_so_many_nat_gateways() -> None:
    story = Story()
    subnets = list(story.simulation.world.subnets)
    members = {"ConnectivityType": "private"}
    made = [story.call("ec2:CreateNatGateway", SubnetId=subnets[0], **members) for _ in range(5)]
    code, message = refused(story, "ec2:CreateNatGateway", 1, SubnetId=subnets[0], **members)
    assert (code, message) == (
        "NatGatewayLimitExceeded",
        "The maximum number of NAT gateways in the Availability Zone us-east-1a is reached.",
    )
    story.call("ec2:CreateNatGateway", 1, SubnetId=subnets[1], **members)
    story.call("ec2:DeleteNatGateway", 2, NatGatewayId=made[0]["NatGateway"]["NatGatewayId"])
    story.call("ec2:CreateNatGateway", 500, SubnetId=subnets[0], **members)


@rule("IC:Q-34")
def test_what_is_not_enforced_cannot_be_set() -> None:
    code, message = refused(Story(), "lab:SetQuota", 0, code="Q-29", value=1)
    assert code == "InvalidParameterException"
    assert "L-3032A538 (Q-25)" in message


def test_a_task_definition_of_fargate_is_no_instance() -> None:
    """The quota of EC2 vCPUs has nothing to do with Fargate."""
    story = Story().on_fargate()
    story.call("lab:SetQuota", code="Q-31", value=0)
    story.call("ecs:RegisterTaskDefinition", **FARGATE_WEB)
    story.create(1)
    assert story.until(100).running() == 1
