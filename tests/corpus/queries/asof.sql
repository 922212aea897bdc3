SELECT n.id, m.id FROM n ASOF JOIN m ON n.id >= m.id
SELECT n.id, m.id FROM n ASOF JOIN m ON n.id > m.id
SELECT n.id, m.id FROM n ASOF JOIN m ON n.id <= m.k
SELECT n.id, m.id FROM n ASOF JOIN m ON n.id < m.k
SELECT n.id, m.k FROM n ASOF LEFT JOIN m ON n.id >= m.k
SELECT n.id, m.k FROM n ASOF RIGHT JOIN m ON n.id >= m.k
SELECT n.id, m.k FROM n ASOF FULL JOIN m ON n.id >= m.k
SELECT n.id, m.k FROM n ASOF JOIN m ON n.a = m.a AND n.id >= m.id
SELECT n.id, m.k FROM n ASOF LEFT JOIN m ON n.a = m.a AND n.id >= m.id
SELECT n.id, m.id FROM n ASOF LEFT JOIN m ON m.id <= n.id AND n.s = m.s
SELECT * FROM (SELECT id, a FROM n) x ASOF JOIN (SELECT id, a, k FROM m) y USING (a, id)
SELECT n.id, m.f FROM n ASOF LEFT JOIN m ON n.f >= m.f
SELECT b.id, m.id FROM big b ASOF JOIN m ON b.v >= m.k WHERE b.id < 50
SELECT m.id, b.id FROM m ASOF JOIN big b ON m.k >= b.id
SELECT m.id, b.id, b.v FROM m ASOF LEFT JOIN big b ON m.a = b.k AND m.id >= b.id
SELECT count(*), sum(a.id), sum(b.id) FROM big a ASOF JOIN big b ON a.k = b.k AND a.id > b.id
SELECT count(*), sum(b.id) FROM big a ASOF LEFT JOIN big b ON a.id = b.id AND a.v >= b.v
SELECT a.id, b.id FROM t a ASOF JOIN t b ON a.ts > b.ts
SELECT a.id, b.id FROM t a ASOF LEFT JOIN t b ON a.tz >= b.ts::TIMESTAMPTZ
SELECT n.id, m.id FROM n ASOF JOIN m ON n.id >= m.id AND m.k > 1
SELECT n.id, m.id FROM n ASOF LEFT JOIN m ON n.id >= m.id AND m.k > 1
SELECT n.id, m.id FROM n ASOF LEFT JOIN m ON n.id >= m.id AND n.a = 2
SELECT n.id, m.id FROM n ASOF JOIN m ON n.id >= m.id WHERE n.a = 2
SELECT n.id, m.id FROM n ASOF JOIN m ON n.id >= m.id WHERE m.id < 3
SELECT n.id, m.id FROM n ASOF LEFT JOIN m ON n.id >= m.id WHERE m.id IS NULL OR m.id > 3
SELECT n.a, count(m.id) FROM n ASOF JOIN m ON n.id >= m.id GROUP BY n.a
SELECT n.id FROM n ASOF JOIN m ON n.id >= m.id
SELECT count(*) FROM n ASOF JOIN m ON n.id >= m.id
SELECT n.id, m.id FROM n ASOF JOIN none m0 ON n.id >= m0.a, m
SELECT n.id, x.a FROM n ASOF LEFT JOIN none x ON n.id >= x.a
SELECT n.id, m.id, x.id FROM n ASOF JOIN m ON n.id >= m.id ASOF JOIN x ON n.id >= x.id
SELECT n.id, q.id FROM n ASOF JOIN (SELECT * FROM m WHERE k IS NOT NULL) q ON n.id >= q.k
SELECT n.id FROM n ASOF SEMI JOIN m ON n.id > m.k
SELECT n.id FROM n ASOF ANTI JOIN m ON n.id > m.k
SELECT n.id, m.id FROM n ASOF JOIN m ON n.id + 1 >= m.id + m.a
SELECT n.id, m.id FROM n ASOF JOIN m ON n.id >= m.id AND n.a <> m.a
