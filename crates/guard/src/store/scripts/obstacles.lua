-- ARGV: change, identical, once_since, at.
local held = held_change(ARGV[1], number(ARGV[4])) or {}
local done = done_before(ARGV[2], ARGV[3]) or {}
return {redis.call('GET', P .. 'freeze'), held, done}
