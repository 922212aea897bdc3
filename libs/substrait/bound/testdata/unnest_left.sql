SELECT x.id, v, one FROM x LEFT JOIN LATERAL (SELECT e AS v, 1 AS one FROM unnest(x.l) AS u(e)) ON true
