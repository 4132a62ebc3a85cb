-- ARGV: id, change, identical, verify, once_since, at, lease, tool, key, enforce, read, approval, charges;
-- then for each charge: counter, oldest bucket, bucket, amount, most amount, most count, may be
-- approved, adds, milliseconds to keep the counter.
local id, change, identical, verify = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local once_since, at, lease = ARGV[5], number(ARGV[6]), ARGV[7]
local tool, key, enforce, read, approval = ARGV[8], ARGV[9], ARGV[10], ARGV[11], ARGV[12]

local freeze = redis.call('GET', P .. 'freeze')
if freeze and read == '0' then return {'frozen', freeze} end

local approved_at = nil
if approval ~= '' then
  local state = approval_state(approval, at)
  if state ~= 'approved' then return {'not_approved', state or 'void'} end
  approved_at = number(redis.call('HGET', P .. 'a:' .. approval, 'created'))
end

local held = held_change(change, at)
if held and (held[4] == '1' or not approved_at or approved_at < number(held[3])) then
  return {'held', unpack(held)}
end

local done = done_before(identical, once_since)
if done then return {'done', unpack(done)} end

local charges = number(ARGV[13])
for c = 0, charges - 1 do
  local o = 13 + c * 9
  local amount, count = usage(ARGV[o + 1], number(ARGV[o + 2]))
  local most_amount, most_count = ARGV[o + 5], ARGV[o + 6]
  local fits = (most_amount == '' or amount + number(ARGV[o + 4]) <= number(most_amount))
    and (most_count == '' or count < number(most_count))
  local passes = ARGV[o + 7] == '1' and approved_at ~= nil
  if enforce == '1' and not fits and not passes then
    return {'full', text(c), text(amount), text(count)}
  end
end

local taken = {}
for c = 0, charges - 1 do
  local o = 13 + c * 9
  if ARGV[o + 8] == '1' then
    local name, bucket, amount = P .. 'b:' .. ARGV[o + 1], ARGV[o + 3], ARGV[o + 4]
    redis.call('HINCRBY', name, 'a' .. bucket, amount)
    redis.call('HINCRBY', name, 'n' .. bucket, 1)
    redis.call('PEXPIRE', name, ARGV[o + 9])
    taken[#taken + 1] = ARGV[o + 1] .. ' ' .. bucket .. ' ' .. amount
  end
end
redis.call('HSET', P .. 'r:' .. id, 'change', change, 'identical', identical, 'verify', verify,
  'state', 'reserved', 'at', text(at), 'lease', lease, 'tool', tool, 'key', key,
  'approval', approval, 'taken', table.concat(taken, ';'))
redis.call('ZADD', P .. 'held', at, id)
redis.call('ZADD', P .. 'c:' .. change, at, id)
if verify ~= '' then redis.call('SADD', P .. 'v:' .. verify, id) end
if approval ~= '' then redis.call('HSET', P .. 'a:' .. approval, 'state', 'running') end
return {'taken'}
