//! Words of English and Arabic requests, in a form in which all spellings of a word are equal.
//!
//! Arabic loses its diacritics and tatweel, and letters with several spellings become one: the forms of alef
//! and hamza, ta marbuta and ha, ya and alef maqsura. [`forms`] says what a word may look like without its
//! prefixes and suffixes. A form counts only if the lexicon knows it, so nothing is cut off that belongs to
//! the word.

/// The longest text that is read, in characters. The rest is ignored.
const MAX_CHARS: usize = 300;

/// How many words of a text are read.
const MAX_WORDS: usize = 40;

/// The longest word that has other forms, in bytes.
const MAX_FORMED: usize = 32;

/// The shortest form of a word, in letters.
const MIN_FORM: usize = 3;

/// What precedes an Arabic word: conjunctions, prepositions, the article, and the first letters of verbs.
const PREFIXES: [&str; 33] = [
    "", "ال", "و", "ف", "ب", "ل", "ك", "ع", "ه", "لل", "وال", "فال", "بال", "كال", "عال", "هال",
    "ولل", "وب", "ول", "ا", "ي", "ت", "ن", "س", "ان", "سا", "سي", "ست", "سن", "وي", "ون", "وت",
    "م",
];

/// What follows an Arabic word: plurals, pronouns, and the endings of verbs.
const SUFFIXES: [&str; 34] = [
    "", "ه", "ها", "هم", "هن", "ك", "كم", "نا", "ني", "ي", "ا", "وا", "ون", "ين", "ان", "ات", "ت",
    "تها", "ته", "تي", "تهم", "اته", "اتها", "اتهم", "اتي", "اتنا", "له", "لها", "لهم", "لي",
    "لنا", "يه", "ناها", "وها",
];

/// The words of a text, normalized.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars().take(MAX_CHARS).map(letter).chain([Letter::Other]) {
        match c {
            Letter::Part(c) => word.push(c),
            Letter::Mark => {}
            Letter::Other if word.is_empty() => {}
            Letter::Other => words.push(plain(&std::mem::take(&mut word))),
        }
        if words.len() == MAX_WORDS {
            break;
        }
    }
    words
}

enum Letter {
    /// A letter or digit of a word.
    Part(char),
    /// A sign within a word that does not count.
    Mark,
    Other,
}

fn letter(c: char) -> Letter {
    match c {
        'آ' | 'أ' | 'إ' | 'ٱ' => Letter::Part('ا'),
        'ى' | 'ئ' | 'ی' => Letter::Part('ي'),
        'ؤ' => Letter::Part('و'),
        'ة' => Letter::Part('ه'),
        'ک' | 'گ' => Letter::Part('ك'),
        // A hamza of its own, tatweel, diacritics, apostrophes and joiners.
        'ء' | 'ـ' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\'' | '’' | '\u{200c}'..='\u{200f}' => {
            Letter::Mark
        }
        '٠'..='٩' => digit(c, '٠'),
        '۰'..='۹' => digit(c, '۰'),
        c if c.is_alphanumeric() => Letter::Part(c.to_lowercase().next().unwrap_or(c)),
        _ => Letter::Other,
    }
}

fn digit(c: char, zero: char) -> Letter {
    let value = u32::from(c).saturating_sub(u32::from(zero));
    char::from_digit(value, 10).map_or(Letter::Other, Letter::Part)
}

/// The word with letters once that are repeated for emphasis: three times or more.
fn plain(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    while let Some(c) = letters.next() {
        let mut count = 1;
        while letters.next_if_eq(&c).is_some() {
            count += 1;
        }
        let times = if count > 2 && !c.is_ascii_digit() { 1 } else { count };
        out.extend(std::iter::repeat_n(c, times));
    }
    out
}

/// What a word may be without its prefixes and suffixes, the least changed first. The word itself is the first
/// one.
pub(super) fn forms(word: &str) -> Vec<String> {
    if word.len() > MAX_FORMED {
        return vec![word.to_owned()];
    }
    if word.is_ascii() { english(word) } else { arabic(word) }
}

fn arabic(word: &str) -> Vec<String> {
    let mut found: Vec<(usize, &str)> = Vec::new();
    for prefix in PREFIXES {
        let Some(rest) = word.strip_prefix(prefix) else { continue };
        for suffix in SUFFIXES {
            let Some(form) = rest.strip_suffix(suffix) else { continue };
            let changed = prefix.len() + suffix.len();
            if changed == 0 || form.chars().count() >= MIN_FORM {
                found.push((changed, form));
            }
        }
    }
    // The sort is stable, so among forms of one length the order of the tables counts.
    found.sort_by_key(|(changed, _)| *changed);
    let mut forms: Vec<String> = Vec::with_capacity(found.len());
    for (_, form) in found {
        if !forms.iter().any(|known| known == form) {
            forms.push(form.to_owned());
        }
    }
    forms
}

fn english(word: &str) -> Vec<String> {
    let mut forms = vec![word.to_owned()];
    let mut add = |form: String| {
        if form.len() >= MIN_FORM && !forms.contains(&form) {
            forms.push(form);
        }
    };
    for (suffix, replacement) in [
        ("ies", "y"),
        ("es", ""),
        ("s", ""),
        ("ied", "y"),
        ("ed", ""),
        ("ed", "e"),
        ("ing", ""),
        ("ing", "e"),
        ("er", ""),
        ("ers", ""),
        ("ly", ""),
        ("ment", ""),
        ("ation", "e"),
    ] {
        let Some(stem) = word.strip_suffix(suffix) else { continue };
        add(format!("{stem}{replacement}"));
        // stopped, stopping
        if replacement.is_empty() && stem.len() > MIN_FORM {
            let mut letters = stem.chars().rev();
            if letters.next() == letters.next() {
                add(stem.chars().take(stem.len() - 1).collect());
            }
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::{MAX_WORDS, forms, words};

    #[test]
    fn spellings_of_an_arabic_word_are_equal() {
        for (one, other) in [
            ("فَاتُورَة", "فاتوره"),
            ("أُلغِي", "الغي"),
            ("إلغاء", "الغا"),
            ("مـــبـــلغ", "مبلغ"),
            ("مدى", "مدي"),
            ("الفلوووووس", "الفلوس"),
            ("٢٥٠", "250"),
            ("REFUND", "refund"),
            ("don't", "dont"),
        ] {
            assert_eq!(words(one), [other], "{one}");
        }
        assert_eq!(words("وش، الروابط؟"), ["وش", "الروابط"]);
        assert_eq!(words("1000"), ["1000"], "digits are no emphasis");
    }

    #[test]
    fn a_word_is_found_without_its_prefixes_and_suffixes() {
        for (word, form) in [
            ("والفاتوره", "فاتوره"),
            ("للعميل", "عميل"),
            ("هالمنتج", "منتج"),
            ("بالرابط", "رابط"),
            ("نلغيها", "لغي"),
            ("ارجعله", "رجع"),
            ("فلوسها", "فلوس"),
            ("refunding", "refund"),
            ("stopped", "stop"),
            ("charged", "charge"),
            ("companies", "company"),
            ("customers", "customer"),
        ] {
            assert!(forms(word).contains(&form.to_owned()), "{word}: {:?}", forms(word));
        }
        assert_eq!(forms("وقف").len(), 1, "what belongs to a short word stays");
    }

    #[test]
    fn the_length_of_a_text_does_not_matter() {
        assert!(words(&"ا".repeat(1_000_000)).len() == 1);
        assert!(words(&"a ".repeat(1_000_000)).len() <= MAX_WORDS);
        assert_eq!(forms(&"و".repeat(1000)).len(), 1);
    }
}
