-- Returns the partitions that have cookies, and forgets those whose parts have expired.
--
-- KEYS: the set of the site's partitions, and then the part of each partition in ARGV.
local found = {}
for at, partition in ipairs(ARGV) do
    if redis.call('EXISTS', KEYS[at + 1]) == 1 then
        table.insert(found, partition)
    else
        redis.call('SREM', KEYS[1], partition)
    end
end
return found
