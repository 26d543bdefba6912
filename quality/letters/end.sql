-- 不再提醒 ends the letter it names, for good.
UPDATE letter SET ended = true
WHERE NOT ended AND letter_id IN (SELECT verified_id FROM answer WHERE answer = '不再提醒')
