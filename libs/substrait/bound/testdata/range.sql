SELECT * FROM range(3), generate_series(1, 2)
