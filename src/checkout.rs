//! Creates a payment link for an order in one call. Customer and product are found or created, and the
//! call is safe to repeat.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Map, Value};
use url::Url;

use crate::{
    amount::Amount,
    client::Client,
    enums::{PaymentLinkStatus, ProductType},
    error::{ArgumentFault, Error},
    finding::{Found, found_after},
    money::{Money, MoneyError},
    paging::LARGEST_PAGE,
    timestamp::Timestamp,
    types::{
        ConsumerCreate, ConsumerResponse, CreatePaymentLinkItemDto, PaymentLinkDetailed,
        ProductDto, ProductPriceInlineCreate,
    },
};

/// The member of a link's `custom_metadata` that holds the reference of [`SimplePaymentLink`]. In
/// webhooks it arrives under `data.metadata`.
pub const REFERENCE: &str = "reference";

/// The member of a link's `custom_metadata` that says what [`SimplePaymentLink`] sells, such as
/// `1 × Premium plan at 99.99 SAR`.
pub const TERMS: &str = "terms";

/// How many pages of links are searched for a reference: 1,000 links.
const MAX_PAGES: usize = 10;

/// How much earlier than the order a link may have been created by the API's clock.
const CLOCK_SKEW: Duration = Duration::from_secs(300);

/// A payment link over a one-time product, for [`Client::create_simple_payment_link`].
#[derive(Debug, Clone)]
#[must_use]
pub struct SimplePaymentLink {
    reference: String,
    name: String,
    product: String,
    price: Money,
    quantity: i64,
    placed_at: Option<Timestamp>,
    customer: Option<ConsumerCreate>,
    success: Option<String>,
    failure: Option<String>,
    metadata: Map<String, Value>,
    replace: bool,
}

impl SimplePaymentLink {
    /// A link over one product at a price. `reference` is your own, such as an order number: each
    /// reference has one link, however often it is requested.
    pub fn new(reference: impl Into<String>, product: impl Into<String>, price: Money) -> Self {
        let product = product.into();
        Self {
            reference: reference.into(),
            name: product.clone(),
            product,
            price,
            quantity: 1,
            placed_at: None,
            customer: None,
            success: None,
            failure: None,
            metadata: Map::new(),
            replace: false,
        }
    }

    /// Sets the link's name. The default is the product's name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the quantity. The default is 1.
    pub const fn quantity(mut self, quantity: i64) -> Self {
        self.quantity = quantity;
        self
    }

    /// Sets when the order was placed. Only links created since then are searched for the reference,
    /// which usually takes one request.
    ///
    /// Without it, the newest 1,000 links are searched. If there are more and none of them has the
    /// reference, the call fails rather than create a second link.
    pub fn placed_at(mut self, time: impl Into<Timestamp>) -> Self {
        self.placed_at = Some(time.into());
        self
    }

    /// Sets the customer, who is found or created. Without one, anyone can pay, once.
    pub fn customer(mut self, customer: ConsumerCreate) -> Self {
        self.customer = Some(customer);
        self
    }

    /// Sets where the payer is sent after success, and after failure.
    pub fn redirects(mut self, success: impl Into<String>, failure: impl Into<String>) -> Self {
        (self.success, self.failure) = (Some(success.into()), Some(failure.into()));
        self
    }

    /// Adds a member to the link's metadata, beside [`REFERENCE`] and [`TERMS`].
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(name.into(), value.into());
        self
    }

    /// Replaces an unpaid link that has the reference but differs from this one: the old link is
    /// deactivated before the new one is created. Without this, a difference is an error.
    pub const fn replace_if_different(mut self) -> Self {
        self.replace = true;
        self
    }

    /// What is sold, in one line.
    fn terms(&self) -> String {
        format!("{} × {} at {}", self.quantity, self.product, self.price)
    }

    fn check(&self) -> Result<(), Error> {
        let mut faults = Vec::new();
        let mut fault = |name, message| faults.push(ArgumentFault::new(name, message));
        if self.reference.trim().is_empty() {
            fault("reference", "must not be empty".to_owned());
        }
        if self.quantity < 1 {
            fault("quantity", "must be at least 1".to_owned());
        }
        match self.price.minor_units() {
            Ok(units) if units <= 0 => fault("price", "must be positive".to_owned()),
            // The API knows more currencies than this crate.
            Ok(_) | Err(MoneyError::UnknownCurrency(_)) => {}
            Err(error) => fault("price", error.to_string()),
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Arguments(faults)) }
    }

    /// In what an existing link with the reference differs from this one.
    fn differences(
        &self,
        link: &PaymentLinkDetailed,
        customer: Option<&ConsumerResponse>,
    ) -> Vec<&'static str> {
        let terms = member(link, TERMS);
        let customer = customer.and_then(|customer| *customer.id);
        [
            ("product, price or quantity", terms != Some(self.terms().as_str())),
            ("customer", *link.organization_consumer_id != customer),
            ("success redirect", !same_url(link.success_redirect_url.as_deref(), &self.success)),
            ("failure redirect", !same_url(link.failure_redirect_url.as_deref(), &self.failure)),
        ]
        .into_iter()
        .filter_map(|(what, differs)| differs.then_some(what))
        .collect()
    }
}

/// A link that [`Client::create_simple_payment_link`] found or created.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SimpleLink {
    /// The link.
    pub link: Found<PaymentLinkDetailed>,
    /// The customer it is for.
    pub customer: Option<ConsumerResponse>,
}

impl SimpleLink {
    /// Where to send the payer; `None` if the link has been paid.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        if self.is_paid() { None } else { self.link.url.as_deref() }
    }

    /// Whether the link has been paid. A refund does not change that: to let a customer pay again,
    /// use a new reference.
    #[must_use]
    pub fn is_paid(&self) -> bool {
        is_paid(&self.link)
    }
}

impl Client {
    /// Creates a payment link for one payment over one product. The customer is found or created as
    /// by [`Client::create_or_find_customer`], the product by its name and price.
    ///
    /// The call is safe to repeat: a link with the same reference is returned again, so neither a lost
    /// answer nor a payer's double click creates a second one. If the link differs in product, price,
    /// quantity, customer or redirects, the call fails with [`Error::LinkDiffers`], unless
    /// [`SimplePaymentLink::replace_if_different`] is set. If the link has been paid,
    /// [`SimpleLink::is_paid`] is true.
    ///
    /// Two calls at the same moment can still create two links. Each takes one payment, and both carry
    /// the reference, so that a webhook shows which order was paid twice.
    ///
    /// ```no_run
    /// # async fn example(client: streampay::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use streampay::{SimplePaymentLink, types::ConsumerCreate};
    ///
    /// let order = SimplePaymentLink::new("order-789", "Premium plan", "99.99 SAR".parse()?)
    ///     .placed_at("2026-03-31T09:00:00Z")
    ///     .customer(ConsumerCreate::builder().name("Amal").email("amal@example.com").build()?)
    ///     .redirects("https://shop.example/paid", "https://shop.example/failed");
    /// let link = client.create_simple_payment_link(order).await?;
    /// println!("{:?}", link.url());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Arguments`] for an empty reference, a quantity below 1, or a price that is not positive
    /// or has more decimals than its currency; [`Error::LinkDiffers`]; those of the requests. If the
    /// outcome is unknown, call again with the same reference.
    pub async fn create_simple_payment_link(
        &self,
        wanted: SimplePaymentLink,
    ) -> Result<SimpleLink, Error> {
        wanted.check()?;
        let customer = match wanted.customer.clone() {
            Some(customer) => Some(self.create_or_find_customer(customer).await?.into_inner()),
            None => None,
        };
        if let Some(link) = self.link_with(&wanted).await? {
            let differences = wanted.differences(&link, customer.as_ref());
            if differences.is_empty() {
                return Ok(SimpleLink { link: Found::Existing(link), customer });
            }
            let (reference, id) = (wanted.reference.clone(), *link.id);
            let (Some(id), true, false) = (id, wanted.replace, is_paid(&link)) else {
                return Err(Error::LinkDiffers { reference, link: id, differences });
            };
            let update = self.update_payment_link_status().payment_link_id(id);
            update.status(PaymentLinkStatus::Inactive).send().await?;
        }
        let product = self.simple_product(&wanted).await?;
        let link = match self.new_link(&wanted, &product, customer.as_ref()).await {
            Ok(link) => Found::Created(link),
            Err(error) => {
                let found = found_after(error, self.link_with(&wanted)).await?;
                let differences = wanted.differences(&found, customer.as_ref());
                if !differences.is_empty() {
                    let (reference, link) = (wanted.reference.clone(), *found.id);
                    return Err(Error::LinkDiffers { reference, link, differences });
                }
                Found::Existing(found)
            }
        };
        Ok(SimpleLink { link, customer })
    }

    /// The one-time product of this name and price.
    async fn simple_product(&self, wanted: &SimplePaymentLink) -> Result<ProductDto, Error> {
        let fits = |product: &ProductDto| sells(product, wanted);
        if let Some(product) = self.first_product(fits, &wanted.product).await? {
            return Ok(product);
        }
        let price = ProductPriceInlineCreate::builder()
            .amount(Amount::from(wanted.price.clone()))
            .currency(wanted.price.currency().clone())
            .build()?;
        let create =
            self.create_product().name(&wanted.product).type_(ProductType::OneOff).prices([price]);
        match create.send().await {
            // Another process may have created the same product at the same moment; all use the first.
            Ok(made) => {
                let first = self.first_product(fits, &wanted.product).await;
                Ok(first.ok().flatten().unwrap_or(made))
            }
            Err(error) => found_after(error, self.first_product(fits, &wanted.product)).await,
        }
    }

    /// The link with the reference that can be paid or has been paid.
    async fn link_with(
        &self,
        wanted: &SimplePaymentLink,
    ) -> Result<Option<PaymentLinkDetailed>, Error> {
        let mut list = self
            .list_payment_links()
            .limit(LARGEST_PAGE)
            .statuses([PaymentLinkStatus::Active, PaymentLinkStatus::Completed]);
        if let Some(placed) = wanted.placed_at.as_ref().and_then(Timestamp::instant) {
            let since = placed.checked_sub(CLOCK_SKEW).unwrap_or(placed);
            list = list.from_date(since);
        }
        let mut pages = list.pages();
        for _ in 0..MAX_PAGES {
            let Some(page) = pages.next().await.transpose()? else { return Ok(None) };
            let links = page.items.into_iter();
            let same = links.filter(|link| member(link, REFERENCE) == Some(&wanted.reference));
            // Where two calls created two links, all use the paid one, or else the first.
            let first = same.min_by_key(|link| {
                let created = link.created_at.as_ref().and_then(Timestamp::instant);
                (!is_paid(link), created.is_none(), created, *link.id)
            });
            if first.is_some() {
                return Ok(first);
            }
        }
        if pages.position().is_none() {
            return Ok(None);
        }
        let message = "cannot be looked up: there are more than 1,000 newer links; set `placed_at` to \
             the time of the order";
        Err(Error::Arguments(vec![ArgumentFault::new("reference", message)]))
    }

    async fn new_link(
        &self,
        wanted: &SimplePaymentLink,
        product: &ProductDto,
        customer: Option<&ConsumerResponse>,
    ) -> Result<PaymentLinkDetailed, Error> {
        let mut item = CreatePaymentLinkItemDto::builder().quantity(wanted.quantity);
        if let Some(id) = *product.id {
            item = item.product_id(id);
        }
        let mut metadata = wanted.metadata.clone();
        metadata.insert(REFERENCE.to_owned(), wanted.reference.clone().into());
        metadata.insert(TERMS.to_owned(), wanted.terms().into());
        self.create_payment_link()
            .name(&wanted.name)
            .currency(wanted.price.currency().clone())
            .items(vec![item.build()?])
            .max_number_of_payments(1)
            .organization_consumer_id(customer.and_then(|customer| *customer.id))
            .success_redirect_url(wanted.success.clone())
            .failure_redirect_url(wanted.failure.clone())
            .custom_metadata(metadata.into_iter().collect::<BTreeMap<_, _>>())
            .send()
            .await
    }
}

fn member<'a>(link: &'a PaymentLinkDetailed, name: &str) -> Option<&'a str> {
    link.custom_metadata.as_ref()?.get(name)?.as_str()
}

/// Whether two addresses are equal, whatever their spelling.
fn same_url(a: Option<&str>, b: &Option<String>) -> bool {
    let normalized = |text: &str| Url::parse(text).map_or_else(|_| text.to_owned(), String::from);
    a.map(normalized) == b.as_deref().map(normalized)
}

fn is_paid(link: &PaymentLinkDetailed) -> bool {
    link.status.as_ref() == Some(&PaymentLinkStatus::Completed)
}

/// Whether this is a one-time product with the wanted name and price.
fn sells(product: &ProductDto, wanted: &SimplePaymentLink) -> bool {
    let price = Amount::from(wanted.price.clone());
    let currency = wanted.price.currency();
    product.name.as_deref() == Some(wanted.product.as_str())
        && product.type_.as_ref().is_none_or(|kind| *kind == ProductType::OneOff)
        && product.prices.iter().flatten().any(|it| {
            it.is_active.unwrap_or(true)
                && it.amount.as_ref() == Some(&price)
                && it.currency.as_ref() == Some(currency)
        })
}
