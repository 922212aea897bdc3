-- A window's only key was left out because it is a constant; frames of RANGE need one.
-- d.d_0 is a reference table
CREATE SCHEMA d;
CREATE TABLE d.d_0(k BIGINT);
INSERT INTO d.d_0 VALUES (1), (NULL);
-- query
SELECT min('') OVER (ORDER BY 0 RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS c1 FROM d.d_0;
-- query
SELECT sum(k) OVER (ORDER BY 7 DESC NULLS FIRST GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) AS c1 FROM d.d_0;
