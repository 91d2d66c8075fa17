"""Named rules that policy files refer to by name: facts in, yes or no out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from dialogs.catalogue.facts import Facts, Member
from dialogs.catalogue.mistakes import UnknownCode

Condition = Callable[[Facts], bool]

MEDICAL_NEEDS = frozenset({"need_medical_fee", "need_chronic_medicine", "need_rescue_treatment"})
RECOGNISED = frozenset({"destitute", "subsistence_allowance", "marginal_household"})
DISABLED = frozenset({"severe_disability", "special_disability"})

_known: dict[str, Condition] = {}


def condition(function: Condition) -> Condition:
    """Makes a function usable as `when = "<its name>"`."""
    _known[function.__name__] = function
    return function


def _any(facts: Facts, test: Callable[[Member], bool]) -> bool:
    return any(test(member) for member in facts.members)


def has_disability(facts: Facts) -> bool:
    """A member is disabled, or the household said so by its hardship type."""
    disabled = _any(facts, lambda member: member.disability or member.disability_grade is not None)
    return disabled or bool(facts.hardships & DISABLED) or "disabled" in facts.told


@condition
def has_serious_illness(facts: Facts) -> bool:
    """A member is seriously ill."""
    return _any(facts, lambda member: member.serious_illness)


@condition
def has_student(facts: Facts) -> bool:
    """A member goes to school."""
    return _any(facts, lambda member: member.student)


@condition
def has_retired(facts: Facts) -> bool:
    """A member draws a pension of former employment."""
    return "retired_hardship" in facts.hardships or _any(facts, lambda member: member.retired)


@condition
def has_spouse(facts: Facts) -> bool:
    """Husband and wife live together, so that the marriage record matters."""
    return _any(facts, lambda member: member.relation == "spouse")


@condition
def is_proxy(facts: Facts) -> bool:
    """Somebody applies for somebody else."""
    return facts.proxy


@condition
def non_local_hukou(facts: Facts) -> bool:
    """Registered elsewhere; not asked about in an emergency (domain 5.1)."""
    return facts.non_local_hukou and not facts.emergency


@condition
def needs_self_care_check(facts: Facts) -> bool:
    """A member may not manage daily life alone: said so, or disabled of grade 1 or 2."""
    severe = _any(facts, lambda member: member.disability_grade is not None and member.disability_grade <= 2)
    said = "need_elder_care" in facts.needs or "care" in facts.told
    return severe or said or _any(facts, lambda member: member.needs_care)


@condition
def has_treatment_costs(facts: Facts) -> bool:
    """Money went to hospital or medicine: said as a need or in the story; asked in general, it may have."""
    return bool(facts.needs & MEDICAL_NEEDS) or "treated" in facts.told or facts.paid_already or _in_general(facts)


@condition
def has_school_costs(facts: Facts) -> bool:
    """Money went to school: said as a need or in the story; asked in general, it may have."""
    return "need_tuition" in facts.needs or "schooling" in facts.told or _in_general(facts)


def _in_general(facts: Facts) -> bool:
    """Nobody's household is meant: a mere question, whose notice lists what may be wanted."""
    return not (facts.members or facts.needs or facts.hardships or facts.told)


@condition
def may_have_card(facts: Facts) -> bool:
    """Nobody said that there is no disability card, and none is being applied for."""
    return "no_card" not in facts.told and "need_disability_cert" not in facts.needs


@condition
def has_disability_card(facts: Facts) -> bool:
    """Somebody is disabled, and may have the card."""
    return has_disability(facts) and may_have_card(facts)


@condition
def hard_for_lack_of_money(facts: Facts) -> bool:
    """It is no disability that makes work hard to find, or a recognised status is there as well."""
    return not has_disability(facts) or recognised_status(facts)


@condition
def child_disabled(facts: Facts) -> bool:
    """A child of the household, of whatever age, is disabled."""
    return _disabled_child(facts) or _in_general(facts)


@condition
def child_not_disabled(facts: Facts) -> bool:
    """No child of the household is known to be disabled."""
    return not _disabled_child(facts)


def _disabled_child(facts: Facts) -> bool:
    return _any(facts, lambda member: member.relation in ("son", "daughter") and member.disability)


@condition
def has_child(facts: Facts) -> bool:
    """A member is under 18."""
    return _any(facts, lambda member: member.age is not None and member.age < 18)


@condition
def house_repair_wanted(facts: Facts) -> bool:
    """The house itself needs repair or rebuilding."""
    return "need_house_repair" in facts.needs


@condition
def recognised_status(facts: Facts) -> bool:
    """The household is destitute, on dibao or marginal already; what it is, is in the shared data."""
    return bool(facts.hardships & RECOGNISED)


@condition
def medical_aid_by_application(facts: Facts) -> bool:
    """Not settled at the hospital's counter: no recognised status, or paid out of pocket already."""
    return facts.paid_already or not recognised_status(facts)


@condition
def no_unemployment_record(facts: Facts) -> bool:
    """Not known to be registered as unemployed, so registration goes along (LC 2.5)."""
    return facts.unemployment_registered is not True


CONDITIONS: Mapping[str, Condition] = MappingProxyType(_known)


def holds(name: str | None, facts: Facts) -> bool:
    """Whether the named condition holds; no name means always.

    Raises:
        UnknownCode: no such condition.
    """
    if name is None:
        return True
    if name not in CONDITIONS:
        raise UnknownCode("condition", name, "dialogs/catalogue/conditions.py")
    return CONDITIONS[name](facts)
