//! Descriptions with faults: each fault is found, at its place, in words that name the thing, with
//! advice; and no fault brings others with it.

mod support;

use support::{OK, check};

/// A document in YAML around its `paths`, and any other members at its root.
fn document(rest: &str) -> String {
    format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\n{rest}")
}

/// A document with the one operation `get /a`.
fn operation(members: &str) -> String {
    document(&format!("paths: {{/a: {{get: {{operationId: get_a, {members}}}}}}}"))
}

/// A document whose one operation answers with `schema`.
fn answer(schema: &str, components: &str) -> String {
    document(&format!(
        "paths: {{/a: {{get: {{operationId: get_a, responses: {{200: {{description: ok, content: \
         {{application/json: {{schema: {schema}}}}}}}}}}}}}}}\ncomponents: {{schemas: {{{components}}}}}"
    ))
}

#[test]
fn what_is_no_description_is_refused_as_a_whole() {
    check(&[
        ("broken JSON", "{\"openapi\": \"3.1.0\",".into(), &[("#", "could not be read")]),
        ("broken YAML", "openapi: 3.1.0\n  paths: [".into(), &[("#", "could not be read")]),
        ("an error page", "<html><body>404</body></html>".into(), &[("#", "not an object")]),
        ("nothing", String::new(), &[("#", "not an object")]),
        ("another version", "openapi: 4.0.0\npaths: {}".into(), &[("#/openapi", "4.0.0")]),
        ("a version beyond 3.1", "openapi: 3.10.0\npaths: {}".into(), &[("#/openapi", "3.10.0")]),
        ("a number as version", "openapi: 3.1\npaths: {}".into(), &[("#/openapi", "not a string")]),
        ("Swagger", "swagger: '2.0'\npaths: {}".into(), &[("#/swagger", "Swagger 2.0")]),
        ("no version", "paths: {}".into(), &[("#/openapi", "version is missing")]),
        ("no paths", document(""), &[("#/paths", "`paths` is missing")]),
        ("paths as a list", document("paths: []"), &[("#/paths", "not an object")]),
        ("no operation", document("paths: {}"), &[("#/paths", "no operations")]),
        (
            "a list of components",
            operation(OK) + "\ncomponents: []",
            &[("#/components", "must be an object")],
        ),
        (
            "a list of schemas",
            operation(OK) + "\ncomponents: {schemas: []}",
            &[("#/components/schemas", "must be an object")],
        ),
    ]);
}

#[test]
fn a_key_that_stands_twice_is_named() {
    let json = r#"{"openapi": "3.1.0", "paths": {"/a": {"get": {"operationId": "a", "operationId": "b",
                   "responses": {"200": {"description": "ok"}}}}}}"#;
    check(&[
        ("in JSON", json.into(), &[("#/paths/~1a/get/operationId", "occurs twice")]),
        ("in YAML", document("paths: {/a: {}, /a: {}}"), &[("#", "duplicate")]),
    ]);
}

#[test]
fn references_that_lead_nowhere_are_named_with_their_place() {
    let schema = "#/paths/~1a/get/responses/200/content/application~1json/schema";
    check(&[
        (
            "a schema that does not exist",
            answer("{$ref: '#/components/schemas/Gone'}", ""),
            &[(schema, "`#/components/schemas/Gone` has no target")],
        ),
        (
            "another file",
            answer("{$ref: 'models.yaml#/Gone'}", ""),
            &[(schema, "`models.yaml#/Gone` refers to another document")],
        ),
        (
            "an address",
            answer("{$ref: 'https://example.com/x.json'}", ""),
            &[(schema, "`https://example.com/x.json` refers to another document")],
        ),
        (
            "a text instead of a schema",
            answer("{$ref: '#/info/title'}", ""),
            &[(schema, "`#/info/title` does not refer to a schema")],
        ),
        (
            "deep in a component",
            answer(
                "{$ref: '#/components/schemas/A'}",
                "A: {type: object, properties: {b: {items: {$ref: '#/nowhere'}}}}",
            ),
            &[("#/components/schemas/A/properties/b/items", "#/nowhere")],
        ),
        (
            "a parameter, and nothing about the path that it would declare",
            document(&format!(
                "paths: {{'/a/{{id}}': {{get: {{operationId: a, {OK}, parameters: \
                 [{{$ref: '#/components/parameters/Id'}}]}}}}}}"
            )),
            &[("#/paths/~1a~1{id}/get/parameters/0", "#/components/parameters/Id")],
        ),
        (
            "a body",
            operation(&format!("{OK}, requestBody: {{$ref: '#/components/requestBodies/B'}}")),
            &[("#/paths/~1a/get/requestBody", "#/components/requestBodies/B")],
        ),
        (
            "an answer",
            operation("responses: {200: {$ref: '#/components/responses/R'}}"),
            &[("#/paths/~1a/get/responses/200", "#/components/responses/R")],
        ),
        (
            "a path in another file",
            document("paths: {/a: {$ref: ./a.yaml}}"),
            &[("#/paths/~1a", "`./a.yaml` refers to another document")],
        ),
    ]);
}

#[test]
fn schemas_that_are_nothing_but_themselves_are_refused() {
    let circle = "refers to itself";
    check(&[
        (
            "bare references",
            answer(
                "{$ref: '#/components/schemas/A'}",
                "A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}",
            ),
            &[("#/components/schemas/A", circle), ("#/components/schemas/B", circle)],
        ),
        (
            "a part of itself",
            answer(
                "{type: string}",
                "A: {allOf: [{$ref: '#/components/schemas/A'}, {type: object}]}",
            ),
            &[("#/components/schemas/A", circle)],
        ),
        (
            "a choice of itself",
            answer(
                "{type: string}",
                "A: {anyOf: [{$ref: '#/components/schemas/A'}, {type: 'null'}]}",
            ),
            &[("#/components/schemas/A", circle)],
        ),
        (
            "parameters",
            operation(&format!("{OK}, parameters: [{{$ref: '#/components/parameters/A'}}]"))
                + "\ncomponents: {parameters: {A: {$ref: '#/components/parameters/A'}}}",
            &[("#/paths/~1a/get/parameters/0", circle)],
        ),
    ]);
}

#[test]
fn names_that_two_operations_want_are_refused() {
    let two = |first: &str, second: &str| {
        document(&format!(
            "paths: {{/a: {{get: {{{first}, {OK}}}}}, /b: {{get: {{{second}, {OK}}}}}}}"
        ))
    };
    check(&[
        (
            "one id",
            two("operationId: a", "operationId: a"),
            &[
                ("#/paths/~1b/get", "the operationId `a` is that of #/paths/~1a/get"),
                ("#/paths/~1b/get", "the tool name `a` is already taken"),
            ],
        ),
        (
            "two ids, one name",
            two("operationId: list-things", "operationId: listThings"),
            &[("#/paths/~1b/get", "the tool name `list_things` is already taken")],
        ),
        (
            "a wish",
            two("operationId: a", "operationId: b, x-name: a"),
            &[("#/paths/~1b/get", "the tool name `a` is already taken by #/paths/~1a/get")],
        ),
        (
            "a further tool",
            two("operationId: a", "operationId: b, x-tools: [{name: a}]"),
            &[("#/paths/~1b/get", "the tool name `a` is already taken")],
        ),
        (
            "two schemas",
            answer("{type: string}", "A: {x-name: Same}, B: {x-name: same}"),
            &[("#/components/schemas/B", "`same` is already used by `A`")],
        ),
    ]);
}

#[test]
fn tool_names_that_clients_refuse_are_refused() {
    for name in [
        "a_name_of_more_than_forty_characters_is_too_long",
        "Capital",
        "with-dash",
        "1st",
        "two__underscores",
        "tail_",
        "",
    ] {
        let document = operation(&format!("x-name: '{name}', {OK}"));
        check(&[(name, document, &[("#/paths/~1a/get", "is not a valid tool name")])]);
    }
}
