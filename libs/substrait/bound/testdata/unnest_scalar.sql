SELECT id, (SELECT sum(v) FROM unnest(l) AS u(v)) FROM x
