WITH c AS (SELECT a, count(*) k FROM n GROUP BY a) SELECT x.a, y.k FROM c x JOIN c y ON x.k = y.a
