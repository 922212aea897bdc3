SELECT id, (SELECT max(k) FROM m WHERE m.a = n.a), (SELECT min(a) FROM m), (SELECT k FROM m) FROM n
