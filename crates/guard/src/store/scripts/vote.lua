-- ARGV: id, approver, approve, body, at.
local id, name = ARGV[1], P .. 'a:' .. ARGV[1]
local state = approval_state(id, number(ARGV[5]))
if not state then return {'no_such'} end
if state ~= 'pending' then return {'closed', state} end
local votes = name .. ':v'
if redis.call('HSETNX', votes, ARGV[2], ARGV[3] .. ARGV[4]) == 0 then return {'again'} end
redis.call('PEXPIRE', votes, redis.call('PTTL', name))
if ARGV[3] == '1' then
  local yes = 0
  for _, vote in ipairs(redis.call('HVALS', votes)) do
    if string.sub(vote, 1, 1) == '1' then yes = yes + 1 end
  end
  if yes >= number(redis.call('HGET', name, 'needs')) then
    redis.call('HSET', name, 'state', 'approved')
  end
else
  redis.call('HSET', name, 'state', 'denied')
end
return {'counted', unpack(load(id))}
