-- ARGV: name, most, window, at. Returns the milliseconds to wait, or -1.
local name, window, at = P .. 't:' .. ARGV[1], number(ARGV[3]), number(ARGV[4])
local began, count = unpack(redis.call('HMGET', name, 'began', 'count'))
if not began or number(began) <= at - window then began, count = text(at), '0' end
if number(count) >= number(ARGV[2]) then return number(began) + window - at end
redis.call('HSET', name, 'began', began, 'count', text(number(count) + 1))
redis.call('PEXPIRE', name, text(window * 2))
return -1
