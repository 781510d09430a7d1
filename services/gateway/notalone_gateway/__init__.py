"""REST and JSON in front of the services, OpenAPI, the reference site."""
