// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`Lights`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Lights {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub colours: crate::Field<::std::vec::Vec<crate::enums::Colour>>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub kind: crate::Field<crate::enums::HttpKind>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub level: crate::Field<i64>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub mixed: crate::Field<::serde_json::Value>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub state: crate::Field<crate::enums::LightsState2>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Lights {
        pub fn builder() -> builder::Lights {
            Default::default()
        }
    }
    ///`LightsState`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct LightsState {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub since: crate::Field<::std::string::String>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl LightsState {
        pub fn builder() -> builder::LightsState {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct Lights {
            colours: ::std::result::Result<
                crate::Field<::std::vec::Vec<crate::enums::Colour>>,
                ::std::string::String,
            >,
            kind: ::std::result::Result<
                crate::Field<crate::enums::HttpKind>,
                ::std::string::String,
            >,
            level: ::std::result::Result<crate::Field<i64>, ::std::string::String>,
            mixed: ::std::result::Result<
                crate::Field<::serde_json::Value>,
                ::std::string::String,
            >,
            state: ::std::result::Result<
                crate::Field<crate::enums::LightsState2>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Lights {
            fn default() -> Self {
                Self {
                    colours: Ok(Default::default()),
                    kind: Ok(Default::default()),
                    level: Ok(Default::default()),
                    mixed: Ok(Default::default()),
                    state: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Lights {
            pub fn colours<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    crate::Field<::std::vec::Vec<crate::enums::Colour>>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.colours = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for colours: {e}")
                    });
                self
            }
            pub fn kind<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<crate::enums::HttpKind>>,
                T::Error: ::std::fmt::Display,
            {
                self.kind = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for kind: {e}")
                    });
                self
            }
            pub fn level<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.level = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for level: {e}")
                    });
                self
            }
            pub fn mixed<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::serde_json::Value>>,
                T::Error: ::std::fmt::Display,
            {
                self.mixed = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for mixed: {e}")
                    });
                self
            }
            pub fn state<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<crate::enums::LightsState2>>,
                T::Error: ::std::fmt::Display,
            {
                self.state = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for state: {e}")
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
            pub fn build(self) -> ::std::result::Result<super::Lights, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Lights> for super::Lights {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Lights,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.colours {
                    faults.push(fault);
                }
                if let Err(fault) = &value.kind {
                    faults.push(fault);
                }
                if let Err(fault) = &value.level {
                    faults.push(fault);
                }
                if let Err(fault) = &value.mixed {
                    faults.push(fault);
                }
                if let Err(fault) = &value.state {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    colours: value.colours?,
                    kind: value.kind?,
                    level: value.level?,
                    mixed: value.mixed?,
                    state: value.state?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Lights> for Lights {
            fn from(value: super::Lights) -> Self {
                Self {
                    colours: Ok(value.colours),
                    kind: Ok(value.kind),
                    level: Ok(value.level),
                    mixed: Ok(value.mixed),
                    state: Ok(value.state),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct LightsState {
            since: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for LightsState {
            fn default() -> Self {
                Self {
                    since: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl LightsState {
            pub fn since<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.since = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for since: {e}")
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
            ) -> ::std::result::Result<super::LightsState, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<LightsState> for super::LightsState {
            type Error = super::error::ConversionError;
            fn try_from(
                value: LightsState,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.since {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    since: value.since?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::LightsState> for LightsState {
            fn from(value: super::LightsState) -> Self {
                Self {
                    since: Ok(value.since),
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
    /**list lights

Sends a `GET` request to `/lights`

Arguments:
- `colour`:
- `order`:
```text
let response = client.list_lights()
    .colour(colour)
    .order(order)
    .send()
    .await;
```*/
    pub fn list_lights(&self) -> builder::ListLights {
        builder::ListLights::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::list_lights`]

[`Client::list_lights`]: super::Client::list_lights*/
    #[derive(Debug, Clone)]
    pub struct ListLights {
        client: super::Client,
        colour: Result<Option<crate::enums::Colour>, String>,
        order: Result<Option<crate::enums::ListLightsOrder>, String>,
    }
    impl ListLights {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                colour: Ok(None),
                order: Ok(None),
            }
        }
        pub fn colour<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<crate::enums::Colour>,
        {
            self.colour = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `crate :: enums :: Colour` for colour failed"
                        .to_string()
                });
            self
        }
        pub fn order<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<crate::enums::ListLightsOrder>,
        {
            self.order = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `crate :: enums :: ListLightsOrder` for order failed"
                        .to_string()
                });
            self
        }
        ///Sends `GET /lights`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<types::Lights, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<crate::Response<types::Lights>, crate::Error> {
            let Self { client, colour, order } = self;
            client
                .typed(&crate::operations::LIST_LIGHTS)
                .query("colour", colour)
                .query("order", order)
                .send()
                .await
        }
    }
}
