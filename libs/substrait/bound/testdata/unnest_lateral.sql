SELECT x.id, v, w FROM x, unnest(x.l) AS u(v), unnest([v, 2]) AS q(w)
