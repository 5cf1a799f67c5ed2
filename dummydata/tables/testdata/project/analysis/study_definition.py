# A variable of every kind of record, each with codes of its own, so that the
# cohort drawn and the cohort extracted from the tables must be the same.
from cohortextractor import StudyDefinition, codelist, patients

cough = codelist(["1719.", "171..", "R062."], system="ctv3")
asthma = codelist(["195967001", "233678006"], system="snomed")
weight = codelist(["X76C9"], system="ctv3")
hba1c = codelist(["XaPbt"], system="ctv3")
egfr = codelist(["XaK8y"], system="ctv3")
diabetes = codelist([("X40J4", "1"), ("X40J5", "2"), ("X40J6", "2")], system="ctv3")
visits = codelist(["9N1.."], system="ctv3")
statins = codelist(["39695211000001102", "39695411000001103"], system="snomed")
covid_deaths = codelist(["U071", "U072"], system="icd10")
fractures = codelist(["S72"], system="icd10")
hips = codelist(["W37"], system="opcs4")

index = "2020-03-01"


def share(incidence, **more):
    return {"incidence": incidence, "date": {"earliest": "2020-03-01", "latest": "2021-06-30"}, **more}


def number(mean, stddev, incidence):
    return share(incidence, float={"distribution": "normal", "mean": mean, "stddev": stddev})


def whole(mean, incidence):
    return share(incidence, int={"distribution": "poisson", "mean": mean})


def among(incidence, *labels):
    return share(incidence, category={"ratios": {label: 1 / len(labels) for label in labels}})


def everyone(*labels):
    return {"rate": "universal", "category": {"ratios": {label: 1 / len(labels) for label in labels}}}


study = StudyDefinition(
    index_date=index,
    default_expectations={"date": {"earliest": "2020-03-01", "latest": "2021-06-30"}, "rate": "uniform", "incidence": 0.3},
    population=patients.registered_with_one_practice_between("2019-03-01", index),
    age=patients.age_as_of(index, return_expectations={"rate": "universal", "int": {"distribution": "population_ages"}}),
    born=patients.date_of_birth("YYYY-MM", return_expectations={"rate": "uniform", "incidence": 1, "date": {"earliest": "1900-01-01", "latest": index}}),
    sex=patients.sex(return_expectations=everyone("M", "F", "I", "U")),
    still_registered=patients.registered_as_of("2021-01-01", return_expectations=share(0.9)),
    imd=patients.address_as_of(index, returning="index_of_multiple_deprivation", round_to_nearest=100, return_expectations=everyone("100", "200", "32800")),
    rural=patients.address_as_of(index, returning="rural_urban_classification", return_expectations=everyone("1", "8")),
    msoa=patients.address_as_of(index, returning="msoa", return_expectations=everyone("E02000001", "E02000002")),
    care_home=patients.care_home_status_as_of(
        index,
        categorised_as={
            "nursing": "IsPotentialCareHome AND LocationRequiresNursing='Y' AND LocationDoesNotRequireNursing='N'",
            "residential": "IsPotentialCareHome AND LocationDoesNotRequireNursing='Y'",
            "unclear": "IsPotentialCareHome",
            "home": "DEFAULT",
        },
        return_expectations=everyone("nursing", "residential", "unclear", "home"),
    ),
    stp=patients.registered_practice_as_of(index, returning="stp_code", return_expectations=everyone("STP1", "STP2")),
    region=patients.registered_practice_as_of(index, returning="nuts1_region_name", return_expectations=everyone("London", "North East")),
    practice=patients.registered_practice_as_of(index, returning="pseudo_id", return_expectations={"rate": "universal", "int": {"distribution": "normal", "mean": 500, "stddev": 100}}),
    household=patients.household_as_of("2020-02-01", returning="pseudo_id", return_expectations={"rate": "universal", "int": {"distribution": "normal", "mean": 5000, "stddev": 500}}),
    household_size=patients.household_as_of("2020-02-01", returning="household_size", return_expectations={"rate": "universal", "int": {"distribution": "poisson", "mean": 3}}),
    ethnicity=patients.with_ethnicity_from_sus(returning="group_16", use_most_frequent_code=True, return_expectations=among(0.8, "1", "2", "16")),
    worker=patients.with_healthcare_worker_flag_on_covid_vaccine_record(returning="binary_flag", return_expectations=share(0.1)),
    # General practice
    cough_1=patients.with_these_clinical_events(cough, on_or_after="index_date", returning="date", date_format="YYYY-MM-DD", find_first_match_in_period=True, return_expectations=share(0.6)),
    cough_2=patients.with_these_clinical_events(cough, on_or_after="cough_1 + 14 days", returning="date", date_format="YYYY-MM-DD", find_first_match_in_period=True, return_expectations=share(0.4)),
    asthma=patients.with_these_clinical_events(asthma, on_or_before="index_date", return_expectations={"incidence": 0.2, "date": {"earliest": "2000-01-01", "latest": index}}),
    diabetes_type=patients.with_these_clinical_events(
        diabetes, on_or_before="index_date", returning="category", include_date_of_match=True, date_format="YYYY-MM-DD",
        return_expectations={"incidence": 0.2, "category": {"ratios": {"1": 0.2, "2": 0.8}}, "date": {"earliest": "2010-01-01", "latest": index}},
    ),
    visits=patients.with_these_clinical_events(visits, between=["index_date", "2021-02-28"], returning="number_of_matches_in_period", return_expectations=whole(3, 0.7)),
    weight=patients.with_these_clinical_events(weight, on_or_after="index_date", returning="numeric_value", include_date_of_match=True, date_format="YYYY-MM-DD", return_expectations=number(70, 10, 0.5)),
    hba1c=patients.mean_recorded_value(hba1c, on_most_recent_day_of_measurement=True, on_or_after="index_date", include_measurement_date=True, date_format="YYYY-MM-DD", return_expectations=number(45, 9, 0.4)),
    egfr=patients.with_these_clinical_events(egfr, on_or_after="index_date", returning="numeric_value", return_expectations=number(80, 9, 0.4)),
    egfr_on=patients.date_of("egfr", date_format="YYYY-MM-DD"),
    egfr_sign=patients.comparator_from("egfr", return_expectations=among(0.9, "=", ">")),
    egfr_low=patients.reference_range_lower_bound_from("egfr", return_expectations=number(60, 5, 0.9)),
    egfr_high=patients.reference_range_upper_bound_from("egfr", return_expectations=number(120, 5, 0.9)),
    statin=patients.with_these_medications(statins, on_or_after="index_date", returning="date", date_format="YYYY-MM-DD", find_last_match_in_period=True, return_expectations=share(0.3)),
    consultations=patients.with_gp_consultations(between=["index_date", "2021-02-28"], returning="number_of_matches_in_period", return_expectations=whole(4, 0.6)),
    frailty=patients.with_these_decision_support_values("electronic_frailty_index", on_or_after="index_date", returning="numeric_value", return_expectations=number(0.2, 0.02, 0.3)),
    # Tests and vaccines
    positive=patients.with_test_result_in_sgss("SARS-CoV-2", test_result="positive", on_or_after="index_date", returning="date", date_format="YYYY-MM-DD", find_first_match_in_period=True, return_expectations=share(0.2)),
    vaccine_1=patients.with_tpp_vaccination_record(target_disease_matches="SARS-2 CORONAVIRUS", on_or_after="index_date", returning="date", date_format="YYYY-MM-DD", find_first_match_in_period=True, return_expectations=share(0.7)),
    vaccine_2=patients.with_tpp_vaccination_record(target_disease_matches="SARS-2 CORONAVIRUS", on_or_after="vaccine_1 + 21 days", returning="date", date_format="YYYY-MM-DD", find_first_match_in_period=True, return_expectations=share(0.5)),
    # Hospital
    hip=patients.admitted_to_hospital(with_these_primary_diagnoses=fractures, on_or_after="index_date", returning="date_admitted", date_format="YYYY-MM-DD", find_first_match_in_period=True, return_expectations=share(0.1)),
    hip_home=patients.admitted_to_hospital(with_these_primary_diagnoses=fractures, on_or_after="index_date", returning="date_discharged", date_format="YYYY-MM-DD", find_first_match_in_period=True),
    broken=patients.attended_emergency_care(with_these_diagnoses=asthma, on_or_after="index_date", returning="date_arrived", date_format="YYYY-MM-DD", return_expectations=share(0.2)),
    replaced=patients.outpatient_appointment_date(with_these_procedures=hips, on_or_after="index_date", returning="date", find_first_match_in_period=True, return_expectations=share(0.1)),
    renal=patients.with_record_in_ukrr(from_dataset="2020_prevalence", returning="renal_centre", return_expectations=among(0.05, "RBD01", "RK7CC")),
    antiviral=patients.with_covid_therapeutics(with_these_therapeutics="Sotrovimab", on_or_after="index_date", returning="date", date_format="YYYY-MM-DD", find_first_match_in_period=True, return_expectations=share(0.05)),
    # Deaths
    died=patients.died_from_any_cause(on_or_after="index_date", returning="date_of_death", date_format="YYYY-MM-DD", return_expectations=share(0.1)),
    died_place=patients.died_from_any_cause(on_or_after="index_date", returning="place_of_death", return_expectations=among(0.1, "Home", "Hospital")),
    died_of_covid=patients.with_these_codes_on_death_certificate(covid_deaths, on_or_after="index_date", match_only_underlying_cause=True, return_expectations=share(0.04)),
    died_with_covid=patients.with_these_codes_on_death_certificate(covid_deaths, on_or_after="index_date", match_only_underlying_cause=False, return_expectations=share(0.06)),
    coughed_and_died=patients.satisfying("cough_1 AND died", return_expectations={"incidence": 0.1}),
)
