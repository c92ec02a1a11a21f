-- Sends one request over and over, read from a file as it would stand on the wire, and tells at the
-- end, as one line of JSON, what became of it. `tests/load/run` writes the file and reads the line.
--
--   wrk … -s request.lua URL -- FILE

function init(args)
   local file = assert(io.open(args[1], "rb"))
   wrk.method = file:read("*l")
   for line in file:lines() do
      if line == "" then break end
      local name, value = line:match("^([^:]+): ?(.*)$")
      wrk.headers[name] = value
   end
   local body = file:read("*a")
   file:close()
   if body and #body > 0 then wrk.body = body end
end

function done(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format(
      '\n{"requests":%d,"duration_us":%d,"p50_us":%.0f,"p99_us":%.0f,"max_us":%.0f,' ..
      '"status":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d}\n',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
      errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end
