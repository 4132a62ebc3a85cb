// Lists and calls with the official TypeScript SDK. Usage: typescript.mjs COMMAND [ARGUMENT…]
// The environment goes to the server; prints one JSON object.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const [command, ...args] = process.argv.slice(2);
const transport = new StdioClientTransport({ command, args, env: process.env, stderr: "ignore" });
const client = new Client({ name: "stream-e2e-typescript", version: "1" });
await client.connect(transport);
const { tools } = await client.listTools();
const { resources } = await client.listResources();
const call = await client.callTool({ name: "get_account", arguments: {} });
const refusal = await client.callTool({
  name: "refund_payment",
  arguments: { payment_id: "../me", refund_reason: "OTHER" },
});
await client.close();
console.log(JSON.stringify({ tools, call, refusal, resources: resources.length }));
