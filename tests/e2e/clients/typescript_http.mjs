// Lists and calls over HTTP with the official TypeScript SDK. Usage: typescript_http.mjs URL AUTHORIZATION
// Prints one JSON object.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [url, authorization] = process.argv.slice(2);
const requestInit = { headers: { Authorization: authorization } };
const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit });
const client = new Client({ name: "stream-e2e-typescript", version: "1" });
await client.connect(transport);
const { tools } = await client.listTools();
const call = await client.callTool({ name: "get_account", arguments: {} });
await transport.terminateSession();
await client.close();
console.log(JSON.stringify({ tools, account: call.structuredContent }));
