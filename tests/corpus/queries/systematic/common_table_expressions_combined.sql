WITH q AS (SELECT a, count(*) AS c FROM n GROUP BY a) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS (SELECT a, count(*) AS c FROM n GROUP BY a) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS (SELECT a, count(*) AS c FROM n GROUP BY a), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS (SELECT a, count(*) AS c FROM n GROUP BY a) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS (SELECT a, count(*) AS c FROM n GROUP BY a) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS (SELECT a, count(*) AS c FROM n GROUP BY a) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a = n.a) l
WITH q AS MATERIALIZED (SELECT a, count(*) AS c FROM n GROUP BY a) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS MATERIALIZED (SELECT a, count(*) AS c FROM n GROUP BY a) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS MATERIALIZED (SELECT a, count(*) AS c FROM n GROUP BY a), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS MATERIALIZED (SELECT a, count(*) AS c FROM n GROUP BY a) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS MATERIALIZED (SELECT a, count(*) AS c FROM n GROUP BY a) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS MATERIALIZED (SELECT a, count(*) AS c FROM n GROUP BY a) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a = n.a) l
WITH q AS NOT MATERIALIZED (SELECT a, count(*) AS c FROM n GROUP BY a) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS NOT MATERIALIZED (SELECT a, count(*) AS c FROM n GROUP BY a) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS NOT MATERIALIZED (SELECT a, count(*) AS c FROM n GROUP BY a), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS NOT MATERIALIZED (SELECT a, count(*) AS c FROM n GROUP BY a) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS NOT MATERIALIZED (SELECT a, count(*) AS c FROM n GROUP BY a) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a = n.a) l
WITH q AS (SELECT id AS a, a AS c FROM n WHERE id > 1) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS (SELECT id AS a, a AS c FROM n WHERE id > 1) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS (SELECT id AS a, a AS c FROM n WHERE id > 1), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS (SELECT id AS a, a AS c FROM n WHERE id > 1) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS (SELECT id AS a, a AS c FROM n WHERE id > 1) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS (SELECT id AS a, a AS c FROM n WHERE id > 1) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a < n.a) l
WITH q AS MATERIALIZED (SELECT id AS a, a AS c FROM n WHERE id > 1) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS MATERIALIZED (SELECT id AS a, a AS c FROM n WHERE id > 1) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS MATERIALIZED (SELECT id AS a, a AS c FROM n WHERE id > 1), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS MATERIALIZED (SELECT id AS a, a AS c FROM n WHERE id > 1) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS MATERIALIZED (SELECT id AS a, a AS c FROM n WHERE id > 1) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS MATERIALIZED (SELECT id AS a, a AS c FROM n WHERE id > 1) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a < n.a) l
WITH q AS NOT MATERIALIZED (SELECT id AS a, a AS c FROM n WHERE id > 1) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS NOT MATERIALIZED (SELECT id AS a, a AS c FROM n WHERE id > 1), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS NOT MATERIALIZED (SELECT id AS a, a AS c FROM n WHERE id > 1) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS NOT MATERIALIZED (SELECT id AS a, a AS c FROM n WHERE id > 1) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS NOT MATERIALIZED (SELECT id AS a, a AS c FROM n WHERE id > 1) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a < n.a) l
WITH q AS (SELECT a, max(k) AS c FROM m GROUP BY a) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS (SELECT a, max(k) AS c FROM m GROUP BY a) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS (SELECT a, max(k) AS c FROM m GROUP BY a), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS (SELECT a, max(k) AS c FROM m GROUP BY a) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS (SELECT a, max(k) AS c FROM m GROUP BY a) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS (SELECT a, max(k) AS c FROM m GROUP BY a) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a >= n.a) l
WITH q AS MATERIALIZED (SELECT a, max(k) AS c FROM m GROUP BY a) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS MATERIALIZED (SELECT a, max(k) AS c FROM m GROUP BY a) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS MATERIALIZED (SELECT a, max(k) AS c FROM m GROUP BY a), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS MATERIALIZED (SELECT a, max(k) AS c FROM m GROUP BY a) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS MATERIALIZED (SELECT a, max(k) AS c FROM m GROUP BY a) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS NOT MATERIALIZED (SELECT a, max(k) AS c FROM m GROUP BY a) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS NOT MATERIALIZED (SELECT a, max(k) AS c FROM m GROUP BY a) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS NOT MATERIALIZED (SELECT a, max(k) AS c FROM m GROUP BY a), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS NOT MATERIALIZED (SELECT a, max(k) AS c FROM m GROUP BY a) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS NOT MATERIALIZED (SELECT a, max(k) AS c FROM m GROUP BY a) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS NOT MATERIALIZED (SELECT a, max(k) AS c FROM m GROUP BY a) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a >= n.a) l
WITH q AS (SELECT DISTINCT a, id % 2 AS c FROM n) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS (SELECT DISTINCT a, id % 2 AS c FROM n) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS (SELECT DISTINCT a, id % 2 AS c FROM n), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS (SELECT DISTINCT a, id % 2 AS c FROM n) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS (SELECT DISTINCT a, id % 2 AS c FROM n) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS (SELECT DISTINCT a, id % 2 AS c FROM n) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a = n.a) l
WITH q AS MATERIALIZED (SELECT DISTINCT a, id % 2 AS c FROM n) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS MATERIALIZED (SELECT DISTINCT a, id % 2 AS c FROM n) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS MATERIALIZED (SELECT DISTINCT a, id % 2 AS c FROM n), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS MATERIALIZED (SELECT DISTINCT a, id % 2 AS c FROM n) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS MATERIALIZED (SELECT DISTINCT a, id % 2 AS c FROM n) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a = n.a) l
WITH q AS NOT MATERIALIZED (SELECT DISTINCT a, id % 2 AS c FROM n) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS NOT MATERIALIZED (SELECT DISTINCT a, id % 2 AS c FROM n) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS NOT MATERIALIZED (SELECT DISTINCT a, id % 2 AS c FROM n), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS NOT MATERIALIZED (SELECT DISTINCT a, id % 2 AS c FROM n) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS NOT MATERIALIZED (SELECT DISTINCT a, id % 2 AS c FROM n) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS NOT MATERIALIZED (SELECT DISTINCT a, id % 2 AS c FROM n) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a = n.a) l
WITH q AS (SELECT k AS a, count(*) AS c FROM twice GROUP BY k) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS (SELECT k AS a, count(*) AS c FROM twice GROUP BY k) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS (SELECT k AS a, count(*) AS c FROM twice GROUP BY k), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS (SELECT k AS a, count(*) AS c FROM twice GROUP BY k) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS (SELECT k AS a, count(*) AS c FROM twice GROUP BY k) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS (SELECT k AS a, count(*) AS c FROM twice GROUP BY k) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a < n.a) l
WITH q AS MATERIALIZED (SELECT k AS a, count(*) AS c FROM twice GROUP BY k) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS MATERIALIZED (SELECT k AS a, count(*) AS c FROM twice GROUP BY k), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS MATERIALIZED (SELECT k AS a, count(*) AS c FROM twice GROUP BY k) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS MATERIALIZED (SELECT k AS a, count(*) AS c FROM twice GROUP BY k) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS MATERIALIZED (SELECT k AS a, count(*) AS c FROM twice GROUP BY k) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a < n.a) l
WITH q AS NOT MATERIALIZED (SELECT k AS a, count(*) AS c FROM twice GROUP BY k) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS NOT MATERIALIZED (SELECT k AS a, count(*) AS c FROM twice GROUP BY k) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS NOT MATERIALIZED (SELECT k AS a, count(*) AS c FROM twice GROUP BY k), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS NOT MATERIALIZED (SELECT k AS a, count(*) AS c FROM twice GROUP BY k) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS NOT MATERIALIZED (SELECT k AS a, count(*) AS c FROM twice GROUP BY k) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS NOT MATERIALIZED (SELECT k AS a, count(*) AS c FROM twice GROUP BY k) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a < n.a) l
WITH q AS (SELECT a, c FROM (SELECT id AS a, k AS c FROM m ORDER BY id LIMIT 4) q) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS (SELECT a, c FROM (SELECT id AS a, k AS c FROM m ORDER BY id LIMIT 4) q) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS (SELECT a, c FROM (SELECT id AS a, k AS c FROM m ORDER BY id LIMIT 4) q), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS (SELECT a, c FROM (SELECT id AS a, k AS c FROM m ORDER BY id LIMIT 4) q) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS (SELECT a, c FROM (SELECT id AS a, k AS c FROM m ORDER BY id LIMIT 4) q) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS MATERIALIZED (SELECT a, c FROM (SELECT id AS a, k AS c FROM m ORDER BY id LIMIT 4) q) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS MATERIALIZED (SELECT a, c FROM (SELECT id AS a, k AS c FROM m ORDER BY id LIMIT 4) q) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS MATERIALIZED (SELECT a, c FROM (SELECT id AS a, k AS c FROM m ORDER BY id LIMIT 4) q), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS MATERIALIZED (SELECT a, c FROM (SELECT id AS a, k AS c FROM m ORDER BY id LIMIT 4) q) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS MATERIALIZED (SELECT a, c FROM (SELECT id AS a, k AS c FROM m ORDER BY id LIMIT 4) q) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS MATERIALIZED (SELECT a, c FROM (SELECT id AS a, k AS c FROM m ORDER BY id LIMIT 4) q) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a >= n.a) l
WITH q AS NOT MATERIALIZED (SELECT a, c FROM (SELECT id AS a, k AS c FROM m ORDER BY id LIMIT 4) q) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS NOT MATERIALIZED (SELECT a, c FROM (SELECT id AS a, k AS c FROM m ORDER BY id LIMIT 4) q) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS NOT MATERIALIZED (SELECT a, c FROM (SELECT id AS a, k AS c FROM m ORDER BY id LIMIT 4) q), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS NOT MATERIALIZED (SELECT a, c FROM (SELECT id AS a, k AS c FROM m ORDER BY id LIMIT 4) q) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS NOT MATERIALIZED (SELECT a, c FROM (SELECT id AS a, k AS c FROM m ORDER BY id LIMIT 4) q) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS NOT MATERIALIZED (SELECT a, c FROM (SELECT id AS a, k AS c FROM m ORDER BY id LIMIT 4) q) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a >= n.a) l
WITH q AS (SELECT a, row_number() OVER (ORDER BY id) AS c FROM n) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS (SELECT a, row_number() OVER (ORDER BY id) AS c FROM n) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS (SELECT a, row_number() OVER (ORDER BY id) AS c FROM n), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS (SELECT a, row_number() OVER (ORDER BY id) AS c FROM n) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS (SELECT a, row_number() OVER (ORDER BY id) AS c FROM n) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a = n.a) l
WITH q AS MATERIALIZED (SELECT a, row_number() OVER (ORDER BY id) AS c FROM n) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS MATERIALIZED (SELECT a, row_number() OVER (ORDER BY id) AS c FROM n) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS MATERIALIZED (SELECT a, row_number() OVER (ORDER BY id) AS c FROM n), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS MATERIALIZED (SELECT a, row_number() OVER (ORDER BY id) AS c FROM n) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS MATERIALIZED (SELECT a, row_number() OVER (ORDER BY id) AS c FROM n) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS MATERIALIZED (SELECT a, row_number() OVER (ORDER BY id) AS c FROM n) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a = n.a) l
WITH q AS NOT MATERIALIZED (SELECT a, row_number() OVER (ORDER BY id) AS c FROM n) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS NOT MATERIALIZED (SELECT a, row_number() OVER (ORDER BY id) AS c FROM n) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS NOT MATERIALIZED (SELECT a, row_number() OVER (ORDER BY id) AS c FROM n), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS NOT MATERIALIZED (SELECT a, row_number() OVER (ORDER BY id) AS c FROM n) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS NOT MATERIALIZED (SELECT a, row_number() OVER (ORDER BY id) AS c FROM n) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS NOT MATERIALIZED (SELECT a, row_number() OVER (ORDER BY id) AS c FROM n) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a = n.a) l
WITH q AS (SELECT a, id AS c FROM n UNION ALL SELECT a, k FROM m) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS (SELECT a, id AS c FROM n UNION ALL SELECT a, k FROM m), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS (SELECT a, id AS c FROM n UNION ALL SELECT a, k FROM m) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS (SELECT a, id AS c FROM n UNION ALL SELECT a, k FROM m) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS (SELECT a, id AS c FROM n UNION ALL SELECT a, k FROM m) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a < n.a) l
WITH q AS MATERIALIZED (SELECT a, id AS c FROM n UNION ALL SELECT a, k FROM m) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS MATERIALIZED (SELECT a, id AS c FROM n UNION ALL SELECT a, k FROM m) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS MATERIALIZED (SELECT a, id AS c FROM n UNION ALL SELECT a, k FROM m), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS MATERIALIZED (SELECT a, id AS c FROM n UNION ALL SELECT a, k FROM m) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS MATERIALIZED (SELECT a, id AS c FROM n UNION ALL SELECT a, k FROM m) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
WITH q AS MATERIALIZED (SELECT a, id AS c FROM n UNION ALL SELECT a, k FROM m) SELECT n.id, l.s FROM n, LATERAL (SELECT sum(c) AS s FROM q WHERE q.a < n.a) l
WITH q AS NOT MATERIALIZED (SELECT a, id AS c FROM n UNION ALL SELECT a, k FROM m) SELECT p.a, p.c, o.c FROM q p JOIN q o ON p.a = o.a
WITH q AS NOT MATERIALIZED (SELECT a, id AS c FROM n UNION ALL SELECT a, k FROM m) SELECT a, c FROM q WHERE c = (SELECT max(c) FROM q)
WITH q AS NOT MATERIALIZED (SELECT a, id AS c FROM n UNION ALL SELECT a, k FROM m), w AS (SELECT a, sum(c) AS s FROM q GROUP BY a) SELECT q.a, q.c, w.s FROM q LEFT JOIN w ON q.a IS NOT DISTINCT FROM w.a
WITH q AS NOT MATERIALIZED (SELECT a, id AS c FROM n UNION ALL SELECT a, k FROM m) SELECT id, (SELECT count(*) FROM q WHERE q.a = n.a), a IN (SELECT c FROM q) FROM n
WITH q AS NOT MATERIALIZED (SELECT a, id AS c FROM n UNION ALL SELECT a, k FROM m) SELECT a, c FROM q EXCEPT SELECT id, a FROM n WHERE id < 3
