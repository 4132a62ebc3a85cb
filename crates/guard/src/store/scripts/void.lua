-- ARGV: id.
local name = P .. 'a:' .. ARGV[1]
local state = redis.call('HGET', name, 'state')
if state == 'pending' or state == 'approved' then redis.call('HSET', name, 'state', 'void') end
return 1
