-- ARGV: at.
local at, found = number(ARGV[1]), {}
for _, id in ipairs(redis.call('ZRANGE', P .. 'held', 0, 999)) do
  local h = redis.call('HMGET', P .. 'r:' .. id, 'tool', 'at', 'lease', 'state')
  local running = h[4] == 'reserved' and at < number(h[3])
  found[#found + 1] = {id, h[1], h[2], running and '1' or '0'}
end
return found
