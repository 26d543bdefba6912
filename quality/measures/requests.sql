-- Requests by the days they were made, taken up and ended (NULL: not yet). A consent without an end lasts 365 days.
WITH taken AS (
  SELECT request_id, min(taken_up_on) AS taken_up_on FROM request_taken_up GROUP BY request_id
), dated AS (
  SELECT r.consented_on AS made_on, t.taken_up_on,
         least(r.withdrawn_consent_on, coalesce(r.consent_until, r.consented_on + 365) + 1)::DATE AS ended_on
  FROM cur_requests r LEFT JOIN taken t ON t.request_id = r.record_id
  WHERE r.withdrawn_on IS NULL AND r.consented_on <= $as_of
)
SELECT made_on, taken_up_on, CASE WHEN ended_on <= $as_of THEN ended_on END AS ended_on
FROM dated
