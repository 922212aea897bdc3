SELECT id, a + b FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT a + b AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, a * g FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT a * g AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, b - a FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT b - a AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, g * g FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT g * g AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, y * 2::SMALLINT FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT y * 2::SMALLINT AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, u + 1::HUGEINT FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT u + 1::HUGEINT AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, h // 7 FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT h // 7 AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, a // 2 FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT a // 2 AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, a % 2 FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT a % 2 AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, b % 3 FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT b % 3 AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, -a FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT -a AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, abs(a) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT abs(a) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, a / 2 FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT a / 2 AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, a / 0 FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT a / 0 AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, b // 0 FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT b // 0 AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, a % 0 FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT a % 0 AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, f / 0 FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT f / 0 AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, f % 2 FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT f % 2 AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, f * 0 FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT f * 0 AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, f - f FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT f - f AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, r + f FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT r + f AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, sqrt(abs(f)) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT sqrt(abs(f)) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, exp(a) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT exp(a) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, ln(id) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT ln(id) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, log10(id) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT log10(id) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, pow(a, 2) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT pow(a, 2) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, round(f, 1) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT round(f, 1) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, isnan(f) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT isnan(f) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, isinf(f) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT isinf(f) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, f = f FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT f = f AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, f < 'nan' FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT f < 'nan' AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, signbit(f) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT signbit(f) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, ceil(f) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT ceil(f) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, even(id) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT even(id) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, factorial(id) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT factorial(id) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, gcd(id, 6) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT gcd(id, 6) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, lcm(id, 4) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT lcm(id, 4) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, bit_count(a) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT bit_count(a) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, a & 6 FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT a & 6 AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, a | 1 FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT a | 1 AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, xor(id, 5) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT xor(id, 5) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, id << 2 FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT id << 2 AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, id >> 1 FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT id >> 1 AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, sign(f) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT sign(f) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, atan2(id, 2) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT atan2(id, 2) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, degrees(id) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT degrees(id) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, cbrt(id) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT cbrt(id) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, nextafter(id::DOUBLE, 9) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT nextafter(id::DOUBLE, 9) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, greatest(a, f) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT greatest(a, f) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
SELECT id, least(d, a) FROM n WHERE id IN (1, 2, 3, 6, 7)
SELECT least(d, a) AS v, count(*) FROM n WHERE id IN (1, 2, 3, 6, 7) GROUP BY v
