-- as read
SELECT struct_pack("a" := t1."id", "b c" := CAST("struct_extract"(t1."st", 'b c') AS VARCHAR)) AS "?"
FROM "main"."x" AS t1

-- optimised
SELECT struct_pack("a" := t1."id", "b c" := CAST("struct_extract"(t1."st", 'b c') AS VARCHAR)) AS "?"
FROM "main"."x" AS t1
