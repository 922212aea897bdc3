SELECT id, unnest(l), unnest(ar) FROM x
