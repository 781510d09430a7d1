"""Objects: sealed documents with an expiry, in a folder or an S3 bucket."""
