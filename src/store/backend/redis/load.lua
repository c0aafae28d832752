-- Returns the fields of each part and their values.
--
-- KEYS: the parts.
--
-- This is no transaction, which a server without memory refuses, and no pipeline, which does not follow
-- a site that moves to another node of a cluster.
local parts = {}
for at, key in ipairs(KEYS) do
    parts[at] = redis.call('HGETALL', key)
end
return parts
