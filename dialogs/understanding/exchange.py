"""The exchange vocabulary of the understanding guidelines: the one place where codes are translated (section 9)."""

from typing import Any

from dialogs.understanding.emergency import Emergency
from dialogs.understanding.lexicon import load
from dialogs.understanding.meaning import Meaning
from dialogs.understanding.members import Member

HARDSHIPS = {
    "destitute": "tekun",
    "orphan": "orphan",
    "subsistence_allowance": "dibao",
    "marginal_household": "dibao_edge",
    "special_disability": "special_disability",
    "severe_disability": "severe_disability",
    "destitute_worker": "hard_worker",
    "unemployed_hardship": "unemployed",
    "retired_hardship": "retired",
    "family_planning_support": "family_planning",
    "other": "other",
}
NEEDS = {
    "need_living": "living",
    "need_food": "living",
    "need_heating": "living",
    "need_unknown": "living",
    "need_medical_fee": "medical",
    "need_chronic_medicine": "medical",
    "need_rescue_treatment": "disease_emergency",
    "need_tuition": "education",
    "need_housing_rent": "housing",
    "need_house_repair": "housing",
    "need_shelter": "housing",
    "need_job": "employment",
    "need_unemployed": "employment",
    "need_emergency_cash": "temporary",
    "need_disaster": "disaster",
    "need_disability_subsidy": "disability",
    "need_rehab": "disability",
    "need_disability_cert": "disability",
    "need_elder_care": "elderly",
    "need_elder_subsidy": "elderly",
    "need_child_support": "child",
    "need_funeral": "funeral",
    "need_legal": "legal",
    "need_victim_relief": "legal",
    "need_worker": "worker",
    "need_charity": "charity",
}
"""Needs without a counterpart (consult, psych, visit, identity, family planning) are not given out."""
EMERGENCIES = {
    "em_death": "death",
    "em_fire": "fire_flood",
    "em_disaster": "fire_flood",
    "em_house_collapse": "fire_flood",
    "em_acute_illness": "sudden_illness",
    "em_gas_poison": "sudden_illness",
    "em_accident": "sudden_illness",
    "em_guardian_lost": "child_unattended",
    "em_abandoned_infant": "child_unattended",
    "em_missing": "elder_unattended",
    "em_unattended_elder": "elder_unattended",
    "em_no_food": "no_food",
    "em_no_heating": "cold_no_heating",
    "em_domestic_violence": "violence",
    "em_child_abuse": "violence",
    "em_mental_crisis": "violence",
    "em_suicide": "self_harm",
    "em_vagrant": "homeless",
}
"""`em_scam` has none: it is urgent and no more."""
EMERGENCY_CODES = (
    "self_harm", "violence", "sudden_illness", "child_unattended", "fire_flood", "elder_unattended", "no_food",
    "cold_no_heating", "homeless", "death",
)  # fmt: skip


def to_guideline(text_id: str, text: str, meaning: Meaning) -> dict[str, Any]:
    """A meaning as one line of the guidelines' shape (section 0), ready for `score.py`."""
    named = {_emergency(found.value, meaning) for found in meaning.emergency if found.value.sure} - {None}
    emergency = next((code for code in EMERGENCY_CODES if code in named), None)
    applicant: dict[str, Any] = {
        "name": (meaning.name or meaning.called_name).value if meaning.name or meaning.called_name else None,  # type: ignore[union-attr]
        "age": meaning.age.value if meaning.age else None,
        "id_number": meaning.id_number.value if meaning.id_number else None,
        "phone": meaning.phone.value if meaning.phone else None,
        "address": meaning.text[meaning.address.start : meaning.address.end] if meaning.address else None,
    }
    return {
        "id": text_id,
        "text": text,
        "intent": meaning.intent.value,
        "hardship": _unique(HARDSHIPS.get(found.value.code) for found in meaning.hardships),
        "needs": _unique(NEEDS.get(found.value.code) for found in meaning.needs),
        "urgent": meaning.urgent,
        "emergency": emergency,
        "applicant": applicant if any(value is not None for value in applicant.values()) else None,
        "members": [member(found.value) for found in meaning.members],
        "case_no": meaning.case_no.value if meaning.case_no else None,
    }


def member(one: Member) -> dict[str, Any]:
    """A member in the exchange vocabulary; a range of income or money sent home is not an income there."""
    income = one.income
    exact = income is not None and (not income.approx or income.low == income.monthly or _rounded(one))
    return {
        "name": one.name,
        "relation": _in_law(one) or relation(one.relation),
        "age": one.age,
        "id_number": one.id_number,
        "monthly_income": round(income.monthly) if income is not None and exact else None,
        "condition": one.condition,
    }


def _in_law(one: Member) -> str | None:
    """A wife's parents have words of their own there; the word that was said tells them from a husband's."""
    if one.relation in ("father_in_law", "mother_in_law") and one.word.lstrip("老")[:1] in ("岳", "丈"):
        return "岳父" if one.relation == "father_in_law" else "岳母"
    return None


def _rounded(one: Member) -> bool:
    """Whether a vague income still has one number in the middle ("about three thousand")."""
    income = one.income
    return (
        income is not None
        and income.amount == income.amount.to_integral()
        and (income.high - income.monthly) == (income.monthly - income.low)
        and (income.high / income.monthly if income.monthly else 1) < 2
        and (round(float(income.high / income.monthly), 2) == 1.1 if income.monthly else True)
    )


def relation(kind: str) -> str:
    """The guidelines' word for a relation."""
    return str(load("kinship").get(kind, load("kinship")["cousin"])["zh"])


def _emergency(one: Emergency, meaning: Meaning) -> str | None:
    if one.code == "em_missing" and _of_a_child(one, meaning.text):
        return "child_unattended"
    return EMERGENCIES.get(one.code)


def _of_a_child(one: Emergency, text: str) -> bool:
    words = load("grammar")
    return any(word in text for word in words["minor"]) or any(word in one.rule for word in words["small"])


def _unique(codes: Any) -> list[str]:
    return list(dict.fromkeys(code for code in codes if code is not None))
