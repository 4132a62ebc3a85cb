//! Other people's descriptions: the reader is not written for one document.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use serde_json::{Value, json};
use streampay_spec::{
    Api, Loaded, Location, Operation, deref, load, normalize, read_document, recursive_schemas,
};

const PETSHOP: &str = include_str!("fixtures/petshop.yaml");
const LIBRARY: &str = include_str!("fixtures/library.yaml");

fn api(text: &str) -> Api {
    load(text, "").unwrap().api
}

fn operation<'a>(api: &'a Api, name: &str) -> &'a Operation {
    let found = api.operations.iter().find(|operation| operation.name == name);
    found.unwrap_or_else(|| panic!("{name} is not among {:?}", names(api)))
}

fn names(api: &Api) -> Vec<&str> {
    api.operations.iter().map(|operation| operation.name.as_str()).collect()
}

fn parameters(operation: &Operation) -> Vec<(&str, Location, bool)> {
    let parts = |p: &'_ streampay_spec::Parameter| (p.location, p.required);
    operation.parameters.iter().map(|p| (p.name.as_str(), parts(p).0, parts(p).1)).collect()
}

#[test]
fn operations_without_an_id_get_a_name_and_a_warning() {
    let Loaded { api, warnings } = load(PETSHOP, "").unwrap();
    assert_eq!(
        names(&api),
        ["get_pets", "add_pet", "get_pet", "remove_pet", "get_pets_pet_id_type"]
    );
    let texts: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "#/paths/~1pets/get: there is no operationId; the name is made from the method and path",
            "#/paths/~1pets/get/parameters/2: the cookie parameter `theme` is ignored",
            "#/paths/~1pets~1{pet_id}~1{type}/get: there is no operationId; the name is made from \
             the method and path",
        ]
    );
    assert_eq!(names(&self::api(LIBRARY)), ["list_books", "read_book", "lend", "last_loan"]);
}

#[test]
fn parameters_come_from_operation_path_and_components_in_the_order_of_the_path() {
    let api = api(PETSHOP);
    let list = operation(&api, "get_pets");
    assert_eq!(
        parameters(list),
        [
            ("page", Location::Query, false),
            ("kinds", Location::Query, false),
            ("X-Trace", Location::Header, false),
        ]
    );
    assert_eq!(list.parameters[0].description, "Own words for a shared parameter.");
    assert!(!list.parameters[1].explode && list.parameters[0].explode);
    let photo = operation(&api, "get_pets_pet_id_type");
    assert_eq!(
        parameters(photo),
        [
            ("pet_id", Location::Path, true),
            ("type", Location::Path, true),
            ("self", Location::Query, false),
            ("match", Location::Query, false),
        ]
    );
    let book = self::api(LIBRARY);
    let book = operation(&book, "read_book");
    assert_eq!(parameters(book)[0], ("book-id", Location::Path, true));
}

#[test]
fn bodies_and_answers_come_from_components_and_may_be_any_json() {
    let api = api(PETSHOP);
    let add = operation(&api, "add_pet");
    let body = add.body.as_ref().unwrap();
    assert!(body.required);
    assert_eq!(body.description, "The pet to add.");
    assert_eq!(body.schema, json!({"$ref": "#/components/schemas/Pet"}));
    assert_eq!(add.success.statuses, ["201"]);
    assert_eq!(add.success.schema, Some(json!({"$ref": "#/components/schemas/Pet"})));
    assert_eq!(operation(&api, "remove_pet").success.schema, None);
    assert!(operation(&api, "remove_pet").deprecated);
    let photo = operation(&api, "get_pets_pet_id_type").success.schema.as_ref().unwrap();
    assert_eq!(photo["additionalProperties"], json!({"type": "string"}));
}

#[test]
fn the_words_of_3_0_become_those_of_2020_12() {
    let api = api(PETSHOP);
    let id = &operation(&api, "get_pet").parameters[0];
    assert_eq!(id.schema, json!({"type": "string", "format": "uuid"}));
    let pet = &api.schemas["Pet"]["allOf"][1]["properties"];
    assert_eq!(pet["weight"], json!({"type": "number", "exclusiveMinimum": 0}));
    let mother = json!({"anyOf": [{"$ref": "#/components/schemas/Pet"}, {"type": "null"}]});
    assert_eq!(pet["mother"], mother);
    assert_eq!(pet["id"]["readOnly"], json!(true));
    assert_eq!(pet["secret"]["writeOnly"], json!(true));
    let owner = &api.schemas["Owner"]["properties"];
    assert_eq!(owner["colour"], json!({"type": ["string", "null"], "enum": ["red", null]}));
    assert_eq!(api.schemas["Named"]["properties"]["name"], json!({"type": "string"}));
    let kinds = json!(["cat", "guinea pig", "3-toed sloth", "", "CAT"]);
    assert_eq!(api.schemas["Kind"]["enum"], kinds, "each value once, in its order");
    assert!(api.schemas.contains_key("ProblemDetails"), "{:?}", api.schemas.keys());
}

#[test]
fn schemas_may_contain_themselves_directly_and_in_turns() {
    let api = api(PETSHOP);
    let recursive = recursive_schemas(&api.schemas);
    assert_eq!(recursive.iter().collect::<Vec<_>>(), ["Owner", "Pet"]);
    let book = self::api(LIBRARY);
    assert!(recursive_schemas(&book.schemas).contains("BookV1"));
}

#[test]
fn references_into_any_place_of_the_document_become_components() {
    let api = api(LIBRARY);
    let schemas: Vec<&String> = api.schemas.keys().collect();
    let lend = operation(&api, "lend").body.as_ref().unwrap();
    let id = deref(&lend.schema["properties"]["book"], &api.schemas);
    assert_eq!(*id, json!({"type": "string", "minLength": 1}), "{schemas:?}");
    let fee = deref(&lend.schema["properties"]["fee"], &api.schemas);
    assert_eq!(fee["type"], json!(["string", "number"]));
    let reference = json!({"$ref": "#/components/schemas/BookV1"});
    let list = operation(&api, "list_books").success.schema.as_ref().unwrap();
    assert_eq!(list["items"], reference, "a percent-encoded name");
    let last = operation(&api, "last_loan").success.schema.as_ref().unwrap();
    assert_eq!(deref(last, &api.schemas)["properties"]["book"], reference, "a path to a path");
    let shelf = &api.schemas["BookV1"]["properties"]["shelf"];
    assert_eq!(shelf["description"], json!("Where it stands."));
    assert_eq!(deref(shelf, &api.schemas)["properties"]["room"], json!({"type": "integer"}));
}

#[test]
fn the_words_of_3_1_keep_their_meaning() {
    let api = api(LIBRARY);
    let lend = operation(&api, "lend").body.as_ref().unwrap();
    let members = &lend.schema["properties"];
    let days = json!({"type": ["integer", "null"], "exclusiveMinimum": 0, "exclusiveMaximum": 90});
    assert_eq!(members["days"], days);
    assert_eq!(members["note"], json!({"type": ["string", "null"], "maxLength": 100}));
    assert_eq!(members["nothing"], json!({"type": "null"}));
    assert_eq!((&members["anything"], &members["never"]), (&json!(true), &json!(false)));
    let book = &api.schemas["BookV1"]["properties"];
    assert_eq!(book["kind"], json!({"enum": ["book"]}));
    assert_eq!(book["gone"], json!({"type": "null"}));
    assert_eq!(book["price"]["oneOf"][1], json!({"type": "null"}));
}

#[test]
fn a_document_normalizes_once_and_for_all() {
    for text in [PETSHOP, LIBRARY] {
        let mut document = read_document(text).unwrap();
        normalize(&mut document).unwrap();
        let once = document.clone();
        normalize(&mut document).unwrap();
        assert_eq!(document, once);
        let reread: Value = serde_json::from_str(&once.to_string()).unwrap();
        assert_eq!(api(&reread.to_string()).schemas, api(text).schemas, "reading it again");
    }
}

#[test]
fn words_that_old_yaml_takes_for_booleans_are_texts() {
    let text = "openapi: 3.1.0\npaths: {}\nx-countries: [NO, SE, y, on, true]\n";
    let countries = json!(["NO", "SE", "y", "on", true]);
    assert_eq!(read_document(text).unwrap()["x-countries"], countries);
}

#[test]
fn a_large_description_is_read_from_yaml_as_from_json() {
    let many = "- {a: 1, b: [x, y]}\n".repeat(40_000);
    let text = format!("openapi: 3.1.0\nx-many:\n{many}paths: {{/a: {{}}}}\n");
    let document = read_document(&text).unwrap();
    assert_eq!(document["x-many"].as_array().unwrap().len(), 40_000);
    assert_eq!(read_document(&document.to_string()).unwrap(), document);
}

#[test]
fn the_form_of_the_text_does_not_matter() {
    let json = read_document(PETSHOP).unwrap().to_string();
    let windows = PETSHOP.replace('\n', "\r\n");
    let marked = format!("\u{feff}{json}");
    for text in [&json, &windows, &marked] {
        let loaded = load(text, "").unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(loaded.api.digest, api(PETSHOP).digest);
    }
}
