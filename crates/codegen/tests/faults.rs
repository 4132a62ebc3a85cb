//! What cannot be generated is said, with its place; what deserves a look is a warning.

#![allow(clippy::unwrap_used, clippy::panic)]

use streampay_codegen::{client, tools};
use streampay_spec::{Api, Fault, load};

const OK: &str = "responses: {200: {description: ok}}";

/// A description with one operation under `/a/{id}`.
fn api(members: &str) -> Api {
    let id = "{name: id, in: path, required: true, schema: {type: string}}";
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths: {{'/a/{{id}}': {{put: \
         {{operationId: put_a, {OK}, parameters: [{id}, {{name: q, in: query, schema: {{type: \
         string}}}}], {members}}}}}}}"
    );
    load(&text, "").unwrap_or_else(|faults| panic!("{faults}\n{text}")).api
}

fn body(schema: &str) -> String {
    format!("requestBody: {{required: true, content: {{application/json: {{schema: {schema}}}}}}}")
}

/// The faults of the tools, each with advice.
fn tool_faults(api: &Api) -> Vec<String> {
    let faults = tools::emit(api).err().map(|faults| faults.0).unwrap_or_default();
    assert!(faults.iter().all(|fault| !fault.advice.is_empty()), "{faults:#?}");
    faults.iter().map(|fault| format!("{}: {}", fault.place, fault.message)).collect()
}

fn client_faults(text: &str) -> Vec<Fault> {
    let api = load(text, "").unwrap_or_else(|faults| panic!("{faults}")).api;
    let faults = client::generate(&api).unwrap_err().0;
    assert!(faults.iter().all(|fault| !fault.advice.is_empty()), "{faults:#?}");
    faults
}

#[test]
fn arguments_that_share_a_name_are_faults_until_the_overlay_tells_them_apart() {
    let same = body("{type: object, properties: {id: {type: string}}}");
    let place = "#/paths/~1a~1{id}/put";
    assert_eq!(
        tool_faults(&api(&same)),
        [format!("{place}: tool put_a: two arguments are called `id` (Path, Body)")]
    );
    let both = format!("{same}, x-tool: {{arguments: {{id: {{name: it}}}}}}");
    assert_eq!(
        tool_faults(&api(&both)),
        [format!("{place}: tool put_a: two arguments are called `it` (Path, Body)")]
    );
    let apart = format!("{same}, x-tool: {{arguments: {{body.id: {{name: new_id}}}}}}");
    let (plan, warnings) = tools::plan(&api(&apart)).unwrap();
    let names: Vec<&str> = plan[0].arguments.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(names, ["id", "q", "new_id"]);
    assert_eq!(warnings, []);
}

#[test]
fn names_that_become_one_when_clients_can_take_them_are_faults() {
    let members = body("{type: object, properties: {'a.b': {}, 'a:b': {}}}");
    assert_eq!(
        tool_faults(&api(&members)),
        ["#/paths/~1a~1{id}/put: tool put_a: two arguments are called `a_b` (Body, Body)"]
    );
}

#[test]
fn a_tool_that_would_do_something_else_than_it_says_is_a_fault() {
    let cases = [
        ("x-tools: [{name: t, fixed: {gone: 1}}]", "the fixed argument `gone` does not exist"),
        (
            "x-tools: [{name: t, fixed: {body.mood: gloomy}}], requestBody: {content: \
             {application/json: {schema: {type: object, properties: {mood: {enum: [good, bad]}}}}}}",
            "the fixed argument `body.mood` cannot be \"gloomy\"",
        ),
        ("x-tools: [{name: t, omit: [id]}]", "the argument `id` is required and cannot be omitted"),
    ];
    for (extension, wanted) in cases {
        let faults = tool_faults(&api(extension));
        assert_eq!(faults, [format!("#/paths/~1a~1{{id}}/put: tool t: {wanted}")]);
    }
    let hints = "x-tool: {hints: {read_only: true, destructive: true}}";
    let faults = tool_faults(&api(hints));
    assert_eq!(faults, ["tool put_a: its hints are both read-only and destructive"]);
}

#[test]
fn a_way_to_ask_that_the_operation_would_reject_is_a_fault() {
    let cases = [
        ("it: {x-tool-input: {hide: true}}", "it", "has no member `hide`"),
        ("must: {x-tool-input: {hidden: true}}", "must", "hides a member that is required"),
        (
            "mood: {enum: [good, bad], x-tool-input: {enum: [gloomy]}}",
            "mood",
            "names \"gloomy\", which the type does not have",
        ),
        (
            "list: {type: array, items: {type: object, properties: {deep: {x-tool-input: {default: 1}}}}}",
            "deep",
            "sets a default within a list, which tools cannot fill in",
        ),
    ];
    for (member, name, wanted) in cases {
        let body = body(&format!("{{type: object, required: [must], properties: {{{member}}}}}"));
        assert_eq!(
            tool_faults(&api(&body)),
            [format!("#/paths/~1a~1{{id}}/put: tool put_a: `x-tool-input` of `{name}` {wanted}")]
        );
    }
}

#[test]
fn all_faults_of_all_tools_are_listed_at_once() {
    let faults = tool_faults(&api("x-tool: {hints: {read_only: true, destructive: true}}, \
         x-tools: [{name: t, fixed: {gone: 1, lost: 2}, omit: [id]}]"));
    assert_eq!(faults.len(), 4, "{faults:#?}");
}

#[test]
fn words_about_what_does_not_exist_are_warnings() {
    let (_, warnings) = tools::emit(&api(
        "x-verify-with: {tool: get_a, look_for: it}, x-tool: {arguments: {gone: {name: g}}}, \
         x-tools: [{name: t, omit: [lost]}]",
    ))
    .unwrap();
    let texts: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "#/paths/~1a~1{id}/put: tool put_a: the overlay names `gone`, which is not an argument",
            "#/paths/~1a~1{id}/put: tool t: the overlay names `gone`, which is not an argument",
            "#/paths/~1a~1{id}/put: tool t: the overlay names `lost`, which is not an argument",
            "tool put_a: x-verify-with names `get_a`, which is not a tool",
            "tool t: x-verify-with names `get_a`, which is not a tool",
        ]
    );
}

#[test]
fn a_header_that_must_be_given_is_a_warning_because_no_tool_can() {
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths: {{/a: {{get: {{operationId: a, {OK}, \
         parameters: [{{name: X-Must, in: header, required: true, schema: {{type: string}}}}]}}}}}}"
    );
    let (plan, warnings) = tools::plan(&load(&text, "").unwrap().api).unwrap();
    assert_eq!(plan[0].arguments.len(), 0);
    let texts: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    let wanted = "tool a: the header `X-Must` is required, but tools send no headers";
    assert_eq!(texts, [format!("#/paths/~1a/get: {wanted}")]);
}

/// Three operations, of which the second and the third cannot be generated.
const ODD: &str = "
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /good:
    get: {operationId: good, responses: {200: {description: ok}}}
  /header:
    get:
      operationId: object_in_header
      parameters: [{name: X-Filter, in: header, schema: {$ref: '#/components/schemas/Filter'}}]
      responses: {200: {description: ok}}
  /twins:
    get:
      operationId: twins
      parameters:
        - {name: a-b, in: query, schema: {type: string}}
        - {name: a_b, in: query, schema: {type: string}}
      responses: {200: {description: ok}}
components:
  schemas:
    Filter: {type: object, properties: {a: {type: string}}}
";

#[test]
fn what_makes_the_client_generator_panic_is_a_fault_of_its_operation() {
    let faults = client_faults(ODD);
    let places: Vec<&str> = faults.iter().map(|fault| fault.place.as_str()).collect();
    assert_eq!(places, ["#/paths/~1header/get", "#/paths/~1twins/get"]);
    // progenitor has no way to send an object outside a body, and panics.
    assert!(faults[0].message.starts_with("progenitor failed: "), "{}", faults[0]);
    assert!(faults[1].message.contains("two names that both become `a_b`"), "{}", faults[1]);
}

#[test]
fn a_component_that_cannot_be_generated_is_named_with_the_operations_that_use_it() {
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths: {{/a: {{get: {{operationId: a, \
         {OK}}}, put: {{operationId: b, {OK}, {}}}}}}}\ncomponents: {{schemas: {{Odd: {{type: object, \
         properties: {{a-b: {{}}, a_b: {{}}}}}}}}}}",
        body("{$ref: '#/components/schemas/Odd'}")
    );
    let faults = client_faults(&text);
    let places: Vec<&str> = faults.iter().map(|fault| fault.place.as_str()).collect();
    assert_eq!(places, ["#/paths/~1a/put", "#/components/schemas/Odd"]);
}

#[test]
fn panics_of_the_generator_are_caught_on_many_threads_and_others_still_print() {
    let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(|| client_faults(ODD).len())).collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 2);
    }
    let message = std::thread::spawn(|| panic!("of this test")).join().unwrap_err();
    assert_eq!(message.downcast_ref::<&str>(), Some(&"of this test"));
}

#[test]
fn inheritance_from_what_contains_itself_comes_to_an_end() {
    let text = "
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /people:
    put:
      operationId: put_person
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Person'}}}}
      responses: {200: {description: ok}}
components:
  schemas:
    Named: {type: object, required: [name], properties: {name: {type: string}}}
    Person:
      allOf:
        - $ref: '#/components/schemas/Named'
        - type: object
          properties:
            mother: {$ref: '#/components/schemas/Person'}
            friend: {allOf: [{$ref: '#/components/schemas/Person'}, {properties: {since: {type: string}}}]}
";
    let api = load(text, "").unwrap().api;
    let source = client::generate(&api).unwrap().client;
    for part in
        ["pub struct Person ", "pub struct PersonFriend ", "pub name: ::std::string::String"]
    {
        assert!(source.contains(part), "{part} is not in\n{source}");
    }
    assert!(tools::emit(&api).is_ok());
}

#[test]
fn what_would_grow_without_measure_when_written_out_is_defined_once() {
    // Ten levels of ten members each: ten thousand million members when written out.
    let mut schemas = String::from("L10: {type: string}");
    for level in 0..10 {
        let members: Vec<String> = (0..10)
            .map(|n| format!("m{n}: {{$ref: '#/components/schemas/L{}'}}", level + 1))
            .collect();
        schemas += &format!(", L{level}: {{type: object, properties: {{{}}}}}", members.join(", "));
    }
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths: {{/a: {{put: {{operationId: a, {OK}, \
         {}}}}}}}\ncomponents: {{schemas: {{{schemas}}}}}",
        body("{$ref: '#/components/schemas/L0'}")
    );
    let (plan, _) = tools::plan(&load(&text, "").unwrap().api).unwrap();
    let schema = &plan[0].input_schema;
    assert!(schema["$defs"].as_object().is_some_and(|defs| !defs.is_empty()));
    assert!(schema.to_string().len() < 1_000_000, "{} bytes", schema.to_string().len());
}

#[test]
fn a_change_that_does_not_say_whether_it_moves_money_is_reported_and_moves_an_unknown_amount() {
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths: {{/a: {{post: {{operationId: pay, \
         {OK}}}}}, /b: {{post: {{operationId: note, x-money: none, {OK}}}}}}}"
    );
    let api = load(&text, "").unwrap().api;
    let (tools, warnings) = tools::plan(&api).unwrap();
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    assert!(warnings[0].message.starts_with("pay changes something"), "{}", warnings[0].message);
    assert!(tools[0].stake.undeclared && !tools[1].stake.undeclared);
    // A description whose overlay never speaks of money is left alone.
    assert_eq!(tools::plan(&api_without_money()).unwrap().1, []);
}

fn api_without_money() -> Api {
    api("x-verify-with: {tool: put_a, look_for: it}")
}

#[test]
fn money_that_refers_to_what_is_not_there_is_a_fault() {
    let money = |amount: &str| format!("x-money: {{direction: out, amount: {amount}}}");
    let cases = [
        (
            money("{argument: {amount: gone, currency: {fixed: SAR}}}"),
            "what it puts at stake: `gone` is not an argument",
        ),
        (
            money("{answer: {read: {tool: get_b, arguments: {}}, amount: a, currency: c}}"),
            "what it puts at stake: `get_b` is not a tool that reads",
        ),
        (
            money("{answer: {read: {tool: put_a, arguments: {}}, amount: a, currency: c}}"),
            "what it puts at stake: `put_a` is not a tool that reads",
        ),
    ];
    for (extension, wanted) in cases {
        let faults = tool_faults(&api(&extension));
        assert_eq!(faults.len(), 1, "{faults:#?}");
        assert!(faults[0].ends_with(wanted), "{faults:#?}");
    }
}
