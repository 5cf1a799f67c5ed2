from cohortextractor import codelist_from_csv


def covid_codes(name):
    return codelist_from_csv(f"codelists/example-{name}.csv", system="ctv3", column="CTV3ID")


# What a general practice records, one list for each kind of code
codes_antigen_negative = covid_codes("antigen-negative")
codes_exposure_to_disease = covid_codes("exposure-to-disease")
codes_historic_covid = covid_codes("historic-covid")
codes_potential_historic_covid = covid_codes("potential-historic-covid")
codes_probable_covid = covid_codes("probable-covid")
codes_probable_covid_pos_test = covid_codes("probable-covid-pos-test")
codes_probable_covid_sequelae = covid_codes("probable-covid-sequelae")
codes_suspected_covid = covid_codes("suspected-covid")
codes_suspected_covid_advice = covid_codes("suspected-covid-advice")
codes_suspected_covid_had_test = covid_codes("suspected-covid-had-test")
codes_suspected_covid_had_antigen_test = covid_codes("suspected-covid-had-antigen-test")
codes_suspected_covid_isolation = covid_codes("suspected-covid-isolation")
codes_suspected_covid_nonspecific = covid_codes("suspected-covid-nonspecific")
codes_covid_unrelated_to_case_status = covid_codes("covid-unrelated-to-case-status")

# Whether a patient is taken to be a case
codes_covid_caseness = codelist_from_csv(
    "codelists/example-covid-caseness.csv", system="snomed", column="code"
)

# Causes of death
covid_icd10 = codelist_from_csv(
    "codelists/example-covid-icd10.csv", system="icd10", column="icd10_code"
)
