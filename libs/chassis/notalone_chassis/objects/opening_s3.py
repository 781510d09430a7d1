"""Puts the store in an S3 bucket together."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from urllib.parse import urlsplit

import urllib3
from minio import Minio

from notalone_chassis import logs
from notalone_chassis.clock import Clock
from notalone_chassis.objects.bucket import Bucket
from notalone_chassis.objects.opening import ObjectSettings
from notalone_chassis.objects.s3 import PART, Connections, S3ObjectStore
from notalone_chassis.objects.threads import Threads

_CONNECT_SECONDS = 1.0


def s3(settings: ObjectSettings, *, service: str, clock: Clock, longest: timedelta) -> S3ObjectStore:
    """The store in a bucket."""
    connections = Connections(
        maxsize=settings.s3_connections,
        timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=settings.s3_timeout / 2),
        retries=urllib3.Retry(total=1, backoff_factor=0.1, status_forcelist=[500, 502, 503, 504], redirect=False),
    )
    endpoint = urlsplit(settings.s3_endpoint)
    client = Minio(
        endpoint.netloc,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key.get_secret_value(),
        secure=endpoint.scheme == "https",
        region=settings.s3_region,
        http_client=connections,
    )
    log = logs.get(service)
    # The server counts whole days from midnight to midnight.
    days = ceil(longest / timedelta(days=1)) + 1
    ready = Bucket(client, settings.s3_bucket, encryption=settings.s3_encryption, days=days, log=log)
    threads = Threads(PART, most=settings.s3_connections, seconds=settings.s3_timeout)
    return S3ObjectStore(
        client, settings.s3_bucket, ready=ready, connections=connections, clock=clock, threads=threads, log=log
    )
