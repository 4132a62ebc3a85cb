//! Operations with faults in their parameters, bodies, answers and extensions, and documents with many
//! faults at once.

#![allow(clippy::unwrap_used)]

mod support;

use streampay_spec::load;
use support::{OK, check};

/// A document with one operation under `path`.
fn operation(path: &str, members: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\n\
         paths: {{'{path}': {{post: {{operationId: post_a, {members}}}}}}}\n"
    )
}

#[test]
fn paths_and_their_parameters_must_fit_each_other() {
    let id = "{name: id, in: path, required: true, schema: {type: string}}";
    let with = |path: &str, parameters: &str| {
        operation(path, &format!("{OK}, parameters: [{parameters}]"))
    };
    check(&[
        (
            "undeclared",
            with("/a/{id}", ""),
            &[("#/paths/~1a~1{id}/post", "`{id}`, but no path parameter declares it")],
        ),
        (
            "declared elsewhere",
            with("/a/{id}", "{name: id, in: query, schema: {type: string}}"),
            &[("#/paths/~1a~1{id}/post", "`{id}`, but no path parameter declares it")],
        ),
        ("not in the path", with("/a", id), &[("#/paths/~1a/post", "`id` is not in the path")]),
        (
            "optional",
            with("/a/{id}", "{name: id, in: path, schema: {type: string}}"),
            &[("#/paths/~1a~1{id}/post/parameters/0", "`required: true`")],
        ),
        (
            "twice in the list",
            with("/a/{id}", &format!("{id}, {id}")),
            &[("#/paths/~1a~1{id}/post/parameters/1", "`id` occurs twice")],
        ),
        (
            "twice in the path",
            with("/a/{id}/b/{id}", id),
            &[("#/paths/~1a~1{id}~1b~1{id}/post", "`{id}` twice")],
        ),
        (
            "not closed",
            with("/a/{id", ""),
            &[("#/paths/~1a~1{id/post", "`{` in the path is not closed")],
        ),
        (
            "not opened",
            with("/a/id}", ""),
            &[("#/paths/~1a~1id}/post", "`}` in the path was never opened")],
        ),
        ("no slash", with("a", ""), &[("#/paths/a", "must start with `/`")]),
        (
            "no list",
            operation("/a", &format!("{OK}, parameters: {{name: id}}")),
            &[("#/paths/~1a/post/parameters", "must be a list")],
        ),
    ]);
}

#[test]
fn parameters_that_cannot_be_sent_are_refused() {
    let place = "#/paths/~1a/post/parameters/0";
    let with = |parameter: &str| operation("/a", &format!("{OK}, parameters: [{{{parameter}}}]"));
    let style = |style: &str| {
        with(&format!(
            "name: filter, in: query, style: {style}, schema: {{type: array, items: {{}}}}"
        ))
    };
    check(&[
        (
            "deep",
            style("deepObject"),
            &[("#/paths/~1a/post/parameters/0/style", "`deepObject` of `filter`")],
        ),
        (
            "spaces",
            style("spaceDelimited"),
            &[("#/paths/~1a/post/parameters/0/style", "`spaceDelimited`")],
        ),
        (
            "pipes",
            style("pipeDelimited"),
            &[("#/paths/~1a/post/parameters/0/style", "`pipeDelimited`")],
        ),
        (
            "an object",
            with("name: filter, in: query, schema: {type: object}"),
            &[("#/paths/~1a/post/parameters/0/schema", "`filter` is an object")],
        ),
        (
            "a cookie that must be",
            with("name: session, in: cookie, required: true, schema: {type: string}"),
            &[(place, "`in: cookie` is not supported")],
        ),
        (
            "in the body",
            with("name: b, in: body, schema: {}"),
            &[(place, "`in: body` is not supported")],
        ),
        ("nowhere", with("name: b, schema: {}"), &[(place, "`in: (none)` is not supported")]),
        ("without a schema", with("name: limit, in: query"), &[(place, "`limit` has no schema")]),
        (
            "with content instead",
            with("name: limit, in: query, content: {application/json: {schema: {}}}"),
            &[(place, "`limit` has no schema")],
        ),
        ("without a name", with("in: query, schema: {}"), &[(place, "has no name")]),
    ]);
}

#[test]
fn what_operations_share_is_faulted_once_and_where_it_stands() {
    let document = format!(
        "openapi: 3.1.0\ninfo: {{}}\npaths: {{/a: {{parameters: [{{name: q, in: query}}], \
         get: {{operationId: a, {OK}}}, post: {{operationId: b, {OK}}}}}}}"
    );
    check(&[("of a path", document, &[("#/paths/~1a/parameters/0", "`q` has no schema")])]);
}

#[test]
fn bodies_and_answers_must_be_json() {
    let body = |body: &str| operation("/a", &format!("{OK}, requestBody: {body}"));
    let answers = |answers: &str| operation("/a", &format!("responses: {answers}"));
    let json = "content: {application/json: {schema: {type: string}}}";
    check(&[
        (
            "a form",
            body("{content: {multipart/form-data: {schema: {type: object}}}}"),
            &[("#/paths/~1a/post/requestBody", "not `application/json`")],
        ),
        (
            "no schema",
            body("{content: {application/json: {}}}"),
            &[("#/paths/~1a/post/requestBody", "no schema")],
        ),
        (
            "a picture",
            answers("{200: {description: ok, content: {image/png: {}}}}"),
            &[("#/paths/~1a/post/responses/200", "not `application/json`")],
        ),
        (
            "two forms of success",
            answers(&format!(
                "{{200: {{{json}}}, 201: {{content: {{application/json: {{schema: {{type: integer}}}}}}}}}}"
            )),
            &[("#/paths/~1a/post/responses/201", "its schema differs")],
        ),
        ("none", operation("/a", "x-none: 1"), &[("#/paths/~1a/post/responses", "missing")]),
        ("a list", answers("[]"), &[("#/paths/~1a/post/responses", "no object")]),
        (
            "a text",
            answers("{200: fine}"),
            &[("#/paths/~1a/post/responses/200", "must be an object")],
        ),
        (
            "words as status",
            answers("{200: {description: ok}, ok: {description: ok}, 2xx: {}, 99: {}, 600: {}}"),
            &[
                ("#/paths/~1a/post/responses/ok", "`ok` is not a status"),
                ("#/paths/~1a/post/responses/2xx", "`2xx` is not a status"),
                ("#/paths/~1a/post/responses/99", "`99` is not a status"),
                ("#/paths/~1a/post/responses/600", "`600` is not a status"),
            ],
        ),
    ]);
}

#[test]
fn schemas_that_are_none_are_refused() {
    let schema = "#/paths/~1a/post/requestBody/content/application~1json/schema";
    let body = |schema: &str| {
        operation(
            "/a",
            &format!("{OK}, requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}"),
        )
    };
    let cases = [
        ("{type: strnig}", "/type", "\"strnig\" is not a type"),
        ("{type: [string, nil]}", "/type", "[\"string\",\"nil\"] is not a type"),
        ("{type: []}", "/type", "type"),
        ("{type: object, required: true}", "/required", "array of property names"),
        ("{type: object, required: [1]}", "/required", "array of property names"),
        ("{type: object, properties: [a]}", "/properties", "must be an object"),
        ("{enum: []}", "/enum", "non-empty array"),
        ("{enum: A}", "/enum", "non-empty array"),
        ("{anyOf: {type: string}}", "/anyOf", "non-empty array"),
        ("{$ref: 7}", "/$ref", "must be a string"),
        ("{type: array, items: [{type: string}]}", "/items", "a schema is an object"),
        (
            "{type: object, properties: {a: text}}",
            "/properties/a",
            "a schema is an object, not \"text\"",
        ),
        ("7", "", "a schema is an object, not 7"),
    ];
    for (text, member, part) in cases {
        check(&[(text, body(text), &[(format!("{schema}{member}").as_str(), part)])]);
    }
}

#[test]
fn extensions_are_read_strictly() {
    let with = |extension: &str| operation("/a", &format!("{OK}, {extension}"));
    check(&[
        ("a member", with("x-tool: {titel: T}"), &[("#/paths/~1a/post/x-tool", "`titel`")]),
        (
            "a hint",
            with("x-tool: {hints: {readonly: true}}"),
            &[("#/paths/~1a/post/x-tool", "`readonly`")],
        ),
        ("a kind", with("x-tool: {title: 7}"), &[("#/paths/~1a/post/x-tool", "string")]),
        (
            "a further tool",
            with("x-tools: [{title: T}]"),
            &[("#/paths/~1a/post/x-tools", "`name`")],
        ),
        ("no list", with("x-tools: {name: a}"), &[("#/paths/~1a/post/x-tools", "sequence")]),
        (
            "a verifying read",
            with("x-verify-with: {tool: get_a}"),
            &[("#/paths/~1a/post/x-verify-with", "`look_for`")],
        ),
        (
            "money without a direction",
            with("x-money: {amount: unknown}"),
            &[("#/paths/~1a/post/x-money", "`direction`")],
        ),
        (
            "money as a word that means nothing",
            with("x-money: some"),
            &[("#/paths/~1a/post/x-money", "some")],
        ),
        (
            "a misspelled source of an amount",
            with(
                "x-money: {direction: out, amount: {argument: {amuont: a, currency: {fixed: SAR}}}}",
            ),
            &[("#/paths/~1a/post/x-money", "amuont")],
        ),
        (
            "a subject of an unknown kind",
            with("x-subjects: [{kind: pet, from: {argument: a}}]"),
            &[("#/paths/~1a/post/x-subjects", "pet")],
        ),
        (
            "a verifying read as text",
            with("x-verify-with: look"),
            &[("#/paths/~1a/post/x-verify-with", "look")],
        ),
        (
            "a retry-safety that is not a boolean",
            with("x-retry-safe: often"),
            &[("#/paths/~1a/post/x-retry-safe", "boolean")],
        ),
        ("a stability", with("x-stability: beta"), &[("#/paths/~1a/post/x-stability", "`beta`")]),
        ("toolsets", with("x-none: 1") + "x-toolsets: [a]", &[("#/x-toolsets", "map")]),
    ]);
}

#[test]
fn all_faults_of_a_description_and_its_overlay_are_listed_at_once() {
    let description = "
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a/{id}:
    parameters: [{name: lang, in: query, style: deepObject, schema: {type: string}}]
    get:
      operationId: same
      responses: {200: {description: ok, content: {text/csv: {}}}}
    post:
      operationId: same
      x-tool: {nmae: x}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Gone'}}}}
      responses: {ok: {description: ok}}
components:
  schemas:
    Odd: {type: strnig, required: yes}
";
    let overlay = "
overlay: 1.0.0
actions:
  - target: $.info.title
    update: {a: 1}
";
    let message = load(description, overlay).unwrap_err().to_string();
    let wanted = [
        "overlay line 4: the target #/info/title cannot take this update",
        "#/paths/~1a~1{id}/parameters/0/style: the style `deepObject` of `lang`",
        "#/paths/~1a~1{id}/get: the path has `{id}`, but no path parameter declares it",
        "#/paths/~1a~1{id}/post: the path has `{id}`, but no path parameter declares it",
        "#/paths/~1a~1{id}/get/responses/200: the response is not `application/json`",
        "#/paths/~1a~1{id}/post: the operationId `same` is that of #/paths/~1a~1{id}/get",
        "#/paths/~1a~1{id}/post: the tool name `same` is already taken",
        "#/paths/~1a~1{id}/post/x-tool: unknown field `nmae`",
        "schema: the reference `#/components/schemas/Gone` has no target",
        "#/paths/~1a~1{id}/post/responses/ok: `ok` is not a status",
        "#/components/schemas/Odd/type: \"strnig\" is not a type",
        "#/components/schemas/Odd/required: must be an array",
    ];
    for part in wanted {
        assert!(message.contains(part), "{part}\n  is not in\n{message}");
    }
    assert!(message.starts_with(&format!("{} faults:", wanted.len())), "{message}");
}

#[test]
fn faults_of_both_texts_are_listed_even_when_neither_can_be_read() {
    let message = load("{", "overlay: 2.0.0\nactions: []").unwrap_err().to_string();
    assert!(message.contains("the description could not be read"), "{message}");
    assert!(message.contains("version 2.0.0 is not supported"), "{message}");
}
