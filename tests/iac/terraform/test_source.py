"""Folders of configuration: modules, variables, instances, and the lines of what they declare."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.errors import SourceError
from scanner.iac.declared import Declared
from scanner.iac.terraform.source import load_folder
from scanner.iac.values import Encoded, Hole, Template

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def files(**texts: str) -> Path:
        for name, text in texts.items():
            path = tmp_path / name.replace("__", "/").replace("_tf", ".tf")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return files


def declared(folder: Path) -> dict[str, Declared]:
    return {one.address: one for one in load_folder(folder).declared}


def test_count_and_for_each_make_addresses_and_names(write: Write) -> None:
    found = declared(
        write(
            main_tf="""
            resource "aws_vpc" "c" {
              count      = 2
              cidr_block = "10.${count.index}.0.0/16"
            }
            resource "aws_vpc" "e" {
              for_each   = { a = "10.9.0.0/16" }
              cidr_block = each.value
              tags       = { Name = each.key }
            }
            """
        )
    )
    assert {
        "aws_vpc.c[0]": {"cidr_block": "10.0.0.0/16"},
        "aws_vpc.c[1]": {"cidr_block": "10.1.0.0/16"},
        'aws_vpc.e["a"]': {"cidr_block": "10.9.0.0/16", "tags": {"Name": "a"}},
    } == {address: one.values for address, one in found.items()}


def test_dynamic_blocks_become_blocks_with_the_lines_of_their_content(write: Write) -> None:
    found = declared(
        write(
            main_tf="""
            resource "aws_security_group" "g" {
              dynamic "ingress" {
                for_each = [22, 80]
                iterator = port
                content {
                  from_port = port.value
                }
              }
            }
            """
        )
    )["aws_security_group.g"]
    assert [{"from_port": 22}, {"from_port": 80}] == found.values["ingress"]
    assert 3 == found.line_of("ingress", 1)


def test_a_dynamic_block_over_an_unknown_collection_is_a_hole_among_the_blocks(write: Write) -> None:
    found = declared(
        write(
            main_tf="""
            variable "ports" {}
            resource "aws_security_group" "g" {
              ingress {
                from_port = 1
              }
              dynamic "ingress" {
                for_each = var.ports
                content {
                  from_port = ingress.value
                }
              }
            }
            """
        )
    )["aws_security_group.g"]
    assert {"from_port": 1} == found.values["ingress"][0]
    assert "var.ports" == found.values["ingress"][1].reference


def test_modules_get_inputs_and_give_outputs(write: Write) -> None:
    found = declared(
        write(
            main_tf="""
            module "net" {
              source   = "./net"
              for_each = toset(["x"])
              cidr     = "10.${length(each.key)}.0.0/16"
            }
            resource "aws_vpc" "v" {
              cidr_block = module.net["x"].cidr
            }
            """,
            net__main_tf="""
            variable "cidr" { type = string }
            resource "aws_vpc" "inner" { cidr_block = var.cidr }
            output "cidr" { value = aws_vpc.inner.cidr_block }
            """,
        )
    )
    assert "10.1.0.0/16" == found["aws_vpc.v"].values["cidr_block"]
    inner = found['module.net["x"].aws_vpc.inner']
    assert ("net/main.tf", 3) == (inner.file, inner.line)
    assert ['module.net["x"]'] == [one.address for one in inner.calls]


def test_variables_take_types_defaults_and_files(write: Write) -> None:
    folder = write(
        main_tf="""
        variable "rules" {
          type = map(object({ port = number, cidr = optional(string, "10.0.0.0/8") }))
        }
        variable "name" { default = "plain" }
        resource "aws_vpc" "v" { tags = { for k, v in var.rules : k => "${v.port} ${v.cidr} ${var.name}" } }
        """
    )
    (folder / "terraform.tfvars").write_text('rules = { a = { port = "22" } }\nname = "usual"\n')
    (folder / "z.auto.tfvars").write_text('name = "later"\n')
    assert {"a": "22 10.0.0.0/8 later"} == declared(folder)["aws_vpc.v"].values["tags"]


def test_policy_documents_keep_known_statements_beside_unknown_parts(write: Write) -> None:
    found = declared(
        write(
            main_tf="""
            variable "who" {}
            data "aws_iam_policy_document" "source" {
              statement {
                sid       = "Replaced"
                actions   = ["s3:Get*"]
                resources = ["*"]
              }
            }
            data "aws_iam_policy_document" "d" {
              source_policy_documents = [data.aws_iam_policy_document.source.json]
              statement {
                sid       = "Replaced"
                actions   = ["s3:Put*"]
                resources = ["arn:aws:s3:::${var.who}/*"]
                condition {
                  test     = "Bool"
                  variable = "aws:SecureTransport"
                  values   = ["true"]
                }
              }
            }
            resource "aws_iam_policy" "p" { policy = data.aws_iam_policy_document.d.json }
            """
        )
    )["aws_iam_policy.p"].values["policy"]
    assert isinstance(found, Encoded)
    (statement,) = found.value["Statement"]
    assert ["s3:Put*"] == statement["Action"]
    assert [
        Template(("arn:aws:s3:::", Hole("var.who", detail="var.who has no default and no value is given"), "/*"))
    ] == (statement["Resource"])
    assert {"Bool": {"aws:SecureTransport": ["true"]}} == statement["Condition"]


def test_policy_documents_write_variables_of_policies_and_take_source_texts_with_holes(write: Write) -> None:
    found = declared(
        write(
            main_tf="""
            variable "who" {}
            data "aws_iam_policy_document" "d" {
              source_policy_documents = [<<-EOF
                {"Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::${var.who}"}]}
                EOF
              ]
              statement {
                actions   = ["s3:Put*"]
                resources = ["arn:aws:s3:::b/&{aws:username}/*"]
              }
            }
            resource "aws_iam_policy" "p" { policy = data.aws_iam_policy_document.d.json }
            """
        )
    )["aws_iam_policy.p"].values["policy"]
    first, second = found.value["Statement"]
    assert "s3:Get*" == first["Action"]
    assert ["arn:aws:s3:::b/${aws:username}/*"] == second["Resource"]


def test_a_list_in_brackets_is_the_list_itself_as_before_terraform_0_12(write: Write) -> None:
    found = declared(
        write(
            main_tf="""
            variable "cidrs" { default = ["10.0.0.0/8", "0.0.0.0/0"] }
            resource "aws_security_group" "g" {
              ingress { cidr_blocks = ["${var.cidrs}"] }
            }
            """
        )
    )["aws_security_group.g"]
    assert ["10.0.0.0/8", "0.0.0.0/0"] == found.values["ingress"][0]["cidr_blocks"]


def test_files_and_templates_of_the_project_are_read(write: Write) -> None:
    folder = write(
        main_tf="""
        resource "aws_vpc" "v" {
          tags = {
            a = file("${path.module}/a.txt")
            b = templatefile("${path.module}/b.tpl", { x = "y" })
          }
        }
        """
    )
    (folder / "a.txt").write_text("A")
    (folder / "b.tpl").write_text("${x}%{ if true }!%{ endif }")
    assert {"a": "A", "b": "y!"} == declared(folder)["aws_vpc.v"].values["tags"]


def test_files_outside_the_project_are_not_read(write: Write) -> None:
    found = declared(write(main_tf='resource "aws_vpc" "v" { tags = { a = file("/etc/hostname") } }\n'))
    assert isinstance(found["aws_vpc.v"].values["tags"], Hole)


@pytest.mark.parametrize("where", ["count = var.many", "for_each = var.many"])
def test_a_resource_that_may_exist_is_declared_as_such(write: Write, where: str) -> None:
    found = declared(write(main_tf=f'variable "many" {{}}\nresource "aws_vpc" "v" {{\n  {where}\n}}\n'))
    assert "var.many has no default and no value is given" == found["aws_vpc.v[?]"].perhaps.detail  # type: ignore[union-attr]


def test_names_that_rest_on_themselves_are_holes(write: Write) -> None:
    found = declared(
        write(
            main_tf="""
            locals {
              a = local.b
              b = local.a
            }
            resource "aws_vpc" "v" { cidr_block = local.a }
            resource "aws_subnet" "s" { cidr_block = aws_subnet.s.cidr_block }
            """
        )
    )
    assert "refers to itself" in found["aws_vpc.v"].values["cidr_block"].detail
    assert isinstance(found["aws_subnet.s"].values["cidr_block"], Hole)


def test_modules_that_call_themselves_end(write: Write) -> None:
    with pytest.raises(SourceError, match="deep"):
        load_folder(write(main_tf='module "m" { source = "./" }\n'))


def test_a_module_that_is_not_here_is_named(write: Write) -> None:
    found = load_folder(
        write(
            main_tf="""
            module "vpc" { source = "terraform-aws-modules/vpc/aws" }
            resource "aws_subnet" "s" { vpc_id = module.vpc.vpc_id }
            """
        )
    )
    [missing] = found.missing
    assert missing.startswith("main.tf:2: module.vpc: its source 'terraform-aws-modules/vpc/aws' is not here")
    assert found.declared[0].values["vpc_id"].is_concrete


def test_installed_modules_are_found_by_their_manifest(write: Write) -> None:
    folder = write(
        main_tf='module "m" { source = "org/m/aws" }\n',
    )
    installed = folder / ".terraform" / "modules" / "m"
    installed.mkdir(parents=True)
    (installed / "main.tf").write_text('resource "aws_vpc" "v" {}\n')
    (installed.parent / "modules.json").write_text(
        '{"Modules":[{"Key":"m","Source":"org/m/aws","Dir":".terraform/modules/m"}]}'
    )
    assert "module.m.aws_vpc.v" in declared(folder)


def test_each_folder_that_no_other_calls_is_a_root_of_its_own(write: Write) -> None:
    found = declared(
        write(
            dev__main_tf='module "m" { source = "../mod" }\n',
            prod__main_tf='module "m" { source = "../mod" }\n',
            mod__main_tf='resource "aws_vpc" "v" {}\n',
        )
    )
    assert {"dev//module.m.aws_vpc.v", "prod//module.m.aws_vpc.v"} == set(found)


def test_providers_tell_the_region_also_of_modules_they_are_passed_to(write: Write) -> None:
    found = declared(
        write(
            main_tf="""
            provider "aws" { region = "eu-west-1" }
            provider "aws" {
              alias  = "us"
              region = "us-east-1"
            }
            resource "aws_vpc" "a" {}
            resource "aws_vpc" "b" { provider = aws.us }
            module "m" {
              source    = "./m"
              providers = { aws = aws.us }
            }
            """,
            m__main_tf='resource "aws_vpc" "c" {}\n',
        )
    )
    assert {"aws_vpc.a": "eu-west-1", "aws_vpc.b": "us-east-1", "module.m.aws_vpc.c": "us-east-1"} == {
        address: one.region for address, one in found.items()
    }


def test_json_syntax_declares_the_same(write: Write) -> None:
    folder = write()
    (folder / "main.tf.json").write_text(
        '{"variable": {"n": {"default": "x"}}, "resource": {"aws_s3_bucket": {"b": {"bucket": "${var.n}-y"}}}}'
    )
    assert {"bucket": "x-y"} == declared(folder)["aws_s3_bucket.b"].values


def test_override_files_replace_arguments(write: Write) -> None:
    found = declared(
        write(
            main_tf='resource "aws_s3_bucket" "b" {\n  bucket = "a"\n  tags = { k = "v" }\n}\n',
            main_override_tf='resource "aws_s3_bucket" "b" { bucket = "z" }\n',
        )
    )
    assert {"bucket": "z", "tags": {"k": "v"}} == found["aws_s3_bucket.b"].values


def test_sensitive_variables_are_not_looked_at(write: Write) -> None:
    folder = write(
        main_tf="""
        variable "secret" {
          sensitive = true
          default   = "hunter2"
        }
        resource "aws_vpc" "v" { tags = { s = "x-${var.secret}" } }
        """
    )
    assert "hunter2" not in repr(declared(folder)["aws_vpc.v"].values)


def test_a_folder_without_configuration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no Terraform configuration"):
        load_folder(tmp_path)


def test_more_instances_than_people_declare_are_refused(write: Write) -> None:
    with pytest.raises(SourceError, match=r"main.tf:1:1: more than 20,000 instances"):
        load_folder(write(main_tf='resource "aws_vpc" "v" {\n  count = 1000000000\n}\n'))


def test_a_nested_block_may_be_called_as_a_meta_argument_of_the_resource(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_eks_cluster" "c" {\n  count = 1\n  encryption_config {\n    provider { key_arn = "k" }\n  }\n}\n'
    )
    [found] = load_folder(tmp_path).declared
    assert {"encryption_config": [{"provider": [{"key_arn": "k"}]}]} == found.values


def test_arguments_in_json_have_the_lines_of_their_keys(write: Write) -> None:
    text = (
        '{\n  "//": "é",\n  "resource": {\n    "aws_s3_bucket": {\n      "b": {\n        "bucket": "x",\n'
        '        "tags": {"a": [1, true, null, 1.5e3]}\n      }\n    }\n  }\n}\n'
    )
    folder = write(main_tf="")
    (folder / "x.tf.json").write_text(text)
    [one] = load_folder(folder).declared
    assert ("x.tf.json", 5, 6) == (one.file, one.line, one.line_of("bucket"))
    assert {"a": [1, True, None, 1500.0]} == one.get("tags")


def test_an_argument_of_a_dynamic_block_has_the_line_in_its_content(write: Write) -> None:
    folder = write(
        main_tf='resource "aws_security_group" "g" {\n  dynamic "ingress" {\n    for_each = [22, 23]\n    content {\n'
        "      from_port = ingress.value\n    }\n  }\n}\n"
    )
    [one] = load_folder(folder).declared
    assert [5, 5] == [one.line_of("ingress", number, "from_port") for number in (0, 1)]


@pytest.mark.parametrize(
    "source, says",
    [
        ("org/m/aws", "run terraform init"),
        ("./none", "there is no such folder"),
        ("../beside", "lies outside of"),
    ],
)
def test_a_module_that_is_not_read_says_why(write: Write, source: str, says: str) -> None:
    folder = write(root__main_tf=f'module "m" {{ source = "{source}" }}\n', beside__main_tf="")
    [missing] = load_folder(folder / "root").missing
    assert says in missing
    assert missing.startswith("main.tf:1: module.m: ")


def test_a_module_of_which_there_is_none_is_not_missed(write: Write) -> None:
    text = 'module "m" {\n  source = "org/m/aws"\n  count  = %s\n}\n'
    assert () == load_folder(write(main_tf=text % "0")).missing
    assert 1 == len(load_folder(write(main_tf='variable "n" {}\n' + text % "var.n")).missing)
