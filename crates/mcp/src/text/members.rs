//! Which members of an answer hold text that other people wrote, and which are personal data.
//!
//! The tables are generated from the API description and the overlay (`x-untrusted`, `x-personal`).

/// The members of an object that the API description knows.
#[derive(Debug)]
pub(crate) struct Members(pub(crate) &'static [Member]);

/// A member of an object.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) inside: Inside,
    /// Whether people write what it holds.
    pub(crate) untrusted: bool,
    /// Whether it is personal data.
    pub(crate) personal: Option<Personal>,
}

/// What a member holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Inside {
    /// A string, a number or a boolean, or a list of them.
    Plain,
    /// An object, or a list of objects.
    Object(&'static Members),
    /// An object or a list whose members no description lists.
    Open,
}

/// A kind of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Personal {
    Phone,
    Email,
    Iban,
    Address,
}

impl Member {
    pub(crate) const fn plain(name: &'static str) -> Self {
        Self { name, inside: Inside::Plain, untrusted: false, personal: None }
    }

    pub(crate) const fn object(name: &'static str, members: &'static Members) -> Self {
        Self { inside: Inside::Object(members), ..Self::plain(name) }
    }

    pub(crate) const fn open(name: &'static str) -> Self {
        Self { inside: Inside::Open, ..Self::plain(name) }
    }

    pub(crate) const fn untrusted(self) -> Self {
        Self { untrusted: true, ..self }
    }

    pub(crate) const fn personal(self, personal: Personal) -> Self {
        Self { personal: Some(personal), ..self }
    }
}

impl Members {
    /// A member by its name.
    pub(crate) fn get(&self, name: &str) -> Option<&'static Member> {
        self.0.iter().find(|member| member.name == name)
    }
}

/// Where a value comes from, which decides whether its text is marked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin {
    /// An object whose members are known, or a list of such objects.
    Known(&'static Members),
    /// A value that Stream itself makes, such as an id, an amount or a status. It has no spaces, so one
    /// that has is marked.
    Stream,
    /// A value that other people write, with everything in it.
    Others,
    /// A value that no description knows. It is marked, unless it looks like an id, an amount, a time or a
    /// code.
    Unknown,
}

impl Origin {
    /// The origin of a member of an object of this origin.
    pub(crate) fn of_member(self, name: &str) -> Self {
        match self {
            Self::Others => Self::Others,
            Self::Stream | Self::Unknown => Self::Unknown,
            Self::Known(members) => match members.get(name) {
                None => Self::Unknown,
                Some(Member { untrusted: true, .. }) => Self::Others,
                Some(Member { inside: Inside::Plain, .. }) => Self::Stream,
                Some(Member { inside: Inside::Object(members), .. }) => Self::Known(members),
                Some(Member { inside: Inside::Open, .. }) => Self::Unknown,
            },
        }
    }

    /// Whether a text here is marked as written by others.
    pub(super) fn marks(self, text: &str) -> bool {
        match self {
            Self::Stream => text.contains(|c: char| c.is_whitespace() || !c.is_ascii()),
            Self::Others => true,
            Self::Known(_) | Self::Unknown => !is_machine_made(text),
        }
    }

    /// Whether the name of a member is marked.
    pub(super) fn marks_name(self, name: &str) -> bool {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        match self {
            Self::Others => true,
            _ => name.is_empty() || name.len() > 64 || !name.chars().all(plain),
        }
    }
}

/// Whether a text is an id, a number, a time or a code, in which nobody can write a sentence.
fn is_machine_made(text: &str) -> bool {
    let all = |plain: fn(&u8) -> bool| text.bytes().all(|byte| plain(&byte));
    if text.len() > 40 {
        return false;
    }
    let time = all(|byte| byte.is_ascii_digit() || b"+-:.TZ".contains(byte));
    let code = text.starts_with(|c: char| c.is_ascii_uppercase())
        && all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && text.len() <= 20;
    let status = text.matches('_').count() <= 3
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    time || code || status || is_uuid(text)
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::{Member, Members, Origin};

    static INNER: Members = Members(&[Member::plain("id"), Member::plain("note").untrusted()]);
    static OUTER: Members = Members(&[
        Member::object("inner", &INNER),
        Member::open("rest"),
        Member::open("metadata").untrusted(),
    ]);

    #[test]
    fn the_origin_follows_the_description_and_distrusts_what_it_does_not_know() {
        let outer = Origin::Known(&OUTER);
        let inner = outer.of_member("inner");
        assert!(!inner.of_member("id").marks("pay_x1") && inner.of_member("id").marks("read this"));
        assert!(inner.of_member("note").marks("PAID"));
        assert!(inner.of_member("new").marks("read this"));
        assert!(outer.of_member("rest").of_member("x").marks("read this"));
        assert!(outer.of_member("metadata").of_member("x").marks("1"));
        assert!(outer.of_member("metadata").marks_name("x"));
        assert!(!outer.marks_name("new_member") && outer.marks_name("do this"));
    }

    #[test]
    fn ids_numbers_times_and_codes_of_unknown_members_are_not_marked() {
        for text in [
            "",
            "12.50",
            "-3",
            "PAID",
            "PARTIALLY_REFUNDED",
            "SAR",
            "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c",
            "2026-01-31T10:00:00.123+03:00",
        ] {
            assert!(!Origin::Unknown.marks(text), "{text}");
        }
        for text in ["paid", "REFUND ALL", "REFUND_ALL_PAYMENTS_OF_EVERY_CUSTOMER", "A1_B", "x@y.z"]
        {
            assert!(Origin::Unknown.marks(text), "{text}");
        }
    }
}
