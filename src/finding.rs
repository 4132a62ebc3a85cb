//! Finds customers and products, and creates customers that do not exist yet.
//!
//! The API cannot filter by e-mail, phone or external id, and its `search_term` is fuzzy. Its results are
//! therefore compared here: e-mail addresses regardless of case, phone numbers by their digits. Deleted
//! customers never match.

use crate::{
    client::Client,
    error::{Error, Outcome},
    paging::LARGEST_PAGE,
    types::{ConsumerCreate, ConsumerResponse, ProductDto},
};

/// How many products of a similar name are compared.
const MAX_PRODUCTS: usize = 1_000;

/// What identifies a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CustomerKey<'a> {
    /// The e-mail address, in any case.
    Email(&'a str),
    /// The phone number with its country code: `+966501234567`, `00966 50 123 4567`.
    Phone(&'a str),
    /// The id in your own system.
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

    /// By what an existing customer could be recognized, the most reliable first.
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

/// Something that existed, or that this call created.
#[derive(Debug, Clone, PartialEq)]
pub enum Found<T> {
    /// It existed.
    Existing(T),
    /// This call created it.
    Created(T),
}

impl<T> Found<T> {
    /// Returns it in either case.
    #[must_use]
    pub fn into_inner(self) -> T {
        let (Self::Existing(it) | Self::Created(it)) = self;
        it
    }

    /// Whether this call created it.
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

/// Looks for a thing whose creation failed, but which may exist. If it is not found, for whatever
/// reason, the first error is kept: what it says about the outcome is still true.
pub(crate) async fn found_after<T>(
    error: Error,
    find: impl Future<Output = Result<Option<T>, Error>>,
) -> Result<T, Error> {
    if error.outcome() == Outcome::NotDone && !error.is_duplicate() {
        return Err(error);
    }
    match find.await {
        Ok(Some(found)) => Ok(found),
        Ok(None) | Err(_) => Err(error),
    }
}

impl Client {
    /// Finds a customer by e-mail, phone or external id.
    ///
    /// It uses the API's search. Whether that covers external ids is not documented, so if the search
    /// does not find an external id, the whole list is read: one request for every 100 customers.
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

    /// Finds the customer with this external id, e-mail address or phone number, in that order, or
    /// creates one.
    ///
    /// Concurrent calls return the same customer, and if the answer to the creation is lost, the customer
    /// is looked up. The API keeps e-mail addresses and phone numbers unique, but not external ids: two
    /// concurrent calls can still create two customers that have only an external id.
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
    /// Those of listing and of creating customers. If the outcome of the creation is unknown, and the
    /// customer cannot be found, the error says so.
    pub async fn create_or_find_customer(
        &self,
        customer: ConsumerCreate,
    ) -> Result<Found<ConsumerResponse>, Error> {
        if let Some(existing) = self.known_customer(&customer).await? {
            return Ok(Found::Existing(existing));
        }
        match self.create_customer().body(customer.clone()).send().await {
            Ok(created) => Ok(Found::Created(created)),
            Err(error) => {
                found_after(error, self.known_customer(&customer)).await.map(Found::Existing)
            }
        }
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

    /// Finds the active product with exactly this name. If there are several, the first that was
    /// created.
    ///
    /// # Errors
    /// Those of listing products.
    pub async fn find_active_product(&self, name: &str) -> Result<Option<ProductDto>, Error> {
        self.first_product(|product| product.name.as_deref() == Some(name), name).await
    }

    /// The first created of the active products that `wanted` accepts. Concurrent callers find the
    /// same one even if two were created at the same moment.
    pub(crate) async fn first_product(
        &self,
        wanted: impl Fn(&ProductDto) -> bool,
        name: &str,
    ) -> Result<Option<ProductDto>, Error> {
        let list = self.list_products().limit(LARGEST_PAGE).active(true).search_term(name);
        let products = list.items().take(MAX_PRODUCTS).collect().await?;
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
    fn phone_numbers_match_by_digits_and_addresses_regardless_of_case() {
        assert_eq!(digits("+966 50-123 4567"), digits("00966501234567"));
        assert_ne!(digits("+966501234567"), digits("+966501234568"));
        assert!(same_email(" Amal@Example.com", "amal@example.COM"));
        assert!(!same_email("amal@example.com", "amal@example.org"));
    }
}
