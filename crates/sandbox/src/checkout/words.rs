//! The checkout's texts in Arabic and English.

use crate::model::Language;

impl Language {
    /// The language of a `language` parameter. Anything other than `en` is Arabic, the default.
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

    /// A text in this language.
    pub(crate) const fn text(self, text: Text) -> &'static str {
        match self {
            Self::Arabic => text.arabic(),
            Self::English => text.english(),
        }
    }
}

macro_rules! texts {
    ($($name:ident: $arabic:literal, $english:literal;)*) => {
        /// A text of the pages.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Text { $($name),* }

        impl Text {
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name),*];

            const fn arabic(self) -> &'static str {
                match self { $(Self::$name => $arabic),* }
            }

            const fn english(self) -> &'static str {
                match self { $(Self::$name => $english),* }
            }
        }
    };
}

texts! {
    LanguageName: "العربية", "English";
    TestMode: "وضع التجربة: لا تُحوَّل أموال حقيقية", "Test mode: no real money moves";
    Order: "ملخص الطلب", "Order summary";
    Quantity: "الكمية", "Quantity";
    Subtotal: "المجموع", "Subtotal";
    Discount: "الخصم", "Discount";
    Vat: "منها ضريبة القيمة المضافة", "VAT included";
    Total: "الإجمالي", "Total";
    Renews: "يتجدد", "Renews";
    Customer: "بياناتك", "Your details";
    ForCustomer: "الدفع لحساب", "Paying as";
    Name: "الاسم", "Name";
    Phone: "رقم الجوال", "Mobile number";
    Email: "البريد الإلكتروني", "Email";
    Optional: "اختياري", "optional";
    More: "معلومات إضافية", "More information";
    Installments: "التقسيط", "Installments";
    PayOnce: "دفعة واحدة", "Pay in full";
    Now: "الآن", "now";
    Card: "بطاقة", "Card";
    CardNumber: "رقم البطاقة", "Card number";
    CardHolder: "الاسم على البطاقة", "Name on card";
    CardMonth: "الشهر", "Month";
    CardYear: "السنة", "Year";
    CardCvc: "رمز التحقق", "CVC";
    Pay: "ادفع", "Pay";
    Confirm: "تأكيد الطلب", "Confirm order";
    StartTrial: "ابدأ التجربة", "Start trial";
    ApplePay: "ادفع بـ Apple Pay", "Pay with Apple Pay";
    Or: "أو", "or";
    Errors: "يرجى تصحيح ما يلي", "Please correct the following";
    AmountChanged: "تغيّر المبلغ. راجعه ثم أكّد الدفع.", "The amount has changed. Check it, then confirm the payment.";
    Declined: "لم تنجح عملية الدفع", "The payment did not succeed";
    TryAgain: "يمكنك المحاولة مجددًا ببطاقة أخرى.", "You can try again with another card.";
    TestCards: "بطاقات الاختبار", "Test cards";
    Outcome: "النتيجة", "Outcome";
    Thanks: "تم الدفع بنجاح", "Payment successful";
    TrialBegun: "بدأت تجربتك المجانية", "Your free trial has begun";
    Unclear: "تعذّر التأكد من نتيجة الدفع", "The outcome of the payment is unclear";
    UnclearAdvice: "لا تُعد المحاولة: قد يكون المبلغ قد خُصم. تواصل مع المتجر.", "Do not try again: the money may have been taken. Contact the shop.";
    AmountPaid: "المبلغ المدفوع", "Amount paid";
    Answer: "رد البنك", "Bank response";
    OrderFor: "الطلب", "Order";
    Reference: "المرجع", "Reference";
    Invoice: "الفاتورة", "Invoice";
    Due: "تاريخ الاستحقاق", "Due";
    Paid: "المدفوع", "Paid";
    Remaining: "المتبقي", "Remaining";
    WhatToPay: "ماذا تريد أن تدفع؟", "What would you like to pay?";
    PayNext: "الدفعة التالية", "Next payment";
    PayAll: "كل الدفعات المتبقية", "All remaining payments";
    LinkCompleted: "اكتمل عدد المدفوعات لهذا الرابط.", "This link has taken all its payments.";
    LinkExpired: "انتهت صلاحية هذا الرابط.", "This link has expired.";
    LinkInactive: "هذا الرابط غير مفعّل.", "This link is not active.";
    InvoiceCompleted: "هذه الفاتورة مدفوعة.", "This invoice is paid.";
    InvoiceCanceled: "هذه الفاتورة ملغاة.", "This invoice is canceled.";
    Missing: "الصفحة غير موجودة", "Page not found";
    QuantityWrong: "الكمية خارج الحدود المسموح بها", "The quantity is outside the allowed range";
    NameMissing: "أدخل اسمك", "Enter your name";
    PhoneWrong: "أدخل الرقم بالصيغة الدولية، مثل \u{2066}+966501234567\u{2069}", "Enter the number in international form, such as +966501234567";
    EmailWrong: "أدخل بريدًا إلكترونيًا صحيحًا", "Enter a valid email address";
    AnswerMissing: "هذا الحقل مطلوب", "This field is required";
    CardMissing: "أدخل بيانات البطاقة", "Enter a card";
    CardNumberWrong: "رقم البطاقة غير صحيح", "The card number is not valid";
    SchemeRefused: "هذا النوع من البطاقات غير مقبول", "This kind of card is not accepted";
    HolderWrong: "أدخل الاسم الأول والأخير", "Enter first and last name";
    ExpiryWrong: "أدخل تاريخ انتهاء لم يمضِ", "Enter an expiry date that has not passed";
    CvcWrong: "ثلاثة أرقام، وأربعة لأمريكان إكسبريس", "3 digits, 4 for American Express";
    InstallmentsWrong: "هذا التقسيط غير متاح", "This number of installments is not offered";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_in_its_language() {
        let is_arabic = |c: char| ('\u{600}'..='\u{6ff}').contains(&c);
        for text in Text::ALL.iter().filter(|text| **text != Text::LanguageName) {
            assert!(Language::Arabic.text(*text).chars().any(is_arabic), "{text:?}");
            assert!(!Language::English.text(*text).chars().any(is_arabic), "{text:?}");
        }
    }
}
