//! Tools that answer with a list: what their rows show, and the arguments that choose another form.

use serde_json::{Map, Value, json};
use streampay_spec::{Api, Fault, Operation, RowMember};

use super::{
    Words,
    flatten::{Argument, Place},
};

/// How a tool answers with a list.
#[derive(Debug, Clone)]
pub struct List {
    /// The member of the answer with the items.
    pub items: String,
    /// The member of an item that identifies it.
    pub id: String,
    /// What a row shows.
    pub row: Vec<RowMember>,
    /// How the list comes in pages, if it does.
    pub pages: Option<Pages>,
}

/// The names of what takes part in paging.
#[derive(Debug, Clone)]
pub struct Pages {
    /// The argument with the number of the page.
    pub page: String,
    /// The argument with the size of a page.
    pub limit: String,
    /// The member of the answer that says where in the list the page is.
    pub pagination: String,
}

/// The arguments that every list has, beside those of the API.
const OWN: [&str; 3] = ["detail", "fields", "all_pages"];

/// How the tool of an operation answers with a list. `None` if the overlay gives it no row.
pub(super) fn list(
    api: &Api,
    operation: &Operation,
    words: &Words<'_>,
    arguments: &[Argument],
    faults: &mut Vec<Fault>,
) -> Option<List> {
    let paging = api.paging.as_ref()?;
    if operation.row.is_empty() {
        return None;
    }
    for argument in arguments.iter().filter(|argument| OWN.contains(&argument.name.as_str())) {
        faults.push(Fault {
            place: operation.place.clone(),
            message: format!(
                "tool {}: the argument `{}` is called like one that every list has",
                words.name, argument.name
            ),
            advice: "rename it in the overlay: `x-tool: {arguments: {…: {name: …}}}`".to_owned(),
        });
    }
    let query = |api_name: &str| {
        let mut query = arguments.iter().filter(|argument| argument.place == Place::Query);
        query.find(|argument| argument.api_name == api_name).map(|found| found.name.clone())
    };
    let pages = query(&paging.page).zip(query(&paging.limit)).map(|(page, limit)| Pages {
        page,
        limit,
        pagination: paging.pagination.clone(),
    });
    Some(List {
        items: paging.items.clone(),
        id: paging.id.clone(),
        row: operation.row.clone(),
        pages,
    })
}

impl List {
    /// Adds the arguments that choose a form, and what the server itself may say in a result.
    pub(super) fn offer(&self, input: &mut Value, output: &mut Value) {
        if let Some(properties) = properties(input) {
            let example = format!("E.g. {}.{}", self.items, self.id);
            properties.insert(
                "detail".to_owned(),
                json!({"type": "string", "enum": ["compact", "full"], "description": "full: as the API sends it"}),
            );
            properties.insert(
                "fields".to_owned(),
                json!({"type": "array", "items": {"type": "string"}, "description": example}),
            );
            if self.pages.is_some() {
                properties.insert(
                    "all_pages".to_owned(),
                    json!({"type": "boolean", "description": "Read all pages"}),
                );
            }
        }
        if let Some(properties) = properties(output) {
            for (name, kind) in [("notice", "string"), ("missing_items", "integer")] {
                properties.entry(name).or_insert_with(|| json!({"type": [kind, "null"]}));
            }
        }
    }
}

fn properties(schema: &mut Value) -> Option<&mut Map<String, Value>> {
    schema.get_mut("properties")?.as_object_mut()
}
