// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`OrderBody`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct OrderBody {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub currency: crate::Field<::std::string::String>,
        pub lines: ::std::vec::Vec<OrderBodyLinesItem>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl OrderBody {
        pub fn builder() -> builder::OrderBody {
            Default::default()
        }
    }
    ///`OrderBodyLinesItem`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct OrderBodyLinesItem {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub count: crate::Field<i64>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub price: crate::Field<f64>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub thing: crate::Field<::std::string::String>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl OrderBodyLinesItem {
        pub fn builder() -> builder::OrderBodyLinesItem {
            Default::default()
        }
    }
    ///`RefundPaymentBody`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct RefundPaymentBody {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub all: crate::Field<bool>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl RefundPaymentBody {
        pub fn builder() -> builder::RefundPaymentBody {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct OrderBody {
            currency: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            lines: ::std::result::Result<
                ::std::vec::Vec<super::OrderBodyLinesItem>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for OrderBody {
            fn default() -> Self {
                Self {
                    currency: Ok(Default::default()),
                    lines: Err("no value supplied for lines".to_string()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl OrderBody {
            pub fn currency<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.currency = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for currency: {e}")
                    });
                self
            }
            pub fn lines<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::OrderBodyLinesItem>>,
                T::Error: ::std::fmt::Display,
            {
                self.lines = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for lines: {e}")
                    });
                self
            }
            pub fn extra<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.extra = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for extra: {e}")
                    });
                self
            }
            /// The finished value.
            ///
            /// # Errors
            /// What is missing, and every value that could not be converted.
            pub fn build(self) -> ::std::result::Result<super::OrderBody, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<OrderBody> for super::OrderBody {
            type Error = super::error::ConversionError;
            fn try_from(
                value: OrderBody,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.currency {
                    faults.push(fault);
                }
                if let Err(fault) = &value.lines {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    currency: value.currency?,
                    lines: value.lines?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::OrderBody> for OrderBody {
            fn from(value: super::OrderBody) -> Self {
                Self {
                    currency: Ok(value.currency),
                    lines: Ok(value.lines),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct OrderBodyLinesItem {
            count: ::std::result::Result<crate::Field<i64>, ::std::string::String>,
            price: ::std::result::Result<crate::Field<f64>, ::std::string::String>,
            thing: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for OrderBodyLinesItem {
            fn default() -> Self {
                Self {
                    count: Ok(Default::default()),
                    price: Ok(Default::default()),
                    thing: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl OrderBodyLinesItem {
            pub fn count<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.count = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for count: {e}")
                    });
                self
            }
            pub fn price<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<f64>>,
                T::Error: ::std::fmt::Display,
            {
                self.price = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for price: {e}")
                    });
                self
            }
            pub fn thing<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.thing = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for thing: {e}")
                    });
                self
            }
            pub fn extra<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.extra = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for extra: {e}")
                    });
                self
            }
            /// The finished value.
            ///
            /// # Errors
            /// What is missing, and every value that could not be converted.
            pub fn build(
                self,
            ) -> ::std::result::Result<super::OrderBodyLinesItem, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<OrderBodyLinesItem> for super::OrderBodyLinesItem {
            type Error = super::error::ConversionError;
            fn try_from(
                value: OrderBodyLinesItem,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.count {
                    faults.push(fault);
                }
                if let Err(fault) = &value.price {
                    faults.push(fault);
                }
                if let Err(fault) = &value.thing {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    count: value.count?,
                    price: value.price?,
                    thing: value.thing?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::OrderBodyLinesItem> for OrderBodyLinesItem {
            fn from(value: super::OrderBodyLinesItem) -> Self {
                Self {
                    count: Ok(value.count),
                    price: Ok(value.price),
                    thing: Ok(value.thing),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct RefundPaymentBody {
            all: ::std::result::Result<crate::Field<bool>, ::std::string::String>,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for RefundPaymentBody {
            fn default() -> Self {
                Self {
                    all: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl RefundPaymentBody {
            pub fn all<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<bool>>,
                T::Error: ::std::fmt::Display,
            {
                self.all = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for all: {e}")
                    });
                self
            }
            pub fn extra<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.extra = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for extra: {e}")
                    });
                self
            }
            /// The finished value.
            ///
            /// # Errors
            /// What is missing, and every value that could not be converted.
            pub fn build(
                self,
            ) -> ::std::result::Result<super::RefundPaymentBody, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<RefundPaymentBody> for super::RefundPaymentBody {
            type Error = super::error::ConversionError;
            fn try_from(
                value: RefundPaymentBody,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.all {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    all: value.all?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::RefundPaymentBody> for RefundPaymentBody {
            fn from(value: super::RefundPaymentBody) -> Self {
                Self {
                    all: Ok(value.all),
                    extra: Ok(value.extra),
                }
            }
        }
    }
    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }
        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
}
impl Client {
    /**get payment

Sends a `GET` request to `/payments/{payment_id}`

Arguments:
- `payment_id`:
```text
let response = client.get_payment()
    .payment_id(payment_id)
    .send()
    .await;
```*/
    pub fn get_payment(&self) -> builder::GetPayment {
        builder::GetPayment::new(self.clone())
    }
    /**refund payment

Sends a `POST` request to `/payments/{payment_id}/refund`

Arguments:
- `payment_id`:
- `body`
```text
let response = client.refund_payment()
    .payment_id(payment_id)
    .body(body)
    .send()
    .await;
```*/
    pub fn refund_payment(&self) -> builder::RefundPayment {
        builder::RefundPayment::new(self.clone())
    }
    /**order

Sends a `POST` request to `/orders`

```text
let response = client.order()
    .body(body)
    .send()
    .await;
```*/
    pub fn order(&self) -> builder::Order {
        builder::Order::new(self.clone())
    }
    /**note

Sends a `POST` request to `/notes`

```text
let response = client.note()
    .send()
    .await;
```*/
    pub fn note(&self) -> builder::Note {
        builder::Note::new(self.clone())
    }
    /**tip

Sends a `POST` request to `/tips`

```text
let response = client.tip()
    .send()
    .await;
```*/
    pub fn tip(&self) -> builder::Tip {
        builder::Tip::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::get_payment`]

[`Client::get_payment`]: super::Client::get_payment*/
    #[derive(Debug, Clone)]
    pub struct GetPayment {
        client: super::Client,
        payment_id: Result<::std::string::String, String>,
    }
    impl GetPayment {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                payment_id: Err("payment_id was not initialized".to_string()),
            }
        }
        pub fn payment_id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.payment_id = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for payment_id failed"
                        .to_string()
                });
            self
        }
        ///Sends `GET /payments/{payment_id}`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(
            self,
        ) -> Result<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
            crate::Error,
        > {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<
            crate::Response<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
            >,
            crate::Error,
        > {
            let Self { client, payment_id } = self;
            client
                .typed(&crate::operations::GET_PAYMENT)
                .path("payment_id", payment_id)
                .send()
                .await
        }
    }
    /**Builder for [`Client::refund_payment`]

[`Client::refund_payment`]: super::Client::refund_payment*/
    #[derive(Debug, Clone)]
    pub struct RefundPayment {
        client: super::Client,
        payment_id: Result<::std::string::String, String>,
        body: Result<types::builder::RefundPaymentBody, String>,
    }
    impl RefundPayment {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                payment_id: Err("payment_id was not initialized".to_string()),
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn payment_id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.payment_id = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for payment_id failed"
                        .to_string()
                });
            self
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::RefundPaymentBody>,
            <V as std::convert::TryInto<
                types::RefundPaymentBody,
            >>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| {
                    format!("conversion to `RefundPaymentBody` for body failed: {}", s)
                });
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(
                types::builder::RefundPaymentBody,
            ) -> types::builder::RefundPaymentBody,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends `POST /payments/{payment_id}/refund`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<(), crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(self) -> Result<crate::Response<()>, crate::Error> {
            let Self { client, payment_id, body } = self;
            client
                .typed(&crate::operations::REFUND_PAYMENT)
                .path("payment_id", payment_id)
                .body(
                    body
                        .and_then(|body| {
                            types::RefundPaymentBody::try_from(body)
                                .map_err(|fault| fault.to_string())
                        }),
                )
                .done()
                .await
        }
        pub fn all<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<bool>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.all(value));
            self
        }
    }
    /**Builder for [`Client::order`]

[`Client::order`]: super::Client::order*/
    #[derive(Debug, Clone)]
    pub struct Order {
        client: super::Client,
        body: Result<types::builder::OrderBody, String>,
    }
    impl Order {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::OrderBody>,
            <V as std::convert::TryInto<types::OrderBody>>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| {
                    format!("conversion to `OrderBody` for body failed: {}", s)
                });
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(types::builder::OrderBody) -> types::builder::OrderBody,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends `POST /orders`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<(), crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(self) -> Result<crate::Response<()>, crate::Error> {
            let Self { client, body } = self;
            client
                .typed(&crate::operations::ORDER)
                .body(
                    body
                        .and_then(|body| {
                            types::OrderBody::try_from(body)
                                .map_err(|fault| fault.to_string())
                        }),
                )
                .done()
                .await
        }
        pub fn currency<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.currency(value));
            self
        }
        pub fn lines<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<::std::vec::Vec<types::OrderBodyLinesItem>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.lines(value));
            self
        }
    }
    /**Builder for [`Client::note`]

[`Client::note`]: super::Client::note*/
    #[derive(Debug, Clone)]
    pub struct Note {
        client: super::Client,
    }
    impl Note {
        pub fn new(client: super::Client) -> Self {
            Self { client: client }
        }
        ///Sends `POST /notes`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<(), crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(self) -> Result<crate::Response<()>, crate::Error> {
            let Self { client } = self;
            client.typed(&crate::operations::NOTE).done().await
        }
    }
    /**Builder for [`Client::tip`]

[`Client::tip`]: super::Client::tip*/
    #[derive(Debug, Clone)]
    pub struct Tip {
        client: super::Client,
    }
    impl Tip {
        pub fn new(client: super::Client) -> Self {
            Self { client: client }
        }
        ///Sends `POST /tips`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<(), crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(self) -> Result<crate::Response<()>, crate::Error> {
            let Self { client } = self;
            client.typed(&crate::operations::TIP).done().await
        }
    }
}
