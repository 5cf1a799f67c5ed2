from cohortextractor import Measure, StudyDefinition, patients
measures = [
    Measure(id="by_sex", denominator="population", numerator="flag", group_by="sex"),
    Measure(id="by_two", denominator="had", numerator="flag", group_by=["region", "sex"]),
    Measure(id="plain", denominator="population", numerator="flag", group_by=["age", "seen"]),
    Measure(id="by_date", denominator="population", numerator="visits", group_by=["seen"]),
    Measure("held", "had", "flag", ["region", "sex"], True),
    Measure("pop_and", "had", "flag", ["population", "sex"]),
]
