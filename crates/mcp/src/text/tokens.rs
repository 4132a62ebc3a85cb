//! How many tokens a model needs for a text, estimated from above.
//!
//! Tokenizers differ, and none of them belongs into this server. They cut a text into words, numbers of up
//! to three digits and marks, and give common words one token and rare ones several. The estimate does the
//! same with a price for each kind of character. It is exact for none and too low for none of the kinds of
//! text that results have; the test compares it with a tokenizer in use.

/// The price of a token, so that characters can have parts of it.
const TOKEN: usize = 12;

/// The kinds of characters that stay together in a token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Space,
    Lower,
    Upper,
    Digit,
    Mark,
    Arabic,
    Other,
}

/// The largest number of tokens that a text of this kind takes.
pub(crate) fn estimate(text: &str) -> usize {
    let mut price = 0;
    let mut before = Kind::Space;
    for c in text.chars() {
        let kind = kind(c);
        price += match kind {
            // A space mostly belongs to the word that follows it.
            Kind::Space if c == ' ' && before != Kind::Space => TOKEN / 4,
            // Words: a token for the beginning, then one for every three letters.
            Kind::Lower if matches!(before, Kind::Lower | Kind::Upper) => TOKEN / 3,
            Kind::Upper if before == Kind::Upper => TOKEN / 2,
            Kind::Digit if before == Kind::Digit => TOKEN / 3,
            // Two letters of Arabic are a token in most words, in names fewer; vowel signs are one each.
            Kind::Arabic if is_vowel_sign(c) => TOKEN,
            Kind::Arabic if before == Kind::Arabic => TOKEN * 2 / 3,
            Kind::Other => TOKEN * c.len_utf8(),
            _ => TOKEN,
        };
        before = kind;
    }
    price.div_ceil(TOKEN)
}

fn kind(c: char) -> Kind {
    match c {
        ' ' | '\n' | '\t' => Kind::Space,
        'a'..='z' => Kind::Lower,
        'A'..='Z' => Kind::Upper,
        '0'..='9' => Kind::Digit,
        '\u{600}'..='\u{6ff}' => Kind::Arabic,
        c if c.is_ascii() => Kind::Mark,
        _ => Kind::Other,
    }
}

const fn is_vowel_sign(c: char) -> bool {
    matches!(c, '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::estimate;

    const TEXTS: [&str; 12] = [
        "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c\t1042\t7d1e2f3a-4b5c-4f6b-9a7c-3f2b8c1e5d4a\tNoura Alharbi\t+966501234567\t1250.00\t0.00\t1250.00\tSAR\tSENT\t2026-11-24T10:00:00Z\n",
        "{\"id\":\"3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c\",\"total_amount\":\"1250.00\",\"total_amount_in_smallest_unit\":125000,\"description\":null,\"is_deleted\":false}",
        "فاتورة رقم ١٢٣ للعميلة نورة الحربي، المبلغ الإجمالي ألف ومئتان وخمسون ريالًا سعوديًا فقط لا غير",
        "مُحَمَّدٌ رَسُولُ اللَّهِ وَالَّذِينَ مَعَهُ أَشِدَّاءُ",
        "شركة التقنية المتقدمة للاستثمار والتطوير العقاري المحدودة\tشارع الملك فهد، حي العليا، الرياض 12211",
        "The customer asked for a refund because the delivery was two weeks late. Please call before noon.",
        "👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}\u{200d}🔥 👍🏽 🎉🎉🎉 🇸🇦",
        "日本語のテキスト、한국어 텍스트, Ünïcödé, עברית",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        "REQUESTED_BY_CUSTOMER PARTIALLY_REFUNDED INV-2026-000123 VAT 310123456700003 SA0380000000608010167519",
        "\\u202e\\u001b[31m\\n\\t⟦note⟧ <<<>>> {{}} ;;;; ,,,, ::::",
        "https://checkout.streampay.sa/pay/3f2b8c1e5d4a4f6b9a7c0d1e2f3a4b5c?lang=ar&ref=INV-2026-000123",
    ];

    #[test]
    fn the_estimate_is_never_too_low_and_rarely_twice_too_high_for_what_results_hold() {
        let tokens = tiktoken_rs::o200k_base().unwrap();
        let mut wrong = Vec::new();
        for (index, text) in TEXTS.iter().enumerate() {
            let (real, estimated) = (tokens.encode_ordinary(text).len(), estimate(text));
            println!("{estimated} for {real}: {text:.60}");
            let most = if index < 6 { 5 * real / 2 } else { usize::MAX };
            if !(real..=most).contains(&estimated) {
                wrong.push(format!("{estimated} for {real}: {text}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn texts_of_ids_amounts_names_and_times_are_not_underestimated(
            rows in prop::collection::vec(
                "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}\t[0-9]{1,6}\\.[0-9]{2}\t[ابتدرسعلمنهوي]{2,8} [ابتدرسعلمنهوي]{2,9}\t2026-[01][0-9]-[0-2][0-9]T[0-2][0-9]:[0-5][0-9]:00Z\n",
                1..20,
            ),
        ) {
            let text = rows.concat();
            let real = TOKENIZER.with(|tokens| tokens.encode_ordinary(&text).len());
            prop_assert!(estimate(&text) >= real, "{} is less than {real}: {text}", estimate(&text));
        }
    }

    thread_local! {
        static TOKENIZER: tiktoken_rs::CoreBPE = tiktoken_rs::o200k_base().unwrap();
    }
}
