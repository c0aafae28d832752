-- Changes parts of a site together, or none of them.
--
-- KEYS: the set of the site's partitions, and then each part.
-- ARGV: the number of the schema. For each part: its expected version, the new one (empty to delete
-- the part), milliseconds to live (empty for no end), its partition (empty for the unpartitioned
-- part), and how many fields are deleted and put. Then for each part the fields to delete, and the
-- fields to put, each with its value.
--
-- Everything that can fail is checked before anything is written, because the server does not undo the
-- commands of a script that fails.
local schema, head_width = ARGV[1], 6
local is_conflict = false

redis.call('SCARD', KEYS[1]) -- fails if the key is not a set
for part = 2, #KEYS do
    local found = redis.call('HMGET', KEYS[part], 'schema', 'version')
    if found[1] ~= schema and redis.call('EXISTS', KEYS[part]) == 1 then
        return { 'schema', KEYS[part], found[1] or '' }
    end
    -- Versions are compared as texts, since numbers in Lua have 53 bits.
    if (found[2] or '0') ~= ARGV[2 + (part - 2) * head_width] then
        is_conflict = true
    end
end
if is_conflict then
    return { 'conflict' }
end

local at = 2 + (#KEYS - 1) * head_width
for part = 2, #KEYS do
    local key, head = KEYS[part], 2 + (part - 2) * head_width
    local version, time_to_live, partition = ARGV[head + 1], ARGV[head + 2], ARGV[head + 3]
    local puts_start = at + tonumber(ARGV[head + 4])
    local puts_end = puts_start + 2 * tonumber(ARGV[head + 5])
    if version == '' then
        redis.call('DEL', key)
        if partition ~= '' then
            redis.call('SREM', KEYS[1], partition)
        end
    else
        for field = at, puts_start - 1 do
            redis.call('HDEL', key, ARGV[field])
        end
        for field = puts_start, puts_end - 1, 2 do
            redis.call('HSET', key, ARGV[field], ARGV[field + 1])
        end
        redis.call('HSET', key, 'schema', schema, 'version', version)
        -- The set lives as long as the part that lives longest.
        local set_time_to_live = redis.call('PTTL', KEYS[1])
        if partition ~= '' then
            redis.call('SADD', KEYS[1], partition)
        end
        if time_to_live == '' then
            redis.call('PERSIST', key)
            if partition ~= '' then
                redis.call('PERSIST', KEYS[1])
            end
        else
            redis.call('PEXPIRE', key, time_to_live)
            local is_new = set_time_to_live == -2
            local ends = set_time_to_live >= 0 and set_time_to_live < tonumber(time_to_live)
            if partition ~= '' and (is_new or ends) then
                redis.call('PEXPIRE', KEYS[1], time_to_live)
            end
        end
    end
    at = puts_end
end
return { 'done' }
