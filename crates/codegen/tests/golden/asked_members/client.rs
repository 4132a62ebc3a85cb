// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`Parcel`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Parcel {
        pub carrier: crate::enums::Carrier,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub grams: crate::Field<i64>,
        pub insured: bool,
        pub options: ParcelOptions,
        ///Deprecated: give grams.
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub weight_in_pounds: crate::Field<f64>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Parcel {
        pub fn builder() -> builder::Parcel {
            Default::default()
        }
    }
    ///`ParcelOptions`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct ParcelOptions {
        pub fragile: bool,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub note: crate::Field<::std::string::String>,
        pub signed: bool,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl ParcelOptions {
        pub fn builder() -> builder::ParcelOptions {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct Parcel {
            carrier: ::std::result::Result<crate::enums::Carrier, ::std::string::String>,
            grams: ::std::result::Result<crate::Field<i64>, ::std::string::String>,
            insured: ::std::result::Result<bool, ::std::string::String>,
            options: ::std::result::Result<super::ParcelOptions, ::std::string::String>,
            weight_in_pounds: ::std::result::Result<
                crate::Field<f64>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Parcel {
            fn default() -> Self {
                Self {
                    carrier: Err("no value supplied for carrier".to_string()),
                    grams: Ok(Default::default()),
                    insured: Err("no value supplied for insured".to_string()),
                    options: Err("no value supplied for options".to_string()),
                    weight_in_pounds: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Parcel {
            pub fn carrier<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::enums::Carrier>,
                T::Error: ::std::fmt::Display,
            {
                self.carrier = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for carrier: {e}")
                    });
                self
            }
            pub fn grams<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.grams = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for grams: {e}")
                    });
                self
            }
            pub fn insured<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<bool>,
                T::Error: ::std::fmt::Display,
            {
                self.insured = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for insured: {e}")
                    });
                self
            }
            pub fn options<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<super::ParcelOptions>,
                T::Error: ::std::fmt::Display,
            {
                self.options = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for options: {e}")
                    });
                self
            }
            ///Deprecated: give grams.
            pub fn weight_in_pounds<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<f64>>,
                T::Error: ::std::fmt::Display,
            {
                self.weight_in_pounds = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for weight_in_pounds: {e}"
                        )
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
            pub fn build(self) -> ::std::result::Result<super::Parcel, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Parcel> for super::Parcel {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Parcel,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.carrier {
                    faults.push(fault);
                }
                if let Err(fault) = &value.grams {
                    faults.push(fault);
                }
                if let Err(fault) = &value.insured {
                    faults.push(fault);
                }
                if let Err(fault) = &value.options {
                    faults.push(fault);
                }
                if let Err(fault) = &value.weight_in_pounds {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    carrier: value.carrier?,
                    grams: value.grams?,
                    insured: value.insured?,
                    options: value.options?,
                    weight_in_pounds: value.weight_in_pounds?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Parcel> for Parcel {
            fn from(value: super::Parcel) -> Self {
                Self {
                    carrier: Ok(value.carrier),
                    grams: Ok(value.grams),
                    insured: Ok(value.insured),
                    options: Ok(value.options),
                    weight_in_pounds: Ok(value.weight_in_pounds),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct ParcelOptions {
            fragile: ::std::result::Result<bool, ::std::string::String>,
            note: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            signed: ::std::result::Result<bool, ::std::string::String>,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for ParcelOptions {
            fn default() -> Self {
                Self {
                    fragile: Err("no value supplied for fragile".to_string()),
                    note: Ok(Default::default()),
                    signed: Err("no value supplied for signed".to_string()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl ParcelOptions {
            pub fn fragile<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<bool>,
                T::Error: ::std::fmt::Display,
            {
                self.fragile = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for fragile: {e}")
                    });
                self
            }
            pub fn note<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.note = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for note: {e}")
                    });
                self
            }
            pub fn signed<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<bool>,
                T::Error: ::std::fmt::Display,
            {
                self.signed = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for signed: {e}")
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
            ) -> ::std::result::Result<super::ParcelOptions, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<ParcelOptions> for super::ParcelOptions {
            type Error = super::error::ConversionError;
            fn try_from(
                value: ParcelOptions,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.fragile {
                    faults.push(fault);
                }
                if let Err(fault) = &value.note {
                    faults.push(fault);
                }
                if let Err(fault) = &value.signed {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    fragile: value.fragile?,
                    note: value.note?,
                    signed: value.signed?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::ParcelOptions> for ParcelOptions {
            fn from(value: super::ParcelOptions) -> Self {
                Self {
                    fragile: Ok(value.fragile),
                    note: Ok(value.note),
                    signed: Ok(value.signed),
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
    /**send parcel

Sends a `POST` request to `/parcels`

```text
let response = client.send_parcel()
    .body(body)
    .send()
    .await;
```*/
    pub fn send_parcel(&self) -> builder::SendParcel {
        builder::SendParcel::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::send_parcel`]

[`Client::send_parcel`]: super::Client::send_parcel*/
    #[derive(Debug, Clone)]
    pub struct SendParcel {
        client: super::Client,
        body: Result<types::builder::Parcel, String>,
    }
    impl SendParcel {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::Parcel>,
            <V as std::convert::TryInto<types::Parcel>>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| format!("conversion to `Parcel` for body failed: {}", s));
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(types::builder::Parcel) -> types::builder::Parcel,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends `POST /parcels`.
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
                .typed(&crate::operations::SEND_PARCEL)
                .body(
                    body
                        .and_then(|body| {
                            types::Parcel::try_from(body)
                                .map_err(|fault| fault.to_string())
                        }),
                )
                .done()
                .await
        }
        pub fn carrier<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::enums::Carrier>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.carrier(value));
            self
        }
        pub fn grams<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<i64>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.grams(value));
            self
        }
        pub fn insured<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<bool>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.insured(value));
            self
        }
        pub fn options<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<types::ParcelOptions>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.options(value));
            self
        }
        ///Deprecated: give grams.
        pub fn weight_in_pounds<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<f64>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.weight_in_pounds(value));
            self
        }
    }
}
