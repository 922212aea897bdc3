SELECT id, upper(s) FROM n
SELECT upper(s), count(*) FROM n GROUP BY 1
SELECT id, lower(s) FROM m
SELECT lower(s), count(*) FROM n GROUP BY 1
SELECT id, length("q""uote") FROM z
SELECT length(s), count(*) FROM n GROUP BY 1
SELECT k, strlen(v) FROM twice
SELECT strlen(s), count(*) FROM n GROUP BY 1
SELECT id, reverse(s) FROM n
SELECT reverse(s), count(*) FROM n GROUP BY 1
SELECT id, trim(s) FROM m
SELECT id FROM n WHERE (trim(s)) IS NOT NULL AND (trim(s))::VARCHAR <> '0'
SELECT id, ltrim("q""uote", 'a') FROM z
SELECT id FROM n WHERE (ltrim(s, 'a')) IS NOT NULL AND (ltrim(s, 'a'))::VARCHAR <> '0'
SELECT k, rtrim(v) FROM twice
SELECT id FROM n WHERE (rtrim(s)) IS NOT NULL AND (rtrim(s))::VARCHAR <> '0'
SELECT id, left(s, 2) FROM n
SELECT id FROM n WHERE (left(s, 2)) IS NOT NULL AND (left(s, 2))::VARCHAR <> '0'
SELECT id, right(s, 3) FROM m
SELECT id FROM n WHERE (right(s, 3)) IS NOT NULL AND (right(s, 3))::VARCHAR <> '0'
SELECT id, substr("q""uote", 2) FROM z
SELECT id FROM n WHERE (substr(s, 2)) IS NOT NULL AND (substr(s, 2))::VARCHAR <> '0'
SELECT substr(s, -2, 1), count(*) FROM n GROUP BY 1
SELECT id FROM n WHERE (substr(s, -2, 1)) IS NOT NULL AND (substr(s, -2, 1))::VARCHAR <> '0'
SELECT replace(s, 'a', 'zz'), count(*) FROM n GROUP BY 1
SELECT id FROM n WHERE (replace(s, 'a', 'zz')) IS NOT NULL AND (replace(s, 'a', 'zz'))::VARCHAR <> '0'
SELECT lpad(s, 4, '.'), count(*) FROM n GROUP BY 1
SELECT id FROM n WHERE (lpad(s, 4, '.')) IS NOT NULL AND (lpad(s, 4, '.'))::VARCHAR <> '0'
SELECT rpad(s, 3, '日'), count(*) FROM n GROUP BY 1
SELECT id FROM n WHERE (rpad(s, 3, '日')) IS NOT NULL AND (rpad(s, 3, '日'))::VARCHAR <> '0'
SELECT repeat(s, 3), count(*) FROM n GROUP BY 1
SELECT id FROM n WHERE (repeat(s, 3)) IS NOT NULL AND (repeat(s, 3))::VARCHAR <> '0'
SELECT position('o' IN s), count(*) FROM n GROUP BY 1
SELECT id, instr(s, ' ') FROM m
SELECT instr(s, ' '), count(*) FROM n GROUP BY 1
SELECT id, strpos("q""uote", '日') FROM z
SELECT strpos(s, '日'), count(*) FROM n GROUP BY 1
SELECT k, contains(v, 'd') FROM twice
SELECT contains(s, 'd'), count(*) FROM n GROUP BY 1
SELECT id, prefix(s, 'i') FROM n
SELECT prefix(s, 'i'), count(*) FROM n GROUP BY 1
SELECT id, suffix(s, 'b') FROM m
SELECT id FROM n WHERE (suffix(s, 'b')) IS NOT NULL AND (suffix(s, 'b'))::VARCHAR <> '0'
SELECT id, ends_with("q""uote", ' ') FROM z
SELECT id FROM n WHERE (ends_with(s, ' ')) IS NOT NULL AND (ends_with(s, ' '))::VARCHAR <> '0'
SELECT k, ascii(v) FROM twice
SELECT id FROM n WHERE (ascii(s)) IS NOT NULL AND (ascii(s))::VARCHAR <> '0'
SELECT id, unicode(s) FROM n
SELECT id FROM n WHERE (unicode(s)) IS NOT NULL AND (unicode(s))::VARCHAR <> '0'
SELECT id, ord(s) FROM m
SELECT id FROM n WHERE (ord(s)) IS NOT NULL AND (ord(s))::VARCHAR <> '0'
SELECT id, md5("q""uote") FROM z
SELECT id FROM n WHERE (md5(s)) IS NOT NULL AND (md5(s))::VARCHAR <> '0'
SELECT sha256(s), count(*) FROM n GROUP BY 1
SELECT id FROM n WHERE (sha256(s)) IS NOT NULL AND (sha256(s))::VARCHAR <> '0'
SELECT hash(s) = hash(s || ''), count(*) FROM n GROUP BY 1
SELECT id FROM n WHERE (hash(s) = hash(s || '')) IS NOT NULL AND (hash(s) = hash(s || ''))::VARCHAR <> '0'
SELECT string_split(s, ' '), count(*) FROM n GROUP BY 1
SELECT id FROM n WHERE (string_split(s, ' ')) IS NOT NULL AND (string_split(s, ' '))::VARCHAR <> '0'
SELECT split_part(s, ' ', 2), count(*) FROM n GROUP BY 1
SELECT id FROM n WHERE (split_part(s, ' ', 2)) IS NOT NULL AND (split_part(s, ' ', 2))::VARCHAR <> '0'
SELECT regexp_replace(s, '[a-z]+', '<\0>'), count(*) FROM n GROUP BY 1
SELECT id FROM n WHERE (regexp_replace(s, '[a-z]+', '<\0>')) IS NOT NULL AND (regexp_replace(s, '[a-z]+', '<\0>'))::VARCHAR <> '0'
SELECT regexp_extract(s, '([a-z])([a-z]*)', 1), count(*) FROM n GROUP BY 1
SELECT id, regexp_extract_all(s, '[a-z]') FROM m
SELECT regexp_extract_all(s, '[a-z]'), count(*) FROM n GROUP BY 1
SELECT id, regexp_full_match("q""uote", '.*') FROM z
SELECT regexp_full_match(s, '.*'), count(*) FROM n GROUP BY 1
SELECT k, regexp_split_to_array(v, '') FROM twice
SELECT regexp_split_to_array(s, ''), count(*) FROM n GROUP BY 1
SELECT id, translate(s, 'ab', 'AB') FROM n
SELECT translate(s, 'ab', 'AB'), count(*) FROM n GROUP BY 1
SELECT id, concat(s, 1, NULL, '!') FROM m
SELECT id FROM n WHERE (concat(s, 1, NULL, '!')) IS NOT NULL AND (concat(s, 1, NULL, '!'))::VARCHAR <> '0'
SELECT id, concat_ws('-', "q""uote", NULL, 'x') FROM z
SELECT id FROM n WHERE (concat_ws('-', s, NULL, 'x')) IS NOT NULL AND (concat_ws('-', s, NULL, 'x'))::VARCHAR <> '0'
SELECT k, format('[{}]', v) FROM twice
SELECT id FROM n WHERE (format('[{}]', s)) IS NOT NULL AND (format('[{}]', s))::VARCHAR <> '0'
SELECT id, printf('%5s|', s) FROM n
SELECT id FROM n WHERE (printf('%5s|', s)) IS NOT NULL AND (printf('%5s|', s))::VARCHAR <> '0'
SELECT id, to_base64(s::BLOB) FROM m
SELECT hex(s), count(*) FROM n GROUP BY 1
SELECT id FROM n WHERE (hex(s)) IS NOT NULL AND (hex(s))::VARCHAR <> '0'
SELECT encode(s), count(*) FROM n GROUP BY 1
SELECT id, levenshtein(s, 'ab') FROM n
SELECT levenshtein(s, 'ab'), count(*) FROM n GROUP BY 1
SELECT id, hamming(left(s || 'xx', 2), 'ax') FROM m
SELECT hamming(left(s || 'xx', 2), 'ax'), count(*) FROM n GROUP BY 1
SELECT id, jaccard("q""uote" || 'q', 'abc') FROM z
SELECT jaccard(s || 'q', 'abc'), count(*) FROM n GROUP BY 1
SELECT k, jaro_winkler_similarity(v, 'aa') FROM twice
SELECT jaro_winkler_similarity(s, 'aa'), count(*) FROM n GROUP BY 1
SELECT id, bit_length(s) FROM n
SELECT bit_length(s), count(*) FROM n GROUP BY 1
SELECT id, array_length(string_split(s, '')) FROM m
SELECT id FROM n WHERE (array_length(string_split(s, ''))) IS NOT NULL AND (array_length(string_split(s, '')))::VARCHAR <> '0'
SELECT id, nfc_normalize("q""uote") FROM z
SELECT id FROM n WHERE (nfc_normalize(s)) IS NOT NULL AND (nfc_normalize(s))::VARCHAR <> '0'
SELECT k, strip_accents(v) FROM twice
SELECT id FROM n WHERE (strip_accents(s)) IS NOT NULL AND (strip_accents(s))::VARCHAR <> '0'
SELECT id, url_encode(s) FROM n
SELECT id FROM n WHERE (url_encode(s)) IS NOT NULL AND (url_encode(s))::VARCHAR <> '0'
SELECT id, parse_path(s || '/x') FROM m
SELECT id FROM n WHERE (parse_path(s || '/x')) IS NOT NULL AND (parse_path(s || '/x'))::VARCHAR <> '0'
SELECT s LIKE 'a%', count(*) FROM n GROUP BY 1
SELECT id FROM n WHERE (s LIKE 'a%') IS NOT NULL AND (s LIKE 'a%')::VARCHAR <> '0'
SELECT s LIKE '%_', count(*) FROM n GROUP BY 1
SELECT id FROM n WHERE (s LIKE '%_') IS NOT NULL AND (s LIKE '%_')::VARCHAR <> '0'
SELECT s NOT ILIKE '%A%', count(*) FROM n GROUP BY 1
SELECT id FROM n WHERE (s NOT ILIKE '%A%') IS NOT NULL AND (s NOT ILIKE '%A%')::VARCHAR <> '0'
SELECT s SIMILAR TO '[ A-Z]+', count(*) FROM n GROUP BY 1
SELECT id FROM n WHERE (s SIMILAR TO '[ A-Z]+') IS NOT NULL AND (s SIMILAR TO '[ A-Z]+')::VARCHAR <> '0'
SELECT s ~ '^.$', count(*) FROM n GROUP BY 1
SELECT id FROM n WHERE (s ~ '^.$') IS NOT NULL AND (s ~ '^.$')::VARCHAR <> '0'
SELECT s GLOB '[ab]', count(*) FROM n GROUP BY 1
SELECT id, s COLLATE NOCASE < 'B' FROM n
SELECT s COLLATE NOCASE < 'B', count(*) FROM n GROUP BY 1
SELECT id, s || s FROM m
SELECT s || s, count(*) FROM n GROUP BY 1
SELECT id, "q""uote"[2:] FROM z
SELECT s[2:], count(*) FROM n GROUP BY 1
SELECT k, v[-1] FROM twice
SELECT s[-1], count(*) FROM n GROUP BY 1
SELECT id, string_split_regex(s, '[ "]') FROM n
SELECT string_split_regex(s, '[ "]'), count(*) FROM n GROUP BY 1
SELECT id, bar(length(s), 0, 10, 5) FROM m
SELECT id FROM n WHERE (bar(length(s), 0, 10, 5)) IS NOT NULL AND (bar(length(s), 0, 10, 5))::VARCHAR <> '0'
SELECT k, json_quote(v) FROM twice
SELECT id FROM n WHERE (json_quote(s)) IS NOT NULL AND (json_quote(s))::VARCHAR <> '0'
SELECT id, starts_with(s, '') FROM n
SELECT id FROM n WHERE (starts_with(s, '')) IS NOT NULL AND (starts_with(s, ''))::VARCHAR <> '0'
SELECT id, s BETWEEN '' AND 'a' FROM m
SELECT id FROM n WHERE (s BETWEEN '' AND 'a') IS NOT NULL AND (s BETWEEN '' AND 'a')::VARCHAR <> '0'
SELECT id, coalesce(nullif(trim("q""uote"), ''), 'blank') FROM z
SELECT id FROM n WHERE (coalesce(nullif(trim(s), ''), 'blank')) IS NOT NULL AND (coalesce(nullif(trim(s), ''), 'blank'))::VARCHAR <> '0'
