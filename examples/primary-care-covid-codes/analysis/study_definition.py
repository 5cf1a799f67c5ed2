from cohortextractor import StudyDefinition, patients

from codelists import *
from config import end_date, gap_days, occurrences, start_date

first_day = start_date.strftime("%Y-%m-%d")
last_day = end_date.strftime("%Y-%m-%d")


def chain(name, declare):
    """Columns <name>_X1_date, <name>_X2_date …: the dates of a patient's first,
    second … event, each at least `gap_days` after the one before."""
    columns = {}
    previous = None
    for i in range(1, occurrences + 1):
        since = "index_date" if previous is None else f"{previous} + {gap_days} days"
        previous = f"{name}_X{i}_date"
        columns[previous] = declare(
            returning="date",
            date_format="YYYY-MM-DD",
            on_or_after=since,
            find_first_match_in_period=True,
            return_expectations={
                "date": {"earliest": first_day, "latest": last_day},
                "incidence": 1 / i,
            },
        )
    return columns


def recorded(name):
    """The chain of events with a code of the codelist `codes_<name>`."""
    codes = globals()[f"codes_{name}"]
    return chain(name, lambda **limits: patients.with_these_clinical_events(codes, **limits))


def tested_positive():
    """The chain of positive tests reported by laboratories."""
    return chain(
        "sgss_positive_test",
        lambda **limits: patients.with_test_result_in_sgss(
            pathogen="SARS-CoV-2",
            test_result="positive",
            restrict_to_earliest_specimen_date=False,
            **limits,
        ),
    )


def equally(*labels):
    return {"category": {"ratios": {label: 1 / len(labels) for label in labels}}, "rate": "universal"}


study = StudyDefinition(
    index_date=first_day,
    default_expectations={
        "date": {"earliest": "1970-01-01", "latest": "today"},
        "rate": "uniform",
        "incidence": 0.2,
    },
    population=patients.registered_with_one_practice_between(first_day, last_day),
    # Who the patients are
    age=patients.age_as_of(
        first_day,
        return_expectations={"rate": "universal", "int": {"distribution": "population_ages"}},
    ),
    sex=patients.sex(
        return_expectations={"rate": "universal", "category": {"ratios": {"M": 0.49, "F": 0.51}}}
    ),
    imd=patients.address_as_of(
        first_day,
        returning="index_of_multiple_deprivation",
        round_to_nearest=100,
        return_expectations={
            "rate": "universal",
            "category": {"ratios": {"100": 0.1, "200": 0.2, "300": 0.7}},
        },
    ),
    stp=patients.registered_practice_as_of(
        first_day,
        returning="stp_code",
        return_expectations=equally(*(f"STP{i}" for i in range(1, 11))),
    ),
    region=patients.registered_practice_as_of(
        first_day,
        returning="nuts1_region_name",
        return_expectations={
            "rate": "universal",
            "category": {
                "ratios": {
                    "North East": 0.1,
                    "North West": 0.1,
                    "Yorkshire and the Humber": 0.1,
                    "East Midlands": 0.1,
                    "West Midlands": 0.1,
                    "East of England": 0.1,
                    "London": 0.2,
                    "South East": 0.2,
                }
            },
        },
    ),
    # When events of each kind were recorded
    **recorded("covid_caseness"),
    **recorded("antigen_negative"),
    **recorded("exposure_to_disease"),
    **recorded("historic_covid"),
    **recorded("potential_historic_covid"),
    **recorded("probable_covid"),
    **recorded("probable_covid_pos_test"),
    **recorded("probable_covid_sequelae"),
    **recorded("suspected_covid_advice"),
    **recorded("suspected_covid_had_test"),
    **recorded("suspected_covid_isolation"),
    **recorded("suspected_covid_nonspecific"),
    **recorded("suspected_covid"),
    **recorded("covid_unrelated_to_case_status"),
    **recorded("suspected_covid_had_antigen_test"),
    **tested_positive(),
    # Deaths
    died_ons_covid=patients.with_these_codes_on_death_certificate(
        covid_icd10,
        returning="binary_flag",
        on_or_after=first_day,
        match_only_underlying_cause=False,
        return_expectations={"date": {"earliest": first_day}, "incidence": 0.1},
    ),
    died_ons_covid_underlying=patients.with_these_codes_on_death_certificate(
        covid_icd10,
        returning="binary_flag",
        on_or_after=first_day,
        match_only_underlying_cause=True,
        return_expectations={"date": {"earliest": "2020-03-01"}, "incidence": 0.08},
    ),
    died_ons=patients.died_from_any_cause(
        returning="binary_flag",
        on_or_after=first_day,
        return_expectations={"date": {"earliest": first_day}},
    ),
    died_ons_noncovid=patients.satisfying(
        "(NOT died_ons_covid) AND died_ons",
        return_expectations={"incidence": 0.1},
    ),
    death_category=patients.categorised_as(
        {
            "alive": "NOT died_ons",
            "covid-death": "died_ons_covid",
            "non-covid-death": "died_ons_noncovid",
            "unknown": "DEFAULT",
        },
        return_expectations={
            "category": {"ratios": {"alive": 0.8, "covid-death": 0.1, "non-covid-death": 0.1}}
        },
    ),
    date_died_ons=patients.died_from_any_cause(
        returning="date_of_death",
        on_or_after=first_day,
        date_format="YYYY-MM-DD",
        return_expectations={"date": {"earliest": first_day}},
    ),
)
