"""What portal_link does: finds municipalities, hands a person on to one."""

from __future__ import annotations

from dataclasses import dataclass

from notalone.portal_link.v1 import portal_link_service_pb2 as pb
from notalone_chassis.clock import Clock
from notalone_chassis.counting import Count
from notalone_chassis.errors import FieldViolation, InvalidArgument, NotFound
from notalone_kernel.languages import resolve
from notalone_kernel.municipality import six
from notalone_kernel.programmes import visible

from notalone_portal_link.domain import postal
from notalone_portal_link.domain.places import Places
from notalone_portal_link.handoffs import HandoffWriter
from notalone_portal_link.ports import Programmes

_USUAL_PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalLinks:
    """The use cases; keeps nothing of what it is asked."""

    places: Places
    programmes: Programmes
    writer: HandoffWriter
    clock: Clock
    count: Count

    def find(self, request: pb.FindMunicipalitiesRequest) -> pb.FindMunicipalitiesResponse:
        """Finds municipalities by name, code or postal code; by both, those that fit both.

        Raises:
            InvalidArgument: The postal code is none.
        """
        return pb.FindMunicipalitiesResponse(municipalities=self._found(request)[: request.page_size or _USUAL_PAGE])

    def hand_on(self, request: pb.CreateHandoffRequest) -> pb.Handoff:
        """Says where to go on with a programme in a place.

        Raises:
            NotFound: No programme of this id is shown.
            InvalidArgument: The place is not known.
        """
        entry = self.programmes.get(request.programme_id)
        if entry is None or not visible(entry, self.clock.now()):
            raise NotFound("programme", request.programme_id)
        meant, language = self._meant(request), resolve(request.language)
        self.count(meant[0].code[:2], entry.id, language)
        return self.writer.write(entry, meant, language, watched=request.watched)

    def _found(self, request: pb.FindMunicipalitiesRequest) -> list[pb.Municipality]:
        query, typed = request.query.strip(), request.postal_code.strip()
        if not typed:
            return self._called(query)
        try:
            there = self.places.with_postal_code(postal.parse(typed))
        except ValueError as error:
            raise _unknown_postal_code() from error
        if not query:
            return there
        codes = {municipality.code for municipality in there}
        return [municipality for municipality in self.places.with_name(query) if municipality.code in codes]

    def _called(self, query: str) -> list[pb.Municipality]:
        named = self.places.with_name(query)
        if named:
            return named
        # People put postal codes where names are asked for.
        try:
            digits = postal.parse(query)
        except ValueError:
            return []
        return self.places.with_postal_code(digits) if len(digits) == postal.WHOLE else []

    def _meant(self, request: pb.CreateHandoffRequest) -> list[pb.Municipality]:
        if request.WhichOneof("place") == "postal_code":
            return self._at_postal_code(request.postal_code)
        try:
            return [self.places.by_code[six(request.municipality_code)]]
        except (ValueError, KeyError) as error:
            raise InvalidArgument(FieldViolation("municipality_code", "municipality.unknown")) from error

    def _at_postal_code(self, typed: str) -> list[pb.Municipality]:
        try:
            digits = postal.parse(typed)
        except ValueError as error:
            raise _unknown_postal_code() from error
        found = self.places.with_postal_code(digits) if len(digits) == postal.WHOLE else []
        if not found:
            raise _unknown_postal_code()
        return found


def _unknown_postal_code() -> InvalidArgument:
    return InvalidArgument(FieldViolation("postal_code", "postal_code.unknown"))
