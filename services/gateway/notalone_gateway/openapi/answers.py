"""What the protos do not say: the shape of errors, and the probes."""

from __future__ import annotations

from typing import Any, Final

_ERROR = {"$ref": "#/components/schemas/Error"}

SCHEMAS: Final[dict[str, Any]] = {
    "Error": {
        "type": "object",
        "description": "google.rpc.Status as JSON, in the caller's language. Never holds what a person typed.",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["code", "status", "message", "details"],
                "properties": {
                    "code": {"type": "integer", "description": "The HTTP status."},
                    "status": {"type": "string", "description": "Name of the google.rpc.Code."},
                    "message": {"type": "string", "description": "One sentence to show."},
                    "details": {
                        "type": "array",
                        "description": (
                            "By `@type`: google.rpc.ErrorInfo (`reason` for programs), google.rpc.BadRequest "
                            "(`fieldViolations` with `field`, `reason`, `description`), google.rpc.RetryInfo, "
                            "google.rpc.LocalizedMessage, and notalone.crisis.v1.Crisis with `contacts`: numbers to "
                            "turn to, there whenever a person would otherwise be left with nothing. Show them."
                        ),
                        "items": {
                            "type": "object",
                            "required": ["@type"],
                            "properties": {"@type": {"type": "string"}},
                            "additionalProperties": True,
                        },
                    },
                },
            }
        },
        "examples": [
            {
                "error": {
                    "code": 400,
                    "status": "INVALID_ARGUMENT",
                    "message": "Something in the request needs to be corrected.",
                    "details": [
                        {
                            "@type": "type.googleapis.com/google.rpc.BadRequest",
                            "fieldViolations": [
                                {
                                    "field": "pageSize",
                                    "reason": "json.wrong_type",
                                    "description": "The value is of the wrong type.",
                                }
                            ],
                        }
                    ],
                }
            }
        ],
    }
}

_MEANINGS = {
    400: "Something in the request is wrong; the fields are named.",
    401: "No valid access token; `WWW-Authenticate` says why.",
    403: "A valid token, but not for this.",
    404: "No such thing.",
    408: "The body took too long to arrive.",
    409: "Somebody else was faster, or the Idempotency-Key was used for something else.",
    413: "The body is larger than 64 KB.",
    414: "The address is too long.",
    415: "The body is not declared as JSON in UTF-8.",
    429: "Too many calls; `Retry-After` says when to come again. Help contacts are in `details`.",
    500: "A fault of ours. Help contacts are in `details`.",
    503: "A part is down, or all places are taken. Help contacts are in `details`.",
    504: "A part took too long. Help contacts are in `details`.",
}
_RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
_CHALLENGE = {"WWW-Authenticate": {"description": "As in RFC 6750.", "schema": {"type": "string"}}}
_HEADERS = {401: _CHALLENGE, 403: _CHALLENGE, 429: _RETRY, 503: _RETRY}

IDEMPOTENCY_KEY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A UUID of the caller's own: the same call sent again under it does nothing twice.",
    "schema": {"type": "string", "format": "uuid", "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"},
}
SECURITY_SCHEME: Final = "accessToken"
SECURITY_SCHEMES: Final[dict[str, Any]] = {
    SECURITY_SCHEME: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": (
            "An access token of the identity provider that `/.well-known/oauth-protected-resource` names: staff by "
            "authorization code with PKCE, agencies by client credentials. Each call names the roles of staff, or the "
            "scopes of agencies, of which one is enough."
        ),
    }
}

RESPONSES: Final[dict[str, Any]] = {
    str(status): {
        "description": meaning,
        **({"headers": _HEADERS[status]} if status in _HEADERS else {}),
        "content": {"application/json": {"schema": _ERROR}},
    }
    for status, meaning in _MEANINGS.items()
}


def _probe(name: str, summary: str, *, may_fail: bool) -> dict[str, Any]:
    names = {"type": "array", "items": {"type": "string"}}
    for_staff = {"downForStaff": names} if may_fail else {}
    alive = {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}, **for_staff}}
    down = {"type": "object", "required": ["down"], "properties": {"down": names, **for_staff}}
    responses = {"200": {"description": "Yes.", "content": {"application/json": {"schema": alive}}}}
    if may_fail:
        text = (
            "These parts are down. Those in `downForStaff` serve people, but not yet, or not now, staff and agencies."
        )
        responses["503"] = {"description": text, "content": {"application/json": {"schema": down}}}
    return {"get": {"operationId": name, "tags": ["Operation"], "summary": summary, "responses": responses}}


PROBES: Final[dict[str, Any]] = {
    "/healthz": _probe("isAlive", "Whether the process is alive", may_fail=False),
    "/readyz": _probe("isReady", "Whether all parts serve people", may_fail=True),
}
