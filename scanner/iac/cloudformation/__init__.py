"""CloudFormation templates, read into the same declarations as Terraform's."""
