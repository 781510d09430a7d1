"""Objects: sealed documents with an expiry (`ports`), kept in a folder or an S3 bucket."""
