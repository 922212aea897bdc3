SELECT list_transform(l, lambda v, i: list_filter(ar, lambda w: w > v + id + i)), list_reduce(ar, lambda a, b: a + b + id, 5) FROM x
