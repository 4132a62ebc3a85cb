-- ARGV: pairs of counter and oldest bucket.
local found = {}
for i = 1, #ARGV, 2 do
  local amount, count = usage(ARGV[i], number(ARGV[i + 1]))
  found[#found + 1] = text(amount)
  found[#found + 1] = text(count)
end
return found
