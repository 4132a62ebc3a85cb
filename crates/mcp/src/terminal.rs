//! What a person who starts the server in a terminal sees.

use serde_json::json;

/// Explains what the server is and how to connect an MCP client to it.
#[must_use]
pub fn welcome(program: &str, has_key: bool) -> String {
    let config = json!({"mcpServers": {"stream": {
        "command": program,
        "env": {"STREAM_API_KEY": "key:secret"},
    }}});
    let config = serde_json::to_string_pretty(&config).unwrap_or_default();
    let key = if has_key { "set" } else { "not set; without it only the documentation tools work" };
    format!(
        "stream-mcp {version}: an MCP server for Stream (streampay.sa) payments.\n\n\
         An MCP client starts it and speaks to it over stdin and stdout.\n\n\
         Claude Desktop, Cursor and other clients with `mcpServers`:\n\n{config}\n\n\
         Claude Code:\n\n  claude mcp add stream --env STREAM_API_KEY=key:secret -- {program}\n\n\
         STREAM_API_KEY is {key}.\n\
         `stream-mcp demo` shows it at work on a sandbox, `stream-mcp tools` lists the tools, and\n\
         `stream-mcp --help` the settings. `stream-mcp stdio` waits for messages, even in a\n\
         terminal.\n",
        version = env!("CARGO_PKG_VERSION"),
    )
}
