from cohortextractor import Measure, StudyDefinition, patients
measures = [
    Measure(id="few", denominator="population", numerator="few", group_by="sex"),
    Measure(id="by_few", denominator="population", numerator="visits", group_by="few"),
    Measure(id="by_few_sex", denominator="population", numerator="visits", group_by=["few", "sex"]),
    Measure(id="none", denominator="population", numerator="visits", group_by="none"),
    Measure(id="none_two", denominator="population", numerator="few", group_by=["none", "name"]),
    Measure(id="name", denominator="population", numerator="few", group_by=["name"]),
    Measure(id="each", denominator="few", numerator="few"),
    Measure(id="each_held", denominator="visits", numerator="few", small_number_suppression=True),
]
