//! Reads the API for the engine that decides about calls, with the caller's own key.

use async_trait::async_trait;
use serde_json::{Map, Value};
use streampay::{Arguments, Context};
use streampay_guard::{Facts, FactsError};

use crate::{
    arguments, exact, generated,
    services::Services,
    tool::{OperationTool, Place},
};

/// The API, as one caller sees it.
pub(crate) struct ApiFacts<'a> {
    pub(crate) services: &'a Services,
    pub(crate) context: &'a Context,
}

#[async_trait]
impl Facts for ApiFacts<'_> {
    async fn read(&self, tool: &str, arguments: Map<String, Value>) -> Result<Value, FactsError> {
        let tool = reading(tool)?;
        let arguments = arguments::place(tool, arguments).map_err(FactsError)?;
        let read = answer(self.services, tool, &arguments, self.context);
        read.await.map_err(|error| FactsError(error.to_string()))
    }
}

/// A tool that reads, by its name.
fn reading(name: &str) -> Result<&'static OperationTool, FactsError> {
    generated::TOOLS
        .iter()
        .copied()
        .flatten()
        .find(|found| found.name == name && found.effects.read_only)
        .copied()
        .ok_or_else(|| FactsError(format!("`{name}` is not a tool that reads")))
}

async fn answer(
    services: &Services,
    tool: &'static OperationTool,
    arguments: &Arguments,
    context: &Context,
) -> Result<Value, streampay::Error> {
    let client = services.client().await?;
    let answer = client.call_raw(tool.operation, arguments, context).await?;
    services.budget.parse(answer, |json, _| exact::unmarked(json)).await
}

/// The arguments of a call as they will be sent, by the names of the tool.
pub(crate) fn sent(tool: &OperationTool, arguments: &Arguments) -> Map<String, Value> {
    let body = arguments.body.as_ref();
    let find = |place: Place, name: &str| match place {
        Place::Path => arguments.path.get(name),
        Place::Query => arguments.query.get(name),
        Place::Body => body.and_then(|body| body.get(name)),
        Place::WholeBody => body,
    };
    let given =
        tool.arguments.iter().map(|argument| (argument.name, argument.place, argument.api_name));
    let fixed = tool.fixed.iter().map(|fixed| (fixed.api_name, fixed.place, fixed.api_name));
    given
        .chain(fixed)
        .filter_map(|(name, place, api_name)| {
            Some((name.to_owned(), find(place, api_name)?.clone()))
        })
        .collect()
}

/// The members of an answer that identify what it is about.
pub(crate) fn ids(answer: &Value) -> Value {
    let members = answer.as_object().into_iter().flatten();
    let ids = members.filter(|(name, value)| {
        (name.as_str() == "id" || name.ends_with("_id")) && value.is_string()
    });
    Value::Object(ids.map(|(name, value)| (name.clone(), value.clone())).collect())
}
