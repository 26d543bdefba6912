SELECT area_code, area_name, level, parent_code FROM area WHERE regexp_full_match(area_code, '[0-9]{12}') ORDER BY area_code
