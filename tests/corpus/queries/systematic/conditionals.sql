SELECT id, CASE WHEN a IS NULL THEN 'null' WHEN id < 3 THEN a::VARCHAR ELSE 'x' END FROM n
SELECT CASE WHEN a IS NULL THEN 'null' WHEN id < 3 THEN a::VARCHAR ELSE 'x' END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 2
SELECT id, CASE a WHEN a THEN 1 ELSE 0 END FROM n
SELECT CASE a WHEN a THEN 1 ELSE 0 END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 2
SELECT id, coalesce(a::VARCHAR, f::VARCHAR, '-') FROM n
SELECT coalesce(a::VARCHAR, f::VARCHAR, '-') AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 2
SELECT id, nullif(a, a) FROM n
SELECT id, ifnull(a::VARCHAR, 'none') FROM n
SELECT ifnull(a::VARCHAR, 'none') AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 2
SELECT id, if(a IS NULL, id, -id) FROM n
SELECT if(a IS NULL, id, -id) AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 2
SELECT id, CASE WHEN id % 2 = 0 THEN a END FROM n
SELECT id, CASE WHEN a IS NOT NULL AND f IS NOT NULL THEN 2 WHEN a IS NOT NULL OR f IS NOT NULL THEN 1 ELSE 0 END FROM n
SELECT CASE WHEN a IS NOT NULL AND f IS NOT NULL THEN 2 WHEN a IS NOT NULL OR f IS NOT NULL THEN 1 ELSE 0 END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 2
SELECT id, a IS NULL AND f IS NULL FROM n
SELECT a IS NULL AND f IS NULL AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 2
SELECT id, greatest(a::VARCHAR, f::VARCHAR) FROM n
SELECT greatest(a::VARCHAR, f::VARCHAR) AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 2
SELECT id, (a IS NULL)::INTEGER + (f IS NULL)::INTEGER FROM n
SELECT (a IS NULL)::INTEGER + (f IS NULL)::INTEGER AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 2
SELECT id, CASE WHEN d IS NULL THEN 'null' WHEN id < 3 THEN d::VARCHAR ELSE 'x' END FROM n
SELECT CASE WHEN d IS NULL THEN 'null' WHEN id < 3 THEN d::VARCHAR ELSE 'x' END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 3
SELECT id, CASE d WHEN d THEN 1 ELSE 0 END FROM n
SELECT id, coalesce(d::VARCHAR, s::VARCHAR, '-') FROM n
SELECT coalesce(d::VARCHAR, s::VARCHAR, '-') AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 3
SELECT id, nullif(d, d) FROM n
SELECT id, ifnull(d::VARCHAR, 'none') FROM n
SELECT ifnull(d::VARCHAR, 'none') AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 3
SELECT id, if(d IS NULL, id, -id) FROM n
SELECT if(d IS NULL, id, -id) AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 3
SELECT id, CASE WHEN id % 2 = 0 THEN d END FROM n
SELECT CASE WHEN id % 2 = 0 THEN d END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 3
SELECT id, CASE WHEN d IS NOT NULL AND s IS NOT NULL THEN 2 WHEN d IS NOT NULL OR s IS NOT NULL THEN 1 ELSE 0 END FROM n
SELECT CASE WHEN d IS NOT NULL AND s IS NOT NULL THEN 2 WHEN d IS NOT NULL OR s IS NOT NULL THEN 1 ELSE 0 END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 3
SELECT d IS NULL AND s IS NULL AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 3
SELECT id, greatest(d::VARCHAR, s::VARCHAR) FROM n
SELECT greatest(d::VARCHAR, s::VARCHAR) AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 3
SELECT id, (d IS NULL)::INTEGER + (s IS NULL)::INTEGER FROM n
SELECT (d IS NULL)::INTEGER + (s IS NULL)::INTEGER AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 3
SELECT id, CASE WHEN f IS NULL THEN 'null' WHEN id < 3 THEN f::VARCHAR ELSE 'x' END FROM n
SELECT CASE WHEN f IS NULL THEN 'null' WHEN id < 3 THEN f::VARCHAR ELSE 'x' END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 4
SELECT id, CASE f WHEN f THEN 1 ELSE 0 END FROM n
SELECT CASE f WHEN f THEN 1 ELSE 0 END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 4
SELECT id, coalesce(f::VARCHAR, w::VARCHAR, '-') FROM n
SELECT coalesce(f::VARCHAR, w::VARCHAR, '-') AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 4
SELECT id, ifnull(f::VARCHAR, 'none') FROM n
SELECT ifnull(f::VARCHAR, 'none') AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 4
SELECT id, if(f IS NULL, id, -id) FROM n
SELECT if(f IS NULL, id, -id) AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 4
SELECT id, CASE WHEN id % 2 = 0 THEN f END FROM n
SELECT CASE WHEN id % 2 = 0 THEN f END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 4
SELECT id, CASE WHEN f IS NOT NULL AND w IS NOT NULL THEN 2 WHEN f IS NOT NULL OR w IS NOT NULL THEN 1 ELSE 0 END FROM n
SELECT CASE WHEN f IS NOT NULL AND w IS NOT NULL THEN 2 WHEN f IS NOT NULL OR w IS NOT NULL THEN 1 ELSE 0 END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 4
SELECT id, f IS NULL AND w IS NULL FROM n
SELECT f IS NULL AND w IS NULL AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 4
SELECT id, greatest(f::VARCHAR, w::VARCHAR) FROM n
SELECT greatest(f::VARCHAR, w::VARCHAR) AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 4
SELECT (f IS NULL)::INTEGER + (w IS NULL)::INTEGER AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 4
SELECT id, CASE WHEN s IS NULL THEN 'null' WHEN id < 3 THEN s::VARCHAR ELSE 'x' END FROM n
SELECT CASE WHEN s IS NULL THEN 'null' WHEN id < 3 THEN s::VARCHAR ELSE 'x' END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 5
SELECT id, CASE s WHEN s THEN 1 ELSE 0 END FROM n
SELECT CASE s WHEN s THEN 1 ELSE 0 END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 5
SELECT id, coalesce(s::VARCHAR, b::VARCHAR, '-') FROM n
SELECT coalesce(s::VARCHAR, b::VARCHAR, '-') AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 5
SELECT id, nullif(s, s) FROM n
SELECT id, ifnull(s::VARCHAR, 'none') FROM n
SELECT ifnull(s::VARCHAR, 'none') AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 5
SELECT id, if(s IS NULL, id, -id) FROM n
SELECT id, CASE WHEN id % 2 = 0 THEN s END FROM n
SELECT CASE WHEN id % 2 = 0 THEN s END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 5
SELECT id, CASE WHEN s IS NOT NULL AND b IS NOT NULL THEN 2 WHEN s IS NOT NULL OR b IS NOT NULL THEN 1 ELSE 0 END FROM n
SELECT CASE WHEN s IS NOT NULL AND b IS NOT NULL THEN 2 WHEN s IS NOT NULL OR b IS NOT NULL THEN 1 ELSE 0 END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 5
SELECT id, s IS NULL AND b IS NULL FROM n
SELECT s IS NULL AND b IS NULL AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 5
SELECT id, greatest(s::VARCHAR, b::VARCHAR) FROM n
SELECT greatest(s::VARCHAR, b::VARCHAR) AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 5
SELECT id, (s IS NULL)::INTEGER + (b IS NULL)::INTEGER FROM n
SELECT (s IS NULL)::INTEGER + (b IS NULL)::INTEGER AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 5
SELECT id, CASE WHEN w IS NULL THEN 'null' WHEN id < 3 THEN w::VARCHAR ELSE 'x' END FROM n
SELECT id, CASE w WHEN w THEN 1 ELSE 0 END FROM n
SELECT CASE w WHEN w THEN 1 ELSE 0 END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 6
SELECT id, coalesce(w::VARCHAR, g::VARCHAR, '-') FROM n
SELECT coalesce(w::VARCHAR, g::VARCHAR, '-') AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 6
SELECT id, nullif(w, w) FROM n
SELECT id, ifnull(w::VARCHAR, 'none') FROM n
SELECT ifnull(w::VARCHAR, 'none') AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 6
SELECT id, if(w IS NULL, id, -id) FROM n
SELECT if(w IS NULL, id, -id) AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 6
SELECT id, CASE WHEN id % 2 = 0 THEN w END FROM n
SELECT CASE WHEN id % 2 = 0 THEN w END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 6
SELECT CASE WHEN w IS NOT NULL AND g IS NOT NULL THEN 2 WHEN w IS NOT NULL OR g IS NOT NULL THEN 1 ELSE 0 END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 6
SELECT id, w IS NULL AND g IS NULL FROM n
SELECT w IS NULL AND g IS NULL AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 6
SELECT id, greatest(w::VARCHAR, g::VARCHAR) FROM n
SELECT greatest(w::VARCHAR, g::VARCHAR) AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 6
SELECT id, (w IS NULL)::INTEGER + (g IS NULL)::INTEGER FROM n
SELECT (w IS NULL)::INTEGER + (g IS NULL)::INTEGER AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 6
SELECT id, CASE WHEN b IS NULL THEN 'null' WHEN id < 3 THEN b::VARCHAR ELSE 'x' END FROM n
SELECT CASE WHEN b IS NULL THEN 'null' WHEN id < 3 THEN b::VARCHAR ELSE 'x' END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 2
SELECT id, CASE b WHEN b THEN 1 ELSE 0 END FROM n
SELECT CASE b WHEN b THEN 1 ELSE 0 END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 2
SELECT id, coalesce(b::VARCHAR, a::VARCHAR, '-') FROM n
SELECT id, nullif(b, b) FROM n
SELECT id, ifnull(b::VARCHAR, 'none') FROM n
SELECT ifnull(b::VARCHAR, 'none') AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 2
SELECT id, if(b IS NULL, id, -id) FROM n
SELECT if(b IS NULL, id, -id) AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 2
SELECT id, CASE WHEN id % 2 = 0 THEN b END FROM n
SELECT CASE WHEN id % 2 = 0 THEN b END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 2
SELECT id, CASE WHEN b IS NOT NULL AND a IS NOT NULL THEN 2 WHEN b IS NOT NULL OR a IS NOT NULL THEN 1 ELSE 0 END FROM n
SELECT CASE WHEN b IS NOT NULL AND a IS NOT NULL THEN 2 WHEN b IS NOT NULL OR a IS NOT NULL THEN 1 ELSE 0 END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 2
SELECT id, b IS NULL AND a IS NULL FROM n
SELECT b IS NULL AND a IS NULL AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 2
SELECT greatest(b::VARCHAR, a::VARCHAR) AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 2
SELECT id, (b IS NULL)::INTEGER + (a IS NULL)::INTEGER FROM n
SELECT (b IS NULL)::INTEGER + (a IS NULL)::INTEGER AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 2
SELECT id, CASE WHEN g IS NULL THEN 'null' WHEN id < 3 THEN g::VARCHAR ELSE 'x' END FROM n
SELECT CASE WHEN g IS NULL THEN 'null' WHEN id < 3 THEN g::VARCHAR ELSE 'x' END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 3
SELECT id, CASE g WHEN g THEN 1 ELSE 0 END FROM n
SELECT CASE g WHEN g THEN 1 ELSE 0 END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 3
SELECT id, coalesce(g::VARCHAR, d::VARCHAR, '-') FROM n
SELECT coalesce(g::VARCHAR, d::VARCHAR, '-') AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 3
SELECT id, nullif(g, g) FROM n
SELECT id, ifnull(g::VARCHAR, 'none') FROM n
SELECT id, if(g IS NULL, id, -id) FROM n
SELECT if(g IS NULL, id, -id) AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 3
SELECT id, CASE WHEN id % 2 = 0 THEN g END FROM n
SELECT CASE WHEN id % 2 = 0 THEN g END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 3
SELECT id, CASE WHEN g IS NOT NULL AND d IS NOT NULL THEN 2 WHEN g IS NOT NULL OR d IS NOT NULL THEN 1 ELSE 0 END FROM n
SELECT CASE WHEN g IS NOT NULL AND d IS NOT NULL THEN 2 WHEN g IS NOT NULL OR d IS NOT NULL THEN 1 ELSE 0 END AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 3
SELECT id, g IS NULL AND d IS NULL FROM n
SELECT g IS NULL AND d IS NULL AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 3
SELECT id, greatest(g::VARCHAR, d::VARCHAR) FROM n
SELECT greatest(g::VARCHAR, d::VARCHAR) AS v, count(*), min(id) FROM n GROUP BY v HAVING count(*) < 3
SELECT id, (g IS NULL)::INTEGER + (d IS NULL)::INTEGER FROM n
