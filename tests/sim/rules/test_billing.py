"""The bill: AWS's worked examples, our own, and that stretches add up (IC section $, IC:W-1 to IC:W-11)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ecslab.sim.rules import billing, capacity_units
from ecslab.sim.state.usage import Meter, Owner, Run
from tests.rules import rule
from tests.sim import balancing
from tests.sim.balancing import FRONT, SUBNETS, VPC
from tests.sim.stories import FARGATE_WEB, Story

HOUR = 3_600_000
MONTH = 730 * HOUR


def fargate(cpu: int, mib: int, ends_ms: int, variant: str = "linux-x86_64", storage: int = 0) -> Run:
    amounts = [("fargate.vcpu", cpu), ("fargate.memory", mib), ("fargate.ephemeral-storage", storage)]
    if variant == "windows":
        amounts.append(("fargate.windows-license", cpu))
    return Run(Meter("task", "task", "task", tuple(amounts), variant), 0, ends_ms)


def machine(kind: str, ends_ms: int, shares: tuple[tuple[int, int, int], ...] = ()) -> Run:
    meter = Meter("i-1", "instance", "instance", (("ec2.instance", 1),), kind, Owner(capacity="EC2"))
    return Run(meter, 0, ends_ms, shares)


def total(*runs: Run, until: int = 10**12) -> Decimal:
    return Decimal(billing.response(list(runs), 0, until, "resource")["total"])


def cents(amount: Decimal | Fraction) -> str:
    return f"{Decimal(billing.text(amount)):.2f}"


@rule("IC:$-2", "IC:$-3", "IC:$-21", "IC:$-22", "IC:$-23", "IC:W-6")
def test_a_short_task_is_billed_for_a_minute() -> None:
    exact = (Fraction("0.25") * Fraction("0.04048") + Fraction("0.5") * Fraction("0.004445")) / 60
    assert abs(total(fargate(256, 512, 12_000)) - Decimal(billing.text(exact))) < Decimal("1e-17")
    assert f"{total(fargate(256, 512, 12_000)):.9f}" == "0.000205708"
    assert total(fargate(256, 512, 60_000)) == total(fargate(256, 512, 1))
    assert total(fargate(256, 512, 61_001)) == total(fargate(256, 512, 62_000))


@rule("IC:$-6", "IC:$-20", "IC:$-21")
def test_windows_is_billed_for_five_minutes_and_its_licence() -> None:
    hour = total(fargate(1024, 2048, HOUR, "windows"))
    assert hour == Decimal("0.09148") + Decimal("0.046") + 2 * Decimal("0.01005")
    assert total(fargate(1024, 2048, 1000, "windows")) == total(fargate(1024, 2048, 300_000, "windows"))
    notes = billing.response([fargate(1024, 2048, HOUR, "windows")], 0, HOUR, "task")["notes"]
    assert notes == ["Fargate for Windows is priced as in AWS's published example (IC:$-20)."]


@rule("IC:W-1", "IC:W-2", "IC:W-3", "IC:W-4", "IC:$-5", "IC:$-24")
@pytest.mark.parametrize(
    ("prices", "sum_of"),
    [
        ((("0.000011244", 5 * 600 * 30), ("0.000001235", 10 * 600 * 30), ("0.0000000308", 50 * 600 * 30)), "1.26"),
        ((("0.0000089944", 5 * 600 * 30), ("0.0000009889", 10 * 600 * 30), ("0.0000000308", 50 * 600 * 30)), "1.02"),
        ((("0.000011244", Fraction(5, 2) * 108_000), ("0.000001235", 10 * 108_000)), "4.37"),
        ((("0.0000254167", 10 * 108_000), ("0.0000127778", 10 * 108_000), ("0.0000027778", 20 * 108_000)), "47.25"),
    ],
)
def test_the_examples_of_the_pricing_page(prices: tuple[tuple[str, int], ...], sum_of: str) -> None:
    """AWS's own figures a second; those of the lab differ from them by the page's rounding alone."""
    assert cents(sum((Fraction(price) * amount for price, amount in prices), Fraction(0))) == sum_of


@rule("IC:W-1", "IC:W-2", "IC:W-3", "IC:$-4")
@pytest.mark.parametrize(
    ("run", "times", "sum_of"),
    [
        (fargate(1024, 2048, 600_000, storage=10), 150, "1.26"),
        (fargate(1024, 2048, 600_000, "linux-arm64", storage=10), 150, "1.02"),
        (fargate(256, 1024, HOUR), 300, "4.37"),
    ],
)
def test_the_lab_comes_to_the_same_cents(run: Run, times: int, sum_of: str) -> None:
    assert cents(total(run) * times) == sum_of


@rule("IC:W-7", "IC:$-10", "IC:$-32", "IC:$-25")
def test_ten_awsvpc_tasks_four_ways() -> None:
    assert cents(10 * total(fargate(512, 1024, MONTH))) == "180.20"
    assert cents(10 * total(fargate(512, 1024, MONTH, "linux-arm64"))) == "144.18"
    assert cents(5 * total(machine("m5.large", MONTH))) == "350.40"
    assert cents(3 * total(machine("m5.large", MONTH))) == "210.24"


@rule("IC:W-8", "IC:$-13", "IC:$-14", "IC:$-15")
def test_endpoints_against_a_nat_gateway() -> None:
    endpoint = Run(Meter("vpce", "endpoint", "hours", (("vpc.endpoint-hours", 2),)), 0, MONTH)
    nat = Run(Meter("nat", "natGateway", "hours", (("vpc.nat-gateway-hours", 1),)), 0, MONTH)
    address = Run(Meter("nat", "natGateway", "address", (("vpc.public-ipv4", 1),)), 0, MONTH)
    assert cents(4 * total(endpoint)) == "58.40"
    assert cents(total(nat, address)) == "36.50"


@rule("IC:W-9", "IC:$-12")
def test_public_addresses_alone() -> None:
    address = Run(Meter("task", "task", "address", (("vpc.public-ipv4", 1),)), 0, 720 * HOUR)
    assert 4 * total(address) == Decimal("14.4")


@rule("IC:W-10", "IC:$-22")
def test_storage_above_twenty_gigabytes() -> None:
    storage = Run(Meter("task", "task", "task", (("fargate.ephemeral-storage", 80),)), 0, 24 * HOUR)
    assert f"{total(storage):.4f}" == "0.2131"


@rule("IC:W-11", "IC:$-7", "IC:$-27")
def test_a_base_on_demand_and_the_rest_on_spot() -> None:
    on_demand, spot = fargate(1024, 2048, MONTH), fargate(1024, 2048, MONTH, "spot-linux-x86_64")
    assert cents(2 * total(on_demand) + 6 * total(spot)) == "136.95"
    assert cents(8 * total(on_demand)) == "288.32"


@rule("IC:$-28")
def test_ec2_spot_is_a_convention() -> None:
    answer = billing.response([machine("spot-m5.large", HOUR)], 0, HOUR, "capacity")
    assert answer["total"] == "0.0336"
    assert answer["notes"] == ["EC2 Spot at 35 % of on-demand is a convention (IC:$-28)."]


@rule("IC:$-31")
def test_where_an_instance_begins_to_win() -> None:
    share = Fraction(total(machine("m5.large", HOUR))) / Fraction(total(fargate(2048, 8192, HOUR)))
    assert 82 < share * 100 < 83


@rule("IC:$-11")
def test_a_partial_hour_of_a_load_balancer_is_a_whole_one() -> None:
    balancer = Run(Meter("lb", "loadBalancer", "hours", (("elb.load-balancer-hours", 1),)), 0, HOUR + 1)
    assert total(balancer) == Decimal("0.045")


def test_what_has_no_price_is_said() -> None:
    answer = billing.response([machine("g5.xlarge", HOUR)], 0, HOUR, "service")
    assert answer["lines"] == []
    assert answer["notes"] == ["The lab knows no price of ec2.instance for g5.xlarge."]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Fraction(1, 3), "0.333333333333333333"),
        (Fraction(2, 3), "0.666666666666666667"),
        (Fraction(100), "100"),
        (Fraction(1, 2 * 10**18), "0"),
        (Fraction(3, 2 * 10**18), "0.000000000000000002"),
        (Decimal("0.10"), "0.1"),
    ],
)
def test_numbers_are_told_exactly(value: Fraction | Decimal, told: str) -> None:
    assert billing.text(value) == told


@given(some.lists(some.integers(0, 4 * HOUR), min_size=3, max_size=3), some.integers(0, 2 * HOUR))
def test_stretches_add_up(moments: list[int], ends_ms: int) -> None:
    """The seconds of two adjacent stretches are those of both together, however they are cut."""
    begin, middle, end = sorted(moments)
    run = fargate(256, 512, ends_ms)
    item = "fargate.vcpu"

    def between(a: int, b: int) -> int:
        return billing.billed_ms(item, run, b) - billing.billed_ms(item, run, a)

    assert between(begin, middle) + between(middle, end) == between(begin, end)
    assert between(begin, end) >= 0


def test_idle_is_what_nobody_reserved() -> None:
    run = machine("m5.large", HOUR, ((0, 0, 100), (HOUR // 2, 50, 100)))
    group = billing.response([run], 0, HOUR, "capacity")["groups"][0]
    assert (group["total"], group["idle"]) == ("0.096", "0.072")
    later = billing.response([run], HOUR // 2, HOUR, "capacity")["groups"][0]
    assert (later["total"], later["idle"]) == ("0.048", "0.024")


@rule("IC:$-1", "IC:$-21")
def test_a_fargate_service_is_billed_from_its_pulls() -> None:
    story = Story().on_fargate()
    story.create(2, launchType="FARGATE")
    story.until(20)
    assert {line["item"] for line in story.read("lab:GetCost")["lines"]} == {"vpc.public-ipv4"}
    story.until(20 + 3600)
    answer = story.read("lab:GetCost", **{"from": 20, "by": "service"})
    line = next(each for each in answer["lines"] if each["item"] == "fargate.vcpu")
    assert (line["billedSeconds"], line["quantity"], line["price"]) == (3600, "0.25", "0.04048")
    assert (line["usage"], line["usageUnit"]) == (256 * HOUR, "CPU-unit-ms")
    assert (line["service"], line["cluster"], line["capacity"]) == ("web", "game", "FARGATE")
    total_of_lines = sum(Decimal(each["amount"]) for each in answer["lines"])
    assert Decimal(answer["total"]) == total_of_lines
    assert answer["groups"][0]["name"] == "web"


@rule("IC:$-25", "IC:$-16")
def test_instances_are_billed_full_or_empty() -> None:
    story = Story().on_instances(1)
    story.create(2)
    answer = story.until(3600).read("lab:GetCost", by="capacity")
    instance = next(each for each in answer["lines"] if each["item"] == "ec2.instance")
    assert (instance["quantity"], instance["cluster"], instance["service"]) == ("1", "game", None)
    assert Decimal(answer["groups"][0]["idle"]) < Decimal(instance["amount"])
    volume = next(each for each in answer["lines"] if each["item"] == "ebs.volume")
    assert volume["quantity"] == billing.text(Fraction(30, 730))
    story.call("lab:FailInstance", 3600, instance=instance["resource"])
    gone = story.until(7200).read("lab:GetCost", **{"from": 3700, "by": "resource"})
    assert gone["lines"] == []


def test_a_task_group_is_a_group_of_the_bill() -> None:
    story = Story().on_fargate()
    vpc = {"awsvpcConfiguration": {"subnets": list(story.simulation.world.subnets), "assignPublicIp": "ENABLED"}}
    story.call("ecs:RunTask", cluster="game", taskDefinition="web", launchType="FARGATE", networkConfiguration=vpc)
    answer = story.until(100).read("lab:GetCost")
    assert answer["groups"][0]["key"] == "family:web"
    assert FARGATE_WEB["family"] == "web"


def costs(story: Story, **stretch: float) -> list[tuple[str, str, str]]:
    """Item, quantity and amount of each line of the bill, except for machines."""
    lines = story.read("lab:GetCost", by="resource", **stretch)["lines"]
    return [(line["item"], line["quantity"], line["amount"]) for line in lines if line["resourceType"] != "volume"]


@rule("IC:$-12", "IC:$-30")
def test_a_fargate_task_with_a_public_address_pays_for_it() -> None:
    story = Story().on_fargate()
    story.create(1)
    story.until(7200)
    story.update(7200, desiredCount=0)
    line = next(each for each in story.read("lab:GetCost")["lines"] if each["item"] == "vpc.public-ipv4")
    assert (line["service"], line["resourceType"], line["price"]) == ("web", "task", "0.005")
    assert (line["billedSeconds"], line["quantity"]) == (7200, "2")
    after = story.until(9000).read("lab:GetCost", **{"from": 7400})
    assert after["lines"] == []


@rule("IC:$-11", "IC:$-12")
def test_a_load_balancer_costs_by_the_begun_hour_and_its_addresses_by_the_second() -> None:
    story = balancing.live(Story())
    story.call("elbv2:DeleteLoadBalancer", 5400, LoadBalancerArn=balancing.INNER)
    story.call("elbv2:DeleteLoadBalancer", 5400, LoadBalancerArn=FRONT)
    found = costs(story.until(9000))
    addresses = [line for line in found if line[0] == "vpc.public-ipv4"]
    assert [line for line in found if line not in addresses] == [("elb.load-balancer-hours", "2", "0.045")] * 2
    assert len(SUBNETS) == 3
    assert sum(Decimal(quantity) for _, quantity, _ in addresses) == Decimal("4.5")


@rule("IC:$-12", "IC:$-13")
def test_a_nat_gateway_costs_while_it_is_available_and_its_address_all_the_time() -> None:
    story = Story()
    address = story.call("ec2:AllocateAddress")["AllocationId"]
    made = story.call("ec2:CreateNatGateway", 1800, SubnetId=SUBNETS[0], AllocationId=address)["NatGateway"]
    story.call("ec2:DeleteNatGateway", 1800 + 3600 + 240, NatGatewayId=made["NatGatewayId"])
    found = costs(story.until(10 * 3600))
    assert [line for line in found if line[0] == "vpc.nat-gateway-hours"] == [("vpc.nat-gateway-hours", "2", "0.09")]
    assert sum(Decimal(quantity) for item, quantity, _ in found if item == "vpc.public-ipv4") == 10
    story.call("ec2:ReleaseAddress", 10 * 3600, AllocationId=address)
    assert costs(story.until(12 * 3600), **{"from": 10 * 3600}) == []


@rule("IC:$-14")
def test_an_interface_endpoint_costs_in_each_of_its_zones_and_a_gateway_nothing() -> None:
    story = Story()
    service = "com.amazonaws.us-east-1."
    wanted = {"VpcId": VPC, "VpcEndpointType": "Interface", "SubnetIds": SUBNETS[:2]}
    made = story.call("ec2:CreateVpcEndpoint", ServiceName=f"{service}ecr.api", **wanted)["VpcEndpoint"]
    story.call("ec2:CreateVpcEndpoint", ServiceName=f"{service}s3", VpcId=VPC)
    story.call("ec2:DeleteVpcEndpoints", 3600, VpcEndpointIds=[made["VpcEndpointId"]])
    assert costs(story.until(7200)) == [("vpc.endpoint-hours", "2", "0.02")]


@rule("IC:$-19")
def test_a_secret_costs_until_it_is_to_be_deleted() -> None:
    story = Story()
    story.call("secretsmanager:CreateSecret", Name="key", SecretString="x")
    story.call("secretsmanager:DeleteSecret", 730 * 3600 // 2, SecretId="key")
    assert costs(story.until(730 * 3600)) == [("secretsmanager.secret", "0.5", "0.2")]


@rule("IC:$-12", "IC:$-25")
def test_a_stopped_instance_keeps_its_volume_alone() -> None:
    story = Story().on_instances(1)
    story.call("ec2:StopInstances", 3600, InstanceIds=["i-0000000000000001"])
    answer = story.until(7200).read("lab:GetCost", **{"from": 3600})
    assert [line["item"] for line in answer["lines"]] == ["ebs.volume"]
    first = story.read("lab:GetCost", to=3600)["lines"]
    assert {line["item"]: line["billedSeconds"] for line in first} == {
        "ec2.instance": 3600,
        "vpc.public-ipv4": 3600,
        "ebs.volume": 3600,
    }


@rule("IC:W-5", "IC:$-26", "IC:$-11")
def test_capacity_units_are_the_largest_of_four_measures() -> None:
    """AWS's example: a connection a second that lasts two minutes, 5 requests and 300 KB a second, 60 rules."""
    each = [
        capacity_units.Load(Fraction(1), Fraction(0), Fraction(0), Fraction(0), 0),
        capacity_units.Load(Fraction(0), Fraction(120), Fraction(0), Fraction(0), 0),
        capacity_units.Load(Fraction(0), Fraction(0), Fraction("1.08"), Fraction(0), 0),
        capacity_units.Load(Fraction(0), Fraction(0), Fraction(0), Fraction(5), 60),
    ]
    assert [billing.text(capacity_units.units(load)) for load in each] == ["0.04", "0.04", "1.08", "0.25"]
    whole = capacity_units.units(capacity_units.Load(Fraction(1), Fraction(120), Fraction("1.08"), Fraction(5), 60))
    hour, unit = billing.price_of("elb.load-balancer-hours", ""), billing.price_of("elb.lcu-hours", "")
    assert hour is not None
    assert unit is not None
    charge = hour.amount + Decimal(billing.text(whole)) * unit.amount
    assert (billing.text(charge), cents(charge * 720)) == ("0.03114", "22.42")


@rule("IC:$-26", "PN:N-52")
def test_traffic_that_a_security_group_drops_costs_no_capacity_units() -> None:
    story = balancing.live(Story())
    story.call("lab:SetTraffic", 0, loadBalancer=FRONT, pattern="constant", requestsPerSecond=50)
    assert not [each for each in story.until(7200).read("lab:GetCost")["lines"] if each["item"] == "elb.lcu-hours"]


@rule("IC:$-26")
def test_traffic_costs_capacity_units_and_stretches_add_up() -> None:
    story = balancing.live(Story())
    port = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "0.0.0.0/0"}
    story.call("ec2:AuthorizeSecurityGroupIngress", 0, GroupId=balancing.GROUP, **port)
    story.call("lab:SetTraffic", 0, loadBalancer=FRONT, pattern="constant", requestsPerSecond=50)
    story.until(7200)
    line = next(each for each in story.read("lab:GetCost")["lines"] if each["item"] == "elb.lcu-hours")
    assert (line["quantity"], line["amount"], line["billedSeconds"]) == ("4", "0.032", None)
    assert (line["usage"], line["usageUnit"]) == (4 * HOUR, "LCU-ms")
    more = {"connectionsPerSecond": 25, "kibPerRequest": 1024}
    story.call("lab:SetTraffic", 7200, loadBalancer=FRONT, pattern="constant", requestsPerSecond=1, **more)
    hour = story.until(10800).read("lab:GetCost", **{"from": 7200})["lines"]
    assert [each["quantity"] for each in hour if each["item"] == "elb.lcu-hours"] == ["3.515625"]

    def units_between(begin: int, end: int) -> Decimal:
        found = story.read("lab:GetCost", **{"from": begin, "to": end})["lines"]
        return sum((Decimal(each["quantity"]) for each in found if each["item"] == "elb.lcu-hours"), Decimal(0))

    parts = units_between(0, 1234) + units_between(1234, 5000) + units_between(5000, 7200)
    assert parts.quantize(Decimal("1e-15")) == 4
    story.call("elbv2:DeleteLoadBalancer", 10800, LoadBalancerArn=FRONT)
    story.until(14400)
    assert units_between(10800, 14400) == 0
