//! Phrases with a number in them. Arabic has other words for two, for three to ten and for more.

use crate::model::{Interval, Language};

/// The forms of a noun after a number: singular, for two, for three to ten, for eleven to ninety-nine.
struct Noun {
    one: &'static str,
    two: &'static str,
    few: &'static str,
    many: &'static str,
    english: &'static str,
}

const DAY: Noun =
    Noun { one: "يوم", two: "يومين", few: "أيام", many: "يومًا", english: "day" };
const WEEK: Noun =
    Noun {
        one: "أسبوع", two: "أسبوعين", few: "أسابيع", many: "أسبوعًا", english: "week"
    };
const MONTH: Noun = Noun {
    one: "شهر", two: "شهرين", few: "أشهر", many: "شهرًا", english: "month"
};
const YEAR: Noun =
    Noun { one: "سنة", two: "سنتين", few: "سنوات", many: "سنة", english: "year" };
const PAYMENT: Noun = Noun {
    one: "دفعة شهرية",
    two: "دفعتان شهريتان",
    few: "دفعات شهرية",
    many: "دفعة شهرية",
    english: "monthly payment",
};

impl Noun {
    fn counted(&self, language: Language, count: i64) -> String {
        match (language, count) {
            (Language::English, 1) => format!("1 {}", self.english),
            (Language::English, _) => format!("{count} {}s", self.english),
            (Language::Arabic, 1) => self.one.to_owned(),
            (Language::Arabic, 2) => self.two.to_owned(),
            (Language::Arabic, _) => {
                let noun = match count % 100 {
                    3..=10 => self.few,
                    11..=99 => self.many,
                    _ => self.one,
                };
                format!("{count} {noun}")
            }
        }
    }
}

/// `3 monthly payments`.
pub(super) fn payments(language: Language, count: u32) -> String {
    PAYMENT.counted(language, i64::from(count))
}

/// `Free trial: 14 days`.
pub(super) fn trial(language: Language, days: i64) -> String {
    let days = DAY.counted(language, days);
    match language {
        Language::Arabic => format!("تجربة مجانية لمدة {days}"),
        Language::English => format!("Free trial: {days}"),
    }
}

/// `every 2 weeks`; a quarter is three months.
pub(super) fn every(language: Language, unit: Interval, count: i64) -> String {
    let (noun, count) = match unit {
        Interval::Week => (WEEK, count),
        Interval::Month => (MONTH, count),
        Interval::Quarter => (MONTH, count.saturating_mul(3)),
        Interval::Semester => (MONTH, count.saturating_mul(6)),
        Interval::Year => (YEAR, count),
    };
    match (language, count) {
        (Language::Arabic, _) => format!("كل {}", noun.counted(language, count)),
        (Language::English, 1) => format!("every {}", noun.english),
        (Language::English, _) => format!("every {}", noun.counted(language, count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_nouns_follow_the_language() {
        let (arabic, english) = (Language::Arabic, Language::English);
        assert_eq!(payments(arabic, 2), "دفعتان شهريتان");
        assert_eq!(payments(arabic, 4), "4 دفعات شهرية");
        assert_eq!(payments(arabic, 12), "12 دفعة شهرية");
        assert_eq!(payments(english, 4), "4 monthly payments");
        assert_eq!(trial(arabic, 1), "تجربة مجانية لمدة يوم");
        assert_eq!(trial(arabic, 14), "تجربة مجانية لمدة 14 يومًا");
        assert_eq!(trial(arabic, 100), "تجربة مجانية لمدة 100 يوم");
        assert_eq!(trial(english, 1), "Free trial: 1 day");
        assert_eq!(every(arabic, Interval::Month, 1), "كل شهر");
        assert_eq!(every(arabic, Interval::Week, 2), "كل أسبوعين");
        assert_eq!(every(arabic, Interval::Quarter, 1), "كل 3 أشهر");
        assert_eq!(every(english, Interval::Year, 1), "every year");
        assert_eq!(every(english, Interval::Quarter, 2), "every 6 months");
    }
}
