from cohortextractor import Measure, StudyDefinition, patients
measures = [
    Measure(id="by_age", denominator="population", numerator="flag", group_by="age"),
    Measure(id="by_name", denominator="population", numerator="bmi", group_by="name"),
    Measure(id="by_visits", denominator="population", numerator="flag", group_by="visits"),
    Measure(id="visits", denominator="population", numerator="visits", group_by="sex"),
]
