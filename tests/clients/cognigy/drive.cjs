// Drives Cognigy's client: reads {"config": …, "steps": [[method, …arguments], …]} from stdin, makes
// one client of the config and calls the methods on it in turn, and writes {"unauthorized": how often
// the client reported a 401, "results": [{"answer": …} or {"error": …}, …]} to stdout.

const { readFileSync } = require("node:fs");
const { RestAPIClient, ErrorCollection } = require("@cognigy/rest-api-client");

async function main() {
    const { config, steps } = JSON.parse(readFileSync(0, "utf8"));
    let unauthorized = 0;
    const client = new RestAPIClient({ ...config, onUnauthorized: () => (unauthorized += 1) });
    const results = [];
    for (const [method, ...parameters] of steps) {
        try {
            results.push({ answer: (await client[method](...parameters)) ?? null });
        } catch (error) {
            results.push({ error: described(error) });
        }
    }
    process.stdout.write(JSON.stringify({ unauthorized, results }));
}

// What a program sees of the client's errors. Anything else is a mistake in these tests.
function described(error) {
    if (!Object.values(ErrorCollection).some((known) => error instanceof known)) {
        throw error;
    }
    const { name, message, code, httpStatusCode, loggerstack } = error;
    return { name, message, code, status: httpStatusCode, trace: loggerstack?.traceId ?? null };
}

main();
