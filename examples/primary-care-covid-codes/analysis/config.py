import pandas as pd

# The study period, both days in
start_date = pd.to_datetime("2020-02-01", format="%Y-%m-%d")
end_date = pd.to_datetime("2021-11-28", format="%Y-%m-%d")

# Events of one kind count as separate when this many days lie between them
gap_days = 21

# So many events of each kind are followed per patient
occurrences = 6
