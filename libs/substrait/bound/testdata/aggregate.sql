SELECT a, count(*), sum(d) FILTER (WHERE f > 0), count(DISTINCT s), string_agg(s, ',' ORDER BY id DESC), quantile_cont(d, 0.5) FROM n GROUP BY a HAVING count(*) > 1
