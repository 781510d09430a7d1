"""Makes an S3 bucket ready: there, encrypted where the server offers it, and cleared by the server itself."""

from __future__ import annotations

import threading

import structlog
from minio import Minio
from minio.commonconfig import ENABLED, Filter
from minio.error import MinioException, S3Error
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule
from minio.sseconfig import Rule as EncryptionRule
from minio.sseconfig import SSEConfig

from notalone_chassis.objects.ports import Encryption

_OURS_ALREADY = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}
# The server does not know it, or this access key may not change it: then whoever runs the bucket has to.
_NOT_OFFERED = {"NotImplemented", "MethodNotAllowed", "AccessDenied", "KMSNotConfigured"}


class Bucket:
    """One bucket, prepared once per process, again where it has vanished. Blocking."""

    def __init__(
        self,
        client: Minio,
        name: str,
        *,
        encryption: Encryption,
        days: int,
        log: structlog.typing.FilteringBoundLogger,
    ) -> None:
        """Nothing is asked of the server yet.

        Args:
            client: Of the server.
            name: Of the bucket.
            encryption: "auto" asks for it and goes on without, "required" does not, "off" asks for none.
            days: After which the server deletes an object by itself.
            log: Told what the server does not offer.
        """
        self._client = client
        self._name = name
        self._encryption = encryption
        self._days = days
        self._log = log
        self._lock = threading.Lock()
        self._ready = False

    def prepare(self) -> None:
        """Makes it ready where that has not been done.

        Raises:
            MinioException: the server does not answer as it should, or lacks the encryption that is required.
        """
        with self._lock:
            if self._ready:
                return
            if not self._client.bucket_exists(self._name):
                self._make()
            self._clear_by_itself()
            self._encrypt()
            self._ready = True

    def vanished(self) -> None:
        """Has it prepared anew."""
        self._ready = False

    def _make(self) -> None:
        try:
            self._client.make_bucket(self._name)
        except S3Error as error:
            # Another process was faster.
            if error.code not in _OURS_ALREADY:
                raise

    def _clear_by_itself(self) -> None:
        rule = Rule(ENABLED, Filter(prefix=""), rule_id="expire", expiration=Expiration(days=self._days))
        try:
            self._client.set_bucket_lifecycle(self._name, LifecycleConfig([rule]))
        except S3Error as error:
            if error.code not in _NOT_OFFERED:
                raise
            self._log.warning("bucket without expiry by the server", code=error.code)

    def _encrypt(self) -> None:
        if self._encryption == "off":
            return
        try:
            self._client.set_bucket_encryption(self._name, SSEConfig(EncryptionRule.new_sse_s3_rule()))
        except MinioException as error:
            code = error.code if isinstance(error, S3Error) else type(error).__name__
            if self._encryption == "required" or code not in _NOT_OFFERED:
                raise
            self._log.warning("bucket without encryption by the server", code=code)
