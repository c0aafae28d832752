-- Returns the fields of each part and their values.
--
-- KEYS: the parts.
--
-- A transaction would not do, because a server that is out of memory refuses it, and neither would a
-- pipeline, because it does not follow a site that moves to another node of a cluster.
local parts = {}
for at, key in ipairs(KEYS) do
    parts[at] = redis.call('HGETALL', key)
end
return parts
