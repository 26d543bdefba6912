-- rv_dwelling_part: each dwelling with every coarser dwelling of the same house.
SELECT DISTINCT dwelling_key, whole_key FROM dwelling_part WHERE dwelling_key <> whole_key
