-- What all scripts share. KEYS[1] is the prefix of every name; its braces keep all of them on one
-- node of a cluster.
local P = KEYS[1]

local function number(text) return tonumber(text) end
local function text(value) return string.format('%.0f', value) end

-- How full a window is. Buckets that no longer count are dropped.
local function usage(counter, oldest)
  local name, amount, count = P .. 'b:' .. counter, 0, 0
  local fields, old = redis.call('HGETALL', name), {}
  for i = 1, #fields, 2 do
    local kind, bucket = string.sub(fields[i], 1, 1), tonumber(string.sub(fields[i], 2))
    if bucket < oldest then
      old[#old + 1] = fields[i]
    elseif kind == 'a' then
      amount = amount + tonumber(fields[i + 1])
    else
      count = count + tonumber(fields[i + 1])
    end
  end
  if #old > 0 then redis.call('HDEL', name, unpack(old)) end
  return amount, count
end

-- The state of an approval at an instant: what is open expires.
local function approval_state(id, at)
  local state, expires = unpack(redis.call('HMGET', P .. 'a:' .. id, 'state', 'expires'))
  if not state then return nil end
  if (state == 'pending' or state == 'approved') and at >= number(expires) then return 'expired' end
  return state
end

-- The latest approval for a digest that still has something to say.
local function live(digest, at)
  local id = redis.call('GET', P .. 'ad:' .. digest)
  if not id then return nil end
  local state, expires = unpack(redis.call('HMGET', P .. 'a:' .. id, 'state', 'expires'))
  local lasting = state == 'pending' or state == 'approved' or state == 'denied'
    or state == 'running'
  if lasting and at < number(expires) then return id end
  return nil
end

-- An approval with its votes, or an empty list.
local function load(id)
  local body, state = unpack(redis.call('HMGET', P .. 'a:' .. id, 'body', 'state'))
  if not body then return {} end
  local loaded, votes = {body, state}, redis.call('HVALS', P .. 'a:' .. id .. ':v')
  for _, vote in ipairs(votes) do loaded[#loaded + 1] = string.sub(vote, 2) end
  return loaded
end

-- Releases a held change.
local function let_go(id, change, verify)
  redis.call('ZREM', P .. 'held', id)
  redis.call('ZREM', P .. 'c:' .. change, id)
  if verify ~= '' then redis.call('SREM', P .. 'v:' .. verify, id) end
end

-- The last try of the same change that is under way, or whose outcome is unknown: id, tool, when, and
-- whether it may be running.
local function held_change(change, at)
  local last = redis.call('ZREVRANGE', P .. 'c:' .. change, 0, 0)[1]
  if not last then return nil end
  local h = redis.call('HMGET', P .. 'r:' .. last, 'tool', 'at', 'lease', 'state')
  local running = h[4] == 'reserved' and at < number(h[3])
  return {last, h[1], h[2], running and '1' or '0'}
end

-- When an identical change was done, if that is recent, and what was kept of its answer.
local function done_before(identical, since)
  if since == '' then return nil end
  local done = redis.call('HMGET', P .. 'd:' .. identical, 'at', 'result')
  if done[1] and number(done[1]) > number(since) then return done end
  return nil
end
