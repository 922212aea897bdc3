SELECT id, d + 1 FROM n WHERE id <> 4
SELECT id, d - 0.01 FROM n WHERE id <> 4
SELECT id, d * 2 FROM n WHERE id <> 4
SELECT id, d * 1.1 FROM n WHERE id <> 4
SELECT id, d / 4 FROM n WHERE id <> 4
SELECT id, d % 3 FROM n WHERE id <> 4
SELECT id, -d FROM n WHERE id <> 4
SELECT id, abs(d) FROM n WHERE id <> 4
SELECT id, sign(d) FROM n WHERE id <> 4
SELECT id, round(d, 1) FROM n WHERE id <> 4
SELECT id, round(d) FROM n WHERE id <> 4
SELECT id, trunc(d) FROM n WHERE id <> 4
SELECT id, ceil(d) FROM n WHERE id <> 4
SELECT id, floor(d) FROM n WHERE id <> 4
SELECT id, d + d FROM n WHERE id <> 4
SELECT id, d::DOUBLE * 3 FROM n WHERE id <> 4
SELECT id, d > 1.005 FROM n WHERE id <> 4
SELECT id, d = 0.10 FROM n WHERE id <> 4
SELECT id, d::INTEGER FROM n WHERE id <> 4
SELECT id, d::DECIMAL(38,2) + 1 FROM n WHERE id <> 4
SELECT id, coalesce(d, 0.5) FROM n WHERE id <> 4
SELECT id, greatest(d, 0.05) FROM n WHERE id <> 4
SELECT id, d // 2 FROM n WHERE id <> 4
SELECT id, d BETWEEN -1.5 AND 2.25 FROM n WHERE id <> 4
SELECT sum(d), avg(d), min(d), max(d), sum(d / 2), count(DISTINCT d) FROM n WHERE id <> 4
SELECT d, sum(d) OVER (ORDER BY id), avg(d) OVER (ORDER BY id ROWS 1 PRECEDING) FROM n WHERE id <> 4
SELECT id, d4 + 1 FROM z WHERE id IN (2, 3, 4)
SELECT id, d4 - 0.01 FROM z WHERE id IN (2, 3, 4)
SELECT id, d4 * 2 FROM z WHERE id IN (2, 3, 4)
SELECT id, d4 * 1.1 FROM z WHERE id IN (2, 3, 4)
SELECT id, d4 / 4 FROM z WHERE id IN (2, 3, 4)
SELECT id, d4 % 3 FROM z WHERE id IN (2, 3, 4)
SELECT id, -d4 FROM z WHERE id IN (2, 3, 4)
SELECT id, abs(d4) FROM z WHERE id IN (2, 3, 4)
SELECT id, sign(d4) FROM z WHERE id IN (2, 3, 4)
SELECT id, round(d4, 1) FROM z WHERE id IN (2, 3, 4)
SELECT id, round(d4) FROM z WHERE id IN (2, 3, 4)
SELECT id, trunc(d4) FROM z WHERE id IN (2, 3, 4)
SELECT id, ceil(d4) FROM z WHERE id IN (2, 3, 4)
SELECT id, floor(d4) FROM z WHERE id IN (2, 3, 4)
SELECT id, d4 + d4 FROM z WHERE id IN (2, 3, 4)
SELECT id, d4::DOUBLE * 3 FROM z WHERE id IN (2, 3, 4)
SELECT id, d4 > 1.005 FROM z WHERE id IN (2, 3, 4)
SELECT id, d4 = 0.10 FROM z WHERE id IN (2, 3, 4)
SELECT id, d4::INTEGER FROM z WHERE id IN (3, 4)
SELECT id, d4::DECIMAL(38,2) + 1 FROM z WHERE id IN (2, 3, 4)
SELECT id, coalesce(d4, 0.5) FROM z WHERE id IN (2, 3, 4)
SELECT id, greatest(d4, 0.05) FROM z WHERE id IN (2, 3, 4)
SELECT id, d4 // 2 FROM z WHERE id IN (2, 3, 4)
SELECT id, d4 BETWEEN -1.5 AND 2.25 FROM z WHERE id IN (2, 3, 4)
SELECT sum(d4), avg(d4), min(d4), max(d4), sum(d4 / 2), count(DISTINCT d4) FROM z WHERE id <> 4
SELECT d4, sum(d4) OVER (ORDER BY id), avg(d4) OVER (ORDER BY id ROWS 1 PRECEDING) FROM z WHERE id <> 4
SELECT id, d9 + 1 FROM z WHERE id IN (2, 3, 4)
SELECT id, d9 - 0.01 FROM z WHERE id IN (2, 3, 4)
SELECT id, d9 * 2 FROM z WHERE id IN (2, 3, 4)
SELECT id, d9 * 1.1 FROM z WHERE id IN (2, 3, 4)
SELECT id, d9 / 4 FROM z WHERE id IN (2, 3, 4)
SELECT id, d9 % 3 FROM z WHERE id IN (2, 3, 4)
SELECT id, -d9 FROM z WHERE id IN (2, 3, 4)
SELECT id, abs(d9) FROM z WHERE id IN (2, 3, 4)
SELECT id, sign(d9) FROM z WHERE id IN (2, 3, 4)
SELECT id, round(d9, 1) FROM z WHERE id IN (2, 3, 4)
SELECT id, round(d9) FROM z WHERE id IN (2, 3, 4)
SELECT id, trunc(d9) FROM z WHERE id IN (2, 3, 4)
SELECT id, ceil(d9) FROM z WHERE id IN (2, 3, 4)
SELECT id, floor(d9) FROM z WHERE id IN (2, 3, 4)
SELECT id, d9 + d9 FROM z WHERE id IN (2, 3, 4)
SELECT id, d9::DOUBLE * 3 FROM z WHERE id IN (2, 3, 4)
SELECT id, d9 > 1.005 FROM z WHERE id IN (2, 3, 4)
SELECT id, d9 = 0.10 FROM z WHERE id IN (2, 3, 4)
SELECT id, d9::INTEGER FROM z WHERE id IN (3, 4)
SELECT id, d9::DECIMAL(38,2) + 1 FROM z WHERE id IN (2, 3, 4)
SELECT id, coalesce(d9, 0.5) FROM z WHERE id IN (2, 3, 4)
SELECT id, greatest(d9, 0.05) FROM z WHERE id IN (2, 3, 4)
SELECT id, d9 // 2 FROM z WHERE id IN (2, 3, 4)
SELECT id, d9 BETWEEN -1.5 AND 2.25 FROM z WHERE id IN (2, 3, 4)
SELECT sum(d9), avg(d9), min(d9), max(d9), sum(d9 / 2), count(DISTINCT d9) FROM z WHERE id <> 4
SELECT d9, sum(d9) OVER (ORDER BY id), avg(d9) OVER (ORDER BY id ROWS 1 PRECEDING) FROM z WHERE id <> 4
SELECT id, d18 + 1 FROM z WHERE id IN (2, 3, 4)
SELECT id, d18 / 4 FROM z WHERE id IN (2, 3, 4)
SELECT id, d18 % 3 FROM z WHERE id IN (2, 3, 4)
SELECT id, -d18 FROM z WHERE id IN (2, 3, 4)
SELECT id, abs(d18) FROM z WHERE id IN (2, 3, 4)
SELECT id, sign(d18) FROM z WHERE id IN (2, 3, 4)
SELECT id, round(d18, 1) FROM z WHERE id IN (2, 3, 4)
SELECT id, round(d18) FROM z WHERE id IN (2, 3, 4)
SELECT id, trunc(d18) FROM z WHERE id IN (2, 3, 4)
SELECT id, ceil(d18) FROM z WHERE id IN (2, 3, 4)
SELECT id, floor(d18) FROM z WHERE id IN (2, 3, 4)
SELECT id, d18::DOUBLE * 3 FROM z WHERE id IN (2, 3, 4)
SELECT id, d18 > 1.005 FROM z WHERE id IN (2, 3, 4)
SELECT id, d18 = 0.10 FROM z WHERE id IN (2, 3, 4)
SELECT id, d18::INTEGER FROM z WHERE id IN (3, 4)
SELECT id, d18::DECIMAL(38,2) + 1 FROM z WHERE id IN (2, 3, 4)
SELECT id, coalesce(d18, 0.5) FROM z WHERE id IN (2, 3, 4)
SELECT id, greatest(d18, 0.05) FROM z WHERE id IN (2, 3, 4)
SELECT id, d18 // 2 FROM z WHERE id IN (2, 3, 4)
SELECT id, d18 BETWEEN -1.5 AND 2.25 FROM z WHERE id IN (2, 3, 4)
SELECT sum(d18), avg(d18), min(d18), max(d18), sum(d18 / 2), count(DISTINCT d18) FROM z WHERE id <> 4
SELECT d18, sum(d18) OVER (ORDER BY id), avg(d18) OVER (ORDER BY id ROWS 1 PRECEDING) FROM z WHERE id <> 4
SELECT id, e + 1 FROM n WHERE id <> 4
SELECT id, e - 0.01 FROM n WHERE id <> 4
SELECT id, e * 2 FROM n WHERE id <> 4
SELECT id, e * 1.1 FROM n WHERE id <> 4
SELECT id, e / 4 FROM n WHERE id <> 4
SELECT id, e % 3 FROM n WHERE id <> 4
SELECT id, -e FROM n WHERE id <> 4
SELECT id, abs(e) FROM n WHERE id <> 4
SELECT id, sign(e) FROM n WHERE id <> 4
SELECT id, round(e, 1) FROM n WHERE id <> 4
SELECT id, round(e) FROM n WHERE id <> 4
SELECT id, trunc(e) FROM n WHERE id <> 4
SELECT id, ceil(e) FROM n WHERE id <> 4
SELECT id, floor(e) FROM n WHERE id <> 4
SELECT id, e + e FROM n WHERE id <> 4
SELECT id, e::DOUBLE * 3 FROM n WHERE id <> 4
SELECT id, e > 1.005 FROM n WHERE id <> 4
SELECT id, e = 0.10 FROM n WHERE id <> 4
SELECT id, e::INTEGER FROM n WHERE id <> 4
SELECT id, e::DECIMAL(38,2) + 1 FROM n WHERE id <> 4
SELECT id, coalesce(e, 0.5) FROM n WHERE id <> 4
SELECT id, greatest(e, 0.05) FROM n WHERE id <> 4
SELECT id, e // 2 FROM n WHERE id <> 4
SELECT id, e BETWEEN -1.5 AND 2.25 FROM n WHERE id <> 4
SELECT sum(e), avg(e), min(e), max(e), sum(e / 2), count(DISTINCT e) FROM n WHERE id <> 4
SELECT e, sum(e) OVER (ORDER BY id), avg(e) OVER (ORDER BY id ROWS 1 PRECEDING) FROM n WHERE id <> 4
