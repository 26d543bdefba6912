SELECT dwelling_key, area_code FROM dwelling ORDER BY dwelling_key
