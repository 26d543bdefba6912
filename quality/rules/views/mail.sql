-- rv_mail: the day of the last mail of each peer that was taken in.
SELECT peer, max(mail_day) AS last_mail_on FROM mail_in WHERE outcome = 'taken' AND mail_day <= $as_of GROUP BY peer
