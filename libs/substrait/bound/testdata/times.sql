SELECT now(), today(), date_part(['year', 'month'], dt), dt + INTERVAL 1 MONTH, date_trunc('month', ts) FROM t
