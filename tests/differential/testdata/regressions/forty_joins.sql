-- Planning asked each side of a join twice, and so took 2 to the 40 steps for these.
-- d.d_0 is chunked by k
-- d is cut after 1
CREATE SCHEMA d;
CREATE TABLE d.d_0(k BIGINT, a INTEGER);
INSERT INTO d.d_0 VALUES (1, 1), (2, NULL), (3, 3);
-- query
SELECT count(*) AS c1, sum(a0.a) AS c2 FROM d_0 AS t JOIN d_0 AS a0 ON a0.k = t.k JOIN d_0 AS a1 ON a1.k = t.k JOIN d_0 AS a2 ON a2.k = t.k JOIN d_0 AS a3 ON a3.k = t.k JOIN d_0 AS a4 ON a4.k = t.k JOIN d_0 AS a5 ON a5.k = t.k JOIN d_0 AS a6 ON a6.k = t.k JOIN d_0 AS a7 ON a7.k = t.k JOIN d_0 AS a8 ON a8.k = t.k JOIN d_0 AS a9 ON a9.k = t.k JOIN d_0 AS a10 ON a10.k = t.k JOIN d_0 AS a11 ON a11.k = t.k JOIN d_0 AS a12 ON a12.k = t.k JOIN d_0 AS a13 ON a13.k = t.k JOIN d_0 AS a14 ON a14.k = t.k JOIN d_0 AS a15 ON a15.k = t.k JOIN d_0 AS a16 ON a16.k = t.k JOIN d_0 AS a17 ON a17.k = t.k JOIN d_0 AS a18 ON a18.k = t.k JOIN d_0 AS a19 ON a19.k = t.k JOIN d_0 AS a20 ON a20.k = t.k JOIN d_0 AS a21 ON a21.k = t.k JOIN d_0 AS a22 ON a22.k = t.k JOIN d_0 AS a23 ON a23.k = t.k JOIN d_0 AS a24 ON a24.k = t.k JOIN d_0 AS a25 ON a25.k = t.k JOIN d_0 AS a26 ON a26.k = t.k JOIN d_0 AS a27 ON a27.k = t.k JOIN d_0 AS a28 ON a28.k = t.k JOIN d_0 AS a29 ON a29.k = t.k JOIN d_0 AS a30 ON a30.k = t.k JOIN d_0 AS a31 ON a31.k = t.k JOIN d_0 AS a32 ON a32.k = t.k JOIN d_0 AS a33 ON a33.k = t.k JOIN d_0 AS a34 ON a34.k = t.k JOIN d_0 AS a35 ON a35.k = t.k JOIN d_0 AS a36 ON a36.k = t.k JOIN d_0 AS a37 ON a37.k = t.k JOIN d_0 AS a38 ON a38.k = t.k JOIN d_0 AS a39 ON a39.k = t.k;
