//! The commands of the account's owner: policies, the audit, the freeze and approvals.
//!
//! They work on the same files and the same store as the server, so that they also reach a server that is
//! running.

use std::{
    collections::BTreeMap,
    io::{self, BufRead as _, IsTerminal as _, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, bail};
use clap::{Subcommand, ValueEnum};
use jiff::Timestamp;
use serde_json::{Map, Value};
use streampay_guard::{
    Action, Approval, ApprovalState, Approvers, Call, Engine, Facts, Mode, Policy, PolicyMode,
    Record, RecordKind,
};

use crate::{
    control::{self, Words},
    facts::ApiFacts,
    registry::Registry,
    services::Services,
    settings::{ControlSettings, Settings},
    stakes,
};

/// How long a change of the server may take, as far as these commands need to know: they send none.
const LEASE: Duration = Duration::from_secs(5 * 60);

/// How many approvals are listed.
const MOST_LISTED: usize = 50;

/// `stream-mcp policy …`
#[derive(Debug, Clone, Subcommand)]
pub enum PolicyCommand {
    /// Write a ready-made policy to the file of --policy, for you to change
    Init {
        /// Which one
        #[arg(value_enum, default_value = "support-small-refunds")]
        template: Template,
    },
    /// Read the policy of --policy, and say what is wrong with it
    Check,
    /// Say what the policy would decide about a call, without making it
    Explain {
        /// The tool
        tool: String,
        /// Its arguments, as JSON
        #[arg(default_value = "{}")]
        arguments: String,
    },
    /// Say what the policy would have decided about the calls of an audit
    Replay {
        /// The audit
        audit: PathBuf,
    },
    /// Print the JSON Schema of policies, for editors
    Schema,
}

/// A ready-made policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "docs/policies describes them")]
pub enum Template {
    ReadOnlyAnalyst,
    Collections,
    SupportSmallRefunds,
    EverythingWithApproval,
}

impl Template {
    /// The text of the policy.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::ReadOnlyAnalyst => include_str!("policies/read-only-analyst.toml"),
            Self::Collections => include_str!("policies/collections.toml"),
            Self::SupportSmallRefunds => {
                include_str!("policies/support-small-refunds.toml")
            }
            Self::EverythingWithApproval => {
                include_str!("policies/everything-with-approval.toml")
            }
        }
    }
}

/// `stream-mcp audit …`
#[derive(Debug, Clone, Subcommand)]
pub enum AuditCommand {
    /// Find lines of the audit of --audit that were removed, altered or reordered
    Verify,
    /// Print lines of the audit of --audit, and the totals of what was done
    Show {
        /// Only this tool
        #[arg(long)]
        tool: Option<String>,
        /// Only this decision or outcome, such as deny, done or unknown
        #[arg(long)]
        verdict: Option<String>,
        /// Only the key with this fingerprint
        #[arg(long)]
        key: Option<String>,
        /// Only from this time on, such as 2026-03-01T00:00:00Z
        #[arg(long)]
        since: Option<Timestamp>,
    },
}

/// `stream-mcp approvals …`
#[derive(Debug, Clone, Subcommand)]
pub enum ApprovalsCommand {
    /// Add a person who approves, or change their passphrase
    Setup {
        /// The person's name
        name: String,
    },
    /// Remove a person who approves
    Remove {
        /// The person's name
        name: String,
    },
    /// List the latest approvals
    List,
    /// Show one approval: what will happen, in words, with the exact arguments
    Show {
        /// Its id
        id: String,
    },
    /// Let a call happen, once
    Approve {
        /// The id of the approval
        id: String,
        /// Your name; not needed where there is one approver
        #[arg(long = "as", value_name = "NAME")]
        name: Option<String>,
    },
    /// Refuse a call
    Deny {
        /// The id of the approval
        id: String,
        /// Your name; not needed where there is one approver
        #[arg(long = "as", value_name = "NAME")]
        name: Option<String>,
    },
}

/// The engine that these settings describe, as the server has it.
async fn engine(settings: &ControlSettings, words: &Words) -> anyhow::Result<Engine> {
    if settings.store.is_none() {
        bail!("name the store of the server with --control-store");
    }
    Ok(control::engine(settings, LEASE, words).await?)
}

/// The same without the policy, for what does not depend on it.
async fn state(settings: &ControlSettings) -> anyhow::Result<Engine> {
    let settings = ControlSettings { policy: None, ..settings.clone() };
    engine(&settings, &stakes::words()).await
}

/// What reads of the API need.
fn services(settings: Settings) -> anyhow::Result<Services> {
    let registry = Registry::new().map_err(anyhow::Error::msg)?;
    Ok(Services::new(settings, Arc::clone(registry.directory()), stakes::words))
}

fn policy_file(settings: &ControlSettings) -> anyhow::Result<&Path> {
    settings.policy.as_deref().context("name the file of the policy with --policy")
}

/// Runs `stream-mcp policy`.
///
/// # Errors
/// A policy with faults, or a file, store or API that cannot be used.
pub async fn policy(
    command: PolicyCommand,
    settings: Settings,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    match command {
        PolicyCommand::Schema => {
            serde_json::to_writer_pretty(&mut *out, &streampay_guard::schema())?;
            writeln!(out)?;
        }
        PolicyCommand::Init { template } => {
            let file = policy_file(&settings.control)?;
            // Without the line that names the schema's file, which is not there.
            let text: String =
                template.text().lines().skip(1).map(|line| format!("{line}\n")).collect();
            let mut new = std::fs::OpenOptions::new().write(true).create_new(true).open(file);
            let new = new.as_mut().map_err(|error| {
                anyhow::anyhow!("{} cannot be created: {error}", file.display())
            })?;
            new.write_all(text.as_bytes())?;
            writeln!(out, "{} was written. Read it, change it, then check it:", file.display())?;
            writeln!(out, "  stream-mcp policy check --policy {}", file.display())?;
        }
        PolicyCommand::Check => {
            let policy = read(&settings.control, &stakes::words())?;
            let shadow = policy.mode == PolicyMode::Shadow;
            let mode =
                if shadow { "in shadow mode: it decides and enforces nothing" } else { "enforced" };
            writeln!(out, "The policy is valid: {} rules, {mode}.", policy.rules.len())?;
            if policy.rules.iter().any(|rule| rule.decision == Some(Action::Confirm)) {
                writeln!(
                    out,
                    "`confirm` asks a person to approve, because this server cannot ask the user of the \
                     agent yet."
                )?;
            }
        }
        PolicyCommand::Explain { tool, arguments } => {
            let arguments: Map<String, Value> =
                serde_json::from_str(&arguments).context("the arguments are not a JSON object")?;
            let services = services(settings)?;
            explain(&services, &tool, &arguments, out).await?;
        }
        PolicyCommand::Replay { audit } => {
            let services = services(settings)?;
            replay(&services, &audit, out).await?;
        }
    }
    Ok(())
}

fn read(settings: &ControlSettings, words: &Words) -> anyhow::Result<Policy> {
    let file = policy_file(settings)?;
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(words.policy(&text, &file.display().to_string())?)
}

/// An engine for questions: with the policy, and with the store where one is named.
async fn adviser(services: &Services, words: &Words) -> anyhow::Result<Engine> {
    policy_file(&services.settings.control)?;
    let mut settings = ControlSettings { audit: None, ..services.settings.control.clone() };
    if settings.store.is_some() {
        return Ok(control::engine(&settings, LEASE, words).await?);
    }
    settings.policy = None;
    let engine = control::engine(&settings, LEASE, words).await?;
    engine.advise_by(read(&services.settings.control, words)?);
    Ok(engine)
}

async fn explain(
    services: &Services,
    tool: &str,
    arguments: &Map<String, Value>,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let words = stakes::words();
    let engine = adviser(services, &words).await?;
    let tool = words.tools.iter().find(|found| found.name == tool);
    let tool = tool.context("there is no such tool; `stream-mcp tools` lists them")?;
    let context = streampay::Context::default();
    let facts = ApiFacts { services, context: &context };
    let api = &services.settings.api;
    let mut caller = control::caller(&engine, api.key.as_ref(), api.branch_id);
    if api.key.is_some() {
        caller.mode = control::mode(&facts).await;
    }
    let at = Timestamp::now();
    let call = Call { tool, arguments, caller: &caller, request: "", confirmed: None, at };
    let found = engine.explain(&call, &facts).await?;
    let verdict = match found.action {
        Action::Allow => "ALLOW: it would be sent.".to_owned(),
        Action::Confirm => {
            "CONFIRM: the user would be asked; this server asks a person to approve.".to_owned()
        }
        Action::Approve if found.approvers > 1 => {
            format!("APPROVE: {} people would have to approve it.", found.approvers)
        }
        Action::Approve => "APPROVE: a person would have to approve it.".to_owned(),
        Action::Deny => "DENY: it would not be sent.".to_owned(),
        Action::Hide => "HIDE: the tool would not even be listed.".to_owned(),
    };
    writeln!(out, "{verdict}")?;
    match &found.rule {
        Some(rule) => writeln!(out, "Decided by the rule “{rule}”.")?,
        None => writeln!(out, "No rule decides; this is the policy's default.")?,
    }
    if let Some(exceeded) = &found.exceeded {
        writeln!(out, "Limit: {exceeded}")?;
    }
    match (&found.stake.amount, &found.stake.problem) {
        (Some(amount), _) => writeln!(out, "Amount: {amount}")?,
        (None, Some(problem)) => {
            writeln!(
                out,
                "The amount cannot be determined, which counts as larger than any limit: {problem}"
            )?;
        }
        (None, None) => {}
    }
    match caller.mode {
        Some(Mode::Live) => writeln!(out, "The key is of live mode.")?,
        Some(Mode::Test) => writeln!(out, "The key is of test mode.")?,
        None => {
            writeln!(out, "Live or test mode is not known, because the account could not be read.")?
        }
    }
    writeln!(out, "The fingerprint of the key is {}.", caller.key)?;
    if found.shadow {
        writeln!(out, "The policy is in shadow mode: nothing of this would be enforced.")?;
    }
    Ok(())
}

async fn replay(
    services: &Services,
    audit: &Path,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let words = stakes::words();
    let engine = adviser(services, &words).await?;
    let mut records: Vec<Record> = Vec::new();
    let summary = streampay_guard::verify(audit, |record| {
        if matches!(record.kind, RecordKind::Sending | RecordKind::Decision) {
            records.push(record.clone());
        }
    })
    .with_context(|| format!("{} cannot be read", audit.display()))?;
    if !summary.faults.is_empty() {
        writeln!(out, "The audit has faults; see `stream-mcp audit verify`.")?;
    }
    let context = streampay::Context::default();
    let facts = ApiFacts { services, context: &context };
    let mut totals: BTreeMap<&'static str, u64> = BTreeMap::new();
    for record in &records {
        let entry = &record.entry;
        let Some(tool) = words.tools.iter().find(|found| Some(found.name) == entry.tool.as_deref())
        else {
            continue;
        };
        let nothing = Map::new();
        let arguments = entry.arguments.as_ref().and_then(Value::as_object).unwrap_or(&nothing);
        let mut caller = control::caller(&engine, None, None);
        if let Some(key) = entry.key.as_deref().and_then(streampay_guard::Fingerprint::parse) {
            caller.key = key;
        }
        caller.branch.clone_from(&entry.branch);
        caller.mode = match entry.mode.as_deref() {
            Some("live") => Some(Mode::Live),
            Some("test") => Some(Mode::Test),
            _ => None,
        };
        let at = record.at;
        let call = Call { tool, arguments, caller: &caller, request: "", confirmed: None, at };
        let found = engine.explain(&call, &facts as &dyn Facts).await?;
        let now = word(found.action);
        *totals.entry(now).or_default() += 1;
        let before = entry.decision.as_deref().unwrap_or("-");
        let rule = found.rule.as_deref().unwrap_or("the default");
        let amount = found.stake.amount.map(|amount| amount.to_string());
        let amount = amount.or_else(|| entry.amount.clone()).unwrap_or_default();
        writeln!(out, "{at} {} {amount} was {before}, would be {now} ({rule})", tool.name)?;
    }
    let totals: Vec<String> =
        totals.iter().map(|(word, count)| format!("{count} {word}")).collect();
    writeln!(out, "{} calls: {}.", records.len(), totals.join(", "))?;
    writeln!(
        out,
        "Amounts and facts are those of today; text that the audit masks cannot be compared."
    )?;
    Ok(())
}

const fn word(action: Action) -> &'static str {
    match action {
        Action::Allow => "allow",
        Action::Confirm => "confirm",
        Action::Approve => "approve",
        Action::Deny => "deny",
        Action::Hide => "hide",
    }
}

/// Runs `stream-mcp audit`.
///
/// # Errors
/// An audit that cannot be read, or that has faults.
pub fn audit(
    command: AuditCommand,
    settings: &ControlSettings,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let file = settings.audit.as_deref().context("name the file of the audit with --audit")?;
    let unreadable = || format!("{} cannot be read", file.display());
    match command {
        AuditCommand::Verify => {
            let summary = streampay_guard::verify(file, |_| {}).with_context(unreadable)?;
            for fault in &summary.faults {
                writeln!(out, "{}:{}: {}", fault.file.display(), fault.line, fault.message)?;
            }
            for open in &summary.open {
                writeln!(out, "the outcome of the change {open} was never written")?;
            }
            let (last, hash) = summary.head;
            writeln!(
                out,
                "{} lines, from {} to {last}; the last hash is {hash}",
                summary.lines, summary.first
            )?;
            if !summary.faults.is_empty() {
                bail!("the audit was altered, or is damaged");
            }
            writeln!(
                out,
                "The chain is whole. Keep the last number and hash elsewhere: they show later whether \
                 lines were removed from the end."
            )?;
        }
        AuditCommand::Show { tool, verdict, key, since } => {
            let mut lines = Vec::new();
            let mut totals: BTreeMap<String, u64> = BTreeMap::new();
            streampay_guard::verify(file, |record| {
                let entry = &record.entry;
                let word = entry.outcome.as_ref().or(entry.decision.as_ref());
                let wanted = tool.as_ref().is_none_or(|tool| entry.tool.as_ref() == Some(tool))
                    && verdict.as_ref().is_none_or(|wanted| word == Some(wanted))
                    && key.as_ref().is_none_or(|key| entry.key.as_ref() == Some(key))
                    && since.is_none_or(|since| record.at >= since);
                if wanted {
                    if record.kind == RecordKind::Outcome {
                        let word = entry.outcome.as_deref().unwrap_or("-");
                        let tool = entry.tool.as_deref().unwrap_or("-");
                        *totals.entry(format!("{tool} {word}")).or_default() += 1;
                    }
                    lines.push(line(record));
                }
            })
            .with_context(unreadable)?;
            for line in &lines {
                writeln!(out, "{line}")?;
            }
            writeln!(out, "{} lines", lines.len())?;
            for (what, count) in &totals {
                writeln!(out, "  {what}: {count}")?;
            }
        }
    }
    Ok(())
}

/// A line of the audit for people.
fn line(record: &Record) -> String {
    let entry = &record.entry;
    let kind = match record.kind {
        RecordKind::Decision => "decision",
        RecordKind::Sending => "sending",
        RecordKind::Outcome => "outcome",
        RecordKind::Vote => "vote",
        RecordKind::Freeze => "freeze",
        RecordKind::Policy => "policy",
        RecordKind::Recovered => "recovered",
    };
    let mut line = format!("{} {} {kind}", record.seq, record.at);
    let ids = entry.ids.as_ref().map(ToString::to_string);
    let approvers = Some(entry.approvers.join(", ")).filter(|names| !names.is_empty());
    let parts = [
        ("", &entry.tool),
        ("", &entry.outcome.clone().or_else(|| entry.decision.clone())),
        ("", &entry.amount),
        ("", &entry.mode),
        ("rule: ", &entry.rule),
        ("by: ", &approvers),
        ("ids: ", &ids),
        ("approval: ", &entry.approval),
        ("key: ", &entry.key),
        ("", &entry.reason),
    ];
    for (label, value) in parts {
        if let Some(value) = value {
            line.push_str(&format!(" | {label}{value}"));
        }
    }
    if entry.shadow {
        line.push_str(" | shadow");
    }
    line
}

/// Runs `stream-mcp freeze`.
///
/// # Errors
/// A store that cannot be used.
pub async fn freeze(
    reason: &str,
    settings: &ControlSettings,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    state(settings).await?.freeze(&person(), reason, Timestamp::now()).await?;
    writeln!(
        out,
        "All changes are stopped; reads continue. `stream-mcp unfreeze` lets changes through again."
    )?;
    Ok(())
}

/// Runs `stream-mcp unfreeze`.
///
/// # Errors
/// A store that cannot be used.
pub async fn unfreeze(
    settings: &ControlSettings,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let engine = state(settings).await?;
    match engine.frozen().await? {
        Some(freeze) => {
            engine.unfreeze(&person(), Timestamp::now()).await?;
            writeln!(
                out,
                "Changes go through again. {} had stopped them: {}",
                freeze.by, freeze.reason
            )?;
        }
        None => writeln!(out, "Changes were not stopped.")?,
    }
    Ok(())
}

/// The name of the user of this machine, for the audit.
fn person() -> String {
    std::env::var("USER")
        .ok()
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "someone".to_owned())
}

/// Runs `stream-mcp approvals`.
///
/// # Errors
/// A wrong passphrase, an approval that cannot be decided on, or a store or audit that cannot be used.
pub async fn approvals(
    command: ApprovalsCommand,
    settings: &ControlSettings,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let engine = state(settings).await?;
    let now = Timestamp::now();
    match command {
        ApprovalsCommand::Setup { name } => {
            let first =
                passphrase(&format!("New passphrase of {name} (at least 12 characters): "))?;
            if io::stdin().is_terminal() && passphrase("The same again: ")? != first {
                bail!("the two passphrases differ; nothing was changed");
            }
            engine.approvers().set(&name, &first).await?;
            writeln!(
                out,
                "{name} can approve now. Keep the passphrase away from the agent and its files."
            )?;
        }
        ApprovalsCommand::Remove { name } => {
            engine.approvers().remove(&name).await?;
            writeln!(out, "{name} can no longer approve.")?;
        }
        ApprovalsCommand::List => {
            let names = engine.approvers().names().await?;
            writeln!(
                out,
                "Approvers: {}",
                if names.is_empty() { "none".to_owned() } else { names.join(", ") }
            )?;
            let found = engine.approvals(MOST_LISTED, now).await?;
            if found.is_empty() {
                writeln!(out, "Nothing waits for approval.")?;
            }
            for approval in &found {
                let first = approval.summary.en.lines().next().unwrap_or_default();
                writeln!(
                    out,
                    "{} {:<8} {} {first}",
                    approval.id,
                    approval.state.as_str(),
                    approval.created
                )?;
            }
            for held in engine.held(now).await? {
                let state = if held.running { "is running" } else { "has an unknown outcome" };
                writeln!(out, "{} of {} {state}", held.tool, held.at)?;
            }
        }
        ApprovalsCommand::Show { id } => show(&find(&engine, &id, now).await?, out)?,
        ApprovalsCommand::Approve { id, name } => decide(&engine, &id, name, true, out).await?,
        ApprovalsCommand::Deny { id, name } => decide(&engine, &id, name, false, out).await?,
    }
    Ok(())
}

async fn find(engine: &Engine, id: &str, at: Timestamp) -> anyhow::Result<Approval> {
    let found = engine.approvals(usize::MAX, at).await?;
    found.into_iter().find(|approval| approval.id == id).context("there is no such approval")
}

fn show(approval: &Approval, out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(out, "{}\n", approval.summary.en)?;
    writeln!(out, "{}\n", approval.summary.ar)?;
    writeln!(out, "Asked because: {}", approval.because)?;
    writeln!(
        out,
        "State: {}; {} needed; expires {}",
        approval.state.as_str(),
        approval.needs,
        approval.expires
    )?;
    writeln!(out, "Key: {}", approval.key)?;
    for vote in &approval.votes {
        let word = if vote.approve { "approved" } else { "denied" };
        writeln!(out, "{} {word} it at {}", vote.approver, vote.at)?;
    }
    // As JSON with escapes, so that no argument can pretend to be something else.
    let exact = Value::Object(approval.arguments.clone()).to_string();
    let escaped: String = exact
        .chars()
        .flat_map(|c| {
            let plain = c == ' ' || c.is_ascii_graphic() || c.is_alphanumeric();
            if plain { vec![c] } else { c.escape_unicode().collect() }
        })
        .collect();
    writeln!(out, "Exact arguments: {escaped}")?;
    Ok(())
}

async fn decide(
    engine: &Engine,
    id: &str,
    name: Option<String>,
    approve: bool,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    show(&find(engine, id, Timestamp::now()).await?, out)?;
    out.flush()?;
    let name = match name {
        Some(name) => name,
        None => only(engine.approvers()).await?,
    };
    let word = if approve { "approve" } else { "deny" };
    let passphrase = passphrase(&format!("Passphrase of {name}, to {word} this: "))?;
    let approval = engine.vote(id, &name, &passphrase, approve, Timestamp::now()).await?;
    match approval.state {
        ApprovalState::Approved => writeln!(
            out,
            "Approved. The call runs once, when the agent makes it again, before {}.",
            approval.expires
        )?,
        ApprovalState::Denied => writeln!(out, "Denied. Nothing will be sent.")?,
        _ => writeln!(out, "Counted. Another person must decide as well.")?,
    }
    Ok(())
}

/// The approver's name, where there is only one.
async fn only(approvers: &Approvers) -> anyhow::Result<String> {
    let names = approvers.names().await?;
    match names.as_slice() {
        [name] => Ok(name.clone()),
        [] => bail!("nobody can approve yet; add a person with `stream-mcp approvals setup NAME`"),
        several => bail!("say who you are with --as; the approvers are {}", several.join(", ")),
    }
}

/// Asks for a passphrase on the terminal, without showing it; reads a line where there is no terminal.
fn passphrase(question: &str) -> anyhow::Result<String> {
    if io::stdin().is_terminal() {
        return Ok(rpassword::prompt_password(question)?);
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::Template;
    use crate::stakes;

    #[test]
    fn the_ready_made_policies_fit_the_tools_of_this_server() {
        for template in [
            Template::ReadOnlyAnalyst,
            Template::Collections,
            Template::SupportSmallRefunds,
            Template::EverythingWithApproval,
        ] {
            let read = stakes::words().policy(template.text(), "policy.toml");
            assert!(read.is_ok_and(|policy| !policy.rules.is_empty()), "{template:?}");
        }
    }
}
