//! The checkout's texts in Arabic and English.

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Language {
    #[default]
    Arabic,
    English,
}

impl Language {
    /// The language of a `language` parameter. Anything else than `en` is Arabic, the default.
    pub(crate) fn of(parameter: Option<&str>) -> Self {
        if parameter == Some("en") { Self::English } else { Self::Arabic }
    }

    /// The value of the `language` parameter and of the `lang` attribute.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Arabic => "ar",
            Self::English => "en",
        }
    }

    /// The direction of writing.
    pub(super) const fn direction(self) -> &'static str {
        match self {
            Self::Arabic => "rtl",
            Self::English => "ltr",
        }
    }

    /// The other language.
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Arabic => Self::English,
            Self::English => Self::Arabic,
        }
    }

    /// A text by its key. A key without text stands for itself; a test holds that none is missing.
    pub(crate) fn text(self, key: &str) -> &str {
        let found = WORDS.iter().find(|(name, _, _)| *name == key);
        found.map_or(key, |(_, arabic, english)| match self {
            Self::Arabic => arabic,
            Self::English => english,
        })
    }
}

const WORDS: &[(&str, &str, &str)] = &[
    ("language_name", "العربية", "English"),
    ("test_mode", "وضع التجربة: لا تُحوَّل أموال حقيقية", "Test mode: no real money moves"),
    ("order", "ملخص الطلب", "Order summary"),
    ("quantity", "الكمية", "Quantity"),
    ("subtotal", "المجموع", "Subtotal"),
    ("discount", "الخصم", "Discount"),
    ("vat", "منها ضريبة القيمة المضافة", "VAT included"),
    ("total", "الإجمالي", "Total"),
    ("renews", "يتجدد", "Renews"),
    ("customer", "بياناتك", "Your details"),
    ("for_customer", "الدفع لحساب", "Paying as"),
    ("name", "الاسم", "Name"),
    ("phone", "رقم الجوال", "Mobile number"),
    ("email", "البريد الإلكتروني", "E-mail"),
    ("optional", "اختياري", "optional"),
    ("more", "معلومات إضافية", "Further information"),
    ("installments", "التقسيط", "Installments"),
    ("pay_once", "دفعة واحدة", "Pay in full"),
    ("now", "الآن", "now"),
    ("card", "بطاقة", "Card"),
    ("card_number", "رقم البطاقة", "Card number"),
    ("card_holder", "الاسم على البطاقة", "Name on card"),
    ("card_month", "الشهر", "Month"),
    ("card_year", "السنة", "Year"),
    ("card_cvc", "رمز التحقق", "CVC"),
    ("pay", "ادفع", "Pay"),
    ("confirm", "تأكيد الطلب", "Confirm order"),
    ("start_trial", "ابدأ التجربة", "Start trial"),
    ("apple_pay", "ادفع بـ Apple Pay", "Pay with Apple Pay"),
    ("or", "أو", "or"),
    ("errors", "يرجى تصحيح ما يلي", "Please correct the following"),
    (
        "amount_changed",
        "تغيّر المبلغ. راجعه ثم أكّد الدفع.",
        "The amount has changed. Check it, then confirm the payment.",
    ),
    ("declined", "لم تنجح عملية الدفع", "The payment did not succeed"),
    ("try_again", "يمكنك المحاولة مجددًا ببطاقة أخرى.", "You can try again with another card."),
    ("test_cards", "بطاقات الاختبار", "Test cards"),
    ("outcome", "النتيجة", "Outcome"),
    ("thanks", "تم الدفع بنجاح", "Payment successful"),
    ("trial_begun", "بدأت تجربتك المجانية", "Your free trial has begun"),
    ("unclear", "تعذّر التأكد من نتيجة الدفع", "The outcome of the payment is unclear"),
    (
        "unclear_advice",
        "لا تُعد المحاولة: قد يكون المبلغ قد خُصم. تواصل مع المتجر.",
        "Do not try again: the money may have been taken. Contact the shop.",
    ),
    ("amount_paid", "المبلغ المدفوع", "Amount paid"),
    ("answer", "رد البنك", "Bank's answer"),
    ("order_for", "الطلب", "Order"),
    ("reference", "المرجع", "Reference"),
    ("invoice", "الفاتورة", "Invoice"),
    ("due", "تاريخ الاستحقاق", "Due"),
    ("paid", "المدفوع", "Paid"),
    ("remaining", "المتبقي", "Remaining"),
    ("what_to_pay", "ماذا تريد أن تدفع؟", "What would you like to pay?"),
    ("pay_next", "الدفعة التالية", "Next payment"),
    ("pay_all", "كل الدفعات المتبقية", "All remaining payments"),
    ("back", "العودة إلى صفحة الدفع", "Back to the checkout"),
    ("link_completed", "اكتمل عدد المدفوعات لهذا الرابط.", "This link has taken all its payments."),
    ("link_expired", "انتهت صلاحية هذا الرابط.", "This link has expired."),
    ("link_inactive", "هذا الرابط غير مفعّل.", "This link is not active."),
    ("invoice_completed", "هذه الفاتورة مدفوعة.", "This invoice is paid."),
    ("invoice_canceled", "هذه الفاتورة ملغاة.", "This invoice is canceled."),
    ("missing", "الصفحة غير موجودة", "There is no such page"),
    ("quantity_wrong", "الكمية خارج الحدود المسموح بها", "The quantity is out of bounds"),
    ("name_missing", "أدخل اسمك", "Enter your name"),
    (
        "phone_wrong",
        "أدخل الرقم بالصيغة الدولية، مثل \u{2066}+966501234567\u{2069}",
        "Enter the number in international form, such as +966501234567",
    ),
    ("email_wrong", "أدخل بريدًا إلكترونيًا صحيحًا", "Enter a valid e-mail address"),
    ("answer_missing", "هذا الحقل مطلوب", "This field is required"),
    ("card_missing", "أدخل بيانات البطاقة", "Enter a card"),
    ("card_number_wrong", "رقم البطاقة غير صحيح", "The card number is not valid"),
    ("scheme_refused", "هذا النوع من البطاقات غير مقبول", "This kind of card is not accepted"),
    ("holder_wrong", "أدخل الاسم الأول والأخير", "Enter first and last name"),
    ("expiry_wrong", "أدخل تاريخ انتهاء لم يمضِ", "Enter an expiry date that has not passed"),
    ("cvc_wrong", "ثلاثة أرقام، وأربعة لأمريكان إكسبريس", "3 digits, 4 for American Express"),
    ("installments_wrong", "هذا التقسيط غير متاح", "This number of installments is not offered"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_there_once_in_both_languages() {
        for (at, (key, arabic, english)) in WORDS.iter().enumerate() {
            assert!(!arabic.is_empty() && !english.is_empty(), "{key}");
            assert!(WORDS[at + 1..].iter().all(|(other, _, _)| other != key), "{key} twice");
            let is_arabic = |c: char| ('\u{600}'..='\u{6ff}').contains(&c);
            assert!(arabic.chars().any(is_arabic), "{key}");
            assert!(*key == "language_name" || !english.chars().any(is_arabic), "{key}");
        }
    }

    #[test]
    fn the_pages_use_no_key_without_text() {
        let sources = [
            include_str!("page.rs"),
            include_str!("fields.rs"),
            include_str!("invoice_page.rs"),
            include_str!("result.rs"),
        ];
        for source in sources {
            for part in source.split(".text(\"").skip(1) {
                let key = part.split('"').next().unwrap();
                assert!(WORDS.iter().any(|(known, _, _)| *known == key), "{key}");
            }
        }
    }
}
