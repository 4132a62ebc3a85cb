//! HTML pages as Markdown.
//!
//! One pass over the text, without a tree and without recursion. Time and memory grow with the length of
//! the page and with nothing else, however its elements are nested or left open. What guides are made of
//! is kept: headings, paragraphs, lists, code, links, emphasis, quotations, tables. Of other elements only
//! the text is kept, and of menus, scripts and pictures nothing.

use std::fmt::Write as _;

/// How deep elements may be nested. Deeper ones count as text.
const MAX_DEPTH: usize = 64;

/// How deep lists and quotations are indented.
const MAX_INDENT: usize = 6;

/// The longest Markdown of a page, in bytes.
const MAX_MARKDOWN: usize = 512 * 1024;

/// The longest address of a link, in bytes.
const MAX_HREF: usize = 2_000;

/// Elements that are left out with everything inside.
const SKIPPED: &[&str] = &[
    "script", "style", "nav", "footer", "header", "template", "svg", "math", "iframe", "noscript",
    "title", "textarea", "select", "button", "form", "head", "aside",
];

/// The part of a page between `<main>` tags, or `<article>` tags, or all of it, as Markdown.
pub(super) fn to_markdown(html: &str) -> String {
    let mut writer = Writer::default();
    let mut open: Vec<Open> = Vec::new();
    let mut rest = main_part(html);
    while let Some(at) = rest.find('<') {
        let (text, from) = rest.split_at(at);
        writer.text(text);
        if writer.out.len() > MAX_MARKDOWN {
            break;
        }
        let Some((markup, after)) = Markup::read(from) else {
            // Markup that does not end: the rest of the page is inside of it.
            rest = "";
            break;
        };
        rest = after;
        match markup {
            Markup::Text(text) => writer.text(text),
            Markup::Comment => {}
            Markup::Start { name, .. } if SKIPPED.contains(&name.as_str()) => {
                rest = after_element(after, &name);
            }
            Markup::Start { name, attributes } => start(&mut writer, &mut open, &name, attributes),
            Markup::End { name } => {
                if let Some(at) = open.iter().rposition(|element| element.name == name) {
                    close(&mut writer, &mut open, at);
                }
            }
        }
    }
    writer.text(rest);
    close(&mut writer, &mut open, 0);
    writer.finish()
}

fn main_part(html: &str) -> &str {
    for tag in ["main", "article"] {
        let start = html.find(&format!("<{tag}"));
        let end = html.rfind(&format!("</{tag}>"));
        if let (Some(start), Some(end)) = (start, end)
            && let Some(part) = html.get(start..end)
        {
            return part;
        }
    }
    html
}

/// A piece of markup.
enum Markup<'a> {
    /// What only looked like it.
    Text(&'a str),
    Comment,
    Start {
        name: String,
        attributes: &'a str,
    },
    End {
        name: String,
    },
}

impl<'a> Markup<'a> {
    /// Reads markup at the beginning of `text`, which is a `<`. `None` if it does not end.
    fn read(text: &'a str) -> Option<(Self, &'a str)> {
        if let Some(comment) = text.strip_prefix("<!--") {
            return comment.split_once("-->").map(|(_, rest)| (Self::Comment, rest));
        }
        let inside = text.get(1..).unwrap_or_default();
        let end_tag = inside.strip_prefix('/');
        let name = end_tag.unwrap_or(inside);
        match name.bytes().next() {
            Some(first) if first.is_ascii_alphabetic() => {}
            Some(b'!' | b'?') => {
                return text.split_once('>').map(|(_, rest)| (Self::Comment, rest));
            }
            _ => return Some((Self::Text("<"), inside)),
        }
        let length =
            name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
        let (name, attributes) = name.split_at(length);
        let end = tag_end(attributes)?;
        let (attributes, rest) = attributes.split_at(end);
        let name = name.chars().take(16).collect::<String>().to_ascii_lowercase();
        let rest = rest.strip_prefix('>').unwrap_or(rest);
        let tag =
            if end_tag.is_some() { Self::End { name } } else { Self::Start { name, attributes } };
        Some((tag, rest))
    }
}

/// Where the `>` of a tag is, outside of quoted attributes.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// What follows the end of an element that begins before `text`. Elements of the same name may be inside,
/// except where HTML takes everything for text.
fn after_element<'a>(text: &'a str, name: &str) -> &'a str {
    let raw = matches!(name, "script" | "style" | "textarea" | "title" | "iframe" | "noscript");
    let mut depth = 1_usize;
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let from = rest.get(at + 1..).unwrap_or_default();
        let (closes, tag) = from.strip_prefix('/').map_or((false, from), |tag| (true, tag));
        let same = tag.get(..name.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(name))
            && tag.as_bytes().get(name.len()).is_none_or(|byte| !byte.is_ascii_alphanumeric());
        rest = from;
        if same && closes {
            depth -= 1;
            if depth == 0 {
                return tag.split_once('>').map_or("", |(_, rest)| rest);
            }
        } else if same && !raw {
            depth += 1;
        }
    }
    ""
}

/// The value of an attribute.
fn attribute(attributes: &str, name: &str) -> Option<String> {
    let mut rest = attributes;
    while let Some((before, after)) = rest.split_once('=') {
        let key =
            before.rsplit(|c: char| c.is_ascii_whitespace() || c == '"' || c == '\'').next()?;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, next) = match quote {
            Some(quote) => after.get(1..)?.split_once(quote)?,
            None => after.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((after, "")),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(entities(value));
        }
        rest = next;
    }
    None
}

/// An element whose end has not been seen.
struct Open {
    name: String,
    /// The address of a link.
    href: Option<String>,
}

fn start(writer: &mut Writer, open: &mut Vec<Open>, name: &str, attributes: &str) {
    match name {
        "br" => return writer.line_break(),
        "hr" => return writer.rule(),
        _ => {}
    }
    if let Some(at) = implied_end(open, name) {
        close(writer, open, at);
    }
    if open.len() >= MAX_DEPTH {
        return;
    }
    let mut href = None;
    match name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            writer.block();
            let level = name.bytes().last().map_or(1, |digit| digit.saturating_sub(b'0'));
            writer.mark(&format!("{} ", "#".repeat(level.into())));
        }
        "p" | "div" | "section" | "article" | "main" | "figure" | "details" | "summary" | "dl"
        | "dt" | "dd" => {
            writer.block();
        }
        "ul" | "ol" => writer.list((name == "ol").then_some(0)),
        "li" => writer.item(),
        "blockquote" => writer.quotation(1),
        "pre" => writer.fence(attribute(attributes, "class").as_deref()),
        "code" if !writer.fenced => writer.raw("`"),
        "strong" | "b" => writer.mark("**"),
        "em" | "i" => writer.mark("*"),
        "a" => {
            href = attribute(attributes, "href").filter(|href| is_address(href));
            if href.is_some() {
                writer.mark("[");
            }
        }
        "table" => writer.table(),
        "tr" => writer.row(),
        "td" | "th" => writer.cell(),
        "code" | "thead" | "tbody" => {}
        // Only its text counts, so its end need not be known.
        _ => return,
    }
    open.push(Open { name: name.to_owned(), href });
}

/// The element that ends because another one begins: an item before the next, a paragraph before a block.
fn implied_end(open: &[Open], name: &str) -> Option<usize> {
    const BLOCKS: &[&str] = &[
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "pre",
        "blockquote",
        "table",
        "div",
        "section",
        "dl",
    ];
    let (ends, within): (&[&str], &[&str]) = match name {
        "li" => (&["li"], &["ul", "ol"]),
        "dt" | "dd" => (&["dt", "dd"], &["dl"]),
        "td" | "th" => (&["td", "th"], &["tr", "table"]),
        "tr" => (&["tr"], &["table"]),
        "thead" | "tbody" => (&["thead", "tbody"], &["table"]),
        _ if BLOCKS.contains(&name) => (&["p"], &["li", "td", "th", "blockquote", "div"]),
        _ => return None,
    };
    let bound = open.iter().rposition(|element| within.contains(&element.name.as_str()));
    let from = bound.map_or(0, |at| at + 1);
    let inside = open.get(from..)?;
    inside.iter().position(|element| ends.contains(&element.name.as_str())).map(|at| from + at)
}

/// Ends all elements from the one at `at`, the innermost first.
fn close(writer: &mut Writer, open: &mut Vec<Open>, at: usize) {
    for element in open.drain(at..).rev() {
        match element.name.as_str() {
            "ul" | "ol" => writer.end_list(),
            "blockquote" => writer.quotation(-1),
            "pre" => writer.end_fence(),
            "code" if !writer.fenced => writer.raw("`"),
            "strong" | "b" => writer.end_mark("**"),
            "em" | "i" => writer.end_mark("*"),
            "a" => {
                if let Some(href) = element.href {
                    writer.end_mark(&format!("]({href})"));
                }
            }
            "table" => writer.block(),
            "tr" => writer.end_row(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "p" | "div" | "section" | "article"
            | "main" | "figure" | "details" | "summary" | "dl" | "dt" | "dd" => writer.block(),
            _ => {}
        }
    }
}

/// Whether a link leads to a page, and its address fits into Markdown.
fn is_address(href: &str) -> bool {
    let scheme = href.split_once(':').map(|(scheme, _)| scheme);
    let page = scheme.is_none_or(|scheme| {
        matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "mailto")
            || scheme.contains(['/', '?', '#'])
    });
    page && !href.is_empty()
        && href.len() <= MAX_HREF
        && !href.contains(|c: char| {
            c.is_whitespace() || c.is_control() || matches!(c, '(' | ')' | '<' | '>')
        })
}

/// Writes Markdown.
#[derive(Default)]
struct Writer {
    out: String,
    /// How many line breaks come before what is written next.
    breaks: usize,
    /// Whether a space comes before what is written next on the same line.
    space: bool,
    /// Whether the current line holds only its indentation.
    fresh: bool,
    fenced: bool,
    quotations: usize,
    /// The open lists: the last number of an ordered one.
    lists: Vec<Option<usize>>,
    /// The cells of the current row, and whether the next row is the table's first.
    cells: usize,
    first_row: bool,
}

impl Writer {
    fn text(&mut self, text: &str) {
        let text = entities(text);
        if self.fenced {
            for (index, line) in text.split('\n').enumerate() {
                if index > 0 {
                    self.newline();
                }
                self.out.push_str(line);
            }
            return;
        }
        for (index, word) in text.split(|c: char| c.is_ascii_whitespace()).enumerate() {
            if index > 0 {
                self.space = true;
            }
            if !word.is_empty() {
                self.raw(word);
            }
        }
    }

    /// Writes something on the current line, after the breaks and the space that are due.
    fn raw(&mut self, text: &str) {
        if self.breaks > 0 {
            let breaks = if self.out.is_empty() { 0 } else { self.breaks };
            for _ in 0..breaks {
                self.newline();
            }
            if breaks == 0 {
                self.prefix();
            }
            self.breaks = 0;
            self.fresh = true;
        }
        if self.space && !self.fresh && !self.out.is_empty() {
            self.out.push(' ');
        }
        self.space = false;
        self.fresh = false;
        self.out.push_str(text);
    }

    /// Opening marks come directly before the next word.
    fn mark(&mut self, mark: &str) {
        self.raw(mark);
        self.fresh = true;
    }

    /// Closing marks come directly after the last word.
    fn end_mark(&mut self, mark: &str) {
        let space = std::mem::take(&mut self.space);
        let (breaks, fresh) = (std::mem::take(&mut self.breaks), self.fresh);
        self.raw(mark);
        (self.space, self.breaks, self.fresh) = (space, breaks, fresh && breaks > 0);
    }

    fn newline(&mut self) {
        while self.out.ends_with(' ') {
            self.out.pop();
        }
        self.out.push('\n');
        self.prefix();
    }

    fn prefix(&mut self) {
        for _ in 0..self.quotations.min(MAX_INDENT) {
            self.out.push_str("> ");
        }
        let items = self.lists.len().min(MAX_INDENT);
        for _ in 1..items {
            self.out.push_str("  ");
        }
    }

    fn block(&mut self) {
        // The first paragraph of an item is on the item's line.
        if !self.fresh {
            self.breaks = self.breaks.max(2);
        }
        self.space = false;
    }

    fn line_break(&mut self) {
        if self.fenced {
            self.newline();
        } else {
            self.breaks = self.breaks.max(1);
        }
    }

    fn rule(&mut self) {
        self.block();
        self.raw("---");
        self.block();
    }

    fn list(&mut self, number: Option<usize>) {
        let breaks = if self.lists.is_empty() { 2 } else { 1 };
        self.breaks = self.breaks.max(breaks);
        self.lists.push(number);
    }

    fn end_list(&mut self) {
        self.lists.pop();
        self.fresh = false;
        let breaks = if self.lists.is_empty() { 2 } else { 1 };
        self.breaks = self.breaks.max(breaks);
    }

    fn item(&mut self) {
        self.breaks = if self.out.ends_with("\n\n") { 0 } else { self.breaks.clamp(1, 2) };
        let bullet = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{number}. ")
            }
            _ => "- ".to_owned(),
        };
        self.raw(&bullet);
        self.fresh = true;
    }

    fn quotation(&mut self, change: isize) {
        if change < 0 {
            self.fresh = false;
        }
        self.block();
        self.quotations = self.quotations.saturating_add_signed(change);
    }

    fn fence(&mut self, class: Option<&str>) {
        self.block();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let language = class
            .and_then(|class| class.split_whitespace().find_map(|c| c.strip_prefix("language-")));
        let language =
            language.filter(|language| language.len() < 20 && language.chars().all(plain));
        self.raw("```");
        self.out.push_str(language.unwrap_or_default());
        self.newline();
        self.fenced = true;
    }

    fn end_fence(&mut self) {
        self.fenced = false;
        if !self.out.ends_with('\n') {
            self.newline();
        }
        self.out.push_str("```");
        self.fresh = false;
        self.block();
    }

    fn table(&mut self) {
        self.block();
        self.first_row = true;
    }

    fn row(&mut self) {
        self.breaks = self.breaks.max(1);
        self.space = false;
        self.cells = 0;
        self.raw("|");
    }

    fn cell(&mut self) {
        if self.cells > 0 {
            self.end_mark(" |");
        }
        self.breaks = 0;
        self.fresh = false;
        self.cells += 1;
        self.space = true;
    }

    fn end_row(&mut self) {
        self.breaks = 0;
        self.end_mark(" |");
        if std::mem::take(&mut self.first_row) {
            self.newline();
            self.out.push('|');
            for _ in 0..self.cells.min(100) {
                self.out.push_str(" --- |");
            }
        }
        self.breaks = 1;
    }

    fn finish(self) -> String {
        let mut out = self.out;
        if out.len() > MAX_MARKDOWN {
            let end =
                out.char_indices().map(|(at, _)| at).take_while(|at| *at <= MAX_MARKDOWN).last();
            out.truncate(end.unwrap_or_default());
            let _ = write!(out, "\n\n(The page is longer; the rest is left out.)");
        }
        out.truncate(out.trim_end().len());
        out
    }
}

/// The longest name of a character reference.
const MAX_ENTITY: usize = 10;

/// Resolves character references. Unknown ones stay as they are.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let end = after.bytes().take(MAX_ENTITY).position(|byte| byte == b';');
        let resolved = end.and_then(|end| {
            let (name, rest) = after.split_at(end);
            Some((entity(name)?, rest.get(1..).unwrap_or_default()))
        });
        match resolved {
            Some((c, next)) => {
                out.push(c);
                rest = next;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let number = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        };
        return number.and_then(char::from_u32);
    }
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "copy" => '©',
        "middot" => '·',
        "bull" => '•',
        "rarr" => '→',
        "larr" => '←',
        "times" => '×',
        _ => return None,
    };
    Some(c)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::{MAX_MARKDOWN, main_part, to_markdown};

    #[test]
    fn what_guides_are_made_of_becomes_markdown() {
        for (html, wanted) in [
            ("<h1>Hooks</h1><p>Sig <code>v1</code></p><script>x()</script>", "# Hooks\n\nSig `v1`"),
            ("<p>a <b>bold</b>, <em>thin</em> &amp; 1 &lt; 2&#33;", "a **bold**, *thin* & 1 < 2!"),
            ("<ul><li>a<li>b<ul><li>c</ul></ul><p>d", "- a\n- b\n  - c\n\nd"),
            ("<ol><li><p>a</p></li><li><p>b</p></li></ol>", "1. a\n\n2. b"),
            ("see <a href='/x?a=1&amp;b=2'>this\npage</a>.", "see [this page](/x?a=1&b=2)."),
            ("<a href='javascript:x()'>no</a> <a href='data:x'>no</a>", "no no"),
            (
                "<pre class='language-sh'><code>curl <span>-X</span>\n  POST</code></pre><p>x",
                "```sh\ncurl -X\n  POST\n```\n\nx",
            ),
            (
                "<table><thead><tr><th>A<th>B</thead><tr><td>1</td><td>2</td></tr></table>",
                "| A | B |\n| --- | --- |\n| 1 | 2 |",
            ),
            ("<blockquote><p>a</p><p>b</p></blockquote>c", "> a\n>\n> b\n\nc"),
            ("a<!-- <p>no --> b<br>c<hr>d", "a b\nc\n\n---\n\nd"),
            ("<nav>no<nav>no</nav>no</nav>yes", "yes"),
            ("a < b <3 <", "a < b <3 <"),
            ("<p", ""),
        ] {
            assert_eq!(to_markdown(html), wanted, "{html}");
        }
    }

    #[test]
    fn only_the_main_part_of_a_page_counts() {
        assert_eq!(main_part("<nav>n</nav><main id=x><p>m</p></main>"), "<main id=x><p>m</p>");
        assert_eq!(main_part("</main><main>"), "</main><main>");
    }

    #[test]
    fn hostile_pages_take_little_time_and_stack() {
        let size = 512 * 1024;
        let pages: Vec<String> = [
            "<b>",
            "<div>",
            "<ul><li>",
            "<blockquote>",
            "<table><tr><td>",
            "<p><b class=1></p>",
            "<a href=x>",
            "<a \"",
            "<!--",
            "<![CDATA[",
            "</b>",
            "<script>",
            "<nav>",
            "<pre>\n",
            "<td>",
            "&",
            "&#x;",
            "<",
            "<a href=\"",
            "<ol><li>x",
            "<tr><td>x",
            "<dl><dt>",
            "<svg><nav><",
            "<p x='",
            "=",
        ]
        .into_iter()
        .map(|part| part.repeat(size / part.len()))
        .chain([
            format!("<a {}>", "a=b ".repeat(size / 4)),
            format!("{}{}", "<ul><li>".repeat(64), "<li>x".repeat(size / 5)),
            format!("<tr>{}</tr>{}", "<td>".repeat(size / 8), "<tr><td>".repeat(size / 16)),
        ])
        .collect();
        let thread = std::thread::Builder::new().stack_size(128 * 1024);
        let work = thread.spawn(move || {
            for page in pages {
                let start = Instant::now();
                let markdown = to_markdown(&page);
                let took = start.elapsed();
                assert!(markdown.len() <= MAX_MARKDOWN + 100, "{:.20}", page);
                assert!(took < Duration::from_secs(5), "{:.20} took {took:?}", page);
            }
        });
        work.unwrap().join().unwrap();
    }

    proptest! {
        #[test]
        fn any_text_becomes_markdown(
            parts in prop::collection::vec(
                prop_oneof![
                    "[^<]{0,6}",
                    "</?(p|b|i|a|li|ul|ol|td|tr|table|pre|code|h1|blockquote|br|hr|nav|script|div|span)( href=['\"]?x['\"]?)?>?",
                ],
                0..60,
            ),
        ) {
            let html = parts.concat();
            let markdown = to_markdown(&html);
            prop_assert!(markdown.len() <= 100 + html.len() * 20);
        }
    }
}
