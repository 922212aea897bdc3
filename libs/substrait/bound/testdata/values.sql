SELECT * FROM (VALUES (1, 'a'), (NULL, 'b')) v(x, y) WHERE x IS NOT NULL
