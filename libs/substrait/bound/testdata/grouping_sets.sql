SELECT a, w, grouping(a, w), count(*) FROM n GROUP BY ROLLUP (a, w)
