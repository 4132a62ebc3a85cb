//! What a call will do, in words, in English and Arabic.

use serde::{Deserialize, Serialize};

use crate::{
    call::{Call, Direction, Mode},
    json,
    stake::{Fact, Stake},
};

/// The same sentences in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// English.
    pub en: String,
    /// Arabic.
    pub ar: String,
}

impl Summary {
    /// Says what a call will do. Everything that came from outside is quoted.
    pub(crate) fn of(call: &Call<'_>, stake: &Stake, facts: &[Fact]) -> Self {
        let title_ar =
            if call.tool.title_ar.is_empty() { call.tool.title } else { call.tool.title_ar };
        let mut en = format!("{} ({})", call.tool.title, call.tool.name);
        let mut ar = format!("{title_ar} ({})", call.tool.name);
        if call.tool.money.is_some() {
            match (&stake.amount, stake.direction) {
                (Some(amount), Some(Direction::Out)) => {
                    en.push_str(&format!(": {amount} leaves the account"));
                    ar.push_str(&format!(": يخرج من الحساب {amount}"));
                }
                (Some(amount), _) => {
                    en.push_str(&format!(": {amount} is to be received"));
                    ar.push_str(&format!(": يُستلَم {amount}"));
                }
                (None, _) => {
                    let why = stake.problem.as_deref().map(json::quoted).unwrap_or_default();
                    en.push_str(&format!(": the amount cannot be determined ({why})"));
                    ar.push_str(": تعذّر تحديد المبلغ");
                }
            }
        }
        match call.caller.mode {
            Some(Mode::Live) => {
                en.push_str(". Live mode, real money.");
                ar.push_str(". الوضع الفعلي، أموال حقيقية.");
            }
            Some(Mode::Test) => {
                en.push_str(". Test mode.");
                ar.push_str(". وضع الاختبار.");
            }
            None => {
                en.push_str(". Live or test mode is not known.");
                ar.push_str(". لا يُعرف إن كان الوضع فعليًا أم اختباريًا.");
            }
        }
        for fact in facts {
            let (value_en, value_ar) = match &fact.value {
                Some(value) => (format!("“{value}”"), format!("«{value}»")),
                None => ("not known".to_owned(), "غير معروف".to_owned()),
            };
            en.push_str(&format!("\n{}: {value_en}", fact.en));
            let label = if fact.ar.is_empty() { &fact.en } else { &fact.ar };
            ar.push_str(&format!("\n{label}: {value_ar}"));
        }
        Self { en, ar }
    }
}
