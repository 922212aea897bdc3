SELECT id, year(dt) FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, year(ts) FROM t WHERE id IN (1, 4, 5)
SELECT id, year(dt) FROM big WHERE id BETWEEN 10 AND 16
SELECT id, month(dt) FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, month(ts) FROM t WHERE id IN (1, 4, 5)
SELECT month(dt), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, day(dt) FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, day(dt) FROM big WHERE id BETWEEN 10 AND 16
SELECT day(dt), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, quarter(dt) FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, quarter(dt) FROM big WHERE id BETWEEN 10 AND 16
SELECT quarter(dt), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, week(ts) FROM t WHERE id IN (1, 4, 5)
SELECT id, week(dt) FROM big WHERE id BETWEEN 10 AND 16
SELECT id, dayofyear(dt) FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, dayofyear(ts) FROM t WHERE id IN (1, 4, 5)
SELECT id, dayofyear(dt) FROM big WHERE id BETWEEN 10 AND 16
SELECT id, isodow(dt) FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, isodow(ts) FROM t WHERE id IN (1, 4, 5)
SELECT isodow(dt), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, yearweek(dt) FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, yearweek(dt) FROM big WHERE id BETWEEN 10 AND 16
SELECT yearweek(dt), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, century(ts) FROM t WHERE id IN (1, 4, 5)
SELECT id, century(dt) FROM big WHERE id BETWEEN 10 AND 16
SELECT century(dt), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, decade(ts) FROM t WHERE id IN (1, 4, 5)
SELECT id, decade(dt) FROM big WHERE id BETWEEN 10 AND 16
SELECT id, era(dt) FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, era(ts) FROM t WHERE id IN (1, 4, 5)
SELECT era(dt), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, epoch(dt) FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, epoch(ts) FROM t WHERE id IN (1, 4, 5)
SELECT epoch(dt), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, date_trunc('year', dt) FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, date_trunc('year', dt) FROM big WHERE id BETWEEN 10 AND 16
SELECT date_trunc('year', dt), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, date_trunc('quarter', ts) FROM t WHERE id IN (1, 4, 5)
SELECT id, date_trunc('quarter', dt) FROM big WHERE id BETWEEN 10 AND 16
SELECT id, date_trunc('week', dt) FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, date_trunc('week', ts) FROM t WHERE id IN (1, 4, 5)
SELECT id, date_trunc('week', dt) FROM big WHERE id BETWEEN 10 AND 16
SELECT id, last_day(dt) FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, last_day(ts) FROM t WHERE id IN (1, 4, 5)
SELECT last_day(dt), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, monthname(dt) FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, monthname(dt) FROM big WHERE id BETWEEN 10 AND 16
SELECT monthname(dt), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, dayname(dt) FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, dayname(dt) FROM big WHERE id BETWEEN 10 AND 16
SELECT dayname(dt), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, ts + INTERVAL 1 MONTH FROM t WHERE id IN (1, 4, 5)
SELECT id, dt + INTERVAL 1 MONTH FROM big WHERE id BETWEEN 10 AND 16
SELECT id, dt - INTERVAL 40 DAY FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, ts - INTERVAL 40 DAY FROM t WHERE id IN (1, 4, 5)
SELECT dt - INTERVAL 40 DAY, count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, dt + INTERVAL '1 year 1 day' FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, ts + INTERVAL '1 year 1 day' FROM t WHERE id IN (1, 4, 5)
SELECT dt + INTERVAL '1 year 1 day', count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, strftime(dt, '%d.%m.%Y %j') FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, strftime(dt, '%d.%m.%Y %j') FROM big WHERE id BETWEEN 10 AND 16
SELECT strftime(dt, '%d.%m.%Y %j'), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, date_diff('month', ts, DATE '2021-01-15') FROM t WHERE id IN (1, 4, 5)
SELECT id, date_diff('month', dt, DATE '2021-01-15') FROM big WHERE id BETWEEN 10 AND 16
SELECT date_diff('month', dt, DATE '2021-01-15'), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, date_sub('day', ts, TIMESTAMP '2020-12-31 12:00:00') FROM t WHERE id IN (1, 4, 5)
SELECT id, date_sub('day', dt, TIMESTAMP '2020-12-31 12:00:00') FROM big WHERE id BETWEEN 10 AND 16
SELECT id, date_part('isoyear', dt) FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, date_part('isoyear', ts) FROM t WHERE id IN (1, 4, 5)
SELECT date_part('isoyear', dt), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, extract(doy FROM dt) FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, extract(doy FROM dt) FROM big WHERE id BETWEEN 10 AND 16
SELECT extract(doy FROM dt), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, time_bucket(INTERVAL 7 DAY, dt) FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, time_bucket(INTERVAL 7 DAY, dt) FROM big WHERE id BETWEEN 10 AND 16
SELECT time_bucket(INTERVAL 7 DAY, dt), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, ts::VARCHAR FROM t WHERE id IN (1, 4, 5)
SELECT id, dt::VARCHAR FROM big WHERE id BETWEEN 10 AND 16
SELECT id, dt > DATE '2020-01-01' FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, ts > DATE '2020-01-01' FROM t WHERE id IN (1, 4, 5)
SELECT id, dt > DATE '2020-01-01' FROM big WHERE id BETWEEN 10 AND 16
SELECT id, greatest(dt, DATE '2020-02-29') FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, greatest(ts, DATE '2020-02-29') FROM t WHERE id IN (1, 4, 5)
SELECT greatest(dt, DATE '2020-02-29'), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, date_part(['year', 'doy'], dt) FROM t WHERE isfinite(dt) AND year(dt) BETWEEN 1 AND 9999
SELECT id, date_part(['year', 'doy'], dt) FROM big WHERE id BETWEEN 10 AND 16
SELECT date_part(['year', 'doy'], dt), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT id, age(ts, TIMESTAMP '2019-05-05') FROM t WHERE id IN (1, 4, 5)
SELECT id, age(dt, TIMESTAMP '2019-05-05') FROM big WHERE id BETWEEN 10 AND 16
SELECT age(dt, TIMESTAMP '2019-05-05'), count(*), min(id), sum(v) FROM big WHERE id < 300 GROUP BY 1
SELECT tz::DATE, count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT id, tz AT TIME ZONE 'Asia/Tokyo' FROM t WHERE id IN (1, 4, 5)
SELECT id, ts AT TIME ZONE 'Europe/Berlin' FROM t WHERE id IN (1, 4, 5)
SELECT ts AT TIME ZONE 'Europe/Berlin', count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT timezone('America/New_York', tz), count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT id, date_trunc('day', tz) FROM t WHERE id IN (1, 4, 5)
SELECT date_trunc('day', tz), count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT extract(hour FROM tz), count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT id, tz + INTERVAL 1 DAY FROM t WHERE id IN (1, 4, 5)
SELECT id, tz - INTERVAL 1 MONTH FROM t WHERE id IN (1, 4, 5)
SELECT tz - INTERVAL 1 MONTH, count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT epoch_us(tz), count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT id, strftime(tz, '%Y-%m-%dT%H:%M') FROM t WHERE id IN (1, 4, 5)
SELECT id, tz > ts FROM t WHERE id IN (1, 4, 5)
SELECT tz > ts, count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT id, tz::VARCHAR FROM t WHERE id IN (1, 4, 5)
SELECT id, make_timestamptz(epoch_us(tz)) FROM t WHERE id IN (1, 4, 5)
SELECT make_timestamptz(epoch_us(tz)), count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT tm + INTERVAL 90 MINUTE, count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT id, hour(tm) FROM t WHERE id IN (1, 4, 5)
SELECT id, tm - INTERVAL 1 SECOND FROM t WHERE id IN (1, 4, 5)
SELECT tm - INTERVAL 1 SECOND, count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT id, ttz::TIME FROM t WHERE id IN (1, 4, 5)
SELECT id, ttz::VARCHAR FROM t WHERE id IN (1, 4, 5)
SELECT ttz::VARCHAR, count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT iv + INTERVAL 1 DAY, count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT id, iv * 2 FROM t WHERE id IN (1, 4, 5)
SELECT id, extract(month FROM iv) FROM t WHERE id IN (1, 4, 5)
SELECT extract(month FROM iv), count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT date_part('epoch', iv), count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT id, iv < INTERVAL '1 month' FROM t WHERE id IN (1, 4, 5)
SELECT iv < INTERVAL '1 month', count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT -iv, count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT id, to_seconds(id) FROM t WHERE id IN (1, 4, 5)
SELECT id, epoch_ns(tns) FROM t WHERE id IN (1, 4, 5)
SELECT epoch_ns(tns), count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT tns::VARCHAR, count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT id, tns::TIMESTAMP FROM t WHERE id IN (1, 4, 5)
SELECT tns::TIMESTAMP, count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT tsec + INTERVAL 1 SECOND, count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT id, epoch_ms(tms) FROM t WHERE id IN (1, 4, 5)
SELECT id, tms::DATE FROM t WHERE id IN (1, 4, 5)
SELECT tms::DATE, count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT tsec = tms, count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT id, tns > tsec FROM t WHERE id IN (1, 4, 5)
SELECT id, tz::DATE FROM t WHERE id IN (1, 4, 5)
SELECT tz AT TIME ZONE 'Asia/Tokyo', count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT id, timezone('America/New_York', tz) FROM t WHERE id IN (1, 4, 5)
SELECT id, extract(hour FROM tz) FROM t WHERE id IN (1, 4, 5)
SELECT tz + INTERVAL 1 DAY, count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT id, epoch_us(tz) FROM t WHERE id IN (1, 4, 5)
SELECT strftime(tz, '%Y-%m-%dT%H:%M'), count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT tz::VARCHAR, count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
SELECT ttz::TIME, count(*) FROM t WHERE id IN (1, 4, 5) GROUP BY 1
