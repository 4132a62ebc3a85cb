//! Makes visible what a reader would not see, or what changes how the rest is shown.

use std::fmt::Write as _;

/// The text with everything visible: control characters, direction marks, zero-width characters, escape
/// sequences, and Unicode tags become `<U+202E>`. Line breaks and tabs stay. So do the joiners inside
/// words and emoji, without which Persian, Hindi or a family would not read right.
pub(crate) fn visible(text: &str) -> String {
    if text.bytes().all(|byte| (b' '..0x7f).contains(&byte) || byte == b'\n' || byte == b'\t') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    each(text, |c, after, hidden| match c {
        '\n' | '\t' => out.push(c),
        '\r' if after == Some('\n') => {}
        c if hidden => {
            let _ = write!(out, "<U+{:04X}>", u32::from(c));
        }
        c => out.push(c),
    });
    out
}

/// Calls `visit` for every character of a text, with the one after it and whether a reader would not see
/// it where it stands.
pub(super) fn each(text: &str, mut visit: impl FnMut(char, Option<char>, bool)) {
    let mut before = None;
    let mut flag = 0;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let after = rest.clone().next();
        if flag == 0 && c == FLAG {
            flag = subdivision_flag(rest.as_str());
        }
        let hidden = match c {
            _ if is_tag(c) && flag > 0 => {
                flag -= 1;
                false
            }
            '\u{200c}' | '\u{200d}' => !joins(before, after),
            '\u{fe0e}' | '\u{fe0f}' => before.is_none_or(is_hidden),
            _ => is_hidden(c),
        };
        visit(c, after, hidden);
        before = Some(c);
    }
}

/// Characters that a reader does not see, or that change how others are shown.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}' | '\u{13430}'..='\u{1345f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// A joiner has its place between letters of a script that uses it, and between the parts of an emoji.
fn joins(before: Option<char>, after: Option<char>) -> bool {
    let part = |c: char| {
        let joining_script = matches!(c, '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
        let emoji = matches!(c, '\u{2190}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '\u{fe0f}');
        (joining_script || emoji) && (c == '\u{fe0f}' || !is_hidden(c))
    };
    before.is_some_and(part) && after.is_some_and(part)
}

const FLAG: char = '\u{1f3f4}';

pub(super) const fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007f}')
}

/// How many tag characters after a black flag make it the flag of England, Scotland or Wales. Any other
/// sequence could carry a hidden text.
fn subdivision_flag(rest: &str) -> usize {
    let plain: String = rest
        .chars()
        .take_while(|c| is_tag(*c))
        .filter_map(|c| char::from_u32(u32::from(c) - 0xe0000))
        .collect();
    if matches!(plain.as_str(), "gbeng\u{7f}" | "gbsct\u{7f}" | "gbwls\u{7f}") {
        plain.len()
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn ordinary_text_stays_as_it_is() {
        for text in [
            "Plain text, with punctuation.",
            "فاتورة رقم ١٢٣ – نورة",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}\u{200d}🔥 👍🏽",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "two\nlines\tand a tab",
            "Ünïcödé, 日本語, 한국어, עברית",
        ] {
            assert_eq!(visible(text), text);
        }
    }

    #[test]
    fn what_a_reader_would_not_see_becomes_visible() {
        for (text, wanted) in [
            ("a\u{202e}b", "a<U+202E>b"),
            ("a\u{1b}[31mb", "a<U+001B>[31mb"),
            ("a\u{200b}b", "a<U+200B>b"),
            ("a\u{200d}b", "a<U+200D>b"),
            ("\u{200c}", "<U+200C>"),
            ("a\u{e0041}", "a<U+E0041>"),
            ("🏴\u{e0041}\u{e007f}", "🏴<U+E0041><U+E007F>"),
            ("a\u{e0100}", "a<U+E0100>"),
            ("\u{feff}a\0\u{85}", "<U+FEFF>a<U+0000><U+0085>"),
            ("a\u{2028}b\r", "a<U+2028>b<U+000D>"),
            ("a\r\nb", "a\nb"),
            ("\u{200b}\u{fe0f}", "<U+200B><U+FE0F>"),
        ] {
            assert_eq!(visible(text), wanted);
        }
    }
}
