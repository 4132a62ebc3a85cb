-- ARGV: id, settlement, the approval's new state, result, at, milliseconds to keep what is settled,
-- milliseconds to keep what was done.
local id, settlement, at = ARGV[1], ARGV[2], ARGV[5]
local name = P .. 'r:' .. id
local r = redis.call('HMGET', name, 'state', 'change', 'identical', 'verify', 'approval', 'taken')
if not r[1] or r[1] == 'done' or r[1] == 'not_done' then return 0 end
redis.call('HSET', name, 'state', settlement, 'settled', at)
if settlement == 'unknown' then
  -- A change that a read had released is held again.
  redis.call('PERSIST', name)
  local tried = redis.call('HGET', name, 'at')
  redis.call('ZADD', P .. 'held', tried, id)
  redis.call('ZADD', P .. 'c:' .. r[2], tried, id)
  if r[4] ~= '' then redis.call('SADD', P .. 'v:' .. r[4], id) end
else
  let_go(id, r[2], r[4])
  if settlement == 'not_done' then
    for counter, bucket, amount in string.gmatch(r[6], '([^; ]+) ([^; ]+) ([^;]+)') do
      local window = P .. 'b:' .. counter
      -- A bucket that was dropped must not come back with less than nothing.
      if redis.call('HEXISTS', window, 'n' .. bucket) == 1 then
        redis.call('HINCRBY', window, 'a' .. bucket, '-' .. amount)
        redis.call('HINCRBY', window, 'n' .. bucket, -1)
      end
    end
  else
    local done = P .. 'd:' .. r[3]
    redis.call('HSET', done, 'at', at, 'result', ARGV[4])
    redis.call('PEXPIRE', done, ARGV[7])
  end
  redis.call('HSET', name, 'taken', '')
  redis.call('PEXPIRE', name, ARGV[6])
end
if r[5] ~= '' and redis.call('EXISTS', P .. 'a:' .. r[5]) == 1 then
  redis.call('HSET', P .. 'a:' .. r[5], 'state', ARGV[3])
end
return 1
