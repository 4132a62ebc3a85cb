-- ARGV: id, digest, needs, created, expires, body, at, milliseconds to keep it after it expired,
-- key, how many requests a key can have.
local digest, at = ARGV[2], number(ARGV[7])
local id = live(digest, at)
if not id then
  local requests = P .. 'ak:' .. ARGV[9]
  redis.call('ZREMRANGEBYSCORE', requests, '-inf', text(at))
  if redis.call('ZCARD', requests) >= number(ARGV[10]) then return {} end
  redis.call('ZADD', requests, ARGV[5], ARGV[1])
  redis.call('PEXPIRE', requests, text(number(ARGV[5]) - at + 60000))
  id = ARGV[1]
  local name, keep = P .. 'a:' .. id, text(number(ARGV[5]) - at + number(ARGV[8]))
  redis.call('HSET', name, 'digest', digest, 'state', 'pending', 'needs', ARGV[3],
    'created', ARGV[4], 'expires', ARGV[5], 'body', ARGV[6])
  redis.call('PEXPIRE', name, keep)
  redis.call('SET', P .. 'ad:' .. digest, id, 'PX', keep)
  redis.call('ZADD', P .. 'al', ARGV[4], id)
  redis.call('ZREMRANGEBYSCORE', P .. 'al', '-inf', text(at - number(ARGV[8]) - 86400000))
end
return load(id)
