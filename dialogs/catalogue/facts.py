"""What is known of a household, as far as materials depend on it."""

from __future__ import annotations

import msgspec

ADULT = 18  # Civil Code article 17


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One person of the household.

    Attributes:
        relation: to the applicant, code of domain 10.4; the applicant is `self`.
        age: full years, None when not known.
        disability: has a disability card or says so.
        disability_grade: 1-4, None when not known.
        serious_illness: in treatment for it, or lately in hospital.
        student: at school, kindergarten to university.
        working: has paid work.
        retired: draws a pension of former employment.
        needs_care: cannot manage daily life alone.
    """

    relation: str
    age: int | None = None
    disability: bool = False
    disability_grade: int | None = None
    serious_illness: bool = False
    student: bool = False
    working: bool = False
    retired: bool = False
    needs_care: bool = False


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A household and its wishes.

    Attributes:
        members: who lives together, the applicant included; empty when nobody was named yet.
        adults: number of adults when it is known better than by the ages.
        supporters: legal supporters living elsewhere (domain 1.2 `legal_supporter`).
        proxy: somebody else applies for the applicant.
        non_local_hukou: registered outside the county.
        emergency: an emergency was found; papers may follow.
        paid_already: the hospital was paid out of pocket, settlement follows by receipts.
        unemployment_registered: True or False when looked up or said, None when not known.
        items: item codes chosen.
        hardships: hardship types, whatever their claim status.
        needs: need codes.
        told: marks of the story (`dialogs.understanding.health`): what it says of illness, cards, treatment, school.
        held: materials already in our hands.
        not_found: materials the shared data did not have; these are asked for after all.
    """

    members: tuple[Member, ...] = ()
    adults: int | None = None
    supporters: int = 0
    proxy: bool = False
    non_local_hukou: bool = False
    emergency: bool = False
    paid_already: bool = False
    unemployment_registered: bool | None = None
    items: frozenset[str] = frozenset()
    hardships: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    not_found: frozenset[str] = frozenset()

    @property
    def adult_count(self) -> int:
        """How many must sign for themselves; a member of unknown age counts, and there is always one."""
        if self.adults is not None:
            return max(1, self.adults)
        return max(1, sum(1 for member in self.members if member.age is None or member.age >= ADULT))
