WITH RECURSIVE r(id, best) USING KEY (id) AS (SELECT id, id FROM m UNION SELECT m.id, r.best FROM r JOIN m ON m.k = r.id, recurring.r AS old WHERE old.id = m.id AND r.best < old.best) SELECT * FROM r
