"""`make bench`: every mark of speed and memory, measured on whole processes, with the mark beside it.

Figures are medians; what depends on the machine is also shown as a ratio to bare Python. Nothing here is a test.
"""

import json
import os
import runpy
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from scanner.aws.embedded import EmbeddedAws, embedded_aws
from scanner.testing import ACCOUNT
from tests.console import SCRIPT, run
from tests.faults import FaultyAws

MANY = 200


def say(what: str, found: str, mark: str) -> None:
    """Print one line of figures."""
    print(f"{what:<58} {found:>28}   mark: {mark}", flush=True)


def seconds(call: Callable[[], object], runs: int = 7) -> float:
    """Return the median wall time of a call."""
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        call()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def used(command: list[str], env: dict[str, str]) -> tuple[float, float, float]:
    """Run a command; return its wall and CPU seconds, and its peak memory in MB, without those of any other."""
    code = (
        "import json, resource, subprocess, sys, time; begun = time.perf_counter(); subprocess.run(sys.argv[1:])\n"
        "said = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(json.dumps([time.perf_counter() - begun, said.ru_utime + said.ru_stime, said.ru_maxrss / 1024]))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code, *command], env=os.environ | env, check=True, capture_output=True
    ).stdout
    wall, cpu, peak = json.loads(out.splitlines()[-1])
    return wall, cpu, peak


def bench_help() -> None:
    """`casemate --help` against bare Python."""
    bare = seconds(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))
    full = seconds(lambda: subprocess.run([SCRIPT, "--help"], check=True, capture_output=True))
    say("casemate --help, beyond bare Python", f"{1000 * (full - bare):.0f} ms ({full / bare:.1f} x)", "120 ms")


RULE = """
from scanner import PASS, Fail, Severity, Verdict, rule
from scanner.model.s3 import Bucket, BucketVersioning
@rule("BENCH-{number:03}", Severity.LOW, controls=("s3-versioning",), )
def rule_{number:03}(bucket: Bucket, versioning: BucketVersioning, *, days: int = 3) -> Verdict:
    \"\"\"
    Bench.

    Text.
    \"\"\"
    return PASS if versioning.enabled else Fail("off")
"""


def bench_rules() -> None:
    """Loading 300 rules, one file each, with their byte code cached."""
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "bench_rules"
        package.mkdir()
        (package / "__init__.py").touch()
        for number in range(300):
            (package / f"rule_{number:03}.py").write_text(RULE.format(number=number))
        code = textwrap.dedent(
            """
            import sys, time
            sys.path.insert(0, sys.argv[1])
            from importlib.metadata import EntryPoint
            import scanner.registry, scanner.model.s3
            begun = time.perf_counter()
            rules = scanner.registry.load_rules([EntryPoint("bench", "bench_rules", "casemate.rules")])
            print(len(rules), time.perf_counter() - begun)
            """
        )
        times = []
        for _ in range(5):
            out = subprocess.run(
                [sys.executable, "-c", code, folder], check=True, capture_output=True, text=True
            ).stdout
            times.append(float(out.split()[1]))
    say("loading 300 rules", f"{1000 * statistics.median(times[1:]):.0f} ms", "250 ms")


VERDICTS = """
import resource, time
from rules.s3.public_access_unblocked import public_access_unblocked as rule
from scanner.evaluate import evaluate
from scanner.inventory import Inventory
from scanner.testing import ACCOUNT, DERIVATIONS, READERS, Plan, evidence_of
names = [f"bucket-{number}" for number in range(10_000)]
switches = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
on = {"PublicAccessBlockConfiguration": dict.fromkeys(switches, True)}
evidence = evidence_of({
    "s3:ListBuckets": {"Buckets": [{"Name": name} for name in names]},
    "s3:GetPublicAccessBlock": [{"parameters": {"Bucket": name}, "response": on} for name in names],
    "s3control:GetPublicAccessBlock": [{"parameters": {"AccountId": ACCOUNT}, "error": "NoSuchPublicAccessBlockConfiguration"}],
})
inventory = Inventory.of(Plan.of([rule], READERS, DERIVATIONS), evidence)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
begun = time.process_time()
findings = list(evaluate([rule] * 100, inventory))
print(len(findings), time.process_time() - begun, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def bench_verdicts() -> None:
    """A million verdicts on one core, all of them kept."""
    out = subprocess.run([sys.executable, "-c", VERDICTS], check=True, capture_output=True, text=True).stdout.split()
    say(f"{int(out[0]):,} verdicts", f"{float(out[1]):.1f} s CPU, +{float(out[2]):.0f} MB", "10 s")


def fill(aws: EmbeddedAws) -> None:
    """Put 200 buckets, 200 security groups and 200 roles into an empty account."""
    import boto3

    session = boto3.Session("AKIAIOSFODNN7EXAMPLE", "x", region_name="eu-west-1")
    s3, ec2, iam = (session.client(name, endpoint_url=aws.endpoint_url) for name in ("s3", "ec2", "iam"))
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    statement = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    for number in range(MANY):
        s3.create_bucket(Bucket=f"bench-{number:03}", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        ec2.create_security_group(GroupName=f"bench-{number}", Description="bench", VpcId=vpc)
        iam.create_role(RoleName=f"bench-{number}", AssumeRolePolicyDocument=trust)


PER_BUCKET_CALLS = 11
"""Policy, ACL, ownership, access block, encryption, versioning, logging, lifecycle, lock, website, replication."""


def bench_scan() -> None:
    """A whole scan of a moderate account: our own CPU and memory, and the calls against the least needed."""
    with embedded_aws(seeded=False) as aws:
        fill(aws)
        arguments = ("scan", "--region", "eu-west-1", "--quiet", "--format", "json=/dev/null")
        with FaultyAws(aws.endpoint_url) as counted:
            run(*arguments, env=aws.environment() | {"AWS_ENDPOINT_URL": counted.endpoint_url}, seconds=600)
            calls = Counter((call.service, call.operation) for call in counted.calls)
        wall, cpu, peak = used([str(SCRIPT), *arguments], aws.environment())
    total = sum(calls.values())
    listings = len(calls) - PER_BUCKET_CALLS
    least = MANY * PER_BUCKET_CALLS + listings
    say(f"scan of {MANY} buckets, groups and roles: own CPU", f"{cpu:.1f} s of {wall:.1f} s wall", "6 s")
    say("  peak memory", f"{peak:.0f} MB", "250 MB")
    say("  calls, against the least needed", f"{total} / {least} = {total / least:.3f}", "1.05")


def bench_replay() -> None:
    """Judging evidence of a large account again: 2,000 buckets."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / ACCOUNT / "global"
        root.mkdir(parents=True)
        names = [f"bucket-{number}" for number in range(20_000)]
        (root / "s3.ListBuckets.json").write_text(json.dumps({"Buckets": [{"Name": name} for name in names]}))
        rows = [
            {"parameters": {"Bucket": name}, "error": {"Code": "NoSuchPublicAccessBlockConfiguration"}}
            for name in names
        ]
        (root / "s3.GetPublicAccessBlock.json").write_text(json.dumps(rows))
        (root / "s3control.GetPublicAccessBlock.json").write_text(
            '{"error": {"Code": "NoSuchPublicAccessBlockConfiguration"}}'
        )
        page = Path(folder) / "report.html"
        report = Path(folder) / "report.json"
        run("scan", Path(folder), "--rule", "S3-001", "--quiet", "--format", f"json={report}", seconds=600)
        wall = seconds(lambda: run("report", report, "--quiet", "--format", f"html={page}", seconds=600), runs=3)
        say("HTML report of 20,000 findings, whole process", f"{wall:.1f} s, {page.stat().st_size / 1e6:.1f} MB", "3 s")


if __name__ == "__main__":
    bench_help()
    bench_rules()
    bench_verdicts()
    bench_scan()
    bench_replay()
    names = ("bench_findings", "bench_access", "bench_escalation", "bench_network", "bench_iac", "bench_paths")
    for name in names:
        runpy.run_module(f"tests.bench.{name}", run_name="__main__")
