from cohortextractor import Measure, StudyDefinition, patients
measures = [
    Measure(id="by_sex", denominator="population", numerator="flag", group_by="sex"),
    Measure(id="by_two", denominator="had", numerator="flag", group_by=["region", "sex"]),
    Measure(id="plain", denominator="population", numerator="flag", group_by=["age", "seen"]),
    Measure(id="by_date", denominator="population", numerator="visits", group_by=["seen"]),
    Measure(id="all_two", denominator="population", numerator="visits", group_by="population"),
    Measure("held", "had", "flag", ["region", "sex"], True),
    Measure("held_more", "population", "visits", ["sex"], small_number_suppression=1),
    Measure("held_all", "population", "flag", "population", True),
    Measure("pop_and", "had", "flag", ["population", "sex"]),
]
