// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///A place on earth.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Address {
        pub city: ::std::string::String,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub lines: crate::Field<::std::vec::Vec<::std::string::String>>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Address {
        pub fn builder() -> builder::Address {
            Default::default()
        }
    }
    ///`OrderChange`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct OrderChange {
        ///Where it goes.
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub address: crate::Field<Address>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub id: crate::Field<::std::string::String>,
        pub lines: ::std::vec::Vec<OrderChangeLinesItem>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl OrderChange {
        pub fn builder() -> builder::OrderChange {
            Default::default()
        }
    }
    ///`OrderChangeLinesItem`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct OrderChangeLinesItem {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub quantity: crate::Field<i64>,
        pub sku: ::std::string::String,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl OrderChangeLinesItem {
        pub fn builder() -> builder::OrderChangeLinesItem {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct Address {
            city: ::std::result::Result<::std::string::String, ::std::string::String>,
            lines: ::std::result::Result<
                crate::Field<::std::vec::Vec<::std::string::String>>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Address {
            fn default() -> Self {
                Self {
                    city: Err("no value supplied for city".to_string()),
                    lines: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Address {
            pub fn city<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.city = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for city: {e}")
                    });
                self
            }
            pub fn lines<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    crate::Field<::std::vec::Vec<::std::string::String>>,
                >,
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
            pub fn build(self) -> ::std::result::Result<super::Address, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Address> for super::Address {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Address,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.city {
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
                    city: value.city?,
                    lines: value.lines?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Address> for Address {
            fn from(value: super::Address) -> Self {
                Self {
                    city: Ok(value.city),
                    lines: Ok(value.lines),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct OrderChange {
            address: ::std::result::Result<
                crate::Field<super::Address>,
                ::std::string::String,
            >,
            id: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            lines: ::std::result::Result<
                ::std::vec::Vec<super::OrderChangeLinesItem>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for OrderChange {
            fn default() -> Self {
                Self {
                    address: Ok(Default::default()),
                    id: Ok(Default::default()),
                    lines: Err("no value supplied for lines".to_string()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl OrderChange {
            ///Where it goes.
            pub fn address<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<super::Address>>,
                T::Error: ::std::fmt::Display,
            {
                self.address = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for address: {e}")
                    });
                self
            }
            pub fn id<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.id = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for id: {e}"));
                self
            }
            pub fn lines<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::OrderChangeLinesItem>>,
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
            pub fn build(
                self,
            ) -> ::std::result::Result<super::OrderChange, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<OrderChange> for super::OrderChange {
            type Error = super::error::ConversionError;
            fn try_from(
                value: OrderChange,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.address {
                    faults.push(fault);
                }
                if let Err(fault) = &value.id {
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
                    address: value.address?,
                    id: value.id?,
                    lines: value.lines?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::OrderChange> for OrderChange {
            fn from(value: super::OrderChange) -> Self {
                Self {
                    address: Ok(value.address),
                    id: Ok(value.id),
                    lines: Ok(value.lines),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct OrderChangeLinesItem {
            quantity: ::std::result::Result<crate::Field<i64>, ::std::string::String>,
            sku: ::std::result::Result<::std::string::String, ::std::string::String>,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for OrderChangeLinesItem {
            fn default() -> Self {
                Self {
                    quantity: Ok(Default::default()),
                    sku: Err("no value supplied for sku".to_string()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl OrderChangeLinesItem {
            pub fn quantity<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.quantity = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for quantity: {e}")
                    });
                self
            }
            pub fn sku<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.sku = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for sku: {e}")
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
            ) -> ::std::result::Result<super::OrderChangeLinesItem, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<OrderChangeLinesItem>
        for super::OrderChangeLinesItem {
            type Error = super::error::ConversionError;
            fn try_from(
                value: OrderChangeLinesItem,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.quantity {
                    faults.push(fault);
                }
                if let Err(fault) = &value.sku {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    quantity: value.quantity?,
                    sku: value.sku?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::OrderChangeLinesItem> for OrderChangeLinesItem {
            fn from(value: super::OrderChangeLinesItem) -> Self {
                Self {
                    quantity: Ok(value.quantity),
                    sku: Ok(value.sku),
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
    /**change order

Sends a `PUT` request to `/orders/{order_id}`

Arguments:
- `order_id`:
- `body`
```text
let response = client.change_order()
    .order_id(order_id)
    .body(body)
    .send()
    .await;
```*/
    pub fn change_order(&self) -> builder::ChangeOrder {
        builder::ChangeOrder::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::change_order`]

[`Client::change_order`]: super::Client::change_order*/
    #[derive(Debug, Clone)]
    pub struct ChangeOrder {
        client: super::Client,
        order_id: Result<::std::string::String, String>,
        body: Result<types::builder::OrderChange, String>,
    }
    impl ChangeOrder {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                order_id: Err("order_id was not initialized".to_string()),
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn order_id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.order_id = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for order_id failed"
                        .to_string()
                });
            self
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::OrderChange>,
            <V as std::convert::TryInto<types::OrderChange>>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| {
                    format!("conversion to `OrderChange` for body failed: {}", s)
                });
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(
                types::builder::OrderChange,
            ) -> types::builder::OrderChange,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends `PUT /orders/{order_id}`.
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
            let Self { client, order_id, body } = self;
            client
                .typed(&crate::operations::CHANGE_ORDER)
                .path("order_id", order_id)
                .body(
                    body
                        .and_then(|body| {
                            types::OrderChange::try_from(body)
                                .map_err(|fault| fault.to_string())
                        }),
                )
                .done()
                .await
        }
        ///Where it goes.
        pub fn address<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<types::Address>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.address(value));
            self
        }
        pub fn id<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.id(value));
            self
        }
        pub fn lines<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<::std::vec::Vec<types::OrderChangeLinesItem>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.lines(value));
            self
        }
    }
}
