"""The OpenAPI document, built from the descriptors and from the comments of the protos."""
