-- ARGV: digest, at.
local id = live(ARGV[1], number(ARGV[2]))
if not id then return {} end
return load(id)
