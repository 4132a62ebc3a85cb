-- ARGV: ids, or where the first is empty, how many of the latest.
local found = {}
if ARGV[1] ~= '' then return {load(ARGV[1])} end
for _, id in ipairs(redis.call('ZREVRANGE', P .. 'al', 0, number(ARGV[2]) - 1)) do
  local approval = load(id)
  if #approval > 0 then found[#found + 1] = approval end
end
return found
