SELECT count(*), sum(v), min(id), max(id) FROM big WHERE id BETWEEN 0 AND 25
SELECT s, count(*), sum(d) FROM big WHERE id >= 0 AND id < 25 GROUP BY s
> SELECT id, v FROM big WHERE id > 0 ORDER BY v DESC, id LIMIT 1
SELECT count(*) FROM big WHERE k = 0 OR id = 0
SELECT p.id, q.v FROM big p JOIN big q ON p.id = q.id WHERE p.id BETWEEN 0 AND 4
SELECT p.id, count(q.id) FROM big p LEFT JOIN big q ON q.id = p.v WHERE p.id BETWEEN 0 AND 5 GROUP BY p.id
SELECT max(v) FROM big WHERE NOT (id < 0 OR id > 25)
SELECT count(*), sum(v), min(id), max(id) FROM big WHERE id BETWEEN 125 AND 141
SELECT s, count(*), sum(d) FROM big WHERE id >= 125 AND id < 141 GROUP BY s
SELECT id FROM big WHERE id IN (125, 1124, 1125, 1126, NULL)
SELECT count(*) FROM big WHERE k = 41 OR id = 125
SELECT p.id, q.v FROM big p JOIN big q ON p.id = q.id WHERE p.id BETWEEN 125 AND 129
SELECT dt, count(*) FROM big WHERE dt = DATE '2020-01-01' + 125 OR id = 125 GROUP BY dt
SELECT max(v) FROM big WHERE NOT (id < 125 OR id > 141)
SELECT count(*), sum(v), min(id), max(id) FROM big WHERE id BETWEEN 250 AND 275
> SELECT id, v FROM big WHERE id > 250 ORDER BY v DESC, id LIMIT 6
SELECT id FROM big WHERE id IN (250, 1249, 1250, 1251, NULL)
SELECT count(*) FROM big WHERE k = 83 OR id = 250
SELECT p.id, count(q.id) FROM big p LEFT JOIN big q ON q.id = p.v WHERE p.id BETWEEN 250 AND 255 GROUP BY p.id
SELECT dt, count(*) FROM big WHERE dt = DATE '2020-01-01' + 250 OR id = 250 GROUP BY dt
SELECT max(v) FROM big WHERE NOT (id < 250 OR id > 275)
SELECT s, count(*), sum(d) FROM big WHERE id >= 375 AND id < 390 GROUP BY s
> SELECT id, v FROM big WHERE id > 375 ORDER BY v DESC, id LIMIT 5
SELECT id FROM big WHERE id IN (375, 1374, 1375, 1376, NULL)
SELECT p.id, q.v FROM big p JOIN big q ON p.id = q.id WHERE p.id BETWEEN 375 AND 379
SELECT p.id, count(q.id) FROM big p LEFT JOIN big q ON q.id = p.v WHERE p.id BETWEEN 375 AND 380 GROUP BY p.id
SELECT dt, count(*) FROM big WHERE dt = DATE '2020-01-01' + 375 OR id = 375 GROUP BY dt
SELECT count(*), sum(v), min(id), max(id) FROM big WHERE id BETWEEN 500 AND 530
SELECT s, count(*), sum(d) FROM big WHERE id >= 500 AND id < 530 GROUP BY s
> SELECT id, v FROM big WHERE id > 500 ORDER BY v DESC, id LIMIT 4
SELECT count(*) FROM big WHERE k = 166 OR id = 500
SELECT p.id, q.v FROM big p JOIN big q ON p.id = q.id WHERE p.id BETWEEN 500 AND 504
SELECT p.id, count(q.id) FROM big p LEFT JOIN big q ON q.id = p.v WHERE p.id BETWEEN 500 AND 505 GROUP BY p.id
SELECT max(v) FROM big WHERE NOT (id < 500 OR id > 530)
SELECT count(*), sum(v), min(id), max(id) FROM big WHERE id BETWEEN 625 AND 652
SELECT s, count(*), sum(d) FROM big WHERE id >= 625 AND id < 652 GROUP BY s
SELECT id FROM big WHERE id IN (625, 1624, 1625, 1626, NULL)
SELECT count(*) FROM big WHERE k = 208 OR id = 625
SELECT p.id, q.v FROM big p JOIN big q ON p.id = q.id WHERE p.id BETWEEN 625 AND 629
SELECT dt, count(*) FROM big WHERE dt = DATE '2020-01-01' + 225 OR id = 625 GROUP BY dt
SELECT max(v) FROM big WHERE NOT (id < 625 OR id > 652)
SELECT count(*), sum(v), min(id), max(id) FROM big WHERE id BETWEEN 750 AND 771
> SELECT id, v FROM big WHERE id > 750 ORDER BY v DESC, id LIMIT 2
SELECT id FROM big WHERE id IN (750, 1749, 1750, 1751, NULL)
SELECT count(*) FROM big WHERE k = 250 OR id = 750
SELECT p.id, count(q.id) FROM big p LEFT JOIN big q ON q.id = p.v WHERE p.id BETWEEN 750 AND 755 GROUP BY p.id
SELECT dt, count(*) FROM big WHERE dt = DATE '2020-01-01' + 350 OR id = 750 GROUP BY dt
SELECT max(v) FROM big WHERE NOT (id < 750 OR id > 771)
SELECT s, count(*), sum(d) FROM big WHERE id >= 875 AND id < 908 GROUP BY s
> SELECT id, v FROM big WHERE id > 875 ORDER BY v DESC, id LIMIT 1
SELECT id FROM big WHERE id IN (875, 1874, 1875, 1876, NULL)
SELECT p.id, q.v FROM big p JOIN big q ON p.id = q.id WHERE p.id BETWEEN 875 AND 879
SELECT p.id, count(q.id) FROM big p LEFT JOIN big q ON q.id = p.v WHERE p.id BETWEEN 875 AND 880 GROUP BY p.id
SELECT dt, count(*) FROM big WHERE dt = DATE '2020-01-01' + 75 OR id = 875 GROUP BY dt
SELECT count(*), sum(v), min(id), max(id) FROM big WHERE id BETWEEN 1000 AND 1028
SELECT s, count(*), sum(d) FROM big WHERE id >= 1000 AND id < 1028 GROUP BY s
> SELECT id, v FROM big WHERE id > 1000 ORDER BY v DESC, id LIMIT 7
SELECT count(*) FROM big WHERE k = 333 OR id = 1000
SELECT p.id, q.v FROM big p JOIN big q ON p.id = q.id WHERE p.id BETWEEN 1000 AND 1004
SELECT p.id, count(q.id) FROM big p LEFT JOIN big q ON q.id = p.v WHERE p.id BETWEEN 1000 AND 1005 GROUP BY p.id
SELECT max(v) FROM big WHERE NOT (id < 1000 OR id > 1028)
SELECT count(*), sum(v), min(id), max(id) FROM big WHERE id BETWEEN 1125 AND 1135
SELECT s, count(*), sum(d) FROM big WHERE id >= 1125 AND id < 1135 GROUP BY s
SELECT id FROM big WHERE id IN (1125, 2124, 2125, 2126, NULL)
SELECT count(*) FROM big WHERE k = 375 OR id = 1125
SELECT p.id, q.v FROM big p JOIN big q ON p.id = q.id WHERE p.id BETWEEN 1125 AND 1129
SELECT dt, count(*) FROM big WHERE dt = DATE '2020-01-01' + 325 OR id = 1125 GROUP BY dt
SELECT max(v) FROM big WHERE NOT (id < 1125 OR id > 1135)
SELECT count(*), sum(v), min(id), max(id) FROM big WHERE id BETWEEN 1250 AND 1260
> SELECT id, v FROM big WHERE id > 1250 ORDER BY v DESC, id LIMIT 5
SELECT id FROM big WHERE id IN (1250, 2249, 2250, 2251, NULL)
SELECT count(*) FROM big WHERE k = 416 OR id = 1250
SELECT p.id, count(q.id) FROM big p LEFT JOIN big q ON q.id = p.v WHERE p.id BETWEEN 1250 AND 1255 GROUP BY p.id
SELECT dt, count(*) FROM big WHERE dt = DATE '2020-01-01' + 50 OR id = 1250 GROUP BY dt
SELECT max(v) FROM big WHERE NOT (id < 1250 OR id > 1260)
SELECT s, count(*), sum(d) FROM big WHERE id >= 1375 AND id < 1379 GROUP BY s
> SELECT id, v FROM big WHERE id > 1375 ORDER BY v DESC, id LIMIT 4
SELECT id FROM big WHERE id IN (1375, 2374, 2375, 2376, NULL)
SELECT p.id, q.v FROM big p JOIN big q ON p.id = q.id WHERE p.id BETWEEN 1375 AND 1379
SELECT p.id, count(q.id) FROM big p LEFT JOIN big q ON q.id = p.v WHERE p.id BETWEEN 1375 AND 1380 GROUP BY p.id
SELECT dt, count(*) FROM big WHERE dt = DATE '2020-01-01' + 175 OR id = 1375 GROUP BY dt
SELECT count(*), sum(v), min(id), max(id) FROM big WHERE id BETWEEN 1500 AND 1520
SELECT s, count(*), sum(d) FROM big WHERE id >= 1500 AND id < 1520 GROUP BY s
> SELECT id, v FROM big WHERE id > 1500 ORDER BY v DESC, id LIMIT 3
SELECT count(*) FROM big WHERE k = 500 OR id = 1500
SELECT p.id, q.v FROM big p JOIN big q ON p.id = q.id WHERE p.id BETWEEN 1500 AND 1504
SELECT p.id, count(q.id) FROM big p LEFT JOIN big q ON q.id = p.v WHERE p.id BETWEEN 1500 AND 1505 GROUP BY p.id
SELECT max(v) FROM big WHERE NOT (id < 1500 OR id > 1520)
SELECT count(*), sum(v), min(id), max(id) FROM big WHERE id BETWEEN 1625 AND 1646
SELECT s, count(*), sum(d) FROM big WHERE id >= 1625 AND id < 1646 GROUP BY s
SELECT id FROM big WHERE id IN (1625, 2624, 2625, 2626, NULL)
SELECT count(*) FROM big WHERE k = 541 OR id = 1625
SELECT p.id, q.v FROM big p JOIN big q ON p.id = q.id WHERE p.id BETWEEN 1625 AND 1629
SELECT dt, count(*) FROM big WHERE dt = DATE '2020-01-01' + 25 OR id = 1625 GROUP BY dt
SELECT max(v) FROM big WHERE NOT (id < 1625 OR id > 1646)
SELECT count(*), sum(v), min(id), max(id) FROM big WHERE id BETWEEN 1750 AND 1774
> SELECT id, v FROM big WHERE id > 1750 ORDER BY v DESC, id LIMIT 1
SELECT id FROM big WHERE id IN (1750, 2749, 2750, 2751, NULL)
SELECT count(*) FROM big WHERE k = 583 OR id = 1750
SELECT p.id, count(q.id) FROM big p LEFT JOIN big q ON q.id = p.v WHERE p.id BETWEEN 1750 AND 1755 GROUP BY p.id
SELECT dt, count(*) FROM big WHERE dt = DATE '2020-01-01' + 150 OR id = 1750 GROUP BY dt
SELECT max(v) FROM big WHERE NOT (id < 1750 OR id > 1774)
SELECT s, count(*), sum(d) FROM big WHERE id >= 1875 AND id < 1891 GROUP BY s
> SELECT id, v FROM big WHERE id > 1875 ORDER BY v DESC, id LIMIT 7
SELECT id FROM big WHERE id IN (1875, 2874, 2875, 2876, NULL)
SELECT p.id, q.v FROM big p JOIN big q ON p.id = q.id WHERE p.id BETWEEN 1875 AND 1879
SELECT p.id, count(q.id) FROM big p LEFT JOIN big q ON q.id = p.v WHERE p.id BETWEEN 1875 AND 1880 GROUP BY p.id
SELECT dt, count(*) FROM big WHERE dt = DATE '2020-01-01' + 275 OR id = 1875 GROUP BY dt
SELECT count(*), sum(v), min(id), max(id) FROM big WHERE id BETWEEN 2000 AND 2029
SELECT s, count(*), sum(d) FROM big WHERE id >= 2000 AND id < 2029 GROUP BY s
> SELECT id, v FROM big WHERE id > 2000 ORDER BY v DESC, id LIMIT 6
SELECT count(*) FROM big WHERE k = 666 OR id = 2000
SELECT p.id, q.v FROM big p JOIN big q ON p.id = q.id WHERE p.id BETWEEN 2000 AND 2004
SELECT p.id, count(q.id) FROM big p LEFT JOIN big q ON q.id = p.v WHERE p.id BETWEEN 2000 AND 2005 GROUP BY p.id
SELECT max(v) FROM big WHERE NOT (id < 2000 OR id > 2029)
SELECT count(*), sum(v), min(id), max(id) FROM big WHERE id BETWEEN 2125 AND 2146
SELECT s, count(*), sum(d) FROM big WHERE id >= 2125 AND id < 2146 GROUP BY s
SELECT id FROM big WHERE id IN (2125, 3124, 3125, 3126, NULL)
SELECT count(*) FROM big WHERE k = 708 OR id = 2125
SELECT p.id, q.v FROM big p JOIN big q ON p.id = q.id WHERE p.id BETWEEN 2125 AND 2129
SELECT dt, count(*) FROM big WHERE dt = DATE '2020-01-01' + 125 OR id = 2125 GROUP BY dt
SELECT max(v) FROM big WHERE NOT (id < 2125 OR id > 2146)
SELECT count(*), sum(v), min(id), max(id) FROM big WHERE id BETWEEN 2250 AND 2281
> SELECT id, v FROM big WHERE id > 2250 ORDER BY v DESC, id LIMIT 4
SELECT id FROM big WHERE id IN (2250, 3249, 3250, 3251, NULL)
SELECT count(*) FROM big WHERE k = 750 OR id = 2250
SELECT p.id, count(q.id) FROM big p LEFT JOIN big q ON q.id = p.v WHERE p.id BETWEEN 2250 AND 2255 GROUP BY p.id
SELECT dt, count(*) FROM big WHERE dt = DATE '2020-01-01' + 250 OR id = 2250 GROUP BY dt
SELECT max(v) FROM big WHERE NOT (id < 2250 OR id > 2281)
SELECT s, count(*), sum(d) FROM big WHERE id >= 2375 AND id < 2392 GROUP BY s
> SELECT id, v FROM big WHERE id > 2375 ORDER BY v DESC, id LIMIT 3
SELECT id FROM big WHERE id IN (2375, 3374, 3375, 3376, NULL)
SELECT p.id, q.v FROM big p JOIN big q ON p.id = q.id WHERE p.id BETWEEN 2375 AND 2379
SELECT p.id, count(q.id) FROM big p LEFT JOIN big q ON q.id = p.v WHERE p.id BETWEEN 2375 AND 2380 GROUP BY p.id
SELECT dt, count(*) FROM big WHERE dt = DATE '2020-01-01' + 375 OR id = 2375 GROUP BY dt
