// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`Bill`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Bill {
        pub amount: crate::Amount,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub code: crate::Field<::std::string::String>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub paid_at: crate::Field<crate::Timestamp>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Bill {
        pub fn builder() -> builder::Bill {
            Default::default()
        }
    }
    ///`NewBill`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct NewBill {
        pub amount: crate::Amount,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub discount: crate::Field<f64>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl NewBill {
        pub fn builder() -> builder::NewBill {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct Bill {
            amount: ::std::result::Result<crate::Amount, ::std::string::String>,
            code: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            paid_at: ::std::result::Result<
                crate::Field<crate::Timestamp>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Bill {
            fn default() -> Self {
                Self {
                    amount: Err("no value supplied for amount".to_string()),
                    code: Ok(Default::default()),
                    paid_at: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Bill {
            pub fn amount<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Amount>,
                T::Error: ::std::fmt::Display,
            {
                self.amount = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for amount: {e}")
                    });
                self
            }
            pub fn code<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.code = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for code: {e}")
                    });
                self
            }
            pub fn paid_at<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<crate::Timestamp>>,
                T::Error: ::std::fmt::Display,
            {
                self.paid_at = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for paid_at: {e}")
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
            pub fn build(self) -> ::std::result::Result<super::Bill, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Bill> for super::Bill {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Bill,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.amount {
                    faults.push(fault);
                }
                if let Err(fault) = &value.code {
                    faults.push(fault);
                }
                if let Err(fault) = &value.paid_at {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    amount: value.amount?,
                    code: value.code?,
                    paid_at: value.paid_at?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Bill> for Bill {
            fn from(value: super::Bill) -> Self {
                Self {
                    amount: Ok(value.amount),
                    code: Ok(value.code),
                    paid_at: Ok(value.paid_at),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct NewBill {
            amount: ::std::result::Result<crate::Amount, ::std::string::String>,
            discount: ::std::result::Result<crate::Field<f64>, ::std::string::String>,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for NewBill {
            fn default() -> Self {
                Self {
                    amount: Err("no value supplied for amount".to_string()),
                    discount: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl NewBill {
            pub fn amount<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Amount>,
                T::Error: ::std::fmt::Display,
            {
                self.amount = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for amount: {e}")
                    });
                self
            }
            pub fn discount<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<f64>>,
                T::Error: ::std::fmt::Display,
            {
                self.discount = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for discount: {e}")
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
            pub fn build(self) -> ::std::result::Result<super::NewBill, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<NewBill> for super::NewBill {
            type Error = super::error::ConversionError;
            fn try_from(
                value: NewBill,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.amount {
                    faults.push(fault);
                }
                if let Err(fault) = &value.discount {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    amount: value.amount?,
                    discount: value.discount?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::NewBill> for NewBill {
            fn from(value: super::NewBill) -> Self {
                Self {
                    amount: Ok(value.amount),
                    discount: Ok(value.discount),
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
    /**make bill

Sends a `POST` request to `/bills`

```text
let response = client.make_bill()
    .body(body)
    .send()
    .await;
```*/
    pub fn make_bill(&self) -> builder::MakeBill {
        builder::MakeBill::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::make_bill`]

[`Client::make_bill`]: super::Client::make_bill*/
    #[derive(Debug, Clone)]
    pub struct MakeBill {
        client: super::Client,
        body: Result<types::builder::NewBill, String>,
    }
    impl MakeBill {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::NewBill>,
            <V as std::convert::TryInto<types::NewBill>>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| format!("conversion to `NewBill` for body failed: {}", s));
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(types::builder::NewBill) -> types::builder::NewBill,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends `POST /bills`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<types::Bill, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<crate::Response<types::Bill>, crate::Error> {
            let Self { client, body } = self;
            client
                .typed(&crate::operations::MAKE_BILL)
                .body(
                    body
                        .and_then(|body| {
                            types::NewBill::try_from(body)
                                .map_err(|fault| fault.to_string())
                        }),
                )
                .send()
                .await
        }
        pub fn amount<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Amount>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.amount(value));
            self
        }
        pub fn discount<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<f64>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.discount(value));
            self
        }
    }
}
