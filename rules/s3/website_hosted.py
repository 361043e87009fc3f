from scanner import PASS, Fail, Severity, Verdict, any_of, facts, rule
from scanner.model.s3 import Bucket, BucketWebsite


@rule("S3-018", Severity.LOW, controls=("s3-website-hosting",))
def website_hosted(bucket: Bucket, website: BucketWebsite) -> Verdict:
    """
    Bucket is served as a website.

    The website endpoints of S3 speak plain HTTP only and serve only what is public, so content and visitors have
    neither confidentiality nor integrity on the way. Serve the bucket through CloudFront with origin access control,
    and turn static website hosting off. A bucket that only redirects to another host serves nothing and is fine.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketWebsite:
      - parameters: {Bucket: invoices}
        response: {IndexDocument: {Suffix: index.html}}
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketWebsite:
      - parameters: {Bucket: invoices}
        error: NoSuchWebsiteConfiguration
    ```
    ```terraform bad
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }

    resource "aws_s3_bucket_website_configuration" "data" {
      bucket = aws_s3_bucket.data.id

      index_document {
        suffix = "index.html"
      }
    }
    ```
    ```terraform good
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }
    ```
    """
    if any_of(lambda: not website.enabled, lambda: website.redirects_to):
        return PASS
    return Fail(f"{bucket.name} is served as a website over plain HTTP", facts("website", "on"))
