"""How fast access is decided: ``python tests/bench/bench_access.py``.

Times are processor time of this process, and are given as a ratio to a calibration loop as well, so that machines can
be compared. The policies are the AWS managed ones that moto brings, made public, so that they are of a real size.
"""

import json
import resource
import sys
import time
from collections import Counter

from moto.iam.aws_managed_policies import aws_managed_policies_data

from scanner.model.policy import parse_policy
from scanner.reason.access.public import Owned, is_public
from scanner.reason.access.simulate import answer

POLICIES = 10_000
REQUESTS = 20_000
OWNER = "111122223333"


def seconds(work):
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def calibration():
    """Count the processor time of a fixed amount of plain Python."""
    total = 0
    for number in range(3_000_000):
        total ^= number
    return total


def public_texts():
    texts = []
    for managed in json.loads(aws_managed_policies_data).values():
        document = managed["Document"]
        statements = document["Statement"]
        for statement in statements if isinstance(statements, list) else [statements]:
            statement["Principal"] = "*"
        texts.append(json.dumps(document))
    return texts


def lines():
    full = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    own = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": f"S{index}",
                "Effect": "Allow",
                "Action": ["s3:Get*", "ec2:Describe*"],
                "Resource": [f"arn:aws:s3:::bucket{index}/*", "*"],
                "Condition": {"StringEquals": {"aws:PrincipalTag/team": ["a", "${aws:username}"]}},
            }
            for index in range(6)
        ],
    }
    for number in range(REQUESTS):
        request = {
            "id": number,
            "principal": f"arn:aws:iam::{OWNER}:user/u{number % 50}",
            "action": "s3:GetObject",
            "resource": f"arn:aws:s3:::bucket/{number}",
            "context": {"aws:PrincipalTag/team": "a", "aws:SourceIp": "203.0.113.4"},
            "identity_policies": [own],
            "scps": [[full], [full]],
        }
        yield json.dumps(request).encode()


def main():
    out = sys.stdout
    unit, _ = seconds(calibration)
    texts = public_texts()
    scale = POLICIES / len(texts)
    parsing, documents = seconds(lambda: [parse_policy(text) for text in texts])
    owned = Owned(OWNER)
    proving, answers = seconds(lambda: Counter(type(is_public(document, owned)).__name__ for document in documents))
    simulating, _ = seconds(lambda: sum(len(answer(line)) for line in lines()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    out.write(f"{POLICIES} policies parsed: {parsing * scale:.2f} s, {parsing * scale / unit:.1f} units\n")
    out.write(
        f"{POLICIES} policies proven: {proving * scale:.2f} s, {proving * scale / unit:.1f} units {dict(answers)}\n"
    )
    out.write(f"{REQUESTS / simulating:.0f} decisions a second, {unit / simulating * REQUESTS:.0f} a unit\n")
    out.write(f"peak memory {peak:.0f} MiB\n")


if __name__ == "__main__":
    main()
