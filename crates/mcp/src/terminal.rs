//! What a person sees who starts the server by hand.

use serde_json::json;

/// What the server is and how to connect a client to it.
#[must_use]
pub fn welcome(program: &str, has_key: bool) -> String {
    let config = json!({"mcpServers": {"stream": {
        "command": program,
        "env": {"STREAM_API_KEY": "key:secret"},
    }}});
    let config = serde_json::to_string_pretty(&config).unwrap_or_default();
    let key =
        if has_key { "set" } else { "not set: tools of the API will say so; documentation works" };
    format!(
        "stream-mcp {version}: an MCP server for Stream (streampay.sa) payments.\n\n\
         It is not used by hand: an MCP client starts it and speaks to it over stdin and stdout.\n\n\
         Claude Desktop, Cursor (and others with `mcpServers`):\n\n{config}\n\n\
         Claude Code:\n\n  claude mcp add stream --env STREAM_API_KEY=key:secret -- {program}\n\n\
         STREAM_API_KEY is {key}.\n\
         More: `stream-mcp tools` lists the tools, `stream-mcp --help` the settings; `stream-mcp stdio` \
         waits for messages even in a terminal.\n",
        version = env!("CARGO_PKG_VERSION"),
    )
}
