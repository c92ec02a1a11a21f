-- wrk: token requests, one for each record of a file, in the file's order and then over again.
-- A record is an id (36 bytes) and a secret (53 bytes). The second argument says how far into the file
-- to begin, from 0 to 1; threads begin at places of their own.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  records = file:read("*a")
  file:close()
  record = 89
  count = #records / record
  place = math.floor(count * (tonumber(args[2]) + number / 7)) % count
  local before = "grant_type=client_credentials&client_id="
  between = "&client_secret="
  head = "POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    .. "Content-Type: application/x-www-form-urlencoded\r\n"
    .. "Content-Length: " .. (#before + #between + record) .. "\r\n\r\n" .. before
end

function request()
  local first = place * record
  place = (place + 1) % count
  return head .. records:sub(first + 1, first + 36) .. between
    .. records:sub(first + 37, first + record)
end
