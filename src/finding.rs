//! Finding what is there already, and making it where it is not.
//!
//! The API has no filter by e-mail, phone or own id: `search_term` is fuzzy, so what it finds is
//! matched exactly here. E-mail addresses match without regard to case, phone numbers by their
//! digits, deleted customers never.

use crate::{
    client::Client,
    error::Error,
    paging::LARGEST_PAGE,
    types::{ConsumerCreate, ConsumerResponse, ProductDto},
};

/// What a customer is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CustomerKey<'a> {
    /// The e-mail address, in any case.
    Email(&'a str),
    /// The phone number with its country code: `+966501234567`, `00966 50 123 4567`.
    Phone(&'a str),
    /// The id in the caller's own system.
    ExternalId(&'a str),
}

impl<'a> CustomerKey<'a> {
    fn matches(self, customer: &ConsumerResponse) -> bool {
        let live = !customer.is_deleted.unwrap_or(false);
        live && match self {
            Self::Email(wanted) => {
                customer.email.as_deref().is_some_and(|is| same_email(is, wanted))
            }
            Self::Phone(wanted) => customer
                .phone_number
                .as_deref()
                .is_some_and(|is| !digits(wanted).is_empty() && digits(is) == digits(wanted)),
            Self::ExternalId(wanted) => customer.external_id.as_deref() == Some(wanted),
        }
    }

    fn text(self) -> &'a str {
        let (Self::Email(text) | Self::Phone(text) | Self::ExternalId(text)) = self;
        text.trim()
    }

    /// What a new customer could be known by already, the surest first.
    fn of(customer: &'a ConsumerCreate) -> impl Iterator<Item = Self> {
        let own = customer.external_id.as_deref().map(Self::ExternalId);
        let email = customer.email.as_deref().map(Self::Email);
        let phone = customer.phone_number.as_deref().map(Self::Phone);
        [own, email, phone].into_iter().flatten().filter(|key| !key.text().is_empty())
    }
}

fn same_email(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

fn digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    digits.strip_prefix("00").map(ToOwned::to_owned).unwrap_or(digits)
}

/// Something that was there, or was made just now.
#[derive(Debug, Clone, PartialEq)]
pub enum Found<T> {
    /// It was there.
    Existing(T),
    /// It was made by this call.
    Created(T),
}

impl<T> Found<T> {
    /// It, either way.
    #[must_use]
    pub fn into_inner(self) -> T {
        let (Self::Existing(it) | Self::Created(it)) = self;
        it
    }

    /// Whether this call made it.
    #[must_use]
    pub const fn is_created(&self) -> bool {
        matches!(self, Self::Created(_))
    }
}

impl<T> std::ops::Deref for Found<T> {
    type Target = T;

    fn deref(&self) -> &T {
        let (Self::Existing(it) | Self::Created(it)) = self;
        it
    }
}

impl Client {
    /// Finds a customer by e-mail, phone or external id.
    ///
    /// The search comes first. Whether it reaches external ids is not published, so for those the
    /// whole list is read where the search finds nothing: one request for every hundred customers.
    ///
    /// ```no_run
    /// # async fn example(client: streampay::Client) -> Result<(), streampay::Error> {
    /// use streampay::CustomerKey;
    ///
    /// let customer = client.find_customer(CustomerKey::Email("amal@example.com")).await?;
    /// println!("{:?}", customer.and_then(|customer| *customer.id));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of listing customers.
    pub async fn find_customer(
        &self,
        key: CustomerKey<'_>,
    ) -> Result<Option<ConsumerResponse>, Error> {
        let all = self.list_customers().limit(LARGEST_PAGE);
        let searched = all.clone().search_term(key.text()).items();
        let found = searched.find(|customer| key.matches(customer)).await?;
        match (found, key) {
            (None, CustomerKey::ExternalId(_)) => {
                all.items().find(|customer| key.matches(customer)).await
            }
            (found, _) => Ok(found),
        }
    }

    /// The customer with this external id, e-mail address or phone number, looked for in that order,
    /// or a new one.
    ///
    /// It survives a race: where somebody else was faster the API says that the customer exists, and
    /// theirs is found; where the answer to the creation was lost, it is looked for. The API keeps
    /// e-mail addresses and phone numbers unique, not external ids: a customer that has only an
    /// external id can still be made twice at the same moment.
    ///
    /// ```no_run
    /// # async fn example(client: streampay::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use streampay::types::ConsumerCreate;
    ///
    /// let wanted = ConsumerCreate::builder().name("Amal").email("amal@example.com").build()?;
    /// let customer = client.create_or_find_customer(wanted).await?;
    /// println!("{:?}, new: {}", customer.id, customer.is_created());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of listing and of creating customers.
    pub async fn create_or_find_customer(
        &self,
        customer: ConsumerCreate,
    ) -> Result<Found<ConsumerResponse>, Error> {
        if let Some(existing) = self.known_customer(&customer).await? {
            return Ok(Found::Existing(existing));
        }
        let error = match self.create_customer().body(customer.clone()).send().await {
            Ok(created) => return Ok(Found::Created(created)),
            Err(error) => error,
        };
        if error.is_duplicate() || error.is_outcome_unknown() {
            let existing = self.known_customer(&customer).await?;
            return existing.map(Found::Existing).ok_or(error);
        }
        Err(error)
    }

    async fn known_customer(
        &self,
        customer: &ConsumerCreate,
    ) -> Result<Option<ConsumerResponse>, Error> {
        for key in CustomerKey::of(customer) {
            if let Some(existing) = self.find_customer(key).await? {
                return Ok(Some(existing));
            }
        }
        Ok(None)
    }

    /// Finds the product of this very name that was made first, among those that are active.
    ///
    /// # Errors
    /// Those of listing products.
    pub async fn find_product(&self, name: &str) -> Result<Option<ProductDto>, Error> {
        self.first_product(|product| product.name.as_deref() == Some(name), name).await
    }

    /// The first made of the active products that `wanted` accepts. Everybody finds the same one,
    /// also where two were made at the same moment.
    pub(crate) async fn first_product(
        &self,
        wanted: impl Fn(&ProductDto) -> bool,
        name: &str,
    ) -> Result<Option<ProductDto>, Error> {
        let list = self.list_products().limit(LARGEST_PAGE).search_term(name);
        let products = list.items().collect().await?;
        let active = products.into_iter().filter(|it| it.is_active.unwrap_or(true) && wanted(it));
        Ok(active.min_by_key(|product| {
            let made = product.created_at.as_ref().and_then(crate::Timestamp::instant);
            (made.is_none(), made, *product.id)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::{digits, same_email};

    #[test]
    fn phones_match_by_digits_and_addresses_without_case() {
        assert_eq!(digits("+966 50-123 4567"), digits("00966501234567"));
        assert_ne!(digits("+966501234567"), digits("+966501234568"));
        assert!(same_email(" Amal@Example.com", "amal@example.COM"));
        assert!(!same_email("amal@example.com", "amal@example.org"));
    }
}
