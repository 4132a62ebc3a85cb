//! The report of what changes for users between two descriptions.

#![allow(clippy::unwrap_used, clippy::panic)]

use streampay_spec::{Api, Report, compare, load};

/// A breaking change, or a compatible one, in words.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    Breaks(&'static str, &'static str),
    Adds(&'static str, &'static str),
}

use Line::{Adds, Breaks};

fn api(text: &str) -> Api {
    load(text, "").unwrap_or_else(|faults| panic!("{faults}\n{text}")).api
}

/// A description with the operations `paths` and the components `schemas`.
fn document(paths: &str, schemas: &str) -> String {
    format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\n\
         paths: {{{paths}}}\ncomponents: {{schemas: {{{schemas}}}}}"
    )
}

/// An operation `GET /a` with `members`.
fn get(members: &str) -> String {
    let answer = if members.contains("responses:") { "" } else { ", responses: {200: {}}" };
    document(&format!("/a: {{get: {{operationId: get_a, {members}{answer}}}}}"), "")
}

/// An operation `PUT /a` that takes `A` and answers with `B`, whose schemas are given.
fn flow(sent: &str, received: &str) -> String {
    let json = |name: &str| {
        format!(
            "{{content: {{application/json: {{schema: {{$ref: '#/components/schemas/{name}'}}}}}}}}"
        )
    };
    let (a, b) = (json("A"), json("B"));
    let put =
        format!("/a: {{put: {{operationId: put_a, requestBody: {a}, responses: {{200: {b}}}}}}}");
    document(&put, &format!("A: {sent}, B: {received}"))
}

fn check(cases: &[(&str, String, String, &[Line])]) {
    for (name, old, new, wanted) in cases {
        let Report { changes } = compare(&api(old), &api(new));
        let mut wanted: Vec<(bool, &str, &str)> = wanted
            .iter()
            .map(|line| match *line {
                Breaks(subject, text) => (true, subject, text),
                Adds(subject, text) => (false, subject, text),
            })
            .collect();
        wanted.sort_by_key(|(breaking, ..)| !breaking);
        let found: Vec<(bool, &str, &str)> = changes
            .iter()
            .map(|change| (change.breaking, change.subject.as_str(), change.text.as_str()))
            .collect();
        assert_eq!(found, wanted, "{name}");
    }
}

#[test]
fn operations_and_tools_come_and_go() {
    let one = "/a: {get: {operationId: get_a, responses: {200: {}}}}";
    let two = format!(
        "{one}, /b: {{post: {{operationId: add_b, x-tools: [{{name: add_c}}], responses: {{200: {{}}}}}}}}"
    );
    let (one, two) = (document(one, ""), document(&two, ""));
    check(&[
        (
            "added",
            one.clone(),
            two.clone(),
            &[
                Adds("POST /b", "operation added"),
                Adds("tool add_b", "added"),
                Adds("tool add_c", "added"),
            ],
        ),
        (
            "removed",
            two.clone(),
            one.clone(),
            &[
                Breaks("POST /b", "operation removed"),
                Breaks("tool add_b", "removed"),
                Breaks("tool add_c", "removed"),
            ],
        ),
        ("renamed", one, get("x-name: read_a"), &[Breaks("tool get_a", "renamed to `read_a`")]),
        (
            "a further tool renamed, which is another tool",
            two.clone(),
            two.replace("add_c", "add_d"),
            &[Breaks("tool add_c", "removed"), Adds("tool add_d", "added")],
        ),
        ("deprecated", get("x-a: 1"), get("deprecated: true"), &[Adds("GET /a", "deprecated")]),
    ]);
}

#[test]
fn arguments_come_and_go_and_change() {
    let with = |parameter: &str| get(&format!("parameters: [{parameter}]"));
    let none = with("");
    let optional = with("{name: q, in: query, schema: {type: string}}");
    let required = with("{name: q, in: query, required: true, schema: {type: string}}");
    let header = with("{name: x-q, in: header, schema: {type: string}}");
    let listed = with("{name: q, in: query, schema: {type: string, enum: [a, b]}}");
    check(&[
        ("optional added", none.clone(), optional.clone(), &[Adds("GET /a q", "argument added")]),
        (
            "required added",
            none.clone(),
            required.clone(),
            &[Breaks("GET /a q", "required argument added")],
        ),
        ("removed", optional.clone(), none.clone(), &[Breaks("GET /a q", "argument removed")]),
        (
            "now required",
            optional.clone(),
            required.clone(),
            &[Breaks("GET /a q", "argument is now required")],
        ),
        ("no longer required", required, optional.clone(), &[]),
        (
            "another type",
            optional.clone(),
            with("{name: q, in: query, schema: {type: integer}}"),
            &[Breaks("GET /a q", "string → integer")],
        ),
        (
            "shorter",
            optional.clone(),
            with("{name: q, in: query, schema: {type: string, maxLength: 3}}"),
            &[Breaks("GET /a q", "its limits changed")],
        ),
        (
            "other words and another default",
            optional.clone(),
            with("{name: q, in: query, description: d, schema: {type: string, default: x}}"),
            &[],
        ),
        (
            "moved",
            optional.clone(),
            with("{name: q, in: header, schema: {type: string}}"),
            &[Breaks("GET /a q", "argument removed"), Adds("GET /a q", "header added")],
        ),
        ("a header", none.clone(), header.clone(), &[Adds("GET /a x-q", "header added")]),
        ("no header", header, none, &[Breaks("GET /a x-q", "header removed")]),
        (
            "a value fewer, one more",
            listed.clone(),
            listed.replace("[a, b]", "[b, c]"),
            &[Breaks("GET /a q", "value \"a\" removed"), Adds("GET /a q", "value \"c\" added")],
        ),
        (
            "from any to listed",
            optional,
            listed,
            &[Breaks("GET /a q", "its values are now listed")],
        ),
    ]);
}

#[test]
fn what_breaks_depends_on_which_way_a_schema_travels() {
    let any = "{type: object}";
    let schema = |members: &str| format!("{{type: object, {members}}}");
    let name = schema("properties: {n: {type: string}}");
    let required = schema("required: [n], properties: {n: {type: string}}");
    let nullable = schema("properties: {n: {type: [string, 'null']}}");
    let both = schema("properties: {n: {type: string}, m: {type: string}}");
    let must = schema("required: [m], properties: {n: {type: string}, m: {type: string}}");
    let (few, many) = ("{type: string, enum: [a]}", "{type: string, enum: [a, b]}");
    let bounded = schema("properties: {n: {type: string, minLength: 1}}");
    /// Name, before, after, and what that means where it is sent and where it is received.
    type Case<'a> = (&'a str, &'a str, &'a str, &'a [Line], &'a [Line]);
    let cases: &[Case<'_>] = &[
        (
            "field removed",
            &both,
            &name,
            &[Breaks(".m", "field removed")],
            &[Breaks(".m", "field removed")],
        ),
        ("field added", &name, &both, &[Adds(".m", "field added")], &[Adds(".m", "field added")]),
        (
            "required field added",
            &name,
            &must,
            &[Breaks(".m", "required field added")],
            &[Adds(".m", "field added")],
        ),
        ("now required", &name, &required, &[Breaks(".n", "field is now required")], &[]),
        (
            "no longer required",
            &required,
            &name,
            &[Adds(".n", "field is no longer required")],
            &[Breaks(".n", "field may now be absent")],
        ),
        (
            "nullable",
            &name,
            &nullable,
            &[Adds(".n", "may now be null")],
            &[Breaks(".n", "may now be null")],
        ),
        (
            "no longer nullable",
            &nullable,
            &name,
            &[Breaks(".n", "may no longer be null")],
            &[Adds(".n", "may no longer be null")],
        ),
        (
            "value added",
            few,
            many,
            &[Adds("", "value \"b\" added")],
            &[Adds("", "value \"b\" added")],
        ),
        (
            "value removed",
            many,
            few,
            &[Breaks("", "value \"b\" removed")],
            &[Adds("", "value \"b\" removed")],
        ),
        (
            "limits",
            &name,
            &bounded,
            &[Breaks(".n", "its limits changed")],
            &[Adds(".n", "its limits changed")],
        ),
    ];
    for (case, old, new, sent, received) in cases {
        let lines = |prefix: &str, lines: &[Line]| -> Vec<Line> {
            let whole = |subject: &str| -> &'static str { format!("{prefix}{subject}").leak() };
            let line = |line: &Line| match line {
                Breaks(subject, text) => Breaks(whole(subject), text),
                Adds(subject, text) => Adds(whole(subject), text),
            };
            lines.iter().map(line).collect()
        };
        check(&[(case, flow(old, any), flow(new, any), &lines("A", sent))]);
        check(&[(case, flow(any, old), flow(any, new), &lines("B", received))]);
    }
}

#[test]
fn changes_deep_inside_are_named_by_their_path() {
    let inner = |kind: &str, values: &str| {
        format!(
            "{{type: object, properties: {{list: {{type: array, items: {{type: object, properties: \
             {{kind: {{type: {kind}}}, state: {{type: string, enum: [{values}]}}}}}}}}, \
             map: {{type: object, additionalProperties: {{type: {kind}}}}}}}}}"
        )
    };
    check(&[(
        "in lists and maps",
        flow(&inner("string", "x, y"), "{}"),
        flow(&inner("integer", "y"), "{}"),
        &[
            Breaks("A.list[].kind", "string → integer"),
            Breaks("A.list[].state", "value \"x\" removed"),
            Breaks("A.map.*", "string → integer"),
        ],
    )]);
}

#[test]
fn bodies_and_answers_come_go_and_change() {
    let body = |text: &str| {
        get(&format!(
            "requestBody: {{{text}content: {{application/json: {{schema: {{type: string}}}}}}}}"
        ))
    };
    let answer = |schema: &str| {
        get(&format!("responses: {{200: {{content: {{application/json: {{schema: {schema}}}}}}}}}"))
    };
    let none = get("x-a: 1");
    check(&[
        ("optional body", none.clone(), body(""), &[Adds("GET /a", "takes a body now")]),
        (
            "required body",
            none.clone(),
            body("required: true, "),
            &[Breaks("GET /a", "takes a body now")],
        ),
        ("body gone", body(""), none.clone(), &[Breaks("GET /a", "takes no body any more")]),
        (
            "body required",
            body(""),
            body("required: true, "),
            &[Breaks("GET /a", "the body is now required")],
        ),
        (
            "another body",
            body(""),
            body("").replace("type: string", "type: integer"),
            &[Breaks("GET /a body", "string → integer")],
        ),
        (
            "content",
            none.clone(),
            answer("{type: string}"),
            &[Breaks("GET /a", "answers with content now")],
        ),
        (
            "no content",
            answer("{type: string}"),
            none,
            &[Breaks("GET /a", "answers without content now")],
        ),
        (
            "another answer",
            answer("{type: array, items: {type: string}}"),
            answer("{type: array, items: {type: number}}"),
            &[Breaks("GET /a answer[]", "string → number")],
        ),
        (
            "a choice",
            answer("{type: string}"),
            answer("{anyOf: [{type: string}, {type: integer}]}"),
            &[Breaks("GET /a answer", "string → string or integer")],
        ),
    ]);
}

#[test]
fn identical_descriptions_give_an_empty_report() {
    for text in [include_str!("fixtures/petshop.yaml"), include_str!("fixtures/library.yaml")] {
        let report = compare(&api(text), &api(text));
        assert_eq!(report, Report::default());
        assert!(!report.is_breaking());
        assert_eq!(report.to_markdown(), "No change for users.\n");
    }
}

#[test]
fn the_report_is_markdown_with_what_breaks_on_top() {
    let petshop = include_str!("fixtures/petshop.yaml");
    let later = petshop
        .replace("operationId: removePet", "operationId: deletePet")
        .replace("guinea pig", "hamster")
        .replace("barks: {type: boolean}", "barks: {type: string}, age: {type: integer}")
        .replace("        - {name: self, in: query, schema: {type: boolean}}\n", "");
    let report = compare(&api(petshop), &api(&later));
    assert!(report.is_breaking());
    let wanted = "\
## Breaking

- `tool remove_pet`: renamed to `delete_pet`
- `GET /pets/{pet_id}/{type} self`: argument removed
- `Kind`: value \"guinea pig\" removed
- `Dog.barks`: boolean → string

## Compatible

- `Kind`: value \"hamster\" added
- `Dog.age`: field added

";
    assert_eq!(report.to_markdown(), wanted);
}
