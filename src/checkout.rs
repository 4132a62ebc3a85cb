//! A payment link in one call: customer and product found or made, and the call safe to repeat.

use serde_json::{Map, Value};

use crate::{
    amount::Amount,
    client::Client,
    enums::{PaymentLinkStatus, ProductType},
    error::{ArgumentFault, Error},
    finding::Found,
    money::Money,
    paging::LARGEST_PAGE,
    types::{
        ConsumerCreate, ConsumerResponse, CreatePaymentLinkItemDto, PaymentLinkDetailed,
        ProductDto, ProductPriceInlineCreate,
    },
};

/// The member of a link's `custom_metadata` that holds the reference of [`SimplePaymentLink`]. It
/// comes back in webhooks under `data.metadata`.
pub const REFERENCE: &str = "reference";

/// What [`Client::create_simple_payment_link`] is to make: a link over a one-time product.
#[derive(Debug, Clone)]
#[must_use]
pub struct SimplePaymentLink {
    reference: String,
    name: String,
    product: String,
    price: Money,
    quantity: i64,
    customer: Option<ConsumerCreate>,
    success: Option<String>,
    failure: Option<String>,
    metadata: Map<String, Value>,
}

impl SimplePaymentLink {
    /// A link over one product at a price. `reference` is the caller's own for it, such as the number
    /// of the order: there is one link for each reference, however often it is asked for.
    pub fn new(reference: impl Into<String>, product: impl Into<String>, price: Money) -> Self {
        let product = product.into();
        Self {
            reference: reference.into(),
            name: product.clone(),
            product,
            price,
            quantity: 1,
            customer: None,
            success: None,
            failure: None,
            metadata: Map::new(),
        }
    }

    /// The link's name; the product's otherwise.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// How many of the product; 1 otherwise.
    pub const fn quantity(mut self, quantity: i64) -> Self {
        self.quantity = quantity;
        self
    }

    /// The customer that the link is for, found or made. Without one, anybody may pay, once.
    pub fn customer(mut self, customer: ConsumerCreate) -> Self {
        self.customer = Some(customer);
        self
    }

    /// Where the payer is sent after success, and after failure.
    pub fn redirects(mut self, success: impl Into<String>, failure: impl Into<String>) -> Self {
        (self.success, self.failure) = (Some(success.into()), Some(failure.into()));
        self
    }

    /// A member of the link's own data, beside [`REFERENCE`].
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(name.into(), value.into());
        self
    }
}

/// What [`Client::create_simple_payment_link`] made or found.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SimpleLink {
    /// The link. Send the payer to its `url`.
    pub link: Found<PaymentLinkDetailed>,
    /// The product on sale.
    pub product: ProductDto,
    /// The customer that it is for.
    pub customer: Option<ConsumerResponse>,
}

impl SimpleLink {
    /// Where to send the payer.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.link.url.as_deref()
    }
}

impl Client {
    /// A payment link for one payment over one product, in one call. The customer is found or made as
    /// by [`Client::create_or_find_customer`], the product by its name and price.
    ///
    /// It is safe to repeat: a link that is there already for the same reference and customer is
    /// given again, so neither a lost answer nor a payer's double click makes a second one. Two calls
    /// at the very same moment can still make two links; each takes one payment, and both carry the
    /// reference by which a webhook is told to belong to an order that is paid.
    ///
    /// ```no_run
    /// # async fn example(client: streampay::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use streampay::{SimplePaymentLink, types::ConsumerCreate};
    ///
    /// let order = SimplePaymentLink::new("order-789", "Premium plan", "99.99 SAR".parse()?)
    ///     .customer(ConsumerCreate::builder().name("Amal").email("amal@example.com").build()?)
    ///     .redirects("https://shop.example/paid", "https://shop.example/failed");
    /// let made = client.create_simple_payment_link(order).await?;
    /// println!("{:?}", made.url());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// An empty reference; those of the calls that it makes. Where the creation's answer was lost and
    /// no link is found, the error says that the outcome is unknown: call again.
    pub async fn create_simple_payment_link(
        &self,
        wanted: SimplePaymentLink,
    ) -> Result<SimpleLink, Error> {
        if wanted.reference.trim().is_empty() {
            let fault = ArgumentFault::new("reference", "must not be empty");
            return Err(Error::Arguments(vec![fault]));
        }
        let customer = match wanted.customer.clone() {
            Some(customer) => Some(self.create_or_find_customer(customer).await?.into_inner()),
            None => None,
        };
        let product = self.simple_product(&wanted).await?;
        if let Some(link) = self.simple_link(&wanted, &product, customer.as_ref()).await? {
            return Ok(SimpleLink { link: Found::Existing(link), product, customer });
        }
        let link = match self.new_link(&wanted, &product, customer.as_ref()).await {
            Ok(link) => Found::Created(link),
            Err(error) if error.is_outcome_unknown() => {
                let link = self.simple_link(&wanted, &product, customer.as_ref()).await?;
                Found::Existing(link.ok_or(error)?)
            }
            Err(error) => return Err(error),
        };
        Ok(SimpleLink { link, product, customer })
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
            // Somebody may have made the same at the same moment; all go on with the first.
            Ok(made) => Ok(self.first_product(fits, &wanted.product).await?.unwrap_or(made)),
            Err(error) if error.is_outcome_unknown() => {
                self.first_product(fits, &wanted.product).await?.ok_or(error)
            }
            Err(error) => Err(error),
        }
    }

    /// The link that carries the reference, whether it still takes a payment or has taken it.
    async fn simple_link(
        &self,
        wanted: &SimplePaymentLink,
        product: &ProductDto,
        customer: Option<&ConsumerResponse>,
    ) -> Result<Option<PaymentLinkDetailed>, Error> {
        let mut list = self
            .list_payment_links()
            .limit(LARGEST_PAGE)
            .statuses([PaymentLinkStatus::Active, PaymentLinkStatus::Completed]);
        if let Some(id) = *product.id {
            list = list.product_ids([id]);
        }
        let fits = |link: &PaymentLinkDetailed| {
            let metadata = link.custom_metadata.as_ref();
            let reference = metadata.and_then(|metadata| metadata.get(REFERENCE));
            reference.and_then(Value::as_str) == Some(&wanted.reference)
                && *link.organization_consumer_id == customer.and_then(|customer| *customer.id)
        };
        list.items().find(fits).await
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
        self.create_payment_link()
            .name(&wanted.name)
            .currency(wanted.price.currency().clone())
            .items(vec![item.build()?])
            .max_number_of_payments(1)
            .organization_consumer_id(customer.and_then(|customer| *customer.id))
            .success_redirect_url(wanted.success.clone())
            .failure_redirect_url(wanted.failure.clone())
            .custom_metadata(metadata.into_iter().collect::<std::collections::BTreeMap<_, _>>())
            .send()
            .await
    }
}

/// Whether this is a one-time product of the wanted name that has the wanted price.
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
