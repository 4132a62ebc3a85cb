-- ARGV: when the reads began, milliseconds to keep what is settled, then the digests of the reads.
local began, released = number(ARGV[1]), 0
for i = 3, #ARGV do
  for _, id in ipairs(redis.call('SMEMBERS', P .. 'v:' .. ARGV[i])) do
    local name = P .. 'r:' .. id
    local r = redis.call('HMGET', name, 'state', 'settled', 'lease', 'change')
    local known = (r[1] == 'unknown' and number(r[2]) <= began)
      or (r[1] == 'reserved' and number(r[3]) <= began)
    if known then
      redis.call('HSET', name, 'state', 'read', 'settled', r[2] or r[3])
      redis.call('PEXPIRE', name, ARGV[2])
      let_go(id, r[4], ARGV[i])
      released = released + 1
    end
  end
end
return released
